"""One object fitted to the bearings that nobody else owns: Gauss-Newton steps over all looks."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.bearing_sky import (
    AZIMUTH,
    BY_AZIMUTH,
    BY_ELEVATION,
    ELEVATION,
    EXPECTED,
    LOG_TWO_PI,
    OUTSIDE,
    RATE,
    SENSORS_WEIGHED,
    SLANT,
    SURE_DETECTION,
    THERE,
    Prior,
    Sets,
    Sky,
    blur,
    expect,
    log_density,
    prior_up,
    turn,
    wander,
)
from tocsin.tracking.kernels.layout import LEAST_DENSITY, NOBODY, STATE, Record
from tocsin.units import FloatArray, IntArray

# A new set is fitted to ever older looks: what is far in time must wait until the velocity is known.
_NEAR_S, _FARTHER_S = 3.0, 7.0
_ANYWHERE_M = 1e5


class Work(NamedTuple):
    """What kernels scribble on; s sensors."""

    expected: FloatArray  # (EXPECTED,) see `expect`
    information: FloatArray  # (6, 6)
    gain: FloatArray  # (6,)
    step: FloatArray  # (6,)
    lower: FloatArray  # (6, 6)
    inverse: FloatArray  # (6, 6)
    sum: FloatArray  # (s,)
    heard: IntArray  # (s,)


@kernel
def new_work(sensors: int) -> Work:
    """Room to work in."""
    return Work(
        np.empty(EXPECTED),
        np.empty((STATE, STATE)),
        np.empty(STATE),
        np.empty(STATE),
        np.empty((STATE, STATE)),
        np.empty((STATE, STATE)),
        np.empty(sensors),
        np.empty(sensors, np.int64),
    )


@bare_kernel
def best_bearing(
    sky: Sky, look: Record, covariance: FloatArray, is_loose: bool, owner: IntArray, expected: FloatArray
) -> tuple[int, float]:
    """The free bearing of a look that fits best, if that is likelier than a miss, and its log ratio.

    is_loose: what is expected is known to this covariance only."""
    probability = min(sky.finders[look.sensor].detection_probability, SURE_DETECTION)
    loose = wander(sky.prior, expected)
    loose_up = loose
    if is_loose:
        loose += blur(covariance, expected, BY_AZIMUTH, expected[THERE])
        if look.has_elevation:
            loose_up += blur(covariance, expected, BY_ELEVATION, expected[THERE])
    best, most, log_probability = NOBODY, math.log(1.0 - probability), math.log(probability)
    for j in range(look.first, look.first + look.count):
        if owner[j] != NOBODY:
            continue
        bearing = sky.bearings[j]
        value = log_density(bearing, expected, loose, loose_up) + log_probability - bearing.log_other
        if value > most:
            best, most = j, value
    return best, most


@bare_kernel
def add(
    information: FloatArray,
    gain: FloatArray,
    expected: FloatArray,
    first: int,
    residual: float,
    weight: float,
) -> None:
    """Adds one angle, of this weight (inverse variance), to the normal equations."""
    dt_s = expected[THERE]
    for a in range(3):
        share = weight * expected[first + a]
        gain[a] += share * residual
        gain[a + 3] += dt_s * share * residual
        for b in range(3):
            both = share * expected[first + b]
            information[a, b] += both
            information[a, b + 3] += dt_s * both
            information[a + 3, b] += dt_s * both
            information[a + 3, b + 3] += dt_s * dt_s * both


@bare_kernel
def add_bearing(
    information: FloatArray,
    gain: FloatArray,
    expected: FloatArray,
    bearing: Record,
    drift: float,
    share: float,
) -> None:
    """Adds one bearing, as far as it is thought to be this object's."""
    residual = turn(bearing.azimuth - expected[AZIMUTH] - expected[RATE] * bearing.offset_s)
    add(information, gain, expected, BY_AZIMUTH, residual, share / (bearing.azimuth_sigma**2 + drift))
    if math.isfinite(bearing.elevation):
        residual = bearing.elevation - expected[ELEVATION]
        add(information, gain, expected, BY_ELEVATION, residual, share / (bearing.elevation_sigma**2 + drift))


@bare_kernel
def _root(information: FloatArray, lower: FloatArray, inverse: FloatArray) -> float:
    """Cholesky's factor of an information and the factor's inverse; gives log det information."""
    log_det = 0.0
    for a in range(STATE):
        for b in range(a + 1):
            value = information[a, b]
            for c in range(b):
                value -= lower[a, c] * lower[b, c]
            lower[a, b] = math.sqrt(max(value, 1e-30)) if a == b else value / lower[b, b]
        log_det += 2.0 * math.log(lower[a, a])
        inverse[a, a] = 1.0 / lower[a, a]
        for b in range(a):
            value = 0.0
            for c in range(b, a):
                value -= lower[a, c] * inverse[c, b]
            inverse[a, b] = value / lower[a, a]
    return log_det


@bare_kernel
def solve(information: FloatArray, gain: FloatArray, work: Work, covariance: FloatArray) -> float:
    """covariance = information^-1, work.step = covariance gain; gives log det information."""
    inverse, step = work.inverse, work.step
    log_det = _root(information, work.lower, inverse)
    for a in range(STATE):
        for b in range(a, STATE):
            value = 0.0
            for c in range(b, STATE):
                value += inverse[c, a] * inverse[c, b]
            covariance[a, b] = covariance[b, a] = value
    for a in range(STATE):
        step[a] = 0.0
        for b in range(STATE):
            step[a] += covariance[a, b] * gain[b]
    return log_det


@bare_kernel
def begin(prior: Prior, state: FloatArray, information: FloatArray, gain: FloatArray) -> float:
    """The normal equations of the prior at a state; gives the prior's log density there."""
    for a in range(STATE):
        gain[a] = 0.0
        for b in range(STATE):
            information[a, b] = 0.0
    information[0, 0] = information[1, 1] = 1.0 / _ANYWHERE_M**2
    log_density = math.log(max(prior.intensity_per_m2, LEAST_DENSITY)) - 2.0 * LOG_TWO_PI
    for a in range(2, STATE):
        sigma, residual = prior.speed_sigma_mps, -state[a]
        if a == 2:
            sigma, residual = prior.altitude_sigma_m, prior_up(prior, state) - state[2]
        elif a == 5:
            sigma = prior.vertical_speed_sigma_mps
        information[a, a] = 1.0 / sigma**2
        gain[a] = residual * information[a, a]
        log_density -= 0.5 * residual * gain[a] + math.log(sigma)
    return log_density


@bare_kernel
def _take_bearings(
    sky: Sky, sets: Sets, m: int, reach_s: float, is_loose: bool, owner: IntArray, work: Work
) -> None:
    """Gives candidate m the best free bearing of each look not older than reach_s, and adds them to the
    normal equations; work.sum and work.heard are the log ratios and hits of each sensor."""
    state, covariance, expected = sets.state[m], sets.covariance[m], work.expected
    for s in range(len(work.sum)):
        work.sum[s], work.heard[s] = 0.0, 0
    for k in range(len(sky.looks)):
        look = sky.looks[k]
        sets.hits[m, k] = OUTSIDE
        if (sky.now_ns - look.time_ns) * 1e-9 > reach_s:
            continue
        expect(sky, look, state, expected)
        if expected[SLANT] > sky.finders[look.sensor].max_range_m:
            continue
        j, value = best_bearing(sky, look, covariance, is_loose, owner, expected)
        sets.hits[m, k] = j
        work.sum[look.sensor] += value
        if j >= 0:
            work.heard[look.sensor] += 1
            drift = wander(sky.prior, expected)
            add_bearing(work.information, work.gain, expected, sky.bearings[j], drift, 1.0)


@bare_kernel
def fit_once(
    sky: Sky, sets: Sets, m: int, reach_s: float, is_loose: bool, owner: IntArray, work: Work
) -> float:
    """One Gauss-Newton step of candidate m to the best free bearing of each look not older than reach_s.

    Gives the log likelihood ratio of this object and no object, where its bearings are false or another's:
    Laplace's approximation of the integral over its state, each sensor perceiving it always or never."""
    state = sets.state[m]
    score, sensors = begin(sky.prior, state, work.information, work.gain), 0
    _take_bearings(sky, sets, m, reach_s, is_loose, owner, work)
    for s in range(len(work.sum)):
        visible = sky.finders[s].visible_prior
        if work.heard[s] > 0:
            sensors += 1
            score += work.sum[s] + math.log(max(visible, 1e-9))
        else:
            score += math.log(max(1.0 - visible + visible * math.exp(work.sum[s]), 1e-300))
    score += 3.0 * LOG_TWO_PI - 0.5 * solve(work.information, work.gain, work, sets.covariance[m])
    for a in range(STATE):
        score += 0.5 * work.step[a] * work.gain[a]
        state[a] += work.step[a]
    return score if sensors >= SENSORS_WEIGHED else -math.inf


@bare_kernel
def fit(sky: Sky, sets: Sets, m: int, is_new: bool, owner: IntArray, work: Work) -> None:
    """Fits candidate m to the bearings that nobody owns."""
    if is_new:
        age_s = (sky.now_ns - sky.looks[0].time_ns) * 1e-9
        if age_s > _NEAR_S:
            fit_once(sky, sets, m, _NEAR_S, True, owner, work)
        if age_s > _FARTHER_S:
            fit_once(sky, sets, m, _FARTHER_S, True, owner, work)
    fit_once(sky, sets, m, math.inf, is_new, owner, work)
    sets.score[m] = fit_once(sky, sets, m, math.inf, False, owner, work)
