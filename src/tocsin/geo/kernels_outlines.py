"""Compiled: hulls of points, outlines cut by hulls, and what is to be known of an outline (n, 2) in metres.

Nothing is checked here: clipping.py is the door. Readable twins are in tests/geo/plain_outlines.py.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import entry, kernel
from tocsin.units import FloatArray, IntArray


@kernel
def turn(first: FloatArray, second: FloatArray, third: FloatArray) -> float:
    """Above 0 where the way first-second-third turns left; all (2,)."""
    along_x, along_y = second[0] - first[0], second[1] - first[1]
    return float(along_x * (third[1] - first[1]) - along_y * (third[0] - first[0]))


@kernel
def pile(points: FloatArray, row: int, bottom: int, top: int, hull: IntArray) -> int:
    """Puts a point on the half of a hull that begins at `bottom`, over those it makes superfluous."""
    while top - bottom > 1 and turn(points[hull[top - 2]], points[hull[top - 1]], points[row]) <= 0.0:
        top -= 1
    hull[top] = row
    return top + 1


@entry
def hull_of(points: FloatArray) -> FloatArray:
    """The hull (k, 2), counter-clockwise, of points in order of east, then north, none of them twice."""
    count = points.shape[0]
    if count < 3:
        return points.copy()
    hull = np.empty(2 * count, np.int64)
    top = 0
    for row in range(count):
        top = pile(points, row, 0, top, hull)
    top -= 1  # the last is the first of the way back
    bottom = top
    for row in range(count - 1, -1, -1):
        top = pile(points, row, bottom, top, hull)
    return points[hull[: top - 1]]


@kernel
def left_of(vertices: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """The part (k, 2) of an outline to the left of the line from start to end, both (2,)."""
    count, kept = vertices.shape[0], 0
    found = np.empty((2 * count, 2))
    for number in range(count):
        vertex, following = vertices[number], vertices[(number + 1) % count]
        side, ahead = turn(start, end, vertex), turn(start, end, following)
        if side >= 0.0:
            found[kept] = vertex
            kept += 1
        if side > 0.0 > ahead or side < 0.0 < ahead:
            share = side / (side - ahead)
            found[kept, 0] = vertex[0] + (following[0] - vertex[0]) * share
            found[kept, 1] = vertex[1] + (following[1] - vertex[1]) * share
            kept += 1
    return found[:kept]


@entry
def cut_by(vertices: FloatArray, hull: FloatArray) -> FloatArray:
    """The part (k, 2) of an outline inside a convex, counter-clockwise one."""
    part = vertices.copy()
    for number in range(hull.shape[0]):
        if part.shape[0] == 0:
            break
        part = left_of(part, hull[number], hull[(number + 1) % hull.shape[0]])
    return part.copy()


@entry
def without_near(vertices: FloatArray, least_m: float) -> FloatArray:
    """The corners (k, 2) that are farther than this from the one before."""
    count, kept = vertices.shape[0], 0
    found = np.empty((count, 2))
    for number in range(count):
        before = vertices[(number + count - 1) % count]
        if math.hypot(vertices[number, 0] - before[0], vertices[number, 1] - before[1]) > least_m:
            found[kept] = vertices[number]
            kept += 1
    return found[:kept].copy()


@entry
def area_of(vertices: FloatArray) -> float:
    """Of an outline that may touch itself (shoelace formula); 0 of none."""
    doubled, count = 0.0, vertices.shape[0]
    for number in range(count):
        following = (number + 1) % count
        doubled += vertices[number, 0] * vertices[following, 1] - vertices[number, 1] * vertices[following, 0]
    return 0.5 * abs(doubled)


@kernel
def edges_touch(start: FloatArray, end: FloatArray, other_start: FloatArray, other_end: FloatArray) -> bool:
    """Whether two edges have a point in common."""
    across = np.sign(turn(start, end, other_start)) * np.sign(turn(start, end, other_end))
    along = np.sign(turn(other_start, other_end, start)) * np.sign(turn(other_start, other_end, end))
    if across > 0.0 or along > 0.0:
        return False
    for axis in range(2):  # decides for edges on one line, where every side is 0
        low, high = min(start[axis], end[axis]), max(start[axis], end[axis])
        if min(other_start[axis], other_end[axis]) > high or max(other_start[axis], other_end[axis]) < low:
            return False
    return True


@kernel
def folds_back(start: FloatArray, corner: FloatArray, end: FloatArray) -> bool:
    """Whether the edge from corner to end runs back over the edge from start to corner."""
    inward_x, inward_y = corner[0] - start[0], corner[1] - start[1]
    backwards = inward_x * (end[0] - corner[0]) + inward_y * (end[1] - corner[1]) < 0.0
    return backwards and turn(start, corner, end) == 0.0


@entry
def is_simple_outline(vertices: FloatArray) -> bool:
    """As `tocsin.geo.polygon.is_simple`, which is its twin."""
    count = vertices.shape[0]
    for edge in range(count):
        start, end, after = vertices[edge], vertices[(edge + 1) % count], vertices[(edge + 2) % count]
        if start[0] == end[0] and start[1] == end[1]:
            return False
        if folds_back(start, end, after):
            return False
        # Neighbours share a vertex: the next edge is left out, and so is the last one from the first's.
        for other in range(edge + 2, count - 1 if edge == 0 else count):
            if edges_touch(start, end, vertices[other], vertices[(other + 1) % count]):
                return False
    return True
