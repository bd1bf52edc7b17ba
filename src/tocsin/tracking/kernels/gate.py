"""Which detections can be of which track: a grid over the detections, so that only near ones are tried.

The grid lies in the plane in which the scan was measured: azimuth and range, azimuth only, or east and north.
A scan of a mixture is one cell.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.layout import AZIMUTH, EAST, NORTH, RANGE, Record, Records
from tocsin.tracking.kernels.measure import (
    GROUND,
    SLANT,
    curvature,
    gradient,
    predicted,
    relative,
    travel_time,
)
from tocsin.units import FloatArray, IntArray


class DetectionGrid(NamedTuple):
    """Detections sorted by cell; cell k = a * across + b holds order[start[k] : start[k + 1]]."""

    axes: tuple[int, int]  # the components that it lies in; -1: none
    along: int
    across: int
    low: tuple[float, float]  # least value of each axis
    width: tuple[float, float]  # of a cell
    start: IntArray  # (along * across + 1,)
    order: IntArray  # (d,)
    widest_sigma: tuple[float, float]
    most_components: int  # that any of the detections has
    latest_s: float  # largest offset of a detection from the time of the scan
    is_uniform: bool  # all detections have the same components, errors and offset


@bare_kernel
def components(mask: int) -> int:
    """How many components a mask names."""
    count = 0
    while mask:
        count += mask & 1
        mask >>= 1
    return count


@bare_kernel
def axes_of(looks: Records) -> tuple[int, int]:
    """The two components that the grid lies in; -1 for one that not all detections have."""
    shared = -1
    for j in range(len(looks)):
        shared &= looks[j].mask
    if (shared >> AZIMUTH) & 1:
        return AZIMUTH, RANGE if (shared >> RANGE) & 1 else -1
    if (shared >> EAST) & 1 and (shared >> NORTH) & 1:
        return EAST, NORTH
    return -1, -1


@bare_kernel
def _key(look: Record, axis: int) -> float:
    if axis < 0:
        return 0.0
    value = float(look.measured[axis])
    return value + 2.0 * math.pi if axis == AZIMUTH and value < 0.0 else value


@bare_kernel
def _extent(looks: Records, axis: int) -> tuple[float, float, float]:
    """Least and greatest value of an axis, and the widest error of any detection along it."""
    low, high, widest = math.inf, -math.inf, 0.0
    for j in range(len(looks)):
        key = _key(looks[j], axis)
        low, high = min(low, key), max(high, key)
        if axis >= 0:
            widest = max(widest, looks[j].sigma[axis])
    if axis == AZIMUTH:
        low, high = 0.0, 2.0 * math.pi
    return low, high, widest


@kernel
def build(looks: Records, is_uniform: bool) -> DetectionGrid:
    """Sorts the detections of a scan into cells: about one detection a cell."""
    axes, count, most, latest = axes_of(looks), len(looks), 0, 0.0
    for j in range(count):
        most = max(most, components(looks[j].mask))
        latest = max(latest, abs(looks[j].offset_s))
    along = count if axes[1] < 0 else int(math.ceil(math.sqrt(count)))
    across = 1 if axes[1] < 0 else along
    low_a, high_a, widest_a = _extent(looks, axes[0])
    low_b, high_b, widest_b = _extent(looks, axes[1])
    width_a = max((high_a - low_a) / along, 1e-9)
    width_b = max((high_b - low_b) / across, 1e-9)
    cell = np.empty(count, np.int64)
    start = np.zeros(along * across + 1, np.int64)
    for j in range(count):
        a = min(int((_key(looks[j], axes[0]) - low_a) / width_a), along - 1)
        b = min(int((_key(looks[j], axes[1]) - low_b) / width_b), across - 1)
        cell[j] = a * across + b
        start[cell[j] + 1] += 1
    for k in range(1, len(start)):
        start[k] += start[k - 1]
    order = np.empty(count, np.int64)
    fill = start.copy()
    for j in range(count):
        order[fill[cell[j]]] = j
        fill[cell[j]] += 1
    return DetectionGrid(
        axes, along, across, (low_a, low_b), (width_a, width_b), start, order, (widest_a, widest_b),
        most, latest, is_uniform,
    )  # fmt: skip


@bare_kernel
def _along(direction: FloatArray, covariance: FloatArray, first: int) -> float:
    """Standard deviation along a gradient, of the place (first 0) or of the velocity (3)."""
    variance = 0.0
    for a in range(3):
        for b in range(3):
            variance += direction[a] * covariance[first + a, first + b] * direction[b]
    return math.sqrt(max(variance, 0.0))


@bare_kernel
def reach(grid: DetectionGrid, sensor: Record, track: Record, k: int, work: Record) -> tuple[float, float]:
    """Least and greatest value on axis k of the grid that a detection of the track can have, in any mode.

    The gate is on all components together, so its quantile bounds each of them. A detection may be of up to
    grid.latest_s away from the time of the scan: the object was elsewhere then, and less is known of where.
    """
    axis, place, direction = grid.axes[k], work.place, work.direction
    gate = work.gates[grid.most_components]
    delay = travel_time(sensor, track.state)
    relative(sensor, track.state, -delay, place)
    gradient(sensor, axis, place, 0.0, work.local, direction)
    middle = predicted(axis, place, track.state, -delay)
    earlier_s = delay + grid.latest_s
    low, high, fastest2 = math.inf, -math.inf, 0.0
    for m in range(track.modes):
        mode, shift = track.mode[m], 0.0
        for a in range(3):
            apart = mode.state[a] - track.state[a] - delay * (mode.state[a + 3] - track.state[a + 3])
            shift += direction[a] * apart
        spread = _along(direction, mode.covariance, 0)
        beyond = curvature(mode.covariance, direction, place[SLANT]) if axis == RANGE else 0.0
        if earlier_s > 0.0:
            spread += earlier_s * _along(direction, mode.covariance, 3)
        shift += beyond
        half = math.sqrt(gate * (spread * spread + grid.widest_sigma[k] ** 2 + 2.0 * beyond * beyond))
        low, high = min(low, middle + shift - half), max(high, middle + shift + half)
        fastest2 = max(fastest2, mode.state[3] ** 2 + mode.state[4] ** 2 + mode.state[5] ** 2)
    if grid.latest_s > 0.0:
        moved = grid.latest_s * math.sqrt(fastest2)
        if axis == AZIMUTH:
            moved = math.pi if 2.0 * moved >= place[GROUND] else math.asin(moved / place[GROUND])
        low, high = low - moved, high + moved
    if axis <= AZIMUTH and sensor.resolution[AZIMUTH] > 0.0:
        # A plot of several objects may be anywhere in their cell.
        low, high = low - sensor.resolution[axis], high + sensor.resolution[axis]
    return low, high


@bare_kernel
def _cells(grid: DetectionGrid, k: int, low: float, high: float) -> tuple[int, int]:
    """First and last cell along axis k from low to high; azimuths may pass the last cell."""
    cells = grid.along if k == 0 else grid.across
    wraps = grid.axes[k] == AZIMUTH
    if wraps and high - low >= 2.0 * math.pi:
        return 0, cells - 1
    # Bounded before they become integers: a gate may be as wide as it likes.
    first = math.floor(min(max((low - grid.low[k]) / grid.width[k], -2.0 * cells), 2.0 * cells))
    last = math.floor(min(max((high - grid.low[k]) / grid.width[k], -2.0 * cells), 2.0 * cells))
    if wraps:
        return int(first), int(min(last, first + cells - 1))
    # The outermost cells hold the extreme detections themselves.
    return int(max(first, 0)), int(min(last, cells - 1))


@bare_kernel
def _touched(grid: DetectionGrid, sensor: Record, track: Record, k: int, work: Record) -> tuple[int, int]:
    """First and last cell along axis k that the track's gate touches."""
    if grid.axes[k] < 0:
        return 0, 0
    low, high = reach(grid, sensor, track, k, work)
    return _cells(grid, k, low, high)


@bare_kernel
def candidates(
    grid: DetectionGrid,
    sensor: Record,
    track: Record,
    work: Record,
    out: IntArray,
) -> int:
    """Detections whose cells the gate of track i touches, into out (d,); gives how many."""
    first_a, last_a = _touched(grid, sensor, track, 0, work)
    first_b, last_b = _touched(grid, sensor, track, 1, work)
    return _collect(grid, first_a, last_a, first_b, last_b, out)


@bare_kernel
def between(
    grid: DetectionGrid, low_a: float, high_a: float, low_b: float, high_b: float, out: IntArray
) -> int:
    """Detections whose cells lie between these values on both axes, into out (d,); gives how many."""
    first_a, last_a = _cells(grid, 0, low_a, high_a)
    first_b, last_b = _cells(grid, 1, low_b, high_b)
    return _collect(grid, first_a, last_a, first_b, last_b, out)


@bare_kernel
def _collect(grid: DetectionGrid, first_a: int, last_a: int, first_b: int, last_b: int, out: IntArray) -> int:
    found = 0
    for a in range(first_a, last_a + 1):
        row = a % grid.along if grid.axes[0] == AZIMUTH else a
        for b in range(first_b, last_b + 1):
            cell = row * grid.across + b
            for position in range(grid.start[cell], grid.start[cell + 1]):
                out[found] = grid.order[position]
                found += 1
    return found
