"""Polygon tests for compiled loops: is a point inside, and where does a path first enter.

Called from other kernels as well as from Python; nothing is checked here. `Polygon` in polygon.py is the
door: its `vertices_m` are what these functions may trust. A polygon is closed: its boundary is inside.
"""

from __future__ import annotations

from numba import njit

from tocsin.units import FloatArray


@njit(cache=True, nogil=True)
def side_of_line(start_x: float, start_y: float, end_x: float, end_y: float, x: float, y: float) -> float:
    """Positive where (x, y) lies left of the line from start to end, negative right of it, 0 on it."""
    return (end_x - start_x) * (y - start_y) - (end_y - start_y) * (x - start_x)


@njit(cache=True, nogil=True)
def contains(vertices: FloatArray, x: float, y: float) -> bool:
    """Whether (x, y) is inside the polygon of `vertices` (n, 2) or on its boundary; even-odd rule."""
    return ring_contains(vertices, 0, vertices.shape[0], x, y)


@njit(cache=True, nogil=True)
def ring_contains(vertices: FloatArray, first: int, after: int, x: float, y: float) -> bool:
    """The same for the polygon of the vertices from `first` to the one before `after`."""
    inside = False
    previous = after - 1
    for current in range(first, after):
        ax, ay = vertices[previous, 0], vertices[previous, 1]
        bx, by = vertices[current, 0], vertices[current, 1]
        side = side_of_line(ax, ay, bx, by, x, y)
        if side == 0.0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return True
        # Half-open in y, so that a vertex at the point's own height is counted with one edge only.
        if (ay > y) != (by > y) and (side > 0.0 if by > ay else side < 0.0):
            inside = not inside
        previous = current
    return inside


@njit(cache=True, nogil=True)
def segment_entry(vertices: FloatArray, start: FloatArray, end: FloatArray) -> float:
    """Fraction in [0, 1] of the way from `start` (2,) to `end` (2,) at which the path is first inside, or -1.

    `vertices` (n, 2) as in `contains`; touching the boundary is entering. The side of the path on which a
    vertex lies is computed once for both of its edges, so a path through a vertex never slips between them;
    the sides of an edge on which the path's ends lie are those of `contains`, so one that begins a hair
    outside enters at once and one that ends a hair inside does enter.
    """
    return ring_entry(vertices, 0, vertices.shape[0], start[0], start[1], end[0], end[1])


@njit(cache=True, nogil=True)
def ring_entry(
    vertices: FloatArray, first: int, after: int, start_x: float, start_y: float, end_x: float, end_y: float
) -> float:
    """The same for the polygon of the vertices from `first` to the one before `after`, and plain numbers."""
    if ring_contains(vertices, first, after, start_x, start_y):
        return 0.0
    earliest = 2.0
    ax, ay = vertices[after - 1, 0], vertices[after - 1, 1]
    a_side = side_of_line(start_x, start_y, end_x, end_y, ax, ay)
    for current in range(first, after):
        bx, by = vertices[current, 0], vertices[current, 1]
        b_side = side_of_line(start_x, start_y, end_x, end_y, bx, by)
        if min(a_side, b_side) <= 0.0 <= max(a_side, b_side):
            start_side = side_of_line(ax, ay, bx, by, start_x, start_y)
            end_side = side_of_line(ax, ay, bx, by, end_x, end_y)
            # Equal sides: along the edge, whose ends the path meets on their other edges.
            if start_side != end_side:
                fraction = start_side / (start_side - end_side)
                if 0.0 <= fraction < earliest:
                    earliest = fraction
        ax, ay, a_side = bx, by, b_side
    return earliest if earliest <= 1.0 else -1.0
