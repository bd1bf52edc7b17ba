"""What sensors measure and what detections are of, as the papers write it: dense matrices.

Slow and readable; nothing here comes from the kernels but their constants and the names of their fields.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    FALSE_HEIGHT_M,
    FALSE_SPEED_MPS,
    NORTH,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_UP,
    Record,
    Undetected,
)
from tocsin.units import FloatArray

EARTH_RADIUS_M = 6_371_000.0


def components(mask: int) -> list[int]:
    return [component for component in range(COMPONENTS) if mask >> component & 1]


def expected(sensor: Record, component: int, state: Any, dt_s: float) -> Any:
    """h(x) of one component; works for complex states too, to be differentiated by the complex step."""
    position, velocity = state[:3] + dt_s * state[3:], state[3:]
    if component >= EAST:
        return np.concatenate([position, velocity])[component - EAST]
    local, rate = sensor.rotation @ (position - sensor.position), sensor.rotation @ velocity
    ground = np.sqrt(local[0] ** 2 + local[1] ** 2)
    if component == AZIMUTH:
        azimuth = np.arctan2(local[0].real, local[1].real)
        sine, cosine = np.sin(azimuth), np.cos(azimuth)
        # What remains beyond the real part is tiny: its arc tangent has no jump.
        return azimuth + np.arctan(
            (local[0] * cosine - local[1] * sine) / (local[0] * sine + local[1] * cosine)
        )
    if component == ELEVATION:
        return np.arctan(local[2] / ground)
    slant = np.sqrt(ground**2 + local[2] ** 2)
    return slant if component == RANGE else local @ rate / slant


def range_hessian(sensor: Record, state: FloatArray, dt_s: float) -> FloatArray:
    """Second derivatives of the range by the place (3, 3)."""

    def gradient(x: Any) -> Any:
        offset = x[:3] + dt_s * state[3:] - sensor.position
        return offset / np.sqrt((offset**2).sum())

    return jacobian(gradient, state[:3])


def jacobian(function: Callable[[Any], Any], at: FloatArray) -> FloatArray:
    """Derivatives to machine precision by the complex step, one column for each element of `at`."""
    steps = 1e-20j * np.eye(len(at))
    return np.stack([np.imag(function(at + step)) / 1e-20 for step in steps], axis=-1)


def travel_time(sensor: Record, state: FloatArray) -> float:
    """Root of |p - v t - s| = c t."""
    speed = sensor.propagation_speed_mps
    if math.isinf(speed):
        return 0.0

    def ahead(t: float) -> float:
        return float(np.linalg.norm(state[:3] - t * state[3:] - sensor.position) - speed * t)

    return float(brentq(ahead, 0.0, 1e4, xtol=1e-14, rtol=1e-15))


def kalman(
    state: FloatArray, covariance: FloatArray, h: FloatArray, residual: FloatArray, noise: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Textbook update with stacked components; gives mean, covariance and innovation covariance."""
    innovation = h @ covariance @ h.T + noise
    gain = covariance @ h.T @ np.linalg.inv(innovation)
    rest = np.eye(6) - gain @ h
    return state + gain @ residual, rest @ covariance @ rest.T + gain @ noise @ gain.T, innovation


def condition(
    sensor: Record, state: FloatArray, covariance: FloatArray, look: Record
) -> tuple[FloatArray, FloatArray, float, float]:
    """Joint extended Kalman update: mean, covariance, squared distance, log-likelihood."""
    dt_s = look.offset_s - travel_time(sensor, state)
    return improve(sensor, state, covariance, look, int(look.mask), dt_s)


def improve(
    sensor: Record, state: FloatArray, covariance: FloatArray, look: Record, mask: int, dt_s: float
) -> tuple[FloatArray, FloatArray, float, float]:
    """The same with some components of a detection, of where the object was dt_s from now."""
    chosen = components(mask)

    def model(x: Any) -> Any:
        return np.array([expected(sensor, component, x, dt_s) for component in chosen])

    residual = look.measured[chosen] - np.real(model(state))
    for k, component in enumerate(chosen):
        if component in (AZIMUTH, ELEVATION):
            residual[k] = (residual[k] + math.pi) % (2 * math.pi) - math.pi
    h, noise = jacobian(model, state), np.diag(look.sigma[chosen] ** 2)
    if RANGE in chosen:
        bend = np.trace(range_hessian(sensor, state, dt_s) @ covariance[:3, :3])
        slant = float(np.real(expected(sensor, RANGE, state, dt_s)))
        beyond = 0.5 * min(bend, slant)
        residual[chosen.index(RANGE)] -= beyond
        noise[chosen.index(RANGE), chosen.index(RANGE)] += 2.0 * beyond**2
    mean, spread, innovation = kalman(state, covariance, h, residual, noise)
    distance = float(residual @ np.linalg.solve(innovation, residual))
    scale = np.sqrt(np.diag(innovation))
    log_determinant = np.linalg.slogdet(innovation / np.outer(scale, scale))[1] + 2 * np.log(scale).sum()
    log_likelihood = -0.5 * (distance + log_determinant + len(chosen) * math.log(2 * math.pi))
    return mean, spread, distance, float(log_likelihood)


def by_range(sensor: Record, slant_m: float) -> float:
    """Detection probability inside the coverage: linear between the points of the table."""
    points = sensor.points
    return float(np.interp(slant_m, sensor.detection_range_m[:points], sensor.detection_probability[:points]))


def detection_probability(sensor: Record, place: FloatArray, sigma_m: float, sigma_up_m: float) -> float:
    """The table by range within limits that are blurred by normal errors."""
    slant, ground = float(np.linalg.norm(place[:3])), float(np.hypot(place[0], place[1]))
    elevation, blur = math.atan2(place[2], ground), sigma_up_m / slant
    inside = norm.cdf(sensor.max_range_m, slant, max(sigma_m, 1e-9))
    if sensor.min_range_m > 0:
        inside *= norm.sf(sensor.min_range_m, slant, max(sigma_m, 1e-9))
    if sensor.min_elevation_rad > -math.pi / 2:
        inside *= norm.sf(sensor.min_elevation_rad, elevation, blur)
    if sensor.max_elevation_rad < math.pi / 2:
        inside *= norm.cdf(sensor.max_elevation_rad, elevation, blur)
    return float(inside * by_range(sensor, slant))


def prior_up(motion: Record, place: Any) -> Any:
    return motion.altitude_up_m - (place[0] ** 2 + place[1] ** 2) / (2 * EARTH_RADIUS_M)


def intensities_at(undetected: Undetected, motion: Record, place: FloatArray) -> FloatArray:
    """Of each class (c,)."""
    _, rows, columns = undetected.intensity.shape
    row = math.floor((place[1] - undetected.south_m) / undetected.cell_m)
    column = math.floor((place[0] - undetected.west_m) / undetected.cell_m)
    if 0 <= row < rows and 0 <= column < columns:
        return undetected.intensity[:, row, column]
    return np.asarray(motion.birth_rate_per_m2_s * motion.lifetime_s * undetected.classes.share)


def findable_at(undetected: Undetected, motion: Record, sensor: Record, place: FloatArray) -> FloatArray:
    """Of each class (c,), what the sensor can perceive: all but its own, or else its usual share."""
    is_own = undetected.classes.hidden_from == sensor.number
    usual = 1.0 if is_own.any() else sensor.visible_prior
    return intensities_at(undetected, motion, place) * np.where(is_own, 0.0, usual)


def _polar_position(sensor: Record, polar: Any) -> Any:
    slant, azimuth, elevation = polar
    local = slant * np.array(
        [np.cos(elevation) * np.sin(azimuth), np.cos(elevation) * np.cos(azimuth), np.sin(elevation)]
    )
    return sensor.position + sensor.rotation.T @ local


def located(sensor: Record, motion: Record, look: Record) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Where a detection, or else the prior, says that the object was, as measured and in the mean, and its
    covariance (3, 3)."""
    mask, z, sigma = int(look.mask), look.measured, look.sigma
    if not mask >> RANGE & 1:
        up, error = z[UP], sigma[UP]
        if not mask >> UP & 1:
            up, error = prior_up(motion, z[EAST:]), motion.altitude_sigma_m
        place = np.array([z[EAST], z[NORTH], up])
        return place, place, np.diag(np.square([sigma[EAST], sigma[NORTH], error]))
    polar, errors = z[[RANGE, AZIMUTH, ELEVATION]].copy(), sigma[[RANGE, AZIMUTH, ELEVATION]].copy()
    if not mask >> ELEVATION & 1:
        flat = polar[0] * np.array([math.sin(polar[1]), math.cos(polar[1])])
        up = prior_up(motion, sensor.position[:2] + flat) - sensor.position[2]
        polar[2] = math.asin(sensor.rotation[2] @ [*flat, up] / polar[0])
        errors[2] = motion.altitude_sigma_m / (polar[0] * math.cos(polar[2]))
    jac = jacobian(lambda p: _polar_position(sensor, p), polar)
    # It lies on an arc, not on its tangent.
    nearer = 0.5 * polar[0] * min((math.cos(polar[2]) * errors[1]) ** 2 + errors[2] ** 2, 1.0)
    errors[0] = math.hypot(errors[0], math.sqrt(2.0) * nearer)
    place = _polar_position(sensor, polar)
    return place, place - nearer * jac[:, 0], jac @ np.diag(errors**2) @ jac.T


def birth(sensor: Record, motion: Record, look: Record) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of what a detection would be, from its own errors and the prior."""
    mask, state, covariance = int(look.mask), np.zeros(6), np.zeros((6, 6))
    speeds = (motion.speed_sigma_mps, motion.speed_sigma_mps, motion.vertical_speed_sigma_mps)
    covariance[3:, 3:] = np.diag(np.square(speeds))
    _, state[:3], covariance[:3, :3] = located(sensor, motion, look)
    if mask >> RANGE & 1 and mask >> ELEVATION & 1:
        surprise, error = prior_up(motion, state) - state[2], motion.altitude_sigma_m
        h = np.eye(6)[[2]]
        state, covariance, _ = kalman(state, covariance, h, np.array([surprise]), np.array([[error**2]]))
    rates = mask & (1 << RANGE_RATE | 0b111 << VELOCITY_EAST)
    if rates:
        state, covariance, _, _ = improve(sensor, state, covariance, look, rates, 0.0)
    return state, covariance


def places(mask: int) -> bool:
    """Whether a detection says where something is; a bearing alone doesn't."""
    return bool(mask >> RANGE & 1 or mask >> EAST & 1)


def _speed_densities(motion: Record, look: Record) -> tuple[float, float]:
    """Of the measured speeds: (new objects, false detections)."""
    new, false = 1.0, 1.0
    for component in components(int(look.mask)):
        if component == RANGE_RATE or component >= VELOCITY_EAST:
            speed = motion.vertical_speed_sigma_mps if component == VELOCITY_UP else motion.speed_sigma_mps
            new *= float(norm.pdf(look.measured[component], 0.0, math.hypot(speed, look.sigma[component])))
            false /= 2 * FALSE_SPEED_MPS
    return new, false


def _bearing_densities(
    undetected: Undetected, motion: Record, sensor: Record, azimuth: float
) -> tuple[float, float]:
    """All that is undetected along a ray, in 24 steps, and false bearings."""
    step, new = sensor.max_range_m / 24, 0.0
    for ground in step * (np.arange(24) + 0.5):
        flat = ground * np.array([math.sin(azimuth), math.cos(azimuth), 0.0])
        there = (sensor.position + sensor.rotation.T @ flat)[:2]
        place = np.array([flat[0], flat[1], prior_up(motion, there) - sensor.position[2]])
        seen = detection_probability(sensor, place, 0.0, motion.altitude_sigma_m)
        new += findable_at(undetected, motion, sensor, there).sum() * seen * ground * step
    return new, sensor.clutter_per_rad


def densities(undetected: Undetected, motion: Record, sensor: Record, look: Record) -> tuple[float, float]:
    """Densities of (new objects, false detections) at a detection."""
    mask, z, sigma = int(look.mask), look.measured, look.sigma
    new, false = _speed_densities(motion, look)
    elevations = sensor.max_elevation_rad - sensor.min_elevation_rad
    if not places(mask):
        ray = _bearing_densities(undetected, motion, sensor, z[AZIMUTH])
        span = elevations if mask >> ELEVATION & 1 else 1.0
        new *= min(1.0, 10.0 / motion.lifetime_s)
        return new * ray[0] / span, false * ray[1] / span
    there, _, _ = located(sensor, motion, look)
    place = sensor.rotation @ (there - sensor.position)
    new *= findable_at(undetected, motion, sensor, there).sum()
    new *= detection_probability(sensor, place, 0.0, motion.altitude_sigma_m)
    false *= sensor.clutter_per_m2
    height = prior_up(motion, there)
    if mask >> RANGE & 1:
        slant = z[RANGE]
        new, false = new * slant, false * slant
        if mask >> ELEVATION & 1:
            up = sensor.position[2] + slant * math.sin(z[ELEVATION])
            spread = math.hypot(motion.altitude_sigma_m, slant * sigma[ELEVATION])
            new *= norm.pdf(up, height, spread) * slant * math.cos(z[ELEVATION])
            false /= elevations
    elif mask >> UP & 1:
        new *= norm.pdf(z[UP], height, math.hypot(motion.altitude_sigma_m, sigma[UP]))
        false /= FALSE_HEIGHT_M
    return new, false
