"""Rows of the store as hypotheses of a track: what one assignment makes of a row, and several rows as one."""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.expectation import add_hit
from tocsin.tracking.kernels.layout import CRUISE, STATE, Edges, Record
from tocsin.tracking.kernels.motion import collapse, spread_over_modes
from tocsin.units import FloatArray


@bare_kernel
def copy_hypothesis(old: Record, new: Record) -> None:
    """What is known of the object, but not what the track was told: names and the like stay."""
    new.existence, new.time_ns, new.modes = old.existence, old.time_ns, old.modes
    for a in range(STATE):
        new.state[a] = old.state[a]
        for b in range(STATE):
            new.covariance[a, b] = old.covariance[a, b]
    new.steady = old.steady
    for m in range(old.modes):
        new.pd[m] = old.pd[m]
        new.mode[m] = old.mode[m]


@bare_kernel
def miss(track: Record, visible: float) -> None:
    """A track after a look that did not find it."""
    # 1 - Pd as a sum over the modes: 1 less a sum would let their probabilities drift from 1, miss by miss.
    missed = 0.0
    for m in range(track.modes):
        missed += track.mode[m].probability * (1.0 - track.pd[m] * visible)
    for m in range(track.modes):
        track.mode[m].probability *= (1.0 - track.pd[m] * visible) / max(missed, 1e-12)
    track.existence *= missed / (1.0 - track.existence * (1.0 - missed))


@bare_kernel
def hit(track: Record, edge: Record, edges: Edges, work: Record) -> None:
    """A track after a detection that is of it for sure."""
    track.existence = 1.0
    for m in range(track.modes):
        mode, found = track.mode[m], edges.hits[edge.hit + m]
        mode.probability = found.share
        if found.share <= 0.0:
            continue
        shift = work.direction
        for a in range(STATE):
            shift[a] = 0.0
        add_hit(edges.expectations[edge.expectation + m], found, 1.0, mode, shift, work.column)
        for a in range(STATE):
            mode.state[a] += shift[a]
            for b in range(STATE):
                mode.covariance[a, b] -= shift[a] * shift[b]


@bare_kernel
def _merge_mode(mode: Record, share: float, added: Record, other: float, work: Record) -> None:
    """Moment-matches two modes, of these weights, into the first."""
    total = share + other
    if total <= 0.0:
        return
    part = other / total
    for a in range(STATE):
        work.direction[a] = added.state[a] - mode.state[a]
    for a in range(STATE):
        mode.state[a] += part * work.direction[a]
        for b in range(STATE):
            apart = part * (1.0 - part) * (work.direction[a] * work.direction[b])
            kept = (1.0 - part) * mode.covariance[a, b] + part * added.covariance[a, b]
            mode.covariance[a, b] = kept + apart


@bare_kernel
def merge(first: Record, weight: float, second: Record, other: float, motion: Record, work: Record) -> None:
    """Makes one hypothesis of two, of these probabilities, in the first: existence and moments."""
    if first.modes < second.modes:
        spread_over_modes(first, motion)
    elif second.modes < first.modes:
        spread_over_modes(second, motion)
    mass, added = weight * first.existence, other * second.existence
    if mass + added <= 0.0:
        return
    straight, others = mass * first.mode[CRUISE].probability, added * second.mode[CRUISE].probability
    if straight + others > 0.0:
        first.steady = (straight * first.steady + others * second.steady) / (straight + others)
    for m in range(first.modes):
        mode, another = first.mode[m], second.mode[m]
        share, part = mass * mode.probability, added * another.probability
        _merge_mode(mode, share, another, part, work)
        mode.probability = (share + part) / (mass + added)
    first.existence = (mass + added) / (weight + other)
    collapse(first, work)


@bare_kernel
def distance2(one: Record, other: Record, factor: FloatArray) -> float:
    """Squared Mahalanobis distance of the states of two rows under the covariance of the first.

    factor (6, 7) is scratch: its Cholesky factor, and the whitened difference.
    """
    total = 0.0
    for a in range(STATE):
        gap = other.state[a] - one.state[a]
        for b in range(a + 1):
            value = one.covariance[a, b]
            for c in range(b):
                value -= factor[a, c] * factor[b, c]
            if a == b:
                factor[a, a] = math.sqrt(max(value, 1e-12 * max(one.covariance[a, a], 1e-12)))
            else:
                factor[a, b] = value / factor[b, b]
        for b in range(a):
            gap -= factor[a, b] * factor[b, STATE]
        factor[a, STATE] = gap / factor[a, a]
        total += factor[a, STATE] ** 2
    return total
