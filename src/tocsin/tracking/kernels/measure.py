"""What a sensor measures of a state, and its gradient."""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.layout import AZIMUTH, EAST, ELEVATION, RANGE, STATE, Record
from tocsin.units import FloatArray

# What `relative` gives after position and velocity.
GROUND, SLANT = 6, 7
_TINY_M = 1e-3  # keeps angles of an object exactly at the sensor finite


@bare_kernel
def wrap(angle: float) -> float:
    """An angle in (-pi, pi]."""
    if -math.pi < angle <= math.pi:
        return angle
    return angle - 2.0 * math.pi * math.ceil((angle - math.pi) / (2.0 * math.pi))


@bare_kernel
def travel_time(sensor: Record, state: FloatArray) -> float:
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


@bare_kernel
def relative(sensor: Record, state: FloatArray, dt_s: float, out: FloatArray) -> None:
    """Position of the object dt_s from now in the sensor's own axes, from where that is then, its velocity as
    if the sensor stood, and its distance over the ground and through the air; out (8,)."""
    east = state[0] + dt_s * (state[3] - sensor.velocity[0]) - sensor.position[0]
    north = state[1] + dt_s * (state[4] - sensor.velocity[1]) - sensor.position[1]
    up = state[2] + dt_s * (state[5] - sensor.velocity[2]) - sensor.position[2]
    turn = sensor.rotation
    for a in range(3):
        out[a] = turn[a, 0] * east + turn[a, 1] * north + turn[a, 2] * up
        out[a + 3] = turn[a, 0] * state[3] + turn[a, 1] * state[4] + turn[a, 2] * state[5]
    ground2 = out[0] * out[0] + out[1] * out[1]
    out[GROUND] = max(math.sqrt(ground2), _TINY_M)
    out[SLANT] = max(math.sqrt(ground2 + out[2] * out[2]), _TINY_M)


@bare_kernel
def predicted(component: int, place: FloatArray, state: FloatArray, dt_s: float) -> float:
    """What is expected of one component; place (8,) as `relative` gives it."""
    if component >= EAST:
        k = component - EAST
        return float(state[k] + dt_s * state[k + 3]) if k < 3 else float(state[k])
    if component == AZIMUTH:
        return math.atan2(place[0], place[1])
    if component == ELEVATION:
        return math.atan2(place[2], place[GROUND])
    if component == RANGE:
        return float(place[SLANT])
    return float((place[0] * place[3] + place[1] * place[4] + place[2] * place[5]) / place[SLANT])


@bare_kernel
def gradient(
    sensor: Record, component: int, place: FloatArray, dt_s: float, local: FloatArray, out: FloatArray
) -> None:
    """d(component)/d(state) into out (6,), in the site's axes; local (6,) is scratch for the sensor's."""
    for a in range(STATE):
        out[a], local[a] = 0.0, 0.0
    if component >= EAST:
        k = component - EAST
        out[k] = 1.0
        if k < 3:
            out[k + 3] = dt_s
        return
    ground, slant = place[GROUND], place[SLANT]
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


@bare_kernel
def curvature(covariance: FloatArray, direction: FloatArray, slant_m: float) -> float:
    """By how much an object's range exceeds that of its expected place, in the mean [m].

    Half the trace of the range's second derivatives, (1 - u u') / r, times the covariance of the place, whose
    gradient u is `direction` (second-order extended Kalman filter: Bar-Shalom, Li, Kirubarajan 2001, section
    10.3.2). The square of it, doubled, bounds what this adds to the variance. At 30 km, with an azimuth of
    1 degree and a range of 5 m, a filter without is far too sure of a new track.
    """
    across = covariance[0, 0] + covariance[1, 1] + covariance[2, 2]
    for a in range(3):
        for b in range(3):
            across -= direction[a] * covariance[a, b] * direction[b]
    return 0.5 * float(min(max(across, 0.0) / slant_m, slant_m))


@bare_kernel
def is_static(component: int, dt_s: float) -> bool:
    """Whether the gradient has no velocity part."""
    return dt_s == 0.0 and (component <= ELEVATION or EAST <= component < EAST + 3)


@bare_kernel
def project(covariance: FloatArray, direction: FloatArray, only_place: bool, out: FloatArray) -> float:
    """Covariance (6, 6) times a gradient (6,) into out (6,); gives the variance of the component."""
    for a in range(STATE):
        out[a] = (
            covariance[a, 0] * direction[0]
            + covariance[a, 1] * direction[1]
            + covariance[a, 2] * direction[2]
        )
    if not only_place:
        for a in range(STATE):
            out[a] += (
                covariance[a, 3] * direction[3]
                + covariance[a, 4] * direction[4]
                + covariance[a, 5] * direction[5]
            )
    variance = 0.0
    for a in range(STATE):
        variance += direction[a] * out[a]
    return variance
