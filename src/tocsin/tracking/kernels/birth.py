"""The state of a track that one detection makes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import kernel
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
    Looks,
    Motion,
    SensorModel,
)
from tocsin.tracking.kernels.measure import gradient, predicted, relative, update_scalar
from tocsin.tracking.kernels.undetected import prior_up
from tocsin.units import FloatArray


class Births(NamedTuple):
    """What each of d detections would be if it were of a new object."""

    weight: FloatArray  # (d,) w_new: density of new objects and false detections at it
    existence: FloatArray  # (d,) r_new: the share of new objects in that
    state: FloatArray  # (d, 6)
    covariance: FloatArray  # (d, 6, 6)


@kernel
def new_births(detections: int) -> Births:
    """Room for so many detections."""
    return Births(
        np.empty(detections),
        np.empty(detections),
        np.zeros((detections, STATE)),
        np.zeros((detections, STATE, STATE)),
    )


@kernel
def can_make_a_track(mask: int) -> bool:
    """A bearing alone places nothing."""
    polar, flat = (1 << RANGE) | (1 << AZIMUTH), (1 << EAST) | (1 << NORTH)
    return mask & polar == polar or mask & flat == flat


@kernel
def _from_polar(
    sensor: SensorModel, motion: Motion, looks: Looks, j: int, state: FloatArray, covariance: FloatArray
) -> None:
    """Position from range and azimuth; the elevation is measured or that of the expected height."""
    slant, azimuth = looks.measured[j, RANGE], looks.measured[j, AZIMUTH]
    sigma = np.empty(3)  # filled one by one: np.array of a list takes Numba seconds to compile
    sigma[0], sigma[1], sigma[2] = looks.sigma[j, RANGE], looks.sigma[j, AZIMUTH], looks.sigma[j, ELEVATION]
    if (looks.mask[j] >> ELEVATION) & 1:
        elevation = looks.measured[j, ELEVATION]
    else:
        east, north = slant * math.sin(azimuth), slant * math.cos(azimuth)
        up = prior_up(motion, sensor.position[0] + east, sensor.position[1] + north) - sensor.position[2]
        # The sensor's own horizontal is tilted against the site's plane.
        tilt = sensor.rotation[2]
        height = tilt[0] * east + tilt[1] * north + tilt[2] * up
        elevation = math.asin(min(max(height / max(slant, 1.0), -0.95), 0.95))
        sigma[2] = min(motion.altitude_sigma_m / max(slant * math.cos(elevation), 1.0), 0.7)
    ce, se, ca, sa = math.cos(elevation), math.sin(elevation), math.cos(azimuth), math.sin(azimuth)
    local = np.empty(3)
    local[0], local[1], local[2] = slant * ce * sa, slant * ce * ca, slant * se
    jacobian = np.empty((3, 3))  # d(local) / d(range, azimuth, elevation)
    jacobian[0, 0], jacobian[0, 1], jacobian[0, 2] = ce * sa, slant * ce * ca, -slant * se * sa
    jacobian[1, 0], jacobian[1, 1], jacobian[1, 2] = ce * ca, -slant * ce * sa, -slant * se * ca
    jacobian[2, 0], jacobian[2, 1], jacobian[2, 2] = se, 0.0, slant * ce
    turned = np.zeros((3, 3))
    for a in range(3):
        state[a] = sensor.position[a]
        for b in range(3):
            state[a] += sensor.rotation[b, a] * local[b]
            for c in range(3):
                turned[a, c] += sensor.rotation[b, a] * jacobian[b, c] * sigma[c]
    for a in range(3):
        for b in range(3):
            for c in range(3):
                covariance[a, b] += turned[a, c] * turned[b, c]


@kernel
def _from_position(motion: Motion, looks: Looks, j: int, state: FloatArray, covariance: FloatArray) -> None:
    for a in range(2):
        state[a] = looks.measured[j, EAST + a]
        covariance[a, a] = looks.sigma[j, EAST + a] ** 2
    if (looks.mask[j] >> UP) & 1:
        state[2], covariance[2, 2] = looks.measured[j, UP], looks.sigma[j, UP] ** 2
    else:
        state[2], covariance[2, 2] = prior_up(motion, state[0], state[1]), motion.altitude_sigma_m**2


@kernel
def born(
    sensor: SensorModel, motion: Motion, looks: Looks, j: int, state: FloatArray, covariance: FloatArray
) -> None:
    """Adds to a zero state (6,) and covariance (6, 6) what detection j and the prior tell of an object."""
    mask = looks.mask[j]
    is_polar = (mask >> RANGE) & 1
    if is_polar:
        _from_polar(sensor, motion, looks, j, state, covariance)
    else:
        _from_position(motion, looks, j, state, covariance)
    for a in range(3, 6):
        spread = motion.vertical_speed_sigma_mps if a == 5 else motion.speed_sigma_mps
        covariance[a, a] = spread * spread
    place, local, direction = np.empty(6), np.empty(6), np.zeros(6)
    if is_polar and (mask >> ELEVATION) & 1:
        direction[2] = 1.0
        surprise = prior_up(motion, state[0], state[1]) - state[2]
        update_scalar(state, covariance, direction, surprise, motion.altitude_sigma_m**2)
    for component in (RANGE_RATE, VELOCITY_EAST, VELOCITY_EAST + 1, VELOCITY_EAST + 2):
        if (mask >> component) & 1:
            relative(sensor, state, 0.0, place)
            gradient(sensor, component, place, 0.0, local, direction)
            innovation = looks.measured[j, component] - predicted(component, place, state, 0.0)
            update_scalar(state, covariance, direction, innovation, looks.sigma[j, component] ** 2)
