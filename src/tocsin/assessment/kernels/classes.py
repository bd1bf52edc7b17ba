"""Compiled: how well kinematics fit classes, and what that adds up to.

Nothing is checked here: `Assessor` is the door.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import entry, kernel
from tocsin.units import FloatArray, IntArray

_HALF_CURVATURE_PER_M = 0.5 / 6_371_000.0  # of the mean sphere; 4 m off the ellipsoid at 100 km
_LEAST_DENSITY = 1e-30
_LEAST_VARIANCE = 1e-9
_LEAST_STEP_MPS = 1.0
_MOST_STEP_MPS = 5.0  # finer than the wind blurs that nobody knows

OF_THE_AIR, HOLDS_ITS_GROUND, DRIFTS = 0, 1, 2
"""What flies so fast through the air; so fast over the ground, whatever the wind; what goes with the wind."""


@kernel
def scaled_bessel_i0(x: float) -> float:
    """exp(-x) I0(x) for x >= 0, to 2e-7 (Abramowitz & Stegun 1964, 9.8.1 and 9.8.2)."""
    if x < 3.75:
        t = (x / 3.75) ** 2
        inner = 0.2659732 + t * (0.0360768 + t * 0.0045813)
        return math.exp(-x) * (1.0 + t * (3.5156229 + t * (3.0899424 + t * (1.2067492 + t * inner))))
    t = 3.75 / x
    inner = -0.02057706 + t * (0.02635537 + t * (-0.01647633 + t * 0.00392377))
    middle = -0.00157565 + t * (0.00916281 + t * inner)
    outer = 0.39894228 + t * (0.01328592 + t * (0.00225319 + t * middle))
    return outer / math.sqrt(x)


@kernel
def velocity_density(speed_mps: float, slowest_mps: float, fastest_mps: float, variance: float) -> float:
    """Density [s2/m2], times 2 pi, of a velocity of this speed through the air that is expected, for an
    airspeed uniform between two limits in any direction.

    `variance` [m2/s2] is that of wind and measurement on each axis: Rice's density on a ring of the plane,
    averaged over airspeed.
    """
    step_mps = min(_MOST_STEP_MPS, max(math.sqrt(variance), _LEAST_STEP_MPS))
    steps = max(4, int((fastest_mps - slowest_mps) / step_mps))
    total = 0.0
    for step in range(steps):
        airspeed = slowest_mps + (step + 0.5) / steps * (fastest_mps - slowest_mps)
        misfit = 0.5 * (speed_mps - airspeed) ** 2 / variance
        if misfit > 60.0:
            continue
        total += math.exp(-misfit) * scaled_bessel_i0(speed_mps * airspeed / variance)
    return total / (steps * variance)


@kernel
def height_density(height_m: float, lowest_m: float, highest_m: float, sigma_m: float) -> float:
    """Density [1/m] of a measured height, for a height uniform between two limits and a normal error."""
    scale = 1.0 / (math.sqrt(2.0) * sigma_m)
    between = math.erf((height_m - lowest_m) * scale) - math.erf((height_m - highest_m) * scale)
    return 0.5 * between / (highest_m - lowest_m)


@kernel
def without_prior(
    mean: float, variance: float, prior_mean: float, prior_variance: float
) -> tuple[float, float]:
    """What measurements alone say: the Gaussian that made (mean, variance) of the prior; inf for nothing."""
    if variance >= 0.99 * prior_variance:
        return 0.0, np.inf
    sure = max(variance, _LEAST_VARIANCE)
    own = 1.0 / (1.0 / sure - 1.0 / prior_variance)
    return own * (mean / sure - prior_mean / prior_variance), own


@kernel
def one_look(
    state: FloatArray,
    covariance: FloatArray,
    priors: FloatArray,
    table: FloatArray,
    carried: IntArray,
    wind: FloatArray,
    spreads: FloatArray,
    evidence: FloatArray,
) -> None:
    """Writes the log-likelihood of every class, less that of the best one, into `evidence` (c,).

    For a state (6,) and covariance (6, 6) as the tracker has them; `priors` (3, 2): mean and variance of
    horizontal velocity on one axis, vertical velocity, and height above the site, before any measurement.
    `table` (c, 5): slowest and fastest airspeed, lowest and highest height, sigma of vertical speed.
    `carried` (c,): what the wind does to each, as `OF_THE_AIR` and the others have it. `wind` (3,): towards
    east and north, and sigma on each axis; `spreads` (2,): that of a wind nobody knows, and of height.
    """
    variance = 0.5 * (covariance[3, 3] + covariance[4, 4])
    east, speed_variance = without_prior(state[3], variance, priors[0, 0], priors[0, 1])
    north, _ = without_prior(state[4], variance, priors[0, 0], priors[0, 1])
    airspeed, ground_speed = math.hypot(east - wind[0], north - wind[1]), math.hypot(east, north)
    climb, climb_variance = without_prior(state[5], covariance[5, 5], priors[1, 0], priors[1, 1])
    above_m = state[2] + (state[0] ** 2 + state[1] ** 2) * _HALF_CURVATURE_PER_M
    height, height_variance = without_prior(above_m, covariance[2, 2], priors[2, 0], priors[2, 1])
    best = -np.inf
    for kind in range(table.shape[0]):
        total = 0.0
        if speed_variance < np.inf:
            speed, sigma, fastest = airspeed, wind[2], table[kind, 1]
            if carried[kind] == HOLDS_ITS_GROUND:
                speed, sigma = ground_speed, spreads[0]
            elif carried[kind] == DRIFTS:
                fastest *= wind[2] / spreads[0]
            variance = sigma * sigma + speed_variance
            density = velocity_density(speed, table[kind, 0], fastest, variance)
            total += math.log(density + _LEAST_DENSITY)
        if climb_variance < np.inf:
            variance = table[kind, 4] ** 2 + climb_variance
            total -= 0.5 * (climb * climb / variance + math.log(variance))
        if height_variance < np.inf:
            sigma = math.sqrt(spreads[1] ** 2 + height_variance)
            total += math.log(height_density(height, table[kind, 2], table[kind, 3], sigma) + _LEAST_DENSITY)
        evidence[kind] = total
        best = max(best, total)
    for kind in range(table.shape[0]):
        evidence[kind] -= best


@kernel
def normalise(logs: FloatArray, doubt: float, probability: FloatArray) -> None:
    """Writes probabilities (c,) from their logarithms up to a constant; `doubt` of them goes to the last."""
    total = 0.0
    highest = logs.max()
    for kind in range(logs.shape[0]):
        probability[kind] = math.exp(logs[kind] - highest)
        total += probability[kind]
    for kind in range(logs.shape[0]):
        probability[kind] *= (1.0 - doubt) / total
    probability[-1] += doubt


@entry
def classify(
    states: FloatArray,
    covariances: FloatArray,
    looks: FloatArray,
    memory_of_looks: float,
    least_evidence: float,
    priors: FloatArray,
    table: FloatArray,
    carried: IntArray,
    wind: FloatArray,
    is_wind_told: bool,
    spreads: FloatArray,
    prior_log: FloatArray,
    said_log: FloatArray,
    doubt: FloatArray,
    rows: IntArray,
    evidence: FloatArray,
    wind_evidence: FloatArray,
    probability: FloatArray,
) -> None:
    """Adds each track's new looks (n,) to its row of `evidence` (rows, c), and writes probabilities (n, c).

    `wind_evidence` (rows, c) is the part of it that is owed to a wind that is told: what the looks say less
    what they would without. `said_log` (n, c) is what all else says, `doubt` (n,) goes to the last class;
    `wind` (n, 3) by track, `priors`, `table`, `carried` and `spreads` as in `one_look`.
    """
    look, calm = np.empty(table.shape[0]), np.empty(table.shape[0])
    any_wind = np.array([0.0, 0.0, spreads[0]])
    for track in range(states.shape[0]):
        known = evidence[rows[track]]
        if looks[track] > 0.0:
            one_look(states[track], covariances[track], priors, table, carried, wind[track], spreads, look)
            keep = math.exp(-looks[track] / memory_of_looks)
            for kind in range(table.shape[0]):
                look[kind] = max(look[kind], least_evidence)
                known[kind] = known[kind] * keep + looks[track] * look[kind]
            if is_wind_told:
                by_wind = wind_evidence[rows[track]]
                one_look(states[track], covariances[track], priors, table, carried, any_wind, spreads, calm)
                for kind in range(table.shape[0]):
                    owed = look[kind] - max(calm[kind], least_evidence)
                    by_wind[kind] = by_wind[kind] * keep + looks[track] * owed
        for kind in range(table.shape[0]):
            look[kind] = prior_log[kind] + known[kind] + said_log[track, kind]
        normalise(look, doubt[track], probability[track])
