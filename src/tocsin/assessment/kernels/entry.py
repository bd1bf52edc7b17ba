"""Compiled: futures flown through zones.

Nothing is checked here: `Assessor` is the door. Loops over the futures are innermost and take arrays whole:
a compiled call with an array and an index, for each future, costs ten times what it does.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.geo.kernels import segment_entry
from tocsin.jit import entry, kernel
from tocsin.units import FloatArray, IntArray

_HALF_CURVATURE_PER_M = 0.5 / 6_371_000.0  # of the mean sphere; 4 m off the ellipsoid at 100 km
_STATE = 6


@kernel
def cholesky(covariance: FloatArray, root: FloatArray) -> None:
    """Writes the lower root (6, 6) of a covariance; a direction without variance gets a column of zeros."""
    for column in range(_STATE):
        for row in range(column, _STATE):
            total = covariance[row, column]
            for k in range(column):
                total -= root[row, k] * root[column, k]
            if row == column:
                root[row, row] = math.sqrt(total) if total > 0.0 else 0.0
            else:
                root[row, column] = total / root[column, column] if root[column, column] > 0.0 else 0.0


@kernel
def draw_states(state: FloatArray, root: FloatArray, standard: FloatArray, drawn: FloatArray) -> None:
    """Writes drawn states (6, samples) = state (6,) + root (6, 6) times the standard draws (6, samples)."""
    for row in range(_STATE):
        for sample in range(standard.shape[1]):
            drawn[row, sample] = state[row]
        for column in range(row + 1):
            weight = root[row, column]
            for sample in range(standard.shape[1]):
                drawn[row, sample] += weight * standard[column, sample]


@kernel
def fly(
    drawn: FloatArray, knots_s: FloatArray, unit_path_m: FloatArray, roots: FloatArray, paths: FloatArray
) -> None:
    """Writes where the futures are at the knots, (legs + 1, 3, samples) [m], from drawn states (6, samples).

    `roots` (3,) are those of the acceleration densities. Straight but for the noise, and level over the round
    Earth: the third coordinate that is written is the height above the site, not 'up', which loses half the
    square of the distance over the Earth's radius. Constant vertical speed is that of the height, as what
    keeps its height bends down with the Earth.
    """
    for k in range(knots_s.shape[0]):
        for sample in range(drawn.shape[1]):
            east = drawn[3, sample] * knots_s[k] + roots[0] * unit_path_m[k, 0, sample]
            north = drawn[4, sample] * knots_s[k] + roots[1] * unit_path_m[k, 1, sample]
            up = drawn[5, sample] * knots_s[k] + roots[2] * unit_path_m[k, 2, sample]
            x, y = drawn[0, sample] + east, drawn[1, sample] + north
            bulge = (x * x + y * y - east * east - north * north) * _HALF_CURVATURE_PER_M
            paths[k, 0, sample], paths[k, 1, sample], paths[k, 2, sample] = (
                x,
                y,
                drawn[2, sample] + up + bulge,
            )


@kernel
def bound(paths: FloatArray, bounds: FloatArray) -> None:
    """Writes the least and greatest east and north of all paths (legs + 1, 3, samples) into (legs + 1, 4)."""
    for k in range(paths.shape[0]):
        for axis in range(2):
            least = most = paths[k, axis, 0]
            for sample in range(paths.shape[2]):
                value = paths[k, axis, sample]
                least = value if value < least else least
                most = value if value > most else most
            bounds[k, 2 * axis], bounds[k, 2 * axis + 1] = least, most


@kernel
def legs_near(bounds: FloatArray, box: FloatArray) -> tuple[int, int]:
    """First leg, and the one after the last, on which any path may meet the zone's box; equal if none."""
    first, after = 0, 0
    for k in range(bounds.shape[0] - 1):
        near = True
        for axis in range(2):
            low, high = 2 * axis, 2 * axis + 1
            near &= min(bounds[k, low], bounds[k + 1, low]) <= box[high]
            near &= max(bounds[k, high], bounds[k + 1, high]) >= box[low]
        if near:
            first = k if after == 0 else first
            after = k + 1
    return first, after


@kernel
def slab_part(start_m: float, end_m: float, floor_m: float, ceiling_m: float) -> tuple[float, float]:
    """First and last fraction of a leg from height `start_m` to `end_m` between floor and ceiling.

    The first is greater than the last where no part of it is.
    """
    climb = end_m - start_m
    if climb == 0.0:
        return (0.0, 1.0) if floor_m <= start_m <= ceiling_m else (1.0, 0.0)
    at_floor, at_ceiling = (floor_m - start_m) / climb, (ceiling_m - start_m) / climb
    return max(0.0, min(at_floor, at_ceiling)), min(1.0, max(at_floor, at_ceiling))


@kernel
def fly_through(
    paths: FloatArray,
    bounds: FloatArray,
    knots_s: FloatArray,
    vertices: FloatArray,
    box: FloatArray,
    times_s: FloatArray,
) -> None:
    """Writes when each path (legs + 1, 3, samples) first enters a zone into `times_s` (samples,); NaN: never.

    `box` (6,) holds the zone's least and greatest east and north, and its floor and ceiling above the site
    [m]. The part of a leg that is between floor and ceiling is tested against the polygon. `bounds` as in
    `bound`.
    """
    first_leg, after = legs_near(bounds, box)
    start, end = np.empty(2), np.empty(2)
    west, east, south, north, floor_m, ceiling_m = box[0], box[1], box[2], box[3], box[4], box[5]
    for sample in range(paths.shape[2]):
        times_s[sample] = np.nan
        for k in range(first_leg, after):
            x, next_x = paths[k, 0, sample], paths[k + 1, 0, sample]
            if (x < west and next_x < west) or (x > east and next_x > east):
                continue
            y, next_y = paths[k, 1, sample], paths[k + 1, 1, sample]
            if (y < south and next_y < south) or (y > north and next_y > north):
                continue
            first, last = slab_part(paths[k, 2, sample], paths[k + 1, 2, sample], floor_m, ceiling_m)
            if first > last:
                continue
            start[0], start[1] = x + first * (next_x - x), y + first * (next_y - y)
            end[0], end[1] = x + last * (next_x - x), y + last * (next_y - y)
            fraction = segment_entry(vertices, start, end)
            if fraction >= 0.0:
                share = first + fraction * (last - first)
                times_s[sample] = knots_s[k] + share * (knots_s[k + 1] - knots_s[k])
                break


@kernel
def reach(
    state: FloatArray, covariance: FloatArray, horizon_s: float, longest: FloatArray, root_density: float
) -> float:
    """Distance [m] from the track's position beyond which none of its futures gets in the horizon.

    `longest` (2,) are the length of the longest standard draw and, horizontally, of the longest unit path.
    """
    position = math.sqrt(covariance[0, 0] + covariance[1, 1])
    velocity = math.sqrt(covariance[3, 3] + covariance[4, 4])
    sure = math.hypot(state[3], state[4]) * horizon_s
    spread: float = longest[0] * (position + velocity * horizon_s) + longest[1] * root_density
    return sure + spread


@entry
def zone_entries(
    states: FloatArray,
    covariances: FloatArray,
    knots_s: FloatArray,
    standard: FloatArray,
    unit_path_m: FloatArray,
    longest: FloatArray,
    root_densities: FloatArray,
    vertices: FloatArray,
    first_vertex: IntArray,
    boxes: FloatArray,
    times_s: FloatArray,
) -> None:
    """Writes when every future of every track first enters every zone into `times_s` (n, z, samples) [s].

    Takes states (n, 6), covariances (n, 6, 6), the futures of `samples.Futures`, the roots (3,) of the
    acceleration densities [m/s^1.5], and the zones: all vertices (v, 2) with the index of the first of each
    zone and the end (z + 1,), and boxes (z, 6) as in `fly_through`. NaN stands for never.
    """
    root, drawn = np.zeros((_STATE, _STATE)), np.empty((_STATE, standard.shape[1]))
    paths, bounds = np.empty((knots_s.shape[0], 3, standard.shape[1])), np.empty((knots_s.shape[0], 4))
    for track in range(states.shape[0]):
        far = reach(states[track], covariances[track], knots_s[-1], longest, root_densities[0])
        flown = False
        for zone in range(boxes.shape[0]):
            x, y, box = states[track, 0], states[track, 1], boxes[zone]
            if math.hypot(max(box[0] - x, 0.0, x - box[1]), max(box[2] - y, 0.0, y - box[3])) > far:
                times_s[track, zone, :] = np.nan
                continue
            if not flown:
                cholesky(covariances[track], root)
                draw_states(states[track], root, standard, drawn)
                fly(drawn, knots_s, unit_path_m, root_densities, paths)
                bound(paths, bounds)
                flown = True
            outline = vertices[first_vertex[zone] : first_vertex[zone + 1]]
            fly_through(paths, bounds, knots_s, outline, box, times_s[track, zone])


@entry
def entry_statistics(
    times_s: FloatArray, quantiles: FloatArray, probability: FloatArray, entry_s: FloatArray
) -> None:
    """Writes the share of futures that enter (n, z), and quantiles (n, z, q) of their times; NaN: none does.

    `times_s` (n, z, samples) is sorted, NaN last. A quantile p stands at position p (m + 1) of m times, which
    holds p on the average for a further draw, however small m is (Weibull's plotting position).
    """
    for track in range(times_s.shape[0]):
        for zone in range(times_s.shape[1]):
            entered = 0
            while entered < times_s.shape[2] and not math.isnan(times_s[track, zone, entered]):
                entered += 1
            probability[track, zone] = entered / times_s.shape[2]
            for k in range(quantiles.shape[0]):
                place = min(max(quantiles[k] * (entered + 1) - 1.0, 0.0), max(entered - 1.0, 0.0))
                below = int(place)
                above = min(below + 1, max(entered - 1, 0))
                low, high = times_s[track, zone, below], times_s[track, zone, above]
                entry_s[track, zone, k] = low + (place - below) * (high - low)
