"""Edges: every pair of a track and a detection within its gate, with what the track would be after it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import kernel
from tocsin.tracking.kernels.coverage import detection_probability
from tocsin.tracking.kernels.gate import DetectionGrid, candidates, components
from tocsin.tracking.kernels.layout import (
    GATE_PROBABILITY,
    GREATEST_ODDS,
    IDENTITY_MATCH,
    IDENTITY_MISMATCH,
    NEGLIGIBLE_EDGE,
    NO_IDENTITY,
    STATE,
    SUPPORT_SECONDS,
    Looks,
    Motion,
    SensorModel,
    Store,
)
from tocsin.tracking.kernels.measure import condition, relative, travel_time
from tocsin.tracking.kernels.motion import predict
from tocsin.units import FloatArray, IntArray

# Of the period at which an object reports itself: later than this it was missed.
_OVERDUE = 1.25


class Edges(NamedTuple):
    """e edges, sorted by track; arrays may be longer than `used[0]`."""

    used: IntArray  # (1,) how many edges there are
    track: IntArray
    detection: IntArray
    weight: FloatArray  # psi_ij
    state: FloatArray  # (e, 6) after the update with this detection
    covariance: FloatArray  # (e, 6, 6)


@kernel
def new_edges(capacity: int) -> Edges:
    """Room for so many edges."""
    return Edges(
        np.zeros(1, np.int64),
        np.empty(capacity, np.int64),
        np.empty(capacity, np.int64),
        np.empty(capacity),
        np.empty((capacity, STATE)),
        np.empty((capacity, STATE, STATE)),
    )


@kernel
def put_edge(
    edges: Edges, e: int, track: int, detection: int, weight: float, state: FloatArray, covariance: FloatArray
) -> None:
    """Writes one edge."""
    edges.track[e], edges.detection[e], edges.weight[e] = track, detection, weight
    for a in range(STATE):
        edges.state[e, a] = state[a]
        for b in range(STATE):
            edges.covariance[e, a, b] = covariance[a, b]


@kernel
def _grown(edges: Edges) -> Edges:
    larger = new_edges(2 * len(edges.track))
    larger.used[0] = edges.used[0]
    for e in range(edges.used[0]):
        put_edge(
            larger,
            e,
            edges.track[e],
            edges.detection[e],
            edges.weight[e],
            edges.state[e],
            edges.covariance[e],
        )
    return larger


@kernel
def may_see(store: Store, i: int, sensor: SensorModel, time_ns: int) -> bool:
    """Whether track i can be anywhere inside the coverage, judged without predicting it."""
    dt_s = (time_ns - store.time_ns[i]) * 1e-9
    square, spread = 0.0, 0.0
    for a in range(3):
        square += (store.state[i, a] + dt_s * store.state[i, a + 3] - sensor.position[a]) ** 2
        spread += store.covariance[i, a, a] + dt_s * dt_s * store.covariance[i, a + 3, a + 3]
    return bool(math.sqrt(square) - 6.0 * math.sqrt(spread) - 10.0 * dt_s < sensor.max_range_m)


@kernel
def bring_to(store: Store, i: int, time_ns: int, motion: Motion) -> None:
    """Predicts one track to a time not before its own."""
    dt_s = (time_ns - store.time_ns[i]) * 1e-9
    if dt_s <= 0.0:
        return
    predict(store.state[i], store.covariance[i], dt_s, motion)
    store.existence[i] *= math.exp(-dt_s / motion.lifetime_s)
    store.time_ns[i] = time_ns


@kernel
def refresh_perception(store: Store, i: int, sensor: SensorModel, time_ns: int) -> None:
    """Visibility drifts back to what is usual of the sensor, and old support fades."""
    s = sensor.number
    dt_s = (time_ns - store.touched_ns[i, s]) * 1e-9
    if dt_s <= 0.0:
        return
    usual = sensor.visible_prior
    store.visible[i, s] = usual + (store.visible[i, s] - usual) * math.exp(-dt_s / sensor.visible_hold_s)
    store.support[i, s] *= math.exp(-dt_s / SUPPORT_SECONDS)
    store.touched_ns[i, s] = time_ns


@kernel
def is_due(store: Store, i: int, sensor: SensorModel, time_ns: int) -> bool:
    """Whether track i should have reported itself again since the sensor last had anything to say of it."""
    age_s = (time_ns - store.touched_ns[i, sensor.number]) * 1e-9
    return bool(age_s >= _OVERDUE * sensor.reports_every_s)


@kernel
def perceived(store: Store, i: int, sensor: SensorModel, place: FloatArray) -> float:
    """Detection probability of track i if the sensor can perceive it; place (6,) as `relative` gives it."""
    slant = max(math.sqrt(place[0] ** 2 + place[1] ** 2 + place[2] ** 2), 1e-3)
    variance, toward = 0.0, np.zeros(3)
    for a in range(3):
        for c in range(3):
            toward[a] += sensor.rotation[c, a] * place[c]
    for a in range(3):
        for b in range(3):
            variance += toward[a] * store.covariance[i, a, b] * toward[b]
    sigma_m = math.sqrt(max(variance, 0.0)) / slant
    return GATE_PROBABILITY * detection_probability(
        sensor, place, sigma_m, math.sqrt(store.covariance[i, 2, 2])
    )


@kernel
def identity_ratio(track: int, detection: int) -> float:
    """Odds that an identity lends to an association, against that of an object not seen before."""
    if detection == NO_IDENTITY or track == NO_IDENTITY:
        return 1.0
    return IDENTITY_MATCH if track == detection else IDENTITY_MISMATCH


@kernel
def _loosened(
    store: Store, i: int, sensor: SensorModel, time_ns: int, motion: Motion, out: FloatArray
) -> None:
    """Covariance (6, 6) of a track that names itself and may have flown anywhere since it was last seen."""
    seen_ns = max(store.seen_ns[i, sensor.number], store.born_ns[i])
    gap_s = max((time_ns - seen_ns) * 1e-9, 1.0)
    for a in range(STATE):
        for b in range(STATE):
            out[a, b] = store.covariance[i, a, b]
    for a in range(3):
        speed = motion.vertical_speed_sigma_mps if a == 2 else motion.speed_sigma_mps
        out[a, a] += (speed * gap_s) ** 2
        out[a + 3, a + 3] += speed**2


@kernel
def _has_edge(edges: Edges, a: int, j: int) -> bool:
    """Whether the track that edges are being added for has one to detection j already."""
    for e in range(edges.used[0] - 1, -1, -1):
        if edges.track[e] != a:
            return False
        if edges.detection[e] == j:
            return True
    return False


@kernel
def _offer(
    edges: Edges,
    store: Store,
    a: int,
    i: int,
    j: int,
    covariance: FloatArray,
    probability: float,
    sensor: SensorModel,
    looks: Looks,
    new_weight: FloatArray,
    gates: FloatArray,
) -> Edges:
    """The edges with the one of track i, known to this covariance, and detection j, if it weighs anything."""
    gate = gates[components(looks.mask[j])]
    after, after_covariance = np.empty(STATE), np.empty((STATE, STATE))
    distance, log_likelihood = condition(
        sensor, store.state[i], covariance, looks.measured[j], looks.sigma[j], looks.mask[j],
        looks.offset_s[j], gate, after, after_covariance,
    )  # fmt: skip
    if distance > gate:
        return edges
    seen = store.existence[i] * probability
    missed_existence = store.existence[i] * (1.0 - probability) / (1.0 - seen)
    weight = seen * math.exp(log_likelihood) / ((1.0 - seen) * new_weight[j])
    weight = min(weight * identity_ratio(store.identity[i], looks.identity[j]), GREATEST_ODDS)
    if weight < NEGLIGIBLE_EDGE * missed_existence:
        return edges
    if edges.used[0] == len(edges.track):
        edges = _grown(edges)
    put_edge(edges, edges.used[0], a, j, weight, after, after_covariance)
    edges.used[0] += 1
    return edges


@kernel
def connect(
    store: Store,
    active: IntArray,
    probability: FloatArray,
    motion: Motion,
    sensor: SensorModel,
    looks: Looks,
    grid: DetectionGrid,
    new_weight: FloatArray,
    gates: FloatArray,
) -> Edges:
    """All edges of a scan. active (a,) are the tracks inside the coverage, probability (a,) is Pd times
    visibility, new_weight (d,) is w_new; the edge's track is its place in `active`.

    psi_ij = r_i Pd N(z_j; z_i, S_i) / ((1 - r_i Pd) w_new,j), times the identity's ratio. A detection of the
    track's own identity outside the gate is tried again as that of an object that manoeuvred.
    """
    edges = new_edges(2 * (len(active) + len(looks.mask)) + 16)
    found, place, loose = np.empty(len(looks.mask), np.int64), np.empty(6), np.empty((STATE, STATE))
    latest = 0.0
    for j in range(len(looks.mask)):
        latest = max(latest, abs(looks.offset_s[j]))
    for a in range(len(active)):
        i, pd = active[a], probability[a]
        if store.existence[i] * pd <= 0.0:
            continue
        before = store.covariance[i]
        delay = travel_time(sensor, store.state[i])
        relative(sensor, store.state[i], -delay, place)
        near = candidates(grid, looks, sensor, store.state[i], before, place, gates, delay, latest, found)
        for k in range(near):
            edges = _offer(edges, store, a, i, found[k], before, pd, sensor, looks, new_weight, gates)
        if store.identity[i] == NO_IDENTITY:
            continue
        _loosened(store, i, sensor, looks.time_ns, motion, loose)
        for j in range(len(looks.mask)):
            if looks.identity[j] == store.identity[i] and not _has_edge(edges, a, j):
                edges = _offer(edges, store, a, i, j, loose, pd, sensor, looks, new_weight, gates)
    return edges
