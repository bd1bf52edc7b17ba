"""Association marginals of one cluster: closed form, exact enumeration, or loopy belief propagation.

Edges come sorted by track. `weight` is psi_ij of the tracking page: the odds of 'detection j is of track i'
against 'track i is missed or absent, and detection j is new or false'.
"""

from __future__ import annotations

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.layout import BELIEF_SWEEPS, BELIEF_TOLERANCE, EXACT_DETECTIONS
from tocsin.units import FloatArray, IntArray

UNSHARED = -1


@kernel
def marginals(track: IntArray, detection: IntArray, weight: FloatArray, probability: FloatArray) -> None:
    """Probability of every edge of one cluster; track and detection are numbered locally from 0; all (e,)."""
    tracks, detections = int(track.max()) + 1, int(detection.max()) + 1
    # A detection that one track alone can claim needs no bookkeeping: it is but another way to be free.
    claims, rest = np.zeros(detections, np.int64), np.ones(tracks)
    for e in range(len(track)):
        claims[detection[e]] += 1
    shared = np.full(detections, UNSHARED)
    count = 0
    for e in range(len(track)):
        if claims[detection[e]] == 1:
            rest[track[e]] += weight[e]
        elif shared[detection[e]] == UNSHARED:
            shared[detection[e]] = count
            count += 1
    if count <= EXACT_DETECTIONS:
        exact(track, shared[detection], weight, rest, count, probability)
    else:
        beliefs(track, detection, weight, tracks, detections, probability)


@kernel
def exact(
    track: IntArray,
    detection: IntArray,
    weight: FloatArray,
    rest: FloatArray,
    detections: int,
    probability: FloatArray,
) -> None:
    """Sums over all events by a dynamic programme over the set of shared detections in use, both ways.

    forward[i, m]: weight of what tracks before i may do so that just the set m is used;
    backward[i, m]: weight of what tracks from i on may do where m is in use already.
    rest (t,) is the weight of all that a track may do without a shared detection; detections are numbered
    from 0 to `detections`, or UNSHARED. Each row is scaled, which changes no ratio.
    """
    sets, tracks = 1 << detections, len(rest)
    first = np.zeros(tracks + 1, np.int64)
    for e in range(len(track)):
        first[track[e] + 1] += 1
    for i in range(tracks):
        first[i + 1] += first[i]
    forward, backward = np.zeros((tracks + 1, sets)), np.empty((tracks + 1, sets))
    forward[0, 0] = 1.0
    backward[tracks] = 1.0
    for i in range(tracks):
        _add_track(detection, weight, first[i], first[i + 1], rest[i], forward[i], forward[i + 1])
    for i in range(tracks - 1, -1, -1):
        _take_track(detection, weight, first[i], first[i + 1], rest[i], backward[i + 1], backward[i])
        free, total = 0.0, 0.0
        for m in range(sets):
            free += forward[i, m] * backward[i + 1, m]
        total = rest[i] * free
        for e in range(first[i], first[i + 1]):
            probability[e] = weight[e] * free
            if detection[e] != UNSHARED:
                bit, used = 1 << detection[e], 0.0
                for m in range(sets):
                    if not m & bit:
                        used += forward[i, m] * backward[i + 1, m | bit]
                probability[e] = weight[e] * used
                total += probability[e]
        for e in range(first[i], first[i + 1]):
            probability[e] /= total


@bare_kernel
def _add_track(
    detection: IntArray,
    weight: FloatArray,
    first: int,
    last: int,
    rest: float,
    before: FloatArray,
    after: FloatArray,
) -> None:
    """One row of `forward`."""
    highest = 0.0
    for m in range(len(before)):
        after[m] = rest * before[m]
    for e in range(first, last):
        if detection[e] == UNSHARED:
            continue
        bit = 1 << detection[e]
        for m in range(len(before)):
            if not m & bit:
                after[m | bit] += weight[e] * before[m]
    for m in range(len(before)):
        highest = max(highest, after[m])
    for m in range(len(before)):
        after[m] /= highest


@bare_kernel
def _take_track(
    detection: IntArray,
    weight: FloatArray,
    first: int,
    last: int,
    rest: float,
    before: FloatArray,
    after: FloatArray,
) -> None:
    """One row of `backward`."""
    highest = 0.0
    for m in range(len(before)):
        after[m] = rest * before[m]
    for e in range(first, last):
        if detection[e] == UNSHARED:
            continue
        bit = 1 << detection[e]
        for m in range(len(before)):
            if not m & bit:
                after[m] += weight[e] * before[m | bit]
    for m in range(len(before)):
        highest = max(highest, after[m])
    for m in range(len(before)):
        after[m] /= highest


@kernel
def beliefs(
    track: IntArray,
    detection: IntArray,
    weight: FloatArray,
    tracks: int,
    detections: int,
    probability: FloatArray,
) -> None:
    """Loopy belief propagation (Williams and Lau 2014; Meyer et al. 2018), until no message moves."""
    edges = len(track)
    to_track = np.ones(edges)  # nu_ij
    to_detection = np.zeros(edges)  # mu_ij
    for_track, for_detection = np.empty(tracks), np.empty(detections)
    for _ in range(BELIEF_SWEEPS):
        for_track[:] = 1.0
        for e in range(edges):
            for_track[track[e]] += weight[e] * to_track[e]
        for_detection[:] = 1.0
        for e in range(edges):
            others = max(for_track[track[e]] - weight[e] * to_track[e], 1.0)
            to_detection[e] = weight[e] / others
            for_detection[detection[e]] += to_detection[e]
        change = 0.0
        for e in range(edges):
            message = 1.0 / max(for_detection[detection[e]] - to_detection[e], 1.0)
            change = max(change, abs(message - to_track[e]))
            to_track[e] = message
        if change < BELIEF_TOLERANCE:
            break
    for_track[:] = 1.0
    for e in range(edges):
        for_track[track[e]] += weight[e] * to_track[e]
    for e in range(edges):
        probability[e] = weight[e] * to_track[e] / for_track[track[e]]
