"""All chosen objects fitted together: one step of expectation maximisation over who made which bearing."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.bearing_fit import Work, add, add_bearing, begin, solve
from tocsin.tracking.kernels.bearing_sky import (
    AZIMUTH,
    BY_AZIMUTH,
    BY_ELEVATION,
    EXPECTED,
    RATE,
    SLANT,
    SURE_DETECTION,
    THERE,
    Sets,
    Sky,
    blur,
    expect,
    log_density,
    turn,
    wander,
)
from tocsin.tracking.kernels.layout import NOBODY, STATE, Record
from tocsin.units import FloatArray, IntArray

_BELIEF_SWEEPS = 8
_NEGLIGIBLE = 1e-4


class Blending(NamedTuple):
    """Room for m objects and looks of n bearings at most."""

    who: IntArray  # (m,) rows of the chosen
    odds: FloatArray  # (m, n)
    mu: FloatArray  # (m, n)
    nu: FloatArray  # (m, n)
    expected: FloatArray  # (m, EXPECTED)
    gain: FloatArray  # (m, 6)
    nothing: FloatArray  # (6,)
    information: FloatArray  # (m, 6, 6)
    observed: FloatArray  # (m, 6, 6)


@kernel
def new_blending(candidates: int, sky: Sky) -> Blending:
    """Room to blend so many objects."""
    most = 1
    for k in range(len(sky.looks)):
        most = max(most, sky.looks[k].count)
    return Blending(
        np.empty(candidates, np.int64),
        np.empty((candidates, most)),
        np.empty((candidates, most)),
        np.empty((candidates, most)),
        np.empty((candidates, EXPECTED)),
        np.empty((candidates, STATE)),
        np.empty(STATE),
        np.empty((candidates, STATE, STATE)),
        np.empty((candidates, STATE, STATE)),
    )


@bare_kernel
def marginals(odds: FloatArray, mu: FloatArray, nu: FloatArray, objects: int, bearings: int) -> None:
    """Odds of c objects and n bearings, in odds[:c, :n], become association probabilities, by belief
    propagation (Williams and Lau 2014); mu and nu are as large."""
    for c in range(objects):
        for j in range(bearings):
            nu[c, j] = 1.0
    for _ in range(_BELIEF_SWEEPS):
        for c in range(objects):
            total = 1.0
            for j in range(bearings):
                total += odds[c, j] * nu[c, j]
            for j in range(bearings):
                mu[c, j] = odds[c, j] / (total - odds[c, j] * nu[c, j])
        for j in range(bearings):
            total = 1.0
            for c in range(objects):
                total += mu[c, j]
            for c in range(objects):
                nu[c, j] = 1.0 / (total - mu[c, j])
    for c in range(objects):
        total = 1.0
        for j in range(bearings):
            total += odds[c, j] * nu[c, j]
        for j in range(bearings):
            odds[c, j] *= nu[c, j] / total


@bare_kernel
def _expect_of(sky: Sky, look: Record, sets: Sets, m: int, expected: FloatArray, odds: FloatArray) -> None:
    """What the look should show of object m, into expected (EXPECTED,), and the odds (n,) that each of its
    bearings is the object's, against a miss and against anything else."""
    finder, covariance = sky.finders[look.sensor], sets.covariance[m]
    probability = min(finder.detection_probability, SURE_DETECTION)
    expect(sky, look, sets.state[m], expected)
    is_inside = expected[SLANT] <= finder.max_range_m
    loose = wander(sky.prior, expected)
    loose_up = loose
    loose += blur(covariance, expected, BY_AZIMUTH, expected[THERE])
    if look.has_elevation:
        loose_up += blur(covariance, expected, BY_ELEVATION, expected[THERE])
    for j in range(look.count):
        bearing = sky.bearings[look.first + j]
        value = math.exp(log_density(bearing, expected, loose, loose_up) - bearing.log_other)
        value *= probability / (1.0 - probability)
        odds[j] = value if is_inside and value > _NEGLIGIBLE else 0.0


@bare_kernel
def _learn(sky: Sky, look: Record, b: Blending, c: int) -> int:
    """Adds a look to object c's normal equations, each bearing with its share of belonging to it, and to the
    observed information, which the doubt about that belonging lessens (Louis 1982). Gives the bearing that is
    rather its own than not."""
    share, expected, observed = b.odds[c], b.expected[c], b.observed[c]
    drift, likely = wander(sky.prior, expected), NOBODY
    weight, mean, square, variance = 0.0, 0.0, 0.0, 1.0
    for j in range(look.count):
        if share[j] <= _NEGLIGIBLE:
            continue
        if share[j] > 0.5:
            likely = look.first + j
        bearing = sky.bearings[look.first + j]
        residual = turn(bearing.azimuth - expected[AZIMUTH] - expected[RATE] * bearing.offset_s)
        variance = bearing.azimuth_sigma**2 + drift
        weight += share[j]
        mean += share[j] * residual
        square += share[j] * residual**2
        add_bearing(b.information[c], b.gain[c], expected, bearing, drift, share[j])
        if math.isfinite(bearing.elevation):
            sure_up = share[j] / (bearing.elevation_sigma**2 + drift)
            add(observed, b.nothing, expected, BY_ELEVATION, 0.0, sure_up)
    known = max(weight - (square - mean * mean) / variance, 0.0)
    add(observed, b.nothing, expected, BY_AZIMUTH, 0.0, known / variance)
    return likely


@bare_kernel
def blend(sky: Sky, sets: Sets, is_last: bool, b: Blending, work: Work) -> None:
    """One step of expectation maximisation for all chosen objects together. Their hits become what is rather
    theirs than not; after the last step their covariance is that of the observed information."""
    count = 0
    for m in range(len(sets.chosen)):
        if sets.chosen[m]:
            b.who[count] = m
            begin(sky.prior, sets.state[m], b.observed[count], b.nothing)
            begin(sky.prior, sets.state[m], b.information[count], b.gain[count])
            count += 1
    for k in range(len(sky.looks)):
        look = sky.looks[k]
        for c in range(count):
            _expect_of(sky, look, sets, b.who[c], b.expected[c], b.odds[c])
        marginals(b.odds, b.mu, b.nu, count, look.count)
        for c in range(count):
            sets.hits[b.who[c], k] = _learn(sky, look, b, c)
    for c in range(count):
        m = b.who[c]
        solve(b.information[c], b.gain[c], work, sets.covariance[m])
        for a in range(STATE):
            sets.state[m, a] += work.step[a]
        if is_last:
            solve(b.observed[c], b.nothing, work, sets.covariance[m])
