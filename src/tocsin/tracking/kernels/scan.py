"""One scan of one sensor, from predicted tracks to updated and new ones, in one compiled call.

Track-oriented Poisson multi-Bernoulli filter (Williams 2015, TOMB/P, arXiv 1203.2995).
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import bare_kernel, compiled_as, entry, kernel
from tocsin.tracking.kernels.association import associate
from tocsin.tracking.kernels.birth import born, can_make_a_track, locate
from tocsin.tracking.kernels.copies import expect_copies, genuine, has_copies, settle_copy, weigh_copies
from tocsin.tracking.kernels.edges import connect
from tocsin.tracking.kernels.emission import surely_emits
from tocsin.tracking.kernels.expectation import is_alike
from tocsin.tracking.kernels.gate import build
from tocsin.tracking.kernels.layout import (
    CLUSTERS,
    EXISTENCE_WITH_MODES,
    LEAST_DENSITY,
    NEVER,
    NO_IDENTITY,
    NOBODY,
    NODE,
    ROWS,
    Edges,
    Record,
    Records,
    Store,
    Thresholds,
    Undetected,
    records,
)
from tocsin.tracking.kernels.mixture import free_row
from tocsin.tracking.kernels.motion import collapse, predict, spread_over_modes
from tocsin.tracking.kernels.perception import is_due, may_see, perceive, refresh
from tocsin.tracking.kernels.revision import revise
from tocsin.tracking.kernels.undetected import densities, find_nothing, tell_visible
from tocsin.tracking.kernels.update import add_track, remember
from tocsin.units import FloatArray, IntArray


@bare_kernel
def _explain(undetected: Undetected, motion: Record, sensor: Record, looks: Records, work: Record) -> bool:
    """What each detection would be if it were of nothing known; gives whether one expectation serves all."""
    is_uniform = True
    for j in range(len(looks)):
        look = looks[j]
        if can_make_a_track(look.mask):
            locate(sensor, motion, look, work.direction)
        else:
            # What neither places nor points is weighed as if at the sensor.
            for a in range(3):
                work.direction[a] = sensor.position[a]
        new, false = densities(undetected, motion, sensor, look, work.direction, work.place)
        look.new_weight = max(new + false, LEAST_DENSITY)
        look.new_existence = new / look.new_weight
        look.alone, look.share, look.track, look.copies = 1.0, 0.0, NOBODY, 0.0
        is_uniform = is_uniform and is_alike(looks[0], look)
    return is_uniform


def _node_rows(count: int) -> Records:
    return records(NODE, count)


compiled_as(_node_rows, lambda count: np.empty(count, NODE))


@bare_kernel
def _look_at_row(
    row: Record, i: int, track: int, cluster: int, seen: Record, node: Record, motion: Record, sensor: Record,
    time_ns: int, is_whole: bool, work: Record,
) -> bool:  # fmt: skip
    """Predicts row i and makes it a node; whether the sensor may find it."""
    predict(row, time_ns, motion, work)
    is_inside = perceive(row, sensor, work)
    node.row, node.track, node.cluster = i, track, cluster
    node.first_edge, node.last_edge = 0, 0
    node.excused, node.hit = not is_whole and not is_due(seen, sensor, time_ns), 0.0
    return is_inside


@bare_kernel
def _look_at_cluster(
    store: Store, nodes: Records, count: int, c: int, motion: Record, sensor: Record, time_ns: int,
    is_whole: bool, work: Record,
) -> int:  # fmt: skip
    """Nodes of all that the tracks of a cluster are in its hypotheses; gives how many nodes there are now."""
    cluster = store.clusters[c]
    for k in range(cluster.members):
        first = count
        for h in range(cluster.hypotheses):
            i, is_known = cluster.row[h, k], cluster.row[h, k] == NOBODY
            for a in range(first, count):
                is_known = is_known or nodes[a].row == i
            if not is_known:
                seen = store.perception[cluster.track[k], sensor.number]
                _look_at_row(
                    store.tracks[i], i, cluster.track[k], c, seen, nodes[count], motion, sensor, time_ns,
                    is_whole, work,
                )  # fmt: skip
                count += 1
        if not nodes[first].excused:
            i = cluster.track[k]
            refresh(store.tracks[i], store.perception[i, sensor.number], sensor, time_ns)
    return count


@kernel
def _look_at_tracks(
    store: Store, nodes: Records, motion: Record, sensor: Record, time_ns: int, is_whole: bool, work: Record
) -> int:
    """Predicts the tracks inside the coverage and makes nodes of them; gives how many."""
    count = 0
    touched = np.zeros(store.used[CLUSTERS], np.bool_)
    for i in range(store.used[ROWS]):
        track = store.tracks[i]
        if track.existence <= 0.0 or track.owner != NOBODY or not may_see(track, sensor, time_ns):
            continue
        if track.cluster != NOBODY:
            touched[track.cluster] = True
            continue
        seen = store.perception[i, sensor.number]
        if _look_at_row(track, i, i, NOBODY, seen, nodes[count], motion, sensor, time_ns, is_whole, work):
            if not nodes[count].excused:
                refresh(track, seen, sensor, time_ns)
            count += 1
    for c in range(len(touched)):
        if touched[c]:
            count = _look_at_cluster(store, nodes, count, c, motion, sensor, time_ns, is_whole, work)
    return count


@kernel
def _give_birth(
    store: Store, motion: Record, sensor: Record, visible_prior: FloatArray, looks: Records, time_ns: int,
    undetected: Undetected, prune: float, work: Record,
) -> None:  # fmt: skip
    """A track of every detection that may be of something new, in the first free rows."""
    cursor = np.zeros(1, np.int64)
    for j in range(len(looks)):
        look = looks[j]
        existence = max(look.alone, 0.0) * look.new_existence
        if not can_make_a_track(look.mask) or existence <= prune:
            continue
        i = free_row(store, cursor)
        state, covariance = work.away[0], work.about[0]
        born(sensor, motion, look, state, covariance, work)
        add_track(store, i, existence, state, covariance, visible_prior, time_ns, look.name, look.identity)
        store.tracks[i].copied = look.copies
        tell_visible(undetected, motion, sensor.number, state, store.perception, i)
        seen = store.perception[i, sensor.number]
        seen.visible, seen.support, seen.seen_ns = 1.0, 1.0, time_ns
        remember(store.evidence[i], look.number, time_ns, sensor.number, existence)


@bare_kernel
def _hardly_exists(track: Record, seen: Record, time_ns: int, thresholds: Thresholds) -> bool:
    """Whether a track is not worth its row after a look of a sensor that has this of it."""
    may_be_hidden = seen.seen_ns == NEVER or track.born_ns == time_ns
    return bool(track.existence < (thresholds.prune_unseen if may_be_hidden else thresholds.prune))


@bare_kernel
def tidy(store: Store, motion: Record, number: int, time_ns: int, thresholds: Thresholds) -> None:
    """Frees the rows of what hardly exists, confirms and drops, after a look of sensor `number`."""
    last = 0
    for i in range(store.used[ROWS]):
        track = store.tracks[i]
        if track.existence <= 0.0:
            continue
        seen, stands_alone = store.perception[i, number], track.owner == track.cluster == NOBODY
        if stands_alone and _hardly_exists(track, seen, time_ns, thresholds):
            track.existence, track.confirmed = 0.0, False
            continue
        last = i + 1
        if track.owner == NOBODY and genuine(track) > thresholds.confirm:
            track.confirmed = True
        elif genuine(track) < thresholds.drop:
            track.confirmed = False
        if track.copied > 0.0:
            settle_copy(track)
        if track.modes == 1 and motion.modes > 1 and track.existence > EXISTENCE_WITH_MODES:
            spread_over_modes(track, motion)
    store.used[ROWS] = last
    while store.used[CLUSTERS] > 0 and store.clusters[store.used[CLUSTERS] - 1].members == 0:
        store.used[CLUSTERS] -= 1


@bare_kernel
def _witnesses(store: Store, nodes: Records, sensor: Record, witnesses: Records) -> int:
    """What confirmed tracks that stand alone tell of the sensor; gives how many there are."""
    count = 0
    for k in range(len(nodes)):
        node, track = nodes[k], store.tracks[nodes[k].track]
        if not track.confirmed or node.excused or node.row != node.track or track.cluster != NOBODY:
            continue
        perceived, distance2 = 0.0, 0.0
        for m in range(track.modes):
            perceived += track.mode[m].probability * track.pd[m]
        for a in range(3):
            distance2 += (track.state[a] - sensor.position[a]) ** 2
        witness = witnesses[count]
        witness.name, witness.range_m, witness.hit = track.name, math.sqrt(distance2), node.hit
        witness.expected = perceived * store.perception[node.track, sensor.number].visible
        count += 1
    return count


@entry
def process_scan(
    store: Store,
    motions: Records,
    sensors: Records,
    s: int,
    visible_prior: FloatArray,
    looks: Records,
    time_ns: int,
    is_whole: bool,
    undetected: Undetected,
    unseen: FloatArray,
    thresholds: Thresholds,
    works: Records,
    room: Edges,
    witnesses: Records,
    equivalents: Records,
) -> int:
    """Updates the store in place with one scan of sensor s; gives the number of witnesses.

    The store must have a free row for each detection and SPARE_ROWS; visible_prior is (s,) of all sensors;
    motions and works have one row each; room is for edges, and if it is too small the scan takes other;
    witnesses must be as long as the store. With is_whole the scan is
    one look at all that is covered, and not the report of one object. unseen is, by cell of the grid, the
    share of what is undetected that the look leaves so; (0, 0) where it is no search. equivalents (d,)
    EQUIVALENT is what is new in reports of another system's tracks; (0,) where all is new.
    """
    motion, sensor, work = motions[0], sensors[s], works[0]
    rows = _node_rows(store.used[ROWS])
    nodes = rows[: _look_at_tracks(store, rows, motion, sensor, time_ns, is_whole, work)]
    is_uniform = _explain(undetected, motion, sensor, looks, work)
    edges, count = room, 0
    if len(looks) > 0:
        grid = build(looks, is_uniform)
        if has_copies(sensor):
            expect_copies(store, nodes, sensor, looks, grid, work)
        edges, count = connect(store, nodes, time_ns, motion, sensor, looks, grid, room, work)
        if len(equivalents) > 0:
            edges = revise(store, nodes, edges, count, sensor, equivalents, work)
        if has_copies(sensor):
            weigh_copies(store, nodes, edges.edges, sensor, looks, work)
    associate(store, nodes, edges, count, sensor, looks, time_ns, motion, thresholds.prune, work)
    seen_by = _witnesses(store, nodes, sensor, witnesses)
    _give_birth(
        store, motion, sensor, visible_prior, looks, time_ns, undetected, thresholds.prune_unseen, work
    )
    tidy(store, motion, sensor.number, time_ns, thresholds)
    find_nothing(undetected, unseen, sensor.number)
    return seen_by


@entry
def add_tracks(
    store: Store, sensors: Records, visible_prior: FloatArray, time_ns: int, state: FloatArray,
    covariance: FloatArray, existence: FloatArray, name: IntArray, used_by: IntArray,
    used_sensor: IntArray, used_time_ns: IntArray, used_number: IntArray,
) -> None:  # fmt: skip
    """Adds n tracks (n, ...) that several detections have made together: detection k is one of the track
    `used_by` (k,), of this sensor, time and number. The store must have a free row for each."""
    cursor = np.zeros(1, np.int64)
    for n in range(len(existence)):
        i = free_row(store, cursor)
        add_track(
            store, i, existence[n], state[n], covariance[n], visible_prior, time_ns, name[n], NO_IDENTITY
        )
        for k in range(len(used_by)):
            if used_by[k] == n:
                seen = store.perception[i, used_sensor[k]]
                seen.visible, seen.support = 1.0, seen.support + 1.0
                if sensors[used_sensor[k]].medium != NOBODY:
                    surely_emits(store.tracks[i], seen, sensors[used_sensor[k]].medium, 1.0)
                seen.seen_ns = max(seen.seen_ns, used_time_ns[k])
                remember(store.evidence[i], used_number[k], used_time_ns[k], used_sensor[k], existence[n])


@entry
def collapse_all(tracks: Records, works: Records) -> None:
    """Mean and covariance of every track over its modes, as they stand, in place."""
    for i in range(len(tracks)):
        collapse(tracks[i], works[0])
