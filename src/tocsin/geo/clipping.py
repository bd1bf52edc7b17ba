"""Outlines cut by outlines, for the part of a zone that is warned: hull, and cut by what is convex."""

from __future__ import annotations

import numpy as np

from tocsin.geo import kernels_outlines
from tocsin.geo.vectors import as_vectors
from tocsin.units import FloatArray


def convex_hull(points_m: FloatArray) -> FloatArray:
    """The corners (k, 2) of the hull of points (n, 2), counter-clockwise (Andrew's monotone chain, 1979).

    Fewer than three where all points lie on one line. Raises InvalidInput where the last axis is not 2 long.
    """
    points = as_vectors(points_m, 2, "points")
    points = points[np.lexsort((points[:, 1], points[:, 0]))]
    is_again = (points[1:] == points[:-1]).all(axis=1)
    return kernels_outlines.hull_of(points[np.concatenate([[True], ~is_again])] if is_again.any() else points)


def clipped(vertices_m: FloatArray, hull_m: FloatArray) -> FloatArray:
    """The part (k, 2) of an outline (n, 2) inside a convex, counter-clockwise one (Sutherland-Hodgman 1974).

    Empty where they do not meet. An outline that is not convex may fall into parts, which then hang together
    by edges that run to and fro: `is_simple` tells.
    """
    return kernels_outlines.cut_by(*_outlines(vertices_m, hull_m))


def without_near_corners(vertices_m: FloatArray, least_m: float) -> FloatArray:
    """An outline (n, 2) without the corners (k, 2) that are no farther than this from the one before."""
    (vertices,) = _outlines(vertices_m)
    return kernels_outlines.without_near(vertices, least_m)


def area_m2(vertices_m: FloatArray) -> float:
    """Of an outline (n, 2) that may touch itself; 0 of none."""
    return kernels_outlines.area_of(*_outlines(vertices_m))


def is_simple(vertices: FloatArray) -> bool:
    """As `tocsin.geo.polygon.is_simple` says, in a hundredth of the time, for what is made and not given."""
    return kernels_outlines.is_simple_outline(*_outlines(vertices))


def _outlines(*given: FloatArray) -> list[FloatArray]:
    """In the one kind of memory for which kernels are compiled: for what may not be written they would be
    compiled again, in the night that brings it."""
    return [np.require(as_vectors(vertices, 2, "vertices"), requirements=["C", "W"]) for vertices in given]
