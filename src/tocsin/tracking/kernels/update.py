"""What a scan makes of each track: hits and misses weighed by their probabilities, and new tracks."""

from __future__ import annotations

import numpy as np

from tocsin.jit import kernel
from tocsin.tracking.kernels.birth import Births, can_make_a_track
from tocsin.tracking.kernels.edges import Edges
from tocsin.tracking.kernels.layout import (
    EVIDENCE_PROBABILITY,
    NO_IDENTITY,
    REMEMBERED,
    STATE,
    Looks,
    SensorModel,
    Store,
)
from tocsin.units import AnyArray, FloatArray

_SEEN_PROBABILITY = 0.5


@kernel
def remember(store: Store, i: int, looks: Looks, j: int, sensor: SensorModel, probability: float) -> None:
    """Keeps a detection as evidence of a track until it is published."""
    slot = store.evidence_count[i] % REMEMBERED
    store.evidence_number[i, slot] = looks.number[j]
    store.evidence_probability[i, slot] = probability
    store.evidence_time_ns[i, slot] = looks.time_ns
    store.evidence_sensor[i, slot] = sensor.number
    store.evidence_count[i] += 1


@kernel
def _match_moments(
    store: Store,
    i: int,
    missed: float,
    total: float,
    first: int,
    last: int,
    edges: Edges,
    probability: FloatArray,
) -> None:
    """Mean and covariance of the mixture of the missed track i and its edges, into the store.

    The row still holds the prediction, which is the missed track's share.
    """
    mean, spread = np.zeros(STATE), np.empty(STATE)
    for a in range(STATE):
        mean[a] = missed * store.state[i, a]
        for e in range(first, last):
            mean[a] += probability[e] * edges.state[e, a]
        mean[a] /= total
    covariance = np.zeros((STATE, STATE))
    for e in range(first - 1, last):
        weight = missed / total if e < first else probability[e] / total
        part_state = store.state[i] if e < first else edges.state[e]
        part = store.covariance[i] if e < first else edges.covariance[e]
        for a in range(STATE):
            spread[a] = part_state[a] - mean[a]
        for a in range(STATE):
            for b in range(a, STATE):
                covariance[a, b] += weight * (part[a, b] + spread[a] * spread[b])
    for a in range(STATE):
        store.state[i, a] = mean[a]
        for b in range(a, STATE):
            store.covariance[i, a, b] = store.covariance[i, b, a] = covariance[a, b]


@kernel
def update_track(
    store: Store,
    i: int,
    perceived: float,
    first: int,
    last: int,
    edges: Edges,
    probability: FloatArray,
    sensor: SensorModel,
    looks: Looks,
) -> None:
    """Moment-matches what edges first..last of track i say; perceived is Pd if the sensor can perceive it.

    r+ = p_0 r_0 + sum p_j, weights p_0 r_0 / r+ for the miss and p_j / r+ for the detections, with the spread
    of the means (tracking page, 'Update').
    """
    s = sensor.number
    visible = store.visible[i, s]
    r, pd = store.existence[i], perceived * visible
    hit = 0.0
    for e in range(first, last):
        hit += probability[e]
    missed = max(1.0 - hit, 0.0) * r * (1.0 - pd) / (1.0 - r * pd)
    total = missed + hit
    if total <= 0.0:
        store.existence[i] = 0.0
        return
    if first < last:
        _match_moments(store, i, missed, total, first, last, edges, probability)
    missed_visible = visible * (1.0 - perceived) / max(1.0 - pd, 1e-12)
    store.visible[i, s] = (missed * missed_visible + hit) / total
    store.support[i, s] += hit / total
    store.existence[i] = min(total, 1.0)
    if hit > _SEEN_PROBABILITY * total:
        store.seen_ns[i, s] = looks.time_ns
    best = first
    for e in range(first, last):
        if probability[e] >= EVIDENCE_PROBABILITY:
            remember(store, i, looks, edges.detection[e], sensor, probability[e])
        if probability[e] > probability[best]:
            best = e
    if first < last and store.identity[i] == NO_IDENTITY and probability[best] > _SEEN_PROBABILITY * total:
        store.identity[i] = looks.identity[edges.detection[best]]


@kernel
def add_track(
    store: Store,
    i: int,
    existence: float,
    births: Births,
    sensor: SensorModel,
    visible_prior: FloatArray,
    looks: Looks,
    j: int,
) -> None:
    """Writes the track that detection j makes into row i; visible_prior (s,) of all sensors."""
    for a in range(STATE):
        store.state[i, a] = births.state[j, a]
        for b in range(STATE):
            store.covariance[i, a, b] = births.covariance[j, a, b]
    store.existence[i] = existence
    store.time_ns[i] = store.born_ns[i] = looks.time_ns
    store.name[i], store.identity[i] = looks.name[j], looks.identity[j]
    store.confirmed[i] = False
    for k in range(len(visible_prior)):
        store.visible[i, k], store.support[i, k] = visible_prior[k], 0.0
        store.touched_ns[i, k], store.seen_ns[i, k] = looks.time_ns, np.iinfo(np.int64).min
    s = sensor.number
    store.visible[i, s], store.support[i, s], store.seen_ns[i, s] = 1.0, 1.0, looks.time_ns
    store.evidence_count[i] = store.evidence_published[i] = 0
    remember(store, i, looks, j, sensor, existence)


@kernel
def _copy_row(table: AnyArray, source: int, target: int) -> None:
    """table[target] = table[source], which as a slice takes Numba ten times as long to compile."""
    for k in range(table.shape[1]):
        table[target, k] = table[source, k]


@kernel
def move_row(store: Store, source: int, target: int) -> None:
    """Copies one track over another."""
    _copy_row(store.state, source, target)
    for a in range(STATE):
        for b in range(STATE):
            store.covariance[target, a, b] = store.covariance[source, a, b]
    store.existence[target], store.time_ns[target] = store.existence[source], store.time_ns[source]
    store.born_ns[target], store.name[target] = store.born_ns[source], store.name[source]
    store.identity[target], store.confirmed[target] = store.identity[source], store.confirmed[source]
    _copy_row(store.visible, source, target)
    _copy_row(store.support, source, target)
    _copy_row(store.touched_ns, source, target)
    _copy_row(store.seen_ns, source, target)
    _copy_row(store.evidence_number, source, target)
    _copy_row(store.evidence_probability, source, target)
    _copy_row(store.evidence_time_ns, source, target)
    _copy_row(store.evidence_sensor, source, target)
    store.evidence_count[target] = store.evidence_count[source]
    store.evidence_published[target] = store.evidence_published[source]


@kernel
def is_birth(mask: int, existence: float, prune: float) -> bool:
    """Whether a detection is worth a track of its own."""
    return can_make_a_track(mask) and existence > prune
