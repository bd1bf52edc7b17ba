"""The polygon kernels against their exact twins, in compiled loops, and on paths through corners."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from numba import njit
from tests.geo.exact_polygon import contains as exact_contains
from tests.geo.exact_polygon import exact
from tests.geo.exact_polygon import segment_entry as exact_segment_entry
from tests.geo.outlines import BAY, GridPoint, grid_points, simple_grid_outlines, star

from tocsin.geo.kernels import contains, segment_entry
from tocsin.geo.polygon import Polygon
from tocsin.units import FloatArray


@njit(nogil=True)
def count_inside(vertices: FloatArray, points: FloatArray) -> int:
    """Stands for any compiled loop that calls the kernel."""
    count = 0
    for row in range(points.shape[0]):
        count += contains(vertices, points[row, 0], points[row, 1])
    return count


@given(simple_grid_outlines, grid_points)
@example(BAY, (3.0, 3.0))
@example(BAY, (4.0, 3.0))
@example(BAY, (-1.0, 2.0))
def test_contains_agrees_with_exact_arithmetic_and_with_the_polygon(
    outline: list[GridPoint], point: GridPoint
) -> None:
    inside = contains(np.array(outline), *point)
    assert inside == exact_contains(exact(outline), exact([point])[0])
    assert inside == bool(Polygon(outline).contains(point))


@given(simple_grid_outlines, grid_points, grid_points)
@example(BAY, (3.0, 3.0), (3.0, 3.0))
@example(BAY, (3.0, 5.0), (3.0, -1.0))
@example(BAY, (-1.0, 2.0), (9.0, 2.0))
@example(BAY, (-1.0, 4.0), (9.0, 4.0))
@example(BAY, (3.0, 3.0), (5.0, 5.0))
@example(BAY, (-1.0, 3.0), (1.0, 5.0))
def test_entry_agrees_with_exact_arithmetic(
    outline: list[GridPoint], start: GridPoint, end: GridPoint
) -> None:
    found = segment_entry(np.array(outline), np.array(start), np.array(end))
    expected = exact_segment_entry(exact(outline), *exact([start, end]))
    if expected is None:
        assert found == -1.0
    else:
        assert found == pytest.approx(float(expected), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_entry_into_a_star_is_the_first_of_many_samples_that_is_inside(seed: int) -> None:
    polygon = Polygon(star(seed))
    random = np.random.default_rng(seed)
    fractions = np.linspace(0.0, 1.0, 4_001)
    entered = 0
    for start, end in random.uniform(-6_000.0, 6_000.0, (60, 2, 2)):
        found = segment_entry(polygon.vertices_m, start, end)
        inside = polygon.contains(start + fractions[:, np.newaxis] * (end - start))
        if inside.any():
            sampled = fractions[np.argmax(inside)]
            assert sampled - 1.0 / 4_000 - 1e-12 <= found <= sampled + 1e-12
            entered += 1
        elif found >= 0.0:
            # Between two samples a path can cut a corner; what it meets must be the boundary.
            assert abs(polygon.signed_distance(start + found * (end - start))) < 1e-6
    assert 20 < entered < 60


@pytest.mark.parametrize("seed", range(40))
def test_a_path_aimed_at_a_corner_never_slips_in_between_two_edges(seed: int) -> None:
    random = np.random.default_rng(seed)
    centre = random.uniform(-50e3, 50e3, 2)
    vertices = star(seed, corners=4 + seed % 9) + centre
    for corner in vertices:
        beyond = random.uniform(5.0, 9.0)
        found = segment_entry(vertices, corner + (corner - centre) * beyond, centre)
        # A star is met in each direction from its centre once: at its corner.
        assert found == pytest.approx(beyond / (beyond + 1.0), abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_a_hair_outside_enters_at_once_and_a_hair_inside_has_entered(seed: int) -> None:
    random = np.random.default_rng(seed)
    vertices = random.uniform(-50e3, 50e3, (3, 2))
    centre = vertices.mean(axis=0)
    for corner, following in zip(vertices, np.roll(vertices, -1, axis=0), strict=True):
        crossing = corner + random.uniform(0.1, 0.9) * (following - corner)
        inward = (centre - crossing) / np.hypot(*(centre - crossing))
        steps = [crossing + inward * hair * 1e-11 for hair in range(-40, 41)]
        outside = [point for point in steps if not contains(vertices, *point)]
        inside = [point for point in steps if contains(vertices, *point)]
        assert 0.0 <= segment_entry(vertices, outside[-1], centre) < 1e-12
        assert 1.0 - 1e-12 < segment_entry(vertices, crossing - 20e3 * inward, inside[0]) <= 1.0


def test_a_path_that_begins_inside_has_entered_at_once_and_one_that_passes_by_never() -> None:
    square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    assert segment_entry(square, np.array([5.0, 5.0]), np.array([50.0, 5.0])) == 0.0
    assert segment_entry(square, np.array([-10.0, 5.0]), np.array([30.0, 5.0])) == 0.25
    assert segment_entry(square, np.array([-10.0, 5.0]), np.array([-1.0, 5.0])) == -1.0
    assert segment_entry(square, np.array([-10.0, 11.0]), np.array([30.0, 11.0])) == -1.0
    assert segment_entry(square, np.array([-10.0, 5.0]), np.array([0.0, 5.0])) == 1.0
    assert segment_entry(square, np.array([-10.0, -5.0]), np.array([-10.0, -5.0])) == -1.0


def test_paths_that_are_not_numbers_enter_nothing() -> None:
    square = np.array(BAY)
    nowhere = np.array([math.nan, 1.0])
    assert segment_entry(square, nowhere, np.array([-1.0, 1.0])) == -1.0
    assert segment_entry(square, np.array([-1.0, 1.0]), nowhere) == -1.0


def test_the_kernel_serves_inside_other_compiled_loops() -> None:
    polygon = Polygon(star(7))
    points = np.random.default_rng(7).uniform(-5_000.0, 5_000.0, (500, 2))
    assert count_inside(polygon.vertices_m, points) == np.count_nonzero(polygon.contains(points)) > 50
