"""Which detections can be of which track: a grid over the detections, so that only near ones are tried.

The grid lies in the plane in which the scan was measured: azimuth and range, azimuth only, or east and north.
A scan of a mixture is one cell.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import kernel
from tocsin.tracking.kernels.layout import AZIMUTH, EAST, NORTH, RANGE, Looks, SensorModel
from tocsin.tracking.kernels.measure import gradient, predicted
from tocsin.units import FloatArray, IntArray


class DetectionGrid(NamedTuple):
    """Detections sorted by cell; cell k = a * across + b holds order[start[k] : start[k + 1]]."""

    is_angle: bool  # the first axis is azimuth and wraps
    along: int
    across: int
    low: FloatArray  # (2,) least value of each axis
    width: FloatArray  # (2,) of a cell
    start: IntArray  # (along * across + 1,)
    order: IntArray  # (d,)
    widest_sigma: FloatArray  # (2,)
    most_components: int  # that any of the detections has


@kernel
def components(mask: int) -> int:
    """How many components a mask names."""
    count = 0
    while mask:
        count += mask & 1
        mask >>= 1
    return count


@kernel
def axes_of(looks: Looks) -> tuple[int, int]:
    """The two components that the grid lies in; -1 for one that not all detections have."""
    shared = -1
    for j in range(len(looks.mask)):
        shared &= looks.mask[j]
    if (shared >> AZIMUTH) & 1:
        return AZIMUTH, RANGE if (shared >> RANGE) & 1 else -1
    if (shared >> EAST) & 1 and (shared >> NORTH) & 1:
        return EAST, NORTH
    return -1, -1


@kernel
def _key(looks: Looks, j: int, axis: int) -> float:
    if axis < 0:
        return 0.0
    value = float(looks.measured[j, axis])
    return value % (2.0 * math.pi) if axis == AZIMUTH else value


@kernel
def build(looks: Looks) -> DetectionGrid:
    """Sorts the detections of a scan into cells: about one detection a cell."""
    axes = axes_of(looks)
    count = len(looks.mask)
    keys, widest, most = np.empty((count, 2)), np.zeros(2), 0
    for j in range(count):
        most = max(most, components(looks.mask[j]))
        for k in range(2):
            keys[j, k] = _key(looks, j, axes[k])
            if axes[k] >= 0:
                widest[k] = max(widest[k], looks.sigma[j, axes[k]])
    cells = np.empty(2, np.int64)
    cells[0] = count if axes[1] < 0 else int(math.ceil(math.sqrt(count)))
    cells[1] = 1 if axes[1] < 0 else cells[0]
    low, width = np.empty(2), np.empty(2)
    for k in range(2):
        wraps = axes[k] == AZIMUTH
        low[k], high = 0.0, 2.0 * math.pi
        if not wraps:
            low[k], high = math.inf, -math.inf
            for j in range(count):
                low[k], high = min(low[k], keys[j, k]), max(high, keys[j, k])
        width[k] = max((high - low[k]) / cells[k], 1e-9)
    cell = np.empty(count, np.int64)
    start = np.zeros(cells[0] * cells[1] + 1, np.int64)
    for j in range(count):
        a = min(int((keys[j, 0] - low[0]) / width[0]), cells[0] - 1)
        b = min(int((keys[j, 1] - low[1]) / width[1]), cells[1] - 1)
        cell[j] = a * cells[1] + b
        start[cell[j] + 1] += 1
    for k in range(1, len(start)):
        start[k] += start[k - 1]
    fill = start.copy()
    order = np.empty(count, np.int64)
    for j in range(count):
        order[fill[cell[j]]] = j
        fill[cell[j]] += 1
    return DetectionGrid(axes[0] == AZIMUTH, cells[0], cells[1], low, width, start, order, widest, most)


@kernel
def _reach(
    sensor: SensorModel,
    component: int,
    place: FloatArray,
    covariance: FloatArray,
    sigma: float,
    gate: float,
    delay_s: float,
    latest_s: float,
    local: FloatArray,
    direction: FloatArray,
) -> float:
    """Half-width of the gate on one axis, for detections of up to latest_s before what is perceived now.

    The gate is on all components together, so its quantile bounds each of them.
    """
    variance = 0.0
    # The less is known of the speed, the less of where an object was: a variance is convex in time.
    for dt_s in (-delay_s, -delay_s - latest_s):
        gradient(sensor, component, place, dt_s, local, direction)
        value = 0.0
        for a in range(6):
            for b in range(6):
                value += direction[a] * covariance[a, b] * direction[b]
        variance = max(variance, value)
    moved_m = latest_s * math.sqrt(place[3] ** 2 + place[4] ** 2 + place[5] ** 2)
    if component != AZIMUTH:
        return math.sqrt(gate * (variance + sigma * sigma)) + moved_m
    ground = math.hypot(place[0], place[1])
    if 2.0 * moved_m >= ground:
        return math.pi
    return math.sqrt(gate * (variance + sigma * sigma)) + math.asin(moved_m / ground)


@kernel
def candidates(
    grid: DetectionGrid,
    looks: Looks,
    sensor: SensorModel,
    state: FloatArray,
    covariance: FloatArray,
    place: FloatArray,
    gates: FloatArray,
    delay_s: float,
    latest_s: float,
    out: IntArray,
) -> int:
    """Detections whose cells the track's gate touches, into out (d,); gives how many.

    place (6,) is where the track is perceived, delay_s ago; detections are of up to latest_s earlier.
    """
    axes = axes_of(looks)
    local, direction = np.empty(6), np.empty(6)
    first, last = np.zeros(2, np.int64), np.zeros(2, np.int64)
    cells = (grid.along, grid.across)
    for k in range(2):
        if axes[k] < 0:
            continue
        reach = _reach(
            sensor,
            axes[k],
            place,
            covariance,
            grid.widest_sigma[k],
            gates[grid.most_components],
            delay_s,
            latest_s,
            local,
            direction,
        )
        middle = predicted(axes[k], place, state, 0.0)
        if axes[k] == AZIMUTH:
            middle = middle % (2.0 * math.pi)
            reach = min(reach, math.pi)
        low = math.floor((middle - reach - grid.low[k]) / grid.width[k])
        high = math.floor((middle + reach - grid.low[k]) / grid.width[k])
        if axes[k] == AZIMUTH:
            high = min(high, low + cells[k] - 1)
        else:
            # The outermost cells hold the extreme detections themselves.
            low, high = max(low, 0.0), min(high, float(cells[k] - 1))
        first[k], last[k] = int(low), int(high)
    found = 0
    for a in range(first[0], last[0] + 1):
        row = a % grid.along if grid.is_angle else a
        for b in range(first[1], last[1] + 1):
            cell = row * grid.across + b
            for position in range(grid.start[cell], grid.start[cell + 1]):
                out[found] = grid.order[position]
                found += 1
    return found
