"""Outlines for the polygon tests: random ones of every shape, on a coarse grid where float64 is exact."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from tests.geo.exact_polygon import exact, is_simple

from tocsin.geo.polygon import crossing_edges
from tocsin.units import FloatArray

GridPoint = tuple[float, float]


def untangled(outline: list[GridPoint]) -> list[GridPoint]:
    """The same vertices in an order that seldom crosses itself: between two crossing edges it is reversed."""
    for _ in range(20):
        crossing = crossing_edges(np.array(outline))
        if crossing is None:
            break
        first, second = crossing
        outline = outline[: first + 1] + outline[first + 1 : second + 1][::-1] + outline[second + 1 :]
    return outline


grid_points = st.tuples(st.integers(-6, 6), st.integers(-6, 6)).map(lambda p: (float(p[0]), float(p[1])))
grid_outlines = st.lists(grid_points, min_size=3, max_size=7)
simple_grid_outlines = (
    st.lists(grid_points, min_size=3, max_size=8, unique=True)
    .map(untangled)
    .filter(lambda outline: is_simple(exact(outline)))
)

# A bay open to the north, with a vertical wall and a spike on a row that test points share.
BAY = [(0.0, 0.0), (6.0, 0.0), (6.0, 4.0), (4.0, 4.0), (4.0, 2.0), (2.0, 2.0), (2.0, 4.0), (0.0, 4.0)]


def star(seed: int, corners: int = 9) -> FloatArray:
    """A simple polygon, mostly not convex: rising directions from (0, 0), random radii of 1 to 5 km."""
    random = np.random.default_rng(seed)
    direction = (np.arange(corners) + random.uniform(0.1, 0.9, corners)) * 2 * np.pi / corners
    radius = random.uniform(1_000.0, 5_000.0, corners)
    return np.stack((radius * np.cos(direction), radius * np.sin(direction)), axis=-1)
