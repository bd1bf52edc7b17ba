"""Association marginals of one cluster: closed form, exact enumeration, or loopy belief propagation.

Edges come sorted by track. `weight` is psi_ij of the tracking page: the odds of 'detection j is of track i'
against 'track i is missed or absent, and detection j is new or false'.
"""

from __future__ import annotations

import numpy as np

from tocsin.jit import kernel
from tocsin.tracking.kernels.layout import BELIEF_SWEEPS, BELIEF_TOLERANCE, EXACT_DETECTIONS
from tocsin.units import FloatArray, IntArray


@kernel
def marginals(track: IntArray, detection: IntArray, weight: FloatArray, probability: FloatArray) -> None:
    """Probability of every edge of one cluster; track and detection are numbered locally from 0; all (e,)."""
    tracks, detections = int(track.max()) + 1, int(detection.max()) + 1
    if tracks == 1:
        total = 1.0 + weight.sum()
        for e in range(len(weight)):
            probability[e] = weight[e] / total
    elif detections <= EXACT_DETECTIONS:
        exact(track, detection, weight, tracks, detections, probability)
    else:
        beliefs(track, detection, weight, tracks, detections, probability)


@kernel
def exact(
    track: IntArray,
    detection: IntArray,
    weight: FloatArray,
    tracks: int,
    detections: int,
    probability: FloatArray,
) -> None:
    """Sums over all events by a dynamic programme over the set of detections in use, forward and backward.

    forward[i, m]: weight of what tracks before i may do so that just the set m is used;
    backward[i, m]: weight of what tracks from i on may do where m is in use already.
    """
    sets = 1 << detections
    first = np.zeros(tracks + 1, np.int64)
    for e in range(len(track)):
        first[track[e] + 1] = e + 1
    forward, backward = np.zeros((tracks, sets)), np.empty((tracks + 1, sets))
    forward[0, 0] = 1.0
    for i in range(tracks - 1):
        for m in range(sets):
            forward[i + 1, m] = forward[i, m]
        for e in range(first[i], first[i + 1]):
            bit = 1 << detection[e]
            for m in range(sets):
                if not m & bit and forward[i, m] > 0.0:
                    forward[i + 1, m | bit] += weight[e] * forward[i, m]
    backward[tracks] = 1.0
    for i in range(tracks - 1, -1, -1):
        for m in range(sets):
            backward[i, m] = backward[i + 1, m]
        for e in range(first[i], first[i + 1]):
            bit = 1 << detection[e]
            for m in range(sets):
                if not m & bit:
                    backward[i, m] += weight[e] * backward[i + 1, m | bit]
    for e in range(len(track)):
        i, bit, total = track[e], 1 << detection[e], 0.0
        for m in range(sets):
            if not m & bit:
                total += forward[i, m] * backward[i + 1, m | bit]
        probability[e] = weight[e] * total / backward[0, 0]


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
