"""Where a sensor looks and how probably it sees what is there."""

from __future__ import annotations

import math

from tocsin.jit import bare_kernel
from tocsin.tracking.kernels.layout import RINGS, SECTORS, Record
from tocsin.units import FloatArray

_CLEARLY = 6.0  # sigmas beyond which a limit is as good as certain
_MOST_LEARNT = 0.99  # no experience makes a sensor surer than that
_UPRIGHT = 1.57  # nothing is seen, or blurred, beyond the zenith


@bare_kernel
def by_range(sensor: Record, slant_m: float) -> float:
    """Detection probability at a slant range inside the coverage: linear between the points of the table."""
    ranges, values, last = sensor.detection_range_m, sensor.detection_probability, sensor.points - 1
    if slant_m <= ranges[0] or last == 0:
        return float(values[0])
    for k in range(last):
        if slant_m < ranges[k + 1]:
            share = (slant_m - ranges[k]) / (ranges[k + 1] - ranges[k])
            return float(values[k] + share * (values[k + 1] - values[k]))
    return float(values[last])


@bare_kernel
def ring_of(sensor: Record, slant_m: float) -> int:
    """Ring of range of a place; see RINGS."""
    share = (slant_m - sensor.min_range_m) / (sensor.max_range_m - sensor.min_range_m)
    return int(min(max(share, 0.0) * RINGS, RINGS - 1))


@bare_kernel
def sector_of(azimuth_rad: float) -> int:
    """Sector of azimuth; see SECTORS."""
    turn = azimuth_rad / (2.0 * math.pi)
    return int(min((turn - math.floor(turn)) * SECTORS, SECTORS - 1))


@bare_kernel
def below(limit: float, mean: float, sigma: float) -> float:
    """Probability that a normal value is below a limit."""
    if mean + _CLEARLY * sigma < limit:
        return 1.0
    return 0.5 * math.erfc((mean - limit) / (math.sqrt(2.0) * max(sigma, 1e-9)))


@bare_kernel
def detection_probability(sensor: Record, place: FloatArray, sigma_m: float, sigma_up_m: float) -> float:
    """Of an object at place (in the sensor's axes, the first three count), known to sigma_m along the range
    and to sigma_up_m in height: the limits of the coverage are as blurred as the object's position is."""
    ground2 = place[0] * place[0] + place[1] * place[1]
    ground, slant = math.sqrt(ground2), math.sqrt(ground2 + place[2] * place[2])
    if slant > sensor.max_range_m + _CLEARLY * sigma_m or slant < sensor.min_range_m - _CLEARLY * sigma_m:
        return 0.0
    inside = below(sensor.max_range_m, slant, sigma_m)
    if sensor.min_range_m > 0.0:
        inside *= below(-sensor.min_range_m, -slant, sigma_m)
    has_floor, has_ceiling = sensor.min_elevation_rad > -_UPRIGHT, sensor.max_elevation_rad < _UPRIGHT
    if has_floor or has_ceiling:
        elevation, sigma_rad = math.atan2(place[2], max(ground, 1.0)), sigma_up_m / max(slant, 1.0)
        if has_floor:
            inside *= below(-sensor.min_elevation_rad, -elevation, sigma_rad)
        if has_ceiling:
            inside *= below(sensor.max_elevation_rad, elevation, sigma_rad)
    usual = by_range(sensor, slant)
    learnt = usual * sensor.detection_factor[ring_of(sensor, slant)]
    return inside * float(min(learnt, max(usual, _MOST_LEARNT)))


@bare_kernel
def moving_enough(sensor: Record, range_rate_mps: float, sigma_mps: float) -> float:
    """Probability that an object comes or goes fast enough to be told from what stands still."""
    slowest = sensor.min_range_rate_mps
    if slowest <= 0.0:
        return 1.0
    return 1.0 - below(slowest, range_rate_mps, sigma_mps) + below(-slowest, range_rate_mps, sigma_mps)
