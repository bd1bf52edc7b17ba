"""The state of a track that one detection makes."""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    EAST,
    ELEVATION,
    NORTH,
    RANGE,
    RANGE_RATE,
    STATE,
    UP,
    VELOCITY_EAST,
    Record,
)
from tocsin.tracking.kernels.measure import gradient, predicted, project, relative
from tocsin.tracking.kernels.undetected import prior_up
from tocsin.units import FloatArray


@bare_kernel
def can_make_a_track(mask: int) -> bool:
    """A bearing alone places nothing."""
    polar, flat = (1 << RANGE) | (1 << AZIMUTH), (1 << EAST) | (1 << NORTH)
    return mask & polar == polar or mask & flat == flat


@bare_kernel
def _elevation(sensor: Record, motion: Record, look: Record) -> float:
    """Elevation of a detection with range and azimuth: measured, or that of the expected height."""
    if (look.mask >> ELEVATION) & 1:
        return float(look.measured[ELEVATION])
    slant, azimuth = look.measured[RANGE], look.measured[AZIMUTH]
    east, north = slant * math.sin(azimuth), slant * math.cos(azimuth)
    up = prior_up(motion, sensor.position[0] + east, sensor.position[1] + north) - sensor.position[2]
    # The sensor's own horizontal is tilted against the site's plane.
    tilt = sensor.rotation[2]
    height = tilt[0] * east + tilt[1] * north + tilt[2] * up
    return math.asin(min(max(height / max(slant, 1.0), -0.95), 0.95))


@bare_kernel
def locate(sensor: Record, motion: Record, look: Record, out: FloatArray) -> float:
    """Where a detection that can make a track was, into out (3,); gives the elevation that was used."""
    if not (look.mask >> RANGE) & 1:
        out[0], out[1] = look.measured[EAST], look.measured[NORTH]
        out[2] = look.measured[UP] if (look.mask >> UP) & 1 else prior_up(motion, out[0], out[1])
        return 0.0
    slant, azimuth, elevation = look.measured[RANGE], look.measured[AZIMUTH], _elevation(sensor, motion, look)
    ground = slant * math.cos(elevation)
    x, y, z = ground * math.sin(azimuth), ground * math.cos(azimuth), slant * math.sin(elevation)
    for a in range(3):
        turn = sensor.rotation
        out[a] = sensor.position[a] + look.offset_s * sensor.velocity[a]
        out[a] += turn[0, a] * x + turn[1, a] * y + turn[2, a] * z
    return elevation


@bare_kernel
def _add_polar_error(
    sensor: Record, motion: Record, look: Record, elevation: float, column: FloatArray, state: FloatArray,
    covariance: FloatArray,
) -> None:  # fmt: skip
    """Adds the errors of range, azimuth and elevation to the covariance of the place.

    The place lies on an arc, nearer than its tangent: by half the square of the angle in the mean, with a
    variance of twice the square of that (as `curvature` of a track).
    """
    slant, azimuth = look.measured[RANGE], look.measured[AZIMUTH]
    ce, se, ca, sa = math.cos(elevation), math.sin(elevation), math.cos(azimuth), math.sin(azimuth)
    sigma_elevation = look.sigma[ELEVATION]
    if not (look.mask >> ELEVATION) & 1:
        sigma_elevation = min(motion.altitude_sigma_m / max(slant * ce, 1.0), 0.7)
    nearer = 0.5 * slant * min((ce * look.sigma[AZIMUTH]) ** 2 + sigma_elevation**2, 1.0)
    for c in range(3):
        # One column of d(local) / d(range, azimuth, elevation), times the component's error.
        if c == 0:
            x, y, z = ce * sa, ce * ca, se
            sigma = math.sqrt(look.sigma[RANGE] ** 2 + 2.0 * nearer * nearer)
        elif c == 1:
            x, y, z, sigma = slant * ce * ca, -slant * ce * sa, 0.0, look.sigma[AZIMUTH]
        else:
            x, y, z, sigma = -slant * se * sa, -slant * se * ca, slant * ce, sigma_elevation
        for a in range(3):
            turn = sensor.rotation
            along = turn[0, a] * x + turn[1, a] * y + turn[2, a] * z
            column[a] = along * sigma
            if c == 0:
                state[a] -= nearer * along
        for a in range(3):
            for b in range(3):
                covariance[a, b] += column[a] * column[b]


@bare_kernel
def _improve(
    state: FloatArray, covariance: FloatArray, innovation: float, variance: float, work: Record
) -> None:
    """Kalman update in place with one scalar measurement of gradient work.direction and this error."""
    certainty = 1.0 / (variance + project(covariance, work.direction, False, work.column))
    for a in range(STATE):
        state[a] += certainty * work.column[a] * innovation
        for b in range(STATE):
            covariance[a, b] -= certainty * (work.column[a] * work.column[b])


@bare_kernel
def born(
    sensor: Record, motion: Record, look: Record, state: FloatArray, covariance: FloatArray, work: Record
) -> None:
    """What a detection that can make a track tells with the prior: state (6,), covariance (6, 6)."""
    for a in range(STATE):
        state[a] = 0.0
        for b in range(STATE):
            covariance[a, b] = 0.0
    mask = look.mask
    is_polar = (mask >> RANGE) & 1
    elevation = locate(sensor, motion, look, state)
    if is_polar:
        _add_polar_error(sensor, motion, look, elevation, work.column, state, covariance)
    else:
        covariance[0, 0], covariance[1, 1] = look.sigma[EAST] ** 2, look.sigma[NORTH] ** 2
        covariance[2, 2] = look.sigma[UP] ** 2 if (mask >> UP) & 1 else motion.altitude_sigma_m**2
    for a in range(3, 6):
        spread = motion.vertical_speed_sigma_mps if a == 5 else motion.speed_sigma_mps
        covariance[a, a] = spread * spread
    if is_polar and (mask >> ELEVATION) & 1:
        for a in range(STATE):
            work.direction[a] = 1.0 if a == 2 else 0.0
        surprise = prior_up(motion, state[0], state[1]) - state[2]
        _improve(state, covariance, surprise, motion.altitude_sigma_m**2, work)
    for component in (RANGE_RATE, VELOCITY_EAST, VELOCITY_EAST + 1, VELOCITY_EAST + 2):
        if (mask >> component) & 1:
            relative(sensor, state, 0.0, work.place)
            gradient(sensor, component, work.place, 0.0, work.local, work.direction)
            innovation = look.measured[component] - predicted(component, work.place, state, 0.0)
            _improve(state, covariance, innovation, look.sigma[component] ** 2, work)
