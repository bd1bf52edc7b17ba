"""Objects that no sensor has seen yet: their intensity over the ground, and what they make of a detection.

They come in classes by the sensor that can't perceive them: or else the silence of a fast sensor, which says
nothing of what is hidden from it, would leave nothing for others to find.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import bare_kernel, entry, kernel
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
def hidden_class(undetected: Undetected, sensor: int) -> int:
    """The class of objects that are hidden from a sensor; 0 where there is none."""
    for c in range(1, len(undetected.classes)):
        if undetected.classes[c].hidden_from == sensor:
            return c
    return 0


@bare_kernel
def intensity_at(undetected: Undetected, motion: Record, c: int, east_m: float, north_m: float) -> float:
    """Undetected objects of a class per m2 at a place; beyond the grid nobody has looked."""
    row = math.floor((north_m - undetected.south_m) / undetected.cell_m)
    column = math.floor((east_m - undetected.west_m) / undetected.cell_m)
    _, rows, columns = undetected.intensity.shape
    if 0 <= row < rows and 0 <= column < columns:
        return float(undetected.intensity[c, int(row), int(column)])
    return float(motion.birth_rate_per_m2_s * motion.lifetime_s * undetected.classes[c].share)


@bare_kernel
def perceptible_at(
    undetected: Undetected, motion: Record, hidden: int, east_m: float, north_m: float
) -> float:
    """Undetected objects per m2 at a place but for those of the class `hidden`, if that is not 0."""
    total = intensity_at(undetected, motion, 0, east_m, north_m)
    for c in range(1, len(undetected.classes)):
        if c != hidden:
            total += intensity_at(undetected, motion, c, east_m, north_m)
    return total


@bare_kernel
def tell_visible(
    undetected: Undetected, motion: Record, sensor: int, place: FloatArray, perception: Records, i: int
) -> None:
    """Whether each sensor can perceive the new track i, which this sensor found at a place (3,)."""
    hidden = hidden_class(undetected, sensor)
    total = perceptible_at(undetected, motion, hidden, place[0], place[1])
    for c in range(1, len(undetected.classes)):
        if c != hidden and total > 0.0:
            share = intensity_at(undetected, motion, c, place[0], place[1]) / total
            perception[i, undetected.classes[c].hidden_from].visible = 1.0 - share


@kernel
def _spread(grid: FloatArray, outside: float, share: float, survives: float) -> None:
    """One step of a class: survival, birth, and exchange of a share with each neighbouring cell."""
    rows, columns = grid.shape
    # Rows as they were, with the sky around the grid at both ends: without branches it takes half the time.
    above, here, below = (
        np.full(columns + 2, outside), np.full(columns + 2, outside), np.full(columns + 2, outside)
    )  # fmt: skip
    for b in range(columns):
        here[b + 1] = grid[0, b]
    for a in range(rows):
        for b in range(columns):
            below[b + 1] = grid[a + 1, b] if a + 1 < rows else outside
        for b in range(columns):
            around = above[b + 1] + below[b + 1] + here[b] + here[b + 2]
            mixed = here[b + 1] + share * (around - 4.0 * here[b + 1])
            grid[a, b] = survives * mixed + outside * (1.0 - survives)
        above, here, below = here, below, above


@bare_kernel
def _emerge(open_grid: FloatArray, hidden_grid: FloatArray, usual: float, change: float) -> None:
    """Objects hide from a sensor, and emerge: the share that is hidden goes so far to what is usual."""
    rows, columns = open_grid.shape
    for a in range(rows):
        for b in range(columns):
            here, hidden = open_grid[a, b], hidden_grid[a, b]
            hiding = change * (usual * (here + hidden) - hidden)
            open_grid[a, b], hidden_grid[a, b] = here - hiding, hidden + hiding


@entry
def drift(undetected: Undetected, motions: Records, dt_s: float) -> None:
    """Predicts the intensity in place by dt_s.

    l <- p_S l + rate tau (1 - p_S), exchanged with the neighbouring cells as fast as objects cross them.
    Beyond the grid the intensity is that of a sky nobody has looked at. Between the classes objects change
    as the visibility of a track does: by exp(-dt / hold) of the way to the shares of such a sky.
    """
    motion, classes, grid = motions[0], undetected.classes, undetected.intensity
    outside = motion.birth_rate_per_m2_s * motion.lifetime_s
    survives = math.exp(-dt_s / motion.lifetime_s)
    # Mean speed on one axis is sigma sqrt(2 / pi); half of it leaves by each of the two sides.
    share = min(0.2, 0.5 * math.sqrt(2.0 / math.pi) * motion.speed_sigma_mps * dt_s / undetected.cell_m)
    for c in range(len(classes)):
        _spread(grid[c], outside * classes[c].share, share, survives)
    for c in range(1, len(classes)):
        usual = classes[c].share / (classes[0].share + classes[c].share)
        _emerge(grid[0], grid[c], usual, -math.expm1(-dt_s / classes[c].hold_s))


@bare_kernel
def find_nothing(undetected: Undetected, unseen: FloatArray, sensor: int) -> None:
    """What a sensor has not found in a look: unseen (rows, columns) is the share that stays undetected; where
    that is empty, it was no search.

    What it found is a track. Of what is hidden from it, it says nothing.
    """
    hidden = hidden_class(undetected, sensor)
    for c in range(len(undetected.classes)):
        if c == 0 or c != hidden:
            grid = undetected.intensity[c]
            for a in range(unseen.shape[0]):
                for b in range(unseen.shape[1]):
                    grid[a, b] *= unseen[a, b]


@entry
def detection_map(undetected: Undetected, motion: Record, sensor: Record) -> FloatArray:
    """Detection probability of an object over each cell of the grid, averaged over the expected heights."""
    _, rows, columns = undetected.intensity.shape
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
    hidden = hidden_class(undetected, sensor.number)
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
        total += perceptible_at(undetected, motion, hidden, east, north) * seen * ground * step
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
    hidden = hidden_class(undetected, sensor.number)
    # What is hidden from it is a class of its own, or else a share of all.
    visible = 1.0 if hidden > 0 else sensor.visible_prior
    if (mask >> AZIMUTH) & 1 and not (mask >> RANGE) & 1:
        new *= min(1.0, BEARINGS_TELL_S / motion.lifetime_s)
        new *= visible * _along_ray(undetected, motion, sensor, look.measured[AZIMUTH], place)
        learnt = sensor.clutter_factor[0, sector_of(look.measured[AZIMUTH])]
        false *= sensor.clutter_per_rad * learnt
        if (mask >> ELEVATION) & 1:
            new, false = new / elevation_span, false / elevation_span
        return new, false
    for a in range(3):
        place[a] = 0.0
        for b in range(3):
            place[a] += sensor.rotation[a, b] * (position[b] - sensor.position[b])
    new *= perceptible_at(undetected, motion, hidden, position[0], position[1]) * visible
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
