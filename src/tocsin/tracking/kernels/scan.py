"""One scan of one sensor, from predicted tracks to updated and new ones, in one compiled call.

Track-oriented Poisson multi-Bernoulli filter (Williams 2015, TOMB/P, arXiv 1203.2995).
"""

from __future__ import annotations

import numpy as np

from tocsin.jit import entry, kernel
from tocsin.tracking.kernels.birth import Births, born, can_make_a_track, new_births
from tocsin.tracking.kernels.clusters import edges_by_cluster
from tocsin.tracking.kernels.edges import (
    Edges,
    bring_to,
    connect,
    is_due,
    may_see,
    new_edges,
    perceived,
    refresh_perception,
)
from tocsin.tracking.kernels.gate import build
from tocsin.tracking.kernels.layout import (
    LEAST_DENSITY,
    Looks,
    Motion,
    SensorModel,
    Store,
    Thresholds,
    Undetected,
)
from tocsin.tracking.kernels.marginals import marginals
from tocsin.tracking.kernels.measure import relative, travel_time
from tocsin.tracking.kernels.undetected import densities
from tocsin.tracking.kernels.update import add_track, is_birth, move_row, update_track
from tocsin.units import BoolArray, FloatArray, IntArray


@kernel
def _explain(
    undetected: Undetected, motion: Motion, sensor: SensorModel, looks: Looks, births: Births
) -> None:
    """What each detection would be if it were new: fills births."""
    for j in range(len(looks.mask)):
        if can_make_a_track(looks.mask[j]):
            born(sensor, motion, looks, j, births.state[j], births.covariance[j])
        new, false = densities(undetected, motion, sensor, looks, j, births.state[j])
        births.weight[j] = max(new + false, LEAST_DENSITY)
        births.existence[j] = new / births.weight[j]


@kernel
def _look_at_tracks(
    store: Store,
    count: int,
    motion: Motion,
    sensor: SensorModel,
    looks: Looks,
    active: IntArray,
    seen: FloatArray,
    excused: BoolArray,
) -> int:
    """Predicts the tracks inside the coverage; their rows and Pd go into active (n,) and seen (n,).

    excused (n,) are those that would have reported themselves at another time: to be missed says nothing.
    """
    place, found = np.empty(6), 0
    for i in range(count):
        if not may_see(store, i, sensor, looks.time_ns):
            continue
        bring_to(store, i, looks.time_ns, motion)
        relative(sensor, store.state[i], -travel_time(sensor, store.state[i]), place)
        probability = perceived(store, i, sensor, place)
        if probability > 0.0:
            excused[found] = not looks.is_whole and not is_due(store, i, sensor, looks.time_ns)
            if not excused[found]:
                refresh_perception(store, i, sensor, looks.time_ns)
            active[found], seen[found] = i, probability
            found += 1
    return found


@kernel
def _associate(edges: Edges, tracks: int, detections: int) -> FloatArray:
    """Probability of every edge, cluster by cluster."""
    count = edges.used[0]
    probability = np.zeros(count)
    order, start = edges_by_cluster(edges.track, edges.detection, count, tracks, detections)
    local = np.full(detections, -1)
    for c in range(len(start) - 1):
        chosen = order[start[c] : start[c + 1]]
        size = len(chosen)
        track, detection = np.empty(size, np.int64), np.empty(size, np.int64)
        weight, result = np.empty(size), np.empty(size)
        tracks_here, detections_here = -1, 0
        for k in range(size):
            e = chosen[k]
            if k == 0 or edges.track[e] != edges.track[chosen[k - 1]]:
                tracks_here += 1
            if local[edges.detection[e]] < 0:
                local[edges.detection[e]] = detections_here
                detections_here += 1
            track[k], detection[k], weight[k] = tracks_here, local[edges.detection[e]], edges.weight[e]
        marginals(track, detection, weight, result)
        for k in range(size):
            probability[chosen[k]] = result[k]
    return probability


@kernel
def _tidy(store: Store, count: int, thresholds: Thresholds) -> int:
    """Drops what hardly exists, keeping the order, and sets which tracks are confirmed."""
    kept = 0
    for i in range(count):
        if store.existence[i] < thresholds.prune:
            continue
        if store.existence[i] > thresholds.confirm:
            store.confirmed[i] = True
        elif store.existence[i] < thresholds.drop:
            store.confirmed[i] = False
        if kept != i:
            move_row(store, i, kept)
        kept += 1
    return kept


@entry
def process_scan(
    store: Store,
    count: int,
    motion: Motion,
    sensor: SensorModel,
    visible_prior: FloatArray,
    looks: Looks,
    undetected: Undetected,
    thresholds: Thresholds,
) -> int:
    """Updates the store in place with one scan and gives the new number of tracks.

    The store must have room for `count` plus one track a detection; visible_prior is (s,) of all sensors.
    """
    active, seen, excused = np.empty(count, np.int64), np.empty(count), np.empty(count, np.bool_)
    found = _look_at_tracks(store, count, motion, sensor, looks, active, seen, excused)
    active, seen = active[:found], seen[:found]
    detections = len(looks.mask)
    births = new_births(detections)
    _explain(undetected, motion, sensor, looks, births)
    if detections > 0:
        probability_of_detection = np.empty(found)
        for a in range(found):
            probability_of_detection[a] = seen[a] * store.visible[active[a], sensor.number]
        edges = connect(
            store,
            active,
            probability_of_detection,
            motion,
            sensor,
            looks,
            build(looks),
            births.weight,
            thresholds.gates,
        )
    else:
        edges = new_edges(1)
    probability = _associate(edges, found, detections)
    taken = np.zeros(detections)
    for e in range(edges.used[0]):
        taken[edges.detection[e]] += probability[e]
    last = 0
    for a in range(found):
        first = last
        while last < edges.used[0] and edges.track[last] == a:
            last += 1
        if excused[a]:
            if first == last:
                continue
            refresh_perception(store, active[a], sensor, looks.time_ns)
        update_track(store, active[a], seen[a], first, last, edges, probability, sensor, looks)
    for j in range(detections):
        existence = max(1.0 - taken[j], 0.0) * births.existence[j]
        if is_birth(looks.mask[j], existence, thresholds.prune):
            add_track(store, count, existence, births, sensor, visible_prior, looks, j)
            count += 1
    return _tidy(store, count, thresholds)


@entry
def predict_all(store: Store, count: int, time_ns: int, motion: Motion) -> None:
    """Predicts every confirmed track in place to a time not before its own, to be published."""
    for i in range(count):
        if store.confirmed[i]:
            bring_to(store, i, time_ns, motion)
