"""Whether a set of bearings is an object or lines that cross by chance, and whether it is placed at all."""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.bearing_sky import (
    LEAST_CLUTTER_PER_RAD,
    LOG_TWO_PI,
    OUTSIDE,
    SENSORS_NEEDED,
    SURE_DETECTION,
    Sky,
)
from tocsin.units import FloatArray, IntArray

# To be a track, the longest axis of what is known of the place must be short beside the way to the sensors.
_PLACED = 0.2


@bare_kernel
def _chance_of_sensor(sky: Sky, s: int, hits: IntArray) -> tuple[float, float]:
    """What sensor s says against a chance crossing, as a log ratio, and how many other objects a look shows
    it (-1 where it did not hear this one). False bearings agree with each other by chance only; those of
    another object go on to do so, and thus count once, with the error of their mean."""
    finder, looks, hit, others, weight, weight_up = sky.finders[s], 0, 0, 0.0, 0.0, 0.0
    for k in range(len(sky.looks)):
        look = sky.looks[k]
        if look.sensor != s or hits[k] == OUTSIDE:
            continue
        looks += 1
        for j in range(look.first, look.first + look.count):
            bearing = sky.bearings[j]
            if j != hits[k]:
                others += bearing.unexplained
                continue
            hit += 1
            weight += 1.0 / bearing.azimuth_sigma**2
            if math.isfinite(bearing.elevation):
                weight_up += 1.0 / bearing.elevation_sigma**2
    if hit == 0:
        missed = (1.0 - min(finder.detection_probability, SURE_DETECTION)) ** looks
        return math.log(max(1.0 - finder.visible_prior * (1.0 - missed), 1e-300)), -1.0
    false = max(finder.clutter_per_rad, LEAST_CLUTTER_PER_RAD)
    others = max(others / looks - 2.0 * math.pi * false, 0.0)
    peak = math.sqrt(weight / hit / (2.0 * math.pi))
    by_chance = false * min(false / peak, 1.0) ** (hit - 1) + others / (2.0 * math.pi)
    value = 0.5 * (math.log(weight) - LOG_TWO_PI) - math.log(by_chance)
    if weight_up > 0.0:
        value += 0.5 * (math.log(weight_up) - LOG_TWO_PI) + math.log(finder.elevation_span_rad)
    return value, others


@bare_kernel
def chance_ratio(sky: Sky, hits: IntArray, covariance: FloatArray) -> float:
    """Log ratio of objects to chance crossings of what others have made, at this place; hits (l,) has one.

    As many objects are expected around as the sensors' bearings show."""
    value, density, sensors = 0.0, 0.0, 0
    for s in range(len(sky.finders)):
        finder = sky.finders[s]
        ratio, others = _chance_of_sensor(sky, s, hits)
        value += ratio
        if others >= 0.0:
            sensors += 1
            density += (1.0 + others) / (finder.detection_probability * math.pi * finder.max_range_m**2)
    area2 = covariance[0, 0] * covariance[1, 1] - covariance[0, 1] ** 2
    value += LOG_TWO_PI + 0.5 * math.log(max(area2, 1e-12)) + math.log(density / sensors)
    return value + 0.5 * math.log(covariance[2, 2] / sky.prior.altitude_sigma_m**2)


@bare_kernel
def sensors_of(sky: Sky, hits: IntArray) -> int:
    """How many sensors the bearings (l,) of a set are of."""
    count = 0
    for k in range(len(hits)):
        is_new = hits[k] >= 0
        for n in range(k):
            is_new = is_new and not (hits[n] >= 0 and sky.looks[n].sensor == sky.looks[k].sensor)
        count += int(is_new)
    return count


@bare_kernel
def can_be_placed(sky: Sky, state: FloatArray, covariance: FloatArray, hits: IntArray) -> bool:
    """Whether enough sensors perceive it, and the place is known well enough to be a track: a filter's
    bearings are linear only over a small part of the way to the sensors."""
    if sensors_of(sky, hits) < SENSORS_NEEDED:
        return False
    mean = 0.5 * (covariance[0, 0] + covariance[1, 1])
    half = 0.5 * (covariance[0, 0] - covariance[1, 1])
    longest_m = math.sqrt(mean + math.sqrt(half * half + covariance[0, 1] ** 2))
    way_m, count = 0.0, 0
    for k in range(len(hits)):
        if hits[k] >= 0:
            position = sky.finders[sky.looks[k].sensor].position
            way_m += math.hypot(state[0] - position[0], state[1] - position[1])
            count += 1
    return longest_m * count < _PLACED * way_m
