"""Compiled: futures flown through zones.

Nothing is checked here: `Assessor` is the door. Loops over the futures are innermost and take arrays whole:
a compiled call with an array and an index, for each future, costs ten times what it does.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.geo.kernels import ring_entry
from tocsin.jit import bare_kernel, entry, kernel
from tocsin.units import FloatArray, IntArray

_HALF_CURVATURE_PER_M = 0.5 / 6_371_000.0  # of the mean sphere; 4 m off the ellipsoid at 100 km
_PLANE = 4
_SURELY = 1.000001  # beyond what rounding may do


@kernel
def cholesky(covariance: FloatArray, root: FloatArray) -> None:
    """Writes the lower root of a covariance (k, k); a direction without variance gets a column of zeros."""
    for column in range(root.shape[0]):
        for row in range(column, root.shape[0]):
            total = covariance[row, column]
            for k in range(column):
                total -= root[row, k] * root[column, k]
            if row == column:
                root[row, row] = math.sqrt(total) if total > 0.0 else 0.0
            else:
                root[row, column] = total / root[column, column] if root[column, column] > 0.0 else 0.0


@kernel
def draw_states(state: FloatArray, root: FloatArray, standard: FloatArray, drawn: FloatArray) -> None:
    """Writes drawn states (k, samples) = state (k,) + root (k, k) times the standard draws (k, samples)."""
    for row in range(root.shape[0]):
        for sample in range(standard.shape[1]):
            drawn[row, sample] = state[row]
        for column in range(row + 1):
            weight = root[row, column]
            if weight != 0.0:
                for sample in range(standard.shape[1]):
                    drawn[row, sample] += weight * standard[column, sample]


@kernel
def fly(
    drawn: FloatArray,
    climbing: FloatArray,
    knots_s: FloatArray,
    unit_path_s: FloatArray,
    unit_climb_m: FloatArray,
    root_density: float,
    is_still: bool,
    paths: FloatArray,
) -> None:
    """Writes where the futures are at the knots, (legs + 1, 3, samples) [m].

    From drawn places and velocities (4, samples), and heights and climbs (2, samples). The way of a future
    is its unit path turned to its course and stretched by its speed; what stands still flies off as the unit
    path says. `root_density` is that of the vertical acceleration. Level over the round Earth: the third
    coordinate that is written is the height above the site, not 'up', which loses half the square of the
    distance over the Earth's radius. Constant vertical speed is that of the height, as what keeps its height
    bends down with the Earth.
    """
    for k in range(knots_s.shape[0]):
        for sample in range(drawn.shape[1]):
            along, across = unit_path_s[k, 0, sample], unit_path_s[k, 1, sample]
            if is_still:
                east, north = along, across
            else:
                east = drawn[2, sample] * along - drawn[3, sample] * across
                north = drawn[3, sample] * along + drawn[2, sample] * across
            up = climbing[1, sample] * knots_s[k] + root_density * unit_climb_m[k, sample]
            x, y = drawn[0, sample] + east, drawn[1, sample] + north
            bulge = (x * x + y * y - east * east - north * north) * _HALF_CURVATURE_PER_M
            paths[k, 0, sample], paths[k, 1, sample] = x, y
            paths[k, 2, sample] = climbing[0, sample] + up + bulge


@bare_kernel
def slab_part(start_m: float, end_m: float, floor_m: float, ceiling_m: float) -> tuple[float, float]:
    """First and last fraction of a leg from height `start_m` to `end_m` between floor and ceiling.

    The first is greater than the last where no part of it is.
    """
    climb = end_m - start_m
    if climb == 0.0:
        return (0.0, 1.0) if floor_m <= start_m <= ceiling_m else (1.0, 0.0)
    at_floor, at_ceiling = (floor_m - start_m) / climb, (ceiling_m - start_m) / climb
    return max(0.0, min(at_floor, at_ceiling)), min(1.0, max(at_floor, at_ceiling))


@bare_kernel
def leg_entry(
    paths: FloatArray,
    k: int,
    sample: int,
    zone: int,
    vertices: FloatArray,
    first_vertex: IntArray,
    boxes: FloatArray,
) -> float:
    """Fraction of leg k of a path at which it first is in a zone; -1: it never is.

    `paths` (legs + 1, 3, samples) [m]; `boxes` (z, 6) hold each zone's least and greatest east and north, and
    its floor and ceiling above the site [m]. The part of a leg that is between floor and ceiling is tested
    against the polygon.
    """
    first, last = slab_part(paths[k, 2, sample], paths[k + 1, 2, sample], boxes[zone, 4], boxes[zone, 5])
    if first > last:
        return -1.0
    x, y = paths[k, 0, sample], paths[k, 1, sample]
    way_x, way_y = paths[k + 1, 0, sample] - x, paths[k + 1, 1, sample] - y
    fraction = ring_entry(
        vertices,
        first_vertex[zone],
        first_vertex[zone + 1],
        x + first * way_x,
        y + first * way_y,
        x + last * way_x,
        y + last * way_y,
    )
    return first + fraction * (last - first) if fraction >= 0.0 else -1.0


@bare_kernel
def passes_by(
    x: float, y: float, next_x: float, next_y: float, west: float, east: float, south: float, north: float
) -> bool:
    """Whether the line from (x, y) to the next place surely leaves a box on one side."""
    way_x, way_y = next_x - x, next_y - y
    half_x, half_y = 0.5 * (east - west), 0.5 * (north - south)
    aside = abs(way_x * (south + half_y - y) - way_y * (west + half_x - x))
    return aside > _SURELY * (abs(way_x) * half_y + abs(way_y) * half_x)


@bare_kernel
def find_entries(
    paths: FloatArray,
    knots_s: FloatArray,
    count: int,
    first_future: int,
    share: float,
    vertices: FloatArray,
    first_vertex: IntArray,
    boxes: FloatArray,
    grid: FloatArray,
    first_zone: IntArray,
    cell_zones: IntArray,
    below: IntArray,
    entries: FloatArray,
    entered: IntArray,
    latest: IntArray,
    tested: IntArray,
) -> None:
    """Writes when each of `count` paths first enters each zone, and its `share`, behind the `entries` there.

    `entries` is (z, 2, futures), `entered` (z,) are taken, the last by future `latest` (z,). The cells of the
    grid that a leg's box meets give the zones to try, each once a leg (`tested` (z,) is the last leg).
    """
    side, origin_x, origin_y, per_m = below.shape[0] - 1, grid[0], grid[1], 1.0 / grid[2]
    for sample in range(count):
        future = first_future + sample
        for k in range(knots_s.shape[0] - 1):
            x, y = paths[k, 0, sample], paths[k, 1, sample]
            next_x, next_y = paths[k + 1, 0, sample], paths[k + 1, 1, sample]
            west, east = min(x, next_x), max(x, next_x)
            south, north = min(y, next_y), max(y, next_y)
            left, right = (west - origin_x) * per_m, (east - origin_x) * per_m
            low, high = (south - origin_y) * per_m, (north - origin_y) * per_m
            if right < 0.0 or high < 0.0 or left >= side or low >= side:
                continue
            c0, c1 = int(max(left, 0.0)), int(min(right, side - 1.0)) + 1
            r0, r1 = int(max(low, 0.0)), int(min(high, side - 1.0)) + 1
            if below[r1, c1] - below[r0, c1] - below[r1, c0] + below[r0, c0] == 0:
                continue
            mark = future * knots_s.shape[0] + k + 1
            for row in range(r0, r1):
                for place in range(first_zone[row * side + c0], first_zone[row * side + c1]):
                    zone = cell_zones[place]
                    if tested[zone] == mark or latest[zone] == future:
                        continue
                    tested[zone] = mark
                    if east < boxes[zone, 0] or west > boxes[zone, 1]:
                        continue
                    if north < boxes[zone, 2] or south > boxes[zone, 3]:
                        continue
                    if passes_by(x, y, next_x, next_y, boxes[zone, 0], boxes[zone, 1], boxes[zone, 2],
                                 boxes[zone, 3]):  # fmt: skip
                        continue
                    part = leg_entry(paths, k, sample, zone, vertices, first_vertex, boxes)
                    if part >= 0.0:
                        entries[zone, 0, entered[zone]] = knots_s[k] + part * (knots_s[k + 1] - knots_s[k])
                        entries[zone, 1, entered[zone]] = share
                        entered[zone], latest[zone] = entered[zone] + 1, future


@bare_kernel
def sort_by_first(pairs: FloatArray, count: int) -> None:
    """Sorts the first `count` columns of `pairs` (2, n) by the first row, in place (Shell 1959)."""
    gap = count // 2
    while gap > 0:
        for place in range(gap, count):
            key, other, hole = pairs[0, place], pairs[1, place], place
            while hole >= gap and pairs[0, hole - gap] > key:
                pairs[0, hole], pairs[1, hole] = pairs[0, hole - gap], pairs[1, hole - gap]
                hole -= gap
            pairs[0, hole], pairs[1, hole] = key, other
        gap //= 2


@bare_kernel
def entry_statistics(
    entries: FloatArray, zone: int, entered: int, quantiles: FloatArray, entry_s: FloatArray, track: int
) -> float:
    """Gives the weight of a track's futures that enter a zone, and writes quantiles (q,) of their times.

    Of `entries` (z, 2, futures), times and weights, the first `entered` of the zone are taken, which are
    sorted; `entry_s` is (n, z, q). Each entry stands in the middle of its own weight, scaled so that for m
    equal ones quantile p is at position p (m + 1), which holds p on the average for a further draw, however
    small m is (Weibull's).
    """
    total, squares = 0.0, 0.0
    for place in range(entered):
        total += entries[zone, 1, place]
        squares += entries[zone, 1, place] * entries[zone, 1, place]
    order = entries[zone]
    sort_by_first(order, entered)
    number = total * total / squares
    for k in range(quantiles.shape[0]):
        wanted = (quantiles[k] * (number + 1.0) - 0.5) / number * total
        before_s, before, passed = order[0, 0], 0.0, 0.0
        entry_s[track, zone, k] = order[0, entered - 1]
        for place in range(entered):
            own, time_s = order[1, place], order[0, place]
            middle = passed + 0.5 * own
            if middle >= wanted:
                part = 1.0 if place == 0 else (wanted - before) / (middle - before)
                entry_s[track, zone, k] = before_s + part * (time_s - before_s)
                break
            before_s, before = time_s, middle
            passed += own
    return total


@kernel
def share_out(
    weight: FloatArray, track: int, least_weight: float, first_future: IntArray, shares: FloatArray
) -> None:
    """Writes the share (futures,) of each future of a track; 0 for modes of less than `least_weight`."""
    used = 0.0
    for m in range(weight.shape[1]):
        used += weight[track, m] if weight[track, m] >= least_weight else 0.0
    for m in range(weight.shape[1]):
        start, end = first_future[m], first_future[m + 1]
        is_used = weight[track, m] >= least_weight
        shares[start:end] = weight[track, m] / used / (end - start) if is_used else 0.0


@kernel
def sum_up(
    entries: FloatArray,
    entered: IntArray,
    quantiles: FloatArray,
    probability: FloatArray,
    entry_s: FloatArray,
    track: int,
) -> None:
    """Writes a track's row of `probability` and `entry_s`, and clears `entered` for the next."""
    for zone in range(entered.shape[0]):
        if entered[zone] == 0:
            probability[track, zone] = 0.0
            entry_s[track, zone, :] = np.nan
            continue
        total = entry_statistics(entries, zone, entered[zone], quantiles, entry_s, track)
        probability[track, zone] = min(total, 1.0)
        entered[zone] = 0


@entry
def zone_entries(
    weight: FloatArray,
    state: FloatArray,
    covariance: FloatArray,
    height: FloatArray,
    height_covariance: FloatArray,
    least_weight: float,
    knots_s: FloatArray,
    first_future: IntArray,
    standard: FloatArray,
    unit_path_s: FloatArray,
    unit_climb_m: FloatArray,
    root_density: float,
    vertices: FloatArray,
    first_vertex: IntArray,
    boxes: FloatArray,
    grid: FloatArray,
    first_zone: IntArray,
    cell_zones: IntArray,
    below: IntArray,
    quantiles: FloatArray,
    probability: FloatArray,
    entry_s: FloatArray,
) -> None:
    """Writes the share of each track's futures that enter each zone (n, z), and quantiles (n, z, q) of when.

    Takes modes `weight` (n, m), `state` (n, m, 4), `covariance` (n, m, 4, 4), and `height` (n, 2), heights
    and climbs, with covariance (n, 2, 2); the futures of `Futures`; the zones: all vertices (v, 2) with the
    index of the first of each zone and the end (z + 1,), and boxes (z, 6) as in `leg_entry`; the fields of
    `ZoneIndex`. Modes of less than `least_weight` are left out.
    """
    modes, futures = weight.shape[1], standard.shape[1]
    most = 0
    for m in range(modes):
        most = max(most, first_future[m + 1] - first_future[m])
    root, drawn = np.zeros((_PLANE, _PLANE)), np.empty((_PLANE, most))
    height_root, climbing = np.zeros((2, 2)), np.empty((2, most))
    paths = np.empty((knots_s.shape[0], 3, most))
    zones, shares = boxes.shape[0], np.empty(futures)
    entries, entered = np.empty((zones, 2, futures)), np.zeros(zones, np.int64)
    latest, tested = np.empty(zones, np.int64), np.empty(zones, np.int64)
    for track in range(weight.shape[0]):
        share_out(weight, track, least_weight, first_future, shares)
        cholesky(height_covariance[track], height_root)
        latest[:], tested[:] = -1, 0
        for m in range(modes):
            start, end = first_future[m], first_future[m + 1]
            if shares[start] == 0.0:
                continue
            count = end - start
            cholesky(covariance[track, m], root)
            draw_states(state[track, m], root, standard[:_PLANE, start:end], drawn[:, :count])
            draw_states(height[track], height_root, standard[_PLANE:, start:end], climbing[:, :count])
            fly(drawn[:, :count], climbing[:, :count], knots_s, unit_path_s[:, :, start:end],
                unit_climb_m[:, start:end], root_density, m == modes - 1, paths[:, :, :count])  # fmt: skip
            find_entries(paths, knots_s, count, start, shares[start], vertices, first_vertex, boxes, grid,
                         first_zone, cell_zones, below, entries, entered, latest, tested)  # fmt: skip
        sum_up(entries, entered, quantiles, probability, entry_s, track)


@entry
def fly_one(
    weight: FloatArray,
    state: FloatArray,
    covariance: FloatArray,
    height: FloatArray,
    height_covariance: FloatArray,
    least_weight: float,
    knots_s: FloatArray,
    first_future: IntArray,
    standard: FloatArray,
    unit_path_s: FloatArray,
    unit_climb_m: FloatArray,
    root_density: float,
    shares: FloatArray,
    paths: FloatArray,
) -> None:
    """Writes the futures of one track, `paths` (legs + 1, 3, futures) as in `fly`, and their `shares`.

    Takes what `zone_entries` takes of a track: `weight` (1, m), `state` (1, m, 4), `covariance`
    (1, m, 4, 4), `height` (1, 2) and its covariance (1, 2, 2). Futures without a share are not flown.
    """
    modes = weight.shape[1]
    root, height_root = np.zeros((_PLANE, _PLANE)), np.zeros((2, 2))
    drawn, climbing = np.empty((_PLANE, standard.shape[1])), np.empty((2, standard.shape[1]))
    share_out(weight, 0, least_weight, first_future, shares)
    cholesky(height_covariance[0], height_root)
    paths[:] = 0.0
    for m in range(modes):
        start, end = first_future[m], first_future[m + 1]
        if shares[start] == 0.0:
            continue
        cholesky(covariance[0, m], root)
        draw_states(state[0, m], root, standard[:_PLANE, start:end], drawn[:, start:end])
        draw_states(height[0], height_root, standard[_PLANE:, start:end], climbing[:, start:end])
        fly(drawn[:, start:end], climbing[:, start:end], knots_s, unit_path_s[:, :, start:end],
            unit_climb_m[:, start:end], root_density, m == modes - 1, paths[:, :, start:end])  # fmt: skip


@entry
def count_down(entry_s: FloatArray, rows: IntArray, passed_s: FloatArray, left_s: FloatArray) -> None:
    """Writes the times to entry (n, z, q) of rows (n,) of `entry_s` (rows, z, q) less what has passed (n,).

    None is below 0; NaN stays.
    """
    for track in range(rows.shape[0]):
        before_s, after_s, passed = entry_s[rows[track]].ravel(), left_s[track].ravel(), passed_s[track]
        for place in range(before_s.shape[0]):
            left = before_s[place] - passed
            after_s[place] = 0.0 if left < 0.0 else left
