"""Objects that no sensor has seen yet: their intensity over the ground, and what they make of a detection."""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import bare_kernel, entry
from tocsin.tracking.kernels.coverage import detection_probability, ring_of, sector_of
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    ELEVATION,
    FALSE_HEIGHT_M,
    FALSE_SPEED_MPS,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_NORTH,
    VELOCITY_UP,
    Record,
    Records,
    Undetected,
)
from tocsin.units import FloatArray

EARTH_RADIUS_M = 6_371_000.0
_RAY_STEPS = 24


@bare_kernel
def prior_up(motion: Record, east_m: float, north_m: float) -> float:
    """Height over the tangent plane at which objects are expected: the ground falls away from the plane."""
    return float(motion.altitude_up_m - (east_m * east_m + north_m * north_m) / (2.0 * EARTH_RADIUS_M))


@bare_kernel
def intensity_at(undetected: Undetected, motion: Record, east_m: float, north_m: float) -> float:
    """Undetected objects per m2 at a place; beyond the grid nobody has looked."""
    row = math.floor((north_m - undetected.south_m) / undetected.cell_m)
    column = math.floor((east_m - undetected.west_m) / undetected.cell_m)
    rows, columns = undetected.intensity.shape
    if 0 <= row < rows and 0 <= column < columns:
        return float(undetected.intensity[int(row), int(column)])
    return float(motion.birth_rate_per_m2_s * motion.lifetime_s)


@entry
def drift(undetected: Undetected, motions: Records, dt_s: float) -> None:
    """Predicts the intensity in place by dt_s.

    l <- p_S l + rate tau (1 - p_S), exchanged with the neighbouring cells as fast as objects cross them.
    Beyond the grid the intensity is that of a sky nobody has looked at.
    """
    motion, grid = motions[0], undetected.intensity
    rows, columns = grid.shape
    outside = motion.birth_rate_per_m2_s * motion.lifetime_s
    survives = math.exp(-dt_s / motion.lifetime_s)
    # Mean speed on one axis is sigma sqrt(2 / pi); half of it leaves by each of the two sides.
    share = min(0.2, 0.5 * math.sqrt(2.0 / math.pi) * motion.speed_sigma_mps * dt_s / undetected.cell_m)
    above, here = np.full(columns, outside), np.empty(columns)
    for a in range(rows):
        for b in range(columns):
            here[b] = grid[a, b]
        for b in range(columns):
            north = grid[a + 1, b] if a + 1 < rows else outside
            west = here[b - 1] if b > 0 else outside
            east = here[b + 1] if b + 1 < columns else outside
            mixed = here[b] + share * (above[b] + north + west + east - 4.0 * here[b])
            grid[a, b] = survives * mixed + outside * (1.0 - survives)
        above, here = here, above


@entry
def detection_map(undetected: Undetected, motion: Record, sensor: Record) -> FloatArray:
    """Detection probability of an object over each cell of the grid, averaged over the expected heights."""
    rows, columns = undetected.intensity.shape
    seen, place = np.empty((rows, columns)), np.empty(3)
    for a in range(rows):
        for b in range(columns):
            east = undetected.west_m + (b + 0.5) * undetected.cell_m
            north = undetected.south_m + (a + 0.5) * undetected.cell_m
            offset = (
                east - sensor.position[0],
                north - sensor.position[1],
                prior_up(motion, east, north) - sensor.position[2],
            )
            for k in range(3):
                place[k] = 0.0
                for m in range(3):
                    place[k] += sensor.rotation[k, m] * offset[m]
            seen[a, b] = detection_probability(
                sensor, place, 0.5 * undetected.cell_m, motion.altitude_sigma_m
            )
    return seen


# What sensors that point perceive has a track within so much time: what is new to them is no older.
BEARINGS_TELL_S = 10.0


@bare_kernel
def _normal(value: float, mean: float, variance: float) -> float:
    return math.exp(-0.5 * (value - mean) ** 2 / variance) / math.sqrt(2.0 * math.pi * variance)


@bare_kernel
def _rates(look: Record, motion: Record) -> tuple[float, float]:
    """Densities of the measured speeds: of new objects, and of false detections."""
    new, false = 1.0, 1.0
    for component in (RANGE_RATE, VELOCITY_EAST, VELOCITY_NORTH, VELOCITY_UP):
        if (look.mask >> component) & 1:
            spread = motion.vertical_speed_sigma_mps if component == VELOCITY_UP else motion.speed_sigma_mps
            new *= _normal(look.measured[component], 0.0, spread**2 + look.sigma[component] ** 2)
            false /= 2.0 * FALSE_SPEED_MPS
    return new, false


@bare_kernel
def _along_ray(
    undetected: Undetected, motion: Record, sensor: Record, azimuth_rad: float, place: FloatArray
) -> float:
    """Undetected objects per radian that a bearing can be of."""
    step = sensor.max_range_m / _RAY_STEPS
    total = 0.0
    for k in range(_RAY_STEPS):
        ground = (k + 0.5) * step
        place[0], place[1] = ground * math.sin(azimuth_rad), ground * math.cos(azimuth_rad)
        east, north = sensor.position[0], sensor.position[1]
        for a in range(2):
            east += sensor.rotation[a, 0] * place[a]
            north += sensor.rotation[a, 1] * place[a]
        place[2] = prior_up(motion, east, north) - sensor.position[2]
        seen = detection_probability(sensor, place, 0.0, motion.altitude_sigma_m)
        total += intensity_at(undetected, motion, east, north) * seen * ground * step
    return total


@bare_kernel
def densities(
    undetected: Undetected,
    motion: Record,
    sensor: Record,
    look: Record,
    position: FloatArray,
    place: FloatArray,
) -> tuple[float, float]:
    """Densities, over the measured components, of (new objects, false detections) at one detection.

    position (3,) is where it was in the site's plane; it is not used for a bearing. place is scratch.
    """
    mask = look.mask
    new, false = _rates(look, motion)
    elevation_span = sensor.max_elevation_rad - sensor.min_elevation_rad
    if (mask >> AZIMUTH) & 1 and not (mask >> RANGE) & 1:
        new *= min(1.0, BEARINGS_TELL_S / motion.lifetime_s)
        new *= sensor.visible_prior * _along_ray(undetected, motion, sensor, look.measured[AZIMUTH], place)
        learnt = sensor.clutter_factor[0, sector_of(look.measured[AZIMUTH])]
        false *= sensor.clutter_per_rad * learnt
        if (mask >> ELEVATION) & 1:
            new, false = new / elevation_span, false / elevation_span
        return new, false
    for a in range(3):
        place[a] = 0.0
        for b in range(3):
            place[a] += sensor.rotation[a, b] * (position[b] - sensor.position[b])
    new *= intensity_at(undetected, motion, position[0], position[1]) * sensor.visible_prior
    new *= detection_probability(sensor, place, 0.0, motion.altitude_sigma_m)
    slant = math.sqrt(place[0] ** 2 + place[1] ** 2 + place[2] ** 2)
    sector = sector_of(math.atan2(place[0], place[1]))
    false *= sensor.clutter_per_m2 * sensor.clutter_factor[ring_of(sensor, slant), sector]
    height = prior_up(motion, position[0], position[1])
    if (mask >> RANGE) & 1:
        slant = look.measured[RANGE]
        new, false = new * slant, false * slant  # r dr d(azimuth) is an area
        if (mask >> ELEVATION) & 1:
            elevation = look.measured[ELEVATION]
            measured_up = sensor.position[2] + slant * math.sin(elevation)
            variance = motion.altitude_sigma_m**2 + (slant * look.sigma[ELEVATION]) ** 2
            new *= _normal(measured_up, height, variance) * slant * math.cos(elevation)
            false /= elevation_span
    elif (mask >> UP) & 1:
        variance = motion.altitude_sigma_m**2 + look.sigma[UP] ** 2
        new *= _normal(look.measured[UP], height, variance)
        false /= FALSE_HEIGHT_M
    return new, false
