"""Where a track is and how it flies after reports 'heard' and 'silent': moments over its position."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.heard_layout import Sounds
from tocsin.tracking.kernels.heard_report import chance, sound_path
from tocsin.tracking.kernels.layout import Record
from tocsin.units import FloatArray, IntArray

# Reports whose likelihood exceeds its mean over the position by more are used in several steps.
STEEPEST, MOST_STEPS = 4.0, 8
# So much of the position's covariance is left at least by each step: it stays positive definite.
LEAST_SHARE = 1e-3
# Chances of hearing change over a kilometre: positions known better need fewer points [m].
_SHARP_M = 150.0
# Gauss-Hermite points and weights: row 0 three of them, row 1 seven.
_X, _W = np.zeros((2, 7)), np.zeros((2, 7))
for _row, _count in enumerate((3, 7)):
    _X[_row, :_count], _W[_row, :_count] = np.polynomial.hermite_e.hermegauss(_count)
    _W[_row] /= _W[_row].sum()


class Points(NamedTuple):
    """Room for the distribution of one track's position."""

    gain: FloatArray  # (6, 3) what one sigma of each of three normal values adds to the state
    normal: FloatArray  # (q, 5) weight, the three values, likelihood
    moments: FloatArray  # (6, 3) row 0: mean of the values, 1 to 3: their covariance, 4 and 5: a state
    chances: FloatArray  # (l, q) probability that the node of each report hears it from there


class Events(NamedTuple):
    """Which other tracks may exist, and what matters of it for one track."""

    weight: FloatArray  # (e, 1 + l) probability of each event, factor of each report that is used in it
    others: IntArray  # (n,) other tracks of the cluster
    used: IntArray  # (l,) reports that matter


@bare_kernel
def spread_points(covariance: FloatArray, points: Points) -> int:
    """Points for the position of a state; gives how many.

    The upper half of the gain is the Cholesky factor of the position's covariance, the lower half what the
    position tells of the velocity.
    """
    gain, normal, n = points.gain, points.normal, 0
    for a in range(6):
        for b in range(a + 1 if a < 3 else 3):
            value = covariance[a, b]
            for k in range(b):
                value -= gain[a, k] * gain[b, k]
            gain[a, b] = math.sqrt(max(value, 1e-6)) if a == b else value / gain[b, b]
        for b in range(a + 1, 3):
            gain[a, b] = 0.0
    row = 0 if max(covariance[0, 0], covariance[1, 1]) < _SHARP_M * _SHARP_M else 1
    for a in range(3 + 4 * row):
        for b in range(3 + 4 * row):
            for c in range(3):
                normal[n, 0] = _W[row, a] * _W[row, b] * _W[0, c]
                normal[n, 1], normal[n, 2], normal[n, 3] = _X[row, a], _X[row, b], _X[0, c]
                n += 1
    return n


@bare_kernel
def heard_from(node: Record, state: FloatArray, points: Points, count: int, row: int) -> float:
    """Probability that a node hears the object from each point, into points.chances[row]; gives the mean."""
    place, velocity, total = points.moments[4], points.moments[5], 0.0
    for q in range(count):
        for a in range(3):
            place[a], velocity[a] = state[a] - node.position[a], state[a + 3]
            for b in range(3):
                place[a] += points.gain[a, b] * points.normal[q, b + 1]
                velocity[a] += points.gain[a + 3, b] * points.normal[q, b + 1]
        path = sound_path(
            place[0], place[1], place[2], velocity[0], velocity[1], velocity[2], node.slowness_spm
        )
        points.chances[row, q] = chance(node.detection, path / node.step_m)
        total += points.normal[q, 0] * points.chances[row, q]
    return total


@bare_kernel
def match_moments(
    state: FloatArray, covariance: FloatArray, points: Points, count: int, total: float
) -> None:
    """Moments of the state when its position has the points' weights, which sum to total.

    Given the position, the rest of the state keeps its distribution: P <- P + G (S - I) G'.
    """
    gain, normal, moments = points.gain, points.normal, points.moments
    for a in range(3):
        for row in range(4):
            moments[row, a] = 0.0
        for q in range(count):
            share = normal[q, 0] / total * normal[q, a + 1]
            moments[0, a] += share
            for b in range(3):
                moments[1 + b, a] += share * normal[q, b + 1]
    for a in range(3):
        for b in range(3):
            moments[1 + a, b] -= moments[0, a] * moments[0, b]
        moments[1 + a, a] += LEAST_SHARE - 1.0
    for a in range(6):
        for k in range(3):
            state[a] += gain[a, k] * moments[0, k]
        for b in range(a, 6):
            for k in range(3):
                for m in range(3):
                    covariance[a, b] += gain[a, k] * moments[1 + k, m] * gain[b, m]
            covariance[b, a] = covariance[a, b]


@bare_kernel
def _likelihoods(
    sounds: Sounds, t: int, events: Events, combinations: int, looks: int, points: Points, count: int
) -> float:
    """Likelihood of the reports from each point, into the points; gives how far it exceeds its mean."""
    mean, most = 0.0, 0.0
    for q in range(count):
        likelihood = 0.0
        for e in range(combinations):
            value = events.weight[e, 0]
            for u in range(looks):
                report, visible = sounds.reports[events.used[u]], sounds.pairs[t, events.used[u]].visible
                silent = events.weight[e, 1 + u] * (1.0 - visible * points.chances[u, q])
                value *= report.constant + silent
            likelihood += value
        points.normal[q, 4] = likelihood
        mean += points.normal[q, 0] * likelihood
        most = max(most, likelihood)
    return most / mean


@bare_kernel
def condition(sounds: Sounds, t: int, events: Events, combinations: int, looks: int, points: Points) -> float:
    """Moment-matches track t with the reports used; gives their likelihood if it exists.

    Where that is steep they are used by and by, each time to a power that in the end makes up one.
    """
    track, there, steps, step = sounds.tracks[t], 1.0, 1, 0
    while step < steps:
        count, total = spread_points(track.covariance, points), 0.0
        for u in range(looks):
            if sounds.pairs[t, events.used[u]].pd > 0.0:
                node = sounds.nodes[sounds.reports[events.used[u]].node]
                heard_from(node, track.state, points, count, u)
            else:
                for q in range(count):
                    points.chances[u, q] = 0.0
        steep = _likelihoods(sounds, t, events, combinations, looks, points, count)
        if step == 0:
            steps = int(min(max(math.ceil(math.log(steep) / math.log(STEEPEST)), 1.0), MOST_STEPS))
        for q in range(count):
            points.normal[q, 0] *= points.normal[q, 4] ** (1.0 / steps)
            total += points.normal[q, 0]
        match_moments(track.state, track.covariance, points, count, total)
        there *= total
        step += 1
    return there
