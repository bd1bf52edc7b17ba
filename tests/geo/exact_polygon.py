"""Slow, readable twins of the polygon code, in exact fractions: no rounding, so no doubtful boundary."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise

Point = tuple[Fraction, Fraction]
Outline = Sequence[Point]


def exact(points: Sequence[Sequence[float]]) -> list[Point]:
    """The same points as fractions; every float is one."""
    return [(Fraction(x), Fraction(y)) for x, y in points]


def edges(outline: Outline) -> list[tuple[Point, Point]]:
    return list(pairwise([*outline, outline[0]]))


def turn(a: Point, b: Point, c: Point) -> Fraction:
    """Positive for a left turn at b on the way from a to c."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def on_edge(a: Point, b: Point, point: Point) -> bool:
    in_box = all(min(a[axis], b[axis]) <= point[axis] <= max(a[axis], b[axis]) for axis in (0, 1))
    return in_box and turn(a, b, point) == 0


def edges_touch(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    """Two segments have a common point: an end of one lies on the other, or they cross inside both."""
    if any(on_edge(*first, end) for end in second) or any(on_edge(*second, end) for end in first):
        return True
    return (turn(*first, second[0]) > 0) != (turn(*first, second[1]) > 0) and (
        turn(*second, first[0]) > 0
    ) != (turn(*second, first[1]) > 0)


def is_simple(outline: Outline) -> bool:
    """No two vertices equal, no vertex on an edge that does not end there, no two edges crossing."""
    if len(set(outline)) < len(outline):
        return False
    if any(on_edge(a, b, vertex) for a, b in edges(outline) for vertex in outline if vertex not in (a, b)):
        return False
    apart = (pair for pair in combinations(edges(outline), 2) if not set(pair[0]) & set(pair[1]))
    return not any(edges_touch(*pair) for pair in apart)


def contains(outline: Outline, point: Point) -> bool:
    """On the boundary, or a ray eastward crosses the boundary an odd number of times."""
    if any(on_edge(a, b, point) for a, b in edges(outline)):
        return True
    crossings = 0
    for a, b in edges(outline):
        if (a[1] > point[1]) != (b[1] > point[1]):
            x = a[0] + (point[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
            crossings += x > point[0]
    return crossings % 2 == 1


def at(start: Point, end: Point, fraction: Fraction) -> Point:
    return (start[0] + fraction * (end[0] - start[0]), start[1] + fraction * (end[1] - start[1]))


def segment_entry(outline: Outline, start: Point, end: Point) -> Fraction | None:
    """The least fraction of the way that is inside, among the start and every meeting with the boundary."""
    if start == end:
        return Fraction(0) if contains(outline, start) else None
    along = (end[0] - start[0], end[1] - start[1])
    candidates = [Fraction(0)]
    for a, b in edges(outline):
        edge = (b[0] - a[0], b[1] - a[1])
        cross = along[0] * edge[1] - along[1] * edge[0]
        if cross != 0:
            candidates.append(((a[0] - start[0]) * edge[1] - (a[1] - start[1]) * edge[0]) / cross)
        elif turn(start, end, a) == 0:
            square = along[0] ** 2 + along[1] ** 2
            candidates += [
                ((p[0] - start[0]) * along[0] + (p[1] - start[1]) * along[1]) / square for p in (a, b)
            ]
    entries = [c for c in candidates if 0 <= c <= 1 and contains(outline, at(start, end, c))]
    return min(entries, default=None)
