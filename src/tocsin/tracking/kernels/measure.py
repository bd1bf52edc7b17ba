"""What a sensor measures of a state, its gradient, and the Kalman update with it."""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import kernel
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    RANGE,
    SensorModel,
)
from tocsin.units import FloatArray

_TINY_M = 1e-3  # keeps angles of an object exactly at the sensor finite


@kernel
def wrap(angle: float) -> float:
    """An angle in (-pi, pi]."""
    return angle - 2.0 * math.pi * math.ceil((angle - math.pi) / (2.0 * math.pi))


@kernel
def travel_time(sensor: SensorModel, state: FloatArray) -> float:
    """How long what the sensor hears now was under way [s]; 0 for sensors that see at once.

    Solves |p - v t - s| = c t for the object's present position p, velocity v and the sensor's position s.
    """
    c = sensor.propagation_speed_mps
    if not math.isfinite(c):
        return 0.0
    distance2, speed2, along = 0.0, 0.0, 0.0
    for a in range(3):
        offset = state[a] - sensor.position[a]
        distance2 += offset * offset
        speed2 += state[a + 3] ** 2
        along += offset * state[a + 3]
    margin = c * c - speed2
    if margin <= 0.0:
        return 0.0
    return float((-along + math.sqrt(along * along + margin * distance2)) / margin)


@kernel
def relative(sensor: SensorModel, state: FloatArray, dt_s: float, out: FloatArray) -> None:
    """Position and velocity of the object dt_s from now in the sensor's own axes; out (6,)."""
    for a in range(3):
        position, velocity = 0.0, 0.0
        for b in range(3):
            position += sensor.rotation[a, b] * (state[b] + dt_s * state[b + 3] - sensor.position[b])
            velocity += sensor.rotation[a, b] * state[b + 3]
        out[a], out[a + 3] = position, velocity


@kernel
def predicted(component: int, place: FloatArray, state: FloatArray, dt_s: float) -> float:
    """What is expected of one component; place (6,) as `relative` gives it."""
    if component >= EAST:
        k = component - EAST
        return float(state[k] + dt_s * state[k + 3]) if k < 3 else float(state[k])
    ground = max(math.hypot(place[0], place[1]), _TINY_M)
    if component == AZIMUTH:
        return math.atan2(place[0], place[1])
    if component == ELEVATION:
        return math.atan2(place[2], ground)
    slant = math.hypot(ground, place[2])
    if component == RANGE:
        return slant
    return float((place[0] * place[3] + place[1] * place[4] + place[2] * place[5]) / slant)


@kernel
def gradient(
    sensor: SensorModel, component: int, place: FloatArray, dt_s: float, local: FloatArray, out: FloatArray
) -> None:
    """d(component)/d(state) into out (6,), in the site's axes; local (6,) is scratch for the sensor's."""
    for a in range(6):
        out[a], local[a] = 0.0, 0.0
    if component >= EAST:
        k = component - EAST
        out[k] = 1.0
        if k < 3:
            out[k + 3] = dt_s
        return
    ground = max(math.hypot(place[0], place[1]), _TINY_M)
    slant = math.hypot(ground, place[2])
    if component == AZIMUTH:
        local[0], local[1] = place[1] / ground**2, -place[0] / ground**2
    elif component == ELEVATION:
        local[0] = -place[0] * place[2] / (ground * slant**2)
        local[1] = -place[1] * place[2] / (ground * slant**2)
        local[2] = ground / slant**2
    elif component == RANGE:
        for a in range(3):
            local[a] = place[a] / slant
    else:
        rate = (place[0] * place[3] + place[1] * place[4] + place[2] * place[5]) / slant
        for a in range(3):
            local[a] = (place[a + 3] - rate * place[a] / slant) / slant
            local[a + 3] = place[a] / slant
    for b in range(3):
        position, velocity = 0.0, 0.0
        for a in range(3):
            position += sensor.rotation[a, b] * local[a]
            velocity += sensor.rotation[a, b] * local[a + 3]
        out[b], out[b + 3] = position, velocity + dt_s * position


@kernel
def update_scalar(
    state: FloatArray, covariance: FloatArray, direction: FloatArray, innovation: float, variance: float
) -> float:
    """Kalman update in place with one scalar measurement of gradient `direction` (6,); gives the variance of
    its innovation.

    Errors of components are independent, so updating with one after another equals the joint update.
    """
    column = np.empty(6)
    total = variance
    for a in range(6):
        value = 0.0
        for b in range(6):
            value += covariance[a, b] * direction[b]
        column[a] = value
        total += direction[a] * value
    for a in range(6):
        gain = column[a] / total
        state[a] += gain * innovation
        for b in range(a, 6):
            covariance[a, b] -= gain * column[b]
            covariance[b, a] = covariance[a, b]
    return total


@kernel
def condition(
    sensor: SensorModel,
    prior: FloatArray,
    prior_covariance: FloatArray,
    measured: FloatArray,
    sigma: FloatArray,
    mask: int,
    offset_s: float,
    gate: float,
    state: FloatArray,
    covariance: FloatArray,
) -> tuple[float, float]:
    """Extended Kalman update of a prior with one detection into state (6,) and covariance (6, 6).

    Gives (squared Mahalanobis distance, log-likelihood of the detection); the distance is inf, and the
    outputs unfinished, as soon as it passes the gate. All components are linearised at the prior mean.
    """
    dt_s = offset_s - travel_time(sensor, prior)
    place, local, direction = np.empty(6), np.empty(6), np.empty(6)
    relative(sensor, prior, dt_s, place)
    for a in range(6):
        state[a] = prior[a]
        for b in range(6):
            covariance[a, b] = prior_covariance[a, b]
    distance, log_likelihood = 0.0, 0.0
    for component in range(COMPONENTS):
        if not (mask >> component) & 1:
            continue
        gradient(sensor, component, place, dt_s, local, direction)
        innovation = measured[component] - predicted(component, place, prior, dt_s)
        if component in (AZIMUTH, ELEVATION):
            innovation = wrap(innovation)
        for a in range(6):
            innovation -= direction[a] * (state[a] - prior[a])
        variance = update_scalar(state, covariance, direction, innovation, sigma[component] ** 2)
        distance += innovation * innovation / variance
        if distance > gate:
            return math.inf, -math.inf
        log_likelihood -= 0.5 * math.log(2.0 * math.pi * variance)
    return distance, log_likelihood - 0.5 * distance
