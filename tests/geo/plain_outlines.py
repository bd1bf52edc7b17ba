"""The readable twin of tocsin.geo.kernels_outlines: hulls, and outlines cut by hulls, in plain numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.geo.vectors import as_vectors
from tocsin.units import FloatArray


def convex_hull(points_m: FloatArray) -> FloatArray:
    """The corners (k, 2) of the hull of points (n, 2), counter-clockwise (Andrew's monotone chain, 1979).

    Fewer than three where all points lie on one line. Raises InvalidInput where the last axis is not 2 long.
    """
    points = sorted(set(map(tuple, as_vectors(points_m, 2, "points").tolist())))
    if len(points) < 3:
        return np.array(points, dtype=np.float64).reshape(-1, 2)
    return np.array(_half_hull(points)[:-1] + _half_hull(points[::-1])[:-1], dtype=np.float64)


def _half_hull(points: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    hull: list[tuple[float, ...]] = []
    for x, y in points:
        while len(hull) > 1 and _turn(hull[-2], hull[-1], (x, y)) <= 0.0:
            hull.pop()
        hull.append((x, y))
    return hull


def _turn(first: Sequence[float], second: Sequence[float], third: Sequence[float]) -> float:
    """Above 0 where the way first-second-third turns left."""
    return (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (third[0] - first[0])


def clipped(vertices_m: FloatArray, hull_m: FloatArray) -> FloatArray:
    """The part (k, 2) of an outline (n, 2) inside a convex, counter-clockwise one (Sutherland-Hodgman 1974).

    Empty where they do not meet. An outline that is not convex may fall into parts, which then hang together
    by edges that run to and fro: `tocsin.geo.polygon.is_simple` tells.
    """
    # Plain numbers: outlines are short, and arrays would take ten times as long.
    vertices, hull = vertices_m.tolist(), hull_m.tolist()
    for number, start in enumerate(hull):
        if not vertices:
            break
        vertices = _left_of(vertices, start, hull[(number + 1) % len(hull)])
    return np.array(vertices, dtype=np.float64).reshape(-1, 2)


def _left_of(vertices: list[list[float]], start: list[float], end: list[float]) -> list[list[float]]:
    """The part of an outline to the left of the line from start to end."""
    sides = [_turn(start, end, vertex) for vertex in vertices]
    kept: list[list[float]] = []
    for number, (vertex, side) in enumerate(zip(vertices, sides, strict=True)):
        following = (number + 1) % len(vertices)
        ahead = sides[following]
        if side >= 0.0:
            kept.append(vertex)
        if side > 0.0 > ahead or side < 0.0 < ahead:
            share = side / (side - ahead)
            (x, y), (ahead_x, ahead_y) = vertex, vertices[following]
            kept.append([x + (ahead_x - x) * share, y + (ahead_y - y) * share])
    return kept
