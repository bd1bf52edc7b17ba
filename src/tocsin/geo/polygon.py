"""Polygons on the local plane: zones and alert areas, validated once, measured in metres.

Plain NumPy; the paths of objects through polygons are in kernels.py. A polygon is closed: its boundary is
inside, for whoever stands on the line is to be warned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.errors import InvalidInput
from tocsin.geo.vectors import as_vectors
from tocsin.units import BoolArray, FloatArray


class BoundingCircle(NamedTuple):
    """A circle around a polygon: centre (2,) and radius, in metres of the polygon's frame."""

    centre_m: FloatArray
    radius_m: float


class Polygon:
    """A simple polygon over east-north vertices (n, 2) in metres, in either direction.

    A closing vertex equal to the first, as GeoJSON and CAP have it, is dropped. Raises InvalidInput where
    fewer than three vertices remain, one is not finite, or two edges touch beyond their shared vertex.
    """

    def __init__(self, vertices_m: npt.ArrayLike) -> None:
        vertices = as_vectors(vertices_m, 2, "polygon vertices").copy()
        if vertices.ndim == 2 and len(vertices) > 1 and np.array_equal(vertices[0], vertices[-1]):
            vertices = vertices[:-1]
        _require_simple(vertices)
        vertices.setflags(write=False)
        self._vertices_m = vertices

    @property
    def vertices_m(self) -> FloatArray:
        """The vertices as given, (n, 2), without a closing one. Read-only; what the kernels take."""
        return self._vertices_m

    @property
    def area_m2(self) -> float:
        """The area, positive (shoelace formula)."""
        return 0.5 * abs(float(_doubled_triangles(self._vertices_m).sum()))

    @property
    def centroid_m(self) -> FloatArray:
        """The centre of area, (2,); it can lie outside a polygon that is not convex."""
        # Taken from the first vertex, so that a small zone far from the origin loses no digits.
        first = self._vertices_m[0]
        ahead = np.roll(self._vertices_m, -1, axis=0)
        weights = _doubled_triangles(self._vertices_m)[:, np.newaxis]
        moment = (((self._vertices_m - first) + (ahead - first)) * weights).sum(axis=0)
        centroid: FloatArray = first + moment / (3.0 * weights.sum())
        return centroid

    @property
    def bounding_circle(self) -> BoundingCircle:
        """A circle that holds the polygon, around the middle of its bounding box.

        At most sqrt(2) times as wide as the smallest one; for a quick 'nowhere near'.
        """
        centre = 0.5 * (self._vertices_m.min(axis=0) + self._vertices_m.max(axis=0))
        offsets = self._vertices_m - centre
        return BoundingCircle(centre, float(np.hypot(offsets[:, 0], offsets[:, 1]).max()))

    def contains(self, points_m: npt.ArrayLike) -> BoolArray:
        """Which points (..., 2) are inside or on the boundary, shape (...); the even-odd rule.

        Raises InvalidInput where the last axis is not 2 long.
        """
        points = as_vectors(points_m, 2, "points")
        x, y = points[..., 0], points[..., 1]
        inside = np.zeros(x.shape, dtype=np.bool_)
        boundary = np.zeros(x.shape, dtype=np.bool_)
        for (ax, ay), (bx, by) in self._edges():
            side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
            in_box = (min(ax, bx) <= x) & (x <= max(ax, bx)) & (min(ay, by) <= y) & (y <= max(ay, by))
            boundary |= (side == 0.0) & in_box
            inside ^= ((ay > y) != (by > y)) & (side > 0.0 if by > ay else side < 0.0)
        return inside | boundary

    def signed_distance(self, points_m: npt.ArrayLike) -> FloatArray:
        """Distance (m) of points (..., 2) from the boundary, shape (...): negative inside, positive outside.

        Raises InvalidInput where the last axis is not 2 long.
        """
        points = as_vectors(points_m, 2, "points")
        nearest = np.full(points.shape[:-1], np.inf)
        for start, end in self._edges():
            nearest = np.minimum(nearest, _distance_from_edge(points, start, end))
        return np.where(self.contains(points), -nearest, nearest)

    def _edges(self) -> Iterator[tuple[list[float], list[float]]]:
        """Start and end of every edge, as plain numbers."""
        starts = self._vertices_m.tolist()
        return zip(starts, [*starts[1:], starts[0]], strict=True)


def is_simple(vertices_m: npt.ArrayLike) -> bool:
    """Whether no two edges of the closed outline through `vertices_m` (n, 2) touch beyond a shared vertex.

    Raises InvalidInput where the last axis is not 2 long.
    """
    return crossing_edges(as_vectors(vertices_m, 2, "polygon vertices")) is None


def crossing_edges(vertices_m: FloatArray) -> tuple[int, int] | None:
    """The first two edges that touch beyond a shared vertex, or None; edge i runs from vertex i to the next.

    An edge without length is paired with itself. Time grows with the square of the number of edges.
    """
    count = len(vertices_m)
    ahead = np.roll(vertices_m, -1, axis=0)
    without_length = np.flatnonzero((vertices_m == ahead).all(axis=1))
    if without_length.size:
        return int(without_length[0]), int(without_length[0])
    for edge in range(count):
        start, end = vertices_m[edge], ahead[edge]
        if _folds_back(start, end, ahead[(edge + 1) % count]):
            return edge, (edge + 1) % count
        # Neighbours share a vertex: the next edge is left out, and so is the last one from the first's.
        later = slice(edge + 2, count - 1 if edge == 0 else count)
        touching = np.flatnonzero(_edges_touch(start, end, vertices_m[later], ahead[later]))
        if touching.size:
            return edge, edge + 2 + int(touching[0])
    return None


def _require_simple(vertices: FloatArray) -> None:
    """Raise InvalidInput, naming the vertices, where these are not the outline of an area."""
    if vertices.ndim != 2 or len(vertices) < 3:
        raise InvalidInput(f"polygon: {vertices.tolist()} has fewer than three vertices; an area needs three")
    if not np.isfinite(vertices).all():
        row = int(np.flatnonzero(~np.isfinite(vertices).all(axis=1))[0])
        raise InvalidInput(f"polygon: vertex {row} is {vertices[row].tolist()}; every vertex must be finite")
    crossing = crossing_edges(vertices)
    if crossing is None:
        if _doubled_triangles(vertices).sum() == 0.0:
            raise InvalidInput(f"polygon: {vertices.tolist()} has no area; give vertices in metres")
        return
    first, second = crossing
    if first == second:
        raise InvalidInput(f"polygon: vertex {first}, {vertices[first].tolist()}, stands twice; give it once")
    raise InvalidInput(
        f"polygon: the edges that start at vertices {first} {vertices[first].tolist()} and {second} "
        f"{vertices[second].tolist()} cross or touch; give the vertices in their order around the area"
    )


def _doubled_triangles(vertices: FloatArray) -> FloatArray:
    """Twice the signed area of the triangle of each edge and the first vertex, (n,)."""
    offsets = vertices - vertices[0]
    ahead = np.roll(offsets, -1, axis=0)
    doubled: FloatArray = offsets[:, 0] * ahead[:, 1] - offsets[:, 1] * ahead[:, 0]
    return doubled


def _distance_from_edge(points: FloatArray, start: list[float], end: list[float]) -> FloatArray:
    """Distance of points (..., 2) from the nearest point of one edge, shape (...)."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    x, y = points[..., 0] - start[0], points[..., 1] - start[1]
    share = np.clip((x * along_x + y * along_y) / (along_x * along_x + along_y * along_y), 0.0, 1.0)
    distance: FloatArray = np.hypot(x - share * along_x, y - share * along_y)
    return distance


def _side(start: FloatArray, end: FloatArray, point: FloatArray) -> FloatArray:
    """+1 where `point` lies left of the line from start to end, -1 right, 0 on it; (..., 2) to (...)."""
    along, across = end - start, point - start
    side: FloatArray = np.sign(along[..., 0] * across[..., 1] - along[..., 1] * across[..., 0])
    return side


def _folds_back(start: FloatArray, corner: FloatArray, end: FloatArray) -> bool:
    """Whether the edge from corner to end runs back over the edge from start to corner."""
    inward, outward = corner - start, end - corner
    backwards = inward[0] * outward[0] + inward[1] * outward[1] < 0.0
    return bool(backwards and _side(start, corner, end) == 0.0)


def _edges_touch(start: FloatArray, end: FloatArray, starts: FloatArray, ends: FloatArray) -> BoolArray:
    """Which edges from `starts` to `ends` (m, 2) have a point in common with the edge start-end, (m,)."""
    across = _side(start, end, starts) * _side(start, end, ends) <= 0.0
    along = _side(starts, ends, start) * _side(starts, ends, end) <= 0.0
    # Boxes that meet: decides for edges on one line, where every side is 0.
    low, high = np.minimum(start, end), np.maximum(start, end)
    boxes_meet = ((np.minimum(starts, ends) <= high) & (np.maximum(starts, ends) >= low)).all(axis=1)
    touching: BoolArray = across & along & boxes_meet
    return touching
