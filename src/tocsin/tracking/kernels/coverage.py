"""Where a sensor looks and how probably it sees what is there."""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import kernel
from tocsin.tracking.kernels.layout import SensorModel
from tocsin.units import FloatArray


@kernel
def by_range(sensor: SensorModel, slant_m: float) -> float:
    """Detection probability at a slant range inside the coverage: linear between the points of the table."""
    ranges, values = sensor.detection_ranges_m, sensor.detection_probabilities
    last = len(ranges) - 1
    if slant_m <= ranges[0] or last == 0:
        return float(values[0])
    if slant_m >= ranges[last]:
        return float(values[last])
    k = int(np.searchsorted(ranges, slant_m)) - 1
    share = (slant_m - ranges[k]) / (ranges[k + 1] - ranges[k])
    return float(values[k] + share * (values[k + 1] - values[k]))


@kernel
def below(limit: float, mean: float, sigma: float) -> float:
    """Probability that a normal value is below a limit."""
    return 0.5 * math.erfc((mean - limit) / (math.sqrt(2.0) * max(sigma, 1e-9)))


@kernel
def detection_probability(sensor: SensorModel, place: FloatArray, sigma_m: float, sigma_up_m: float) -> float:
    """Of an object at place (in the sensor's axes, the first three count), known to sigma_m along the range
    and to sigma_up_m in height: the limits of the coverage are as blurred as the object's position is."""
    ground = math.hypot(place[0], place[1])
    slant = math.hypot(ground, place[2])
    if slant > sensor.max_range_m + 6.0 * sigma_m or slant < sensor.min_range_m - 6.0 * sigma_m:
        return 0.0
    inside = below(sensor.max_range_m, slant, sigma_m)
    if sensor.min_range_m > 0.0:
        inside *= 1.0 - below(sensor.min_range_m, slant, sigma_m)
    elevation = math.atan2(place[2], max(ground, 1.0))
    sigma_rad = sigma_up_m / max(slant, 1.0)
    if sensor.min_elevation_rad > -1.57:
        inside *= 1.0 - below(sensor.min_elevation_rad, elevation, sigma_rad)
    if sensor.max_elevation_rad < 1.57:
        inside *= below(sensor.max_elevation_rad, elevation, sigma_rad)
    return inside * by_range(sensor, slant)
