"""What bearings are known of, and what a look of a sensor should show of an object.

An object is a state (6,) at the sky's time: east, north, up [m] in the site's plane, then velocities.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.layout import Record, Records
from tocsin.units import BoolArray, FloatArray, IntArray

FINDER = np.dtype(
    [
        ("position", "f8", (3,)),  # in the site's plane
        ("rotation", "f8", (3, 3)),  # from the site's axes to the sensor's own east, north, up
        ("max_range_m", "f8"),
        ("detection_probability", "f8"),
        ("visible_prior", "f8"),  # probability that it can perceive an object at all
        ("clutter_per_rad", "f8"),  # false bearings a look
        ("elevation_span_rad", "f8"),  # over which false elevations are uniform
        ("propagation_speed_mps", "f8"),  # inf: at once
    ],
    align=True,
)
"""A sensor that tells directions."""

BEARING_LOOK = np.dtype(
    [("sensor", "i8"), ("time_ns", "i8"), ("first", "i8"), ("count", "i8"), ("has_elevation", "?")],
    align=True,
)
"""One look of one sensor; its bearings are the rows from `first` on."""

BEARING = np.dtype(
    [
        ("azimuth", "f8"),  # [-pi, pi]
        ("elevation", "f8"),  # nan: not measured
        ("azimuth_sigma", "f8"),
        ("elevation_sigma", "f8"),
        ("offset_s", "f8"),  # its time minus that of the look
        ("unexplained", "f8"),  # probability that no track has made it
        ("log_other", "f8"),  # log density of all but a new object that can have made it
        ("number", "i8"),
        ("name", "i8"),
    ],
    align=True,
)

SENSORS_NEEDED = 3
# What fewer perceive is no track, but explains bearings that ghosts would else be made of.
SENSORS_WEIGHED = 2
# No sensor is so sure that one miss excludes an object, and none so clean that nothing is ever false.
SURE_DETECTION, LEAST_CLUTTER_PER_RAD = 0.99, 1e-3
OUTSIDE = -2  # stands for a look that does not cover the object, as NOBODY for one that misses it
LOG_TWO_PI = math.log(2.0 * math.pi)
# What `expect` gives: two angles, distances, when it was there, azimuth rate, gradients by position.
AZIMUTH, ELEVATION, GROUND, SLANT, THERE, RATE, BY_AZIMUTH, BY_ELEVATION = 0, 1, 2, 3, 4, 5, 6, 9
EXPECTED = 12
_GATE = 16.0
_EARTH_RADIUS_M = 6_371_000.0


class Prior(NamedTuple):
    """What is known of objects before any bearing."""

    altitude_up_m: float  # over the site's plane at its origin
    altitude_sigma_m: float
    speed_sigma_mps: float  # on each horizontal axis
    vertical_speed_sigma_mps: float
    acceleration_density_m2ps3: float
    intensity_per_m2: float  # of objects that no sensor has found


class Sky(NamedTuple):
    """All that is known at a time: l looks, oldest first, with b bearings of s sensors."""

    now_ns: int
    looks: Records  # (l,) BEARING_LOOK
    bearings: Records  # (b,) BEARING
    finders: Records  # (s,) FINDER
    prior: Prior


class Sets(NamedTuple):
    """m candidates: objects, and the bearings that they would have made."""

    state: FloatArray  # (m, 6)
    covariance: FloatArray  # (m, 6, 6)
    score: FloatArray  # (m,) log likelihood ratio of there being this object
    hits: IntArray  # (m, l) bearing of each look, or NOBODY, or OUTSIDE
    chosen: BoolArray  # (m,)


@bare_kernel
def turn(angle: float) -> float:
    """The difference of two angles of [-pi, pi], in [-pi, pi]."""
    if angle > math.pi:
        return angle - 2.0 * math.pi
    return angle + 2.0 * math.pi if angle < -math.pi else angle


@bare_kernel
def prior_up(prior: Prior, state: FloatArray) -> float:
    """Height at which objects are expected: the ground falls away from the site's plane."""
    away2 = state[0] * state[0] + state[1] * state[1]
    return float(prior.altitude_up_m - away2 / (2.0 * _EARTH_RADIUS_M))


@bare_kernel
def delay_s(finder: Record, state: FloatArray, dt_s: float) -> float:
    """How long what arrives dt_s from now was under way: solves |p - v t - s| = c t."""
    c = finder.propagation_speed_mps
    if not math.isfinite(c):
        return 0.0
    distance2, speed2, along = 0.0, 0.0, 0.0
    for a in range(3):
        offset = state[a] + dt_s * state[a + 3] - finder.position[a]
        distance2 += offset * offset
        speed2 += state[a + 3] ** 2
        along += offset * state[a + 3]
    margin = c * c - speed2
    return float((-along + math.sqrt(along * along + margin * distance2)) / margin) if margin > 0.0 else 0.0


@bare_kernel
def expect(sky: Sky, look: Record, state: FloatArray, out: FloatArray) -> None:
    """What a look should show of an object, into out (EXPECTED,): azimuth, elevation, ground and slant range,
    how long from now it was there, azimuth rate, and the gradients of azimuth and elevation by position. The
    elevation's entries stay as they were where the look measures none."""
    finder, dt_s = sky.finders[look.sensor], (look.time_ns - sky.now_ns) * 1e-9
    turned, there_s = finder.rotation, dt_s - delay_s(finder, state, dt_s)
    x, y, z = 0.0, 0.0, 0.0
    for b in range(3):
        offset = state[b] + there_s * state[b + 3] - finder.position[b]
        x += turned[0, b] * offset
        y += turned[1, b] * offset
        z += turned[2, b] * offset
    ground2 = max(x * x + y * y, 1.0)  # overhead, an azimuth is as good as none
    ground, slant2 = math.sqrt(ground2), ground2 + z * z
    out[AZIMUTH], out[GROUND], out[SLANT] = math.atan2(x, y), ground, math.sqrt(slant2)
    out[THERE], out[RATE] = there_s, 0.0
    for b in range(3):
        out[BY_AZIMUTH + b] = (turned[0, b] * y - turned[1, b] * x) / ground2
        out[RATE] += out[BY_AZIMUTH + b] * state[b + 3]
    if look.has_elevation:
        out[ELEVATION] = math.atan2(z, ground)
        for b in range(3):
            away = turned[0, b] * x + turned[1, b] * y
            out[BY_ELEVATION + b] = (turned[2, b] * ground - away * z / ground) / slant2


@bare_kernel
def blur(covariance: FloatArray, gradient: FloatArray, first: int, dt_s: float) -> float:
    """Variance of gradient[first:first + 3] . (position + dt velocity)."""
    total = 0.0
    for a in range(3):
        for b in range(a + 1):
            both = covariance[a, b] + dt_s * (covariance[a, b + 3] + covariance[b, a + 3])
            both += dt_s * dt_s * covariance[a + 3, b + 3]
            total += (1.0 if a == b else 2.0) * gradient[first + a] * gradient[first + b] * both
    return total


@bare_kernel
def wander(prior: Prior, expected: FloatArray) -> float:
    """Variance of a direction because objects do not fly quite straight."""
    return float(prior.acceleration_density_m2ps3 * abs(expected[THERE]) ** 3 / (3.0 * expected[GROUND] ** 2))


@bare_kernel
def log_density(bearing: Record, expected: FloatArray, loose: float, loose_up: float) -> float:
    """Log density of a bearing of what is expected, with extra variances; -inf outside the gate."""
    variance = bearing.azimuth_sigma**2 + loose
    residual = turn(bearing.azimuth - expected[AZIMUTH] - expected[RATE] * bearing.offset_s)
    if residual * residual > _GATE * variance:
        return -math.inf
    value = -0.5 * (LOG_TWO_PI + math.log(variance) + residual * residual / variance)
    if math.isfinite(bearing.elevation):
        variance = bearing.elevation_sigma**2 + loose_up
        residual = bearing.elevation - expected[ELEVATION]
        if residual * residual > _GATE * variance:
            return -math.inf
        value -= 0.5 * (LOG_TWO_PI + math.log(variance) + residual * residual / variance)
    return float(value)
