"""Polygons against exact and brute-force twins: inside, distance, area, centre, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from tests.geo.exact_polygon import contains as exact_contains
from tests.geo.exact_polygon import exact
from tests.geo.exact_polygon import is_simple as exact_is_simple
from tests.geo.outlines import BAY, GridPoint, grid_outlines, grid_points, simple_grid_outlines, star

from tocsin.errors import InvalidInput
from tocsin.geo.polygon import Polygon, crossing_edges, is_simple


@given(grid_outlines)
@example(BAY)
@example([(0.0, 0.0), (2.0, 0.0), (1.0, 0.0)])
@example([(0.0, 0.0), (4.0, 0.0), (2.0, 0.0), (2.0, 2.0)])
@example([(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)])
def test_is_simple_agrees_with_exact_arithmetic(outline: list[GridPoint]) -> None:
    assert is_simple(outline) == exact_is_simple(exact(outline))


@given(simple_grid_outlines, grid_points)
@example(BAY, (3.0, 3.0))
@example(BAY, (3.0, 2.0))
@example(BAY, (-1.0, 4.0))
def test_contains_agrees_with_exact_arithmetic_also_on_the_boundary(
    outline: list[GridPoint], point: GridPoint
) -> None:
    assert bool(Polygon(outline).contains(point)) == exact_contains(exact(outline), exact([point])[0])


@pytest.mark.parametrize("seed", range(5))
def test_a_star_far_from_the_origin_contains_what_it_should(seed: int) -> None:
    place = np.array([40_000.0, -90_000.0])
    outline = star(seed) + place
    points = np.random.default_rng(seed).uniform(-5_000.0, 5_000.0, (300, 2)) + place
    expected = [exact_contains(exact(outline.tolist()), point) for point in exact(points.tolist())]
    assert 30 < sum(expected) < 270
    assert Polygon(outline).contains(points).tolist() == expected


@pytest.mark.parametrize("seed", range(3))
def test_signed_distance_is_that_of_the_nearest_of_many_points_on_the_boundary(seed: int) -> None:
    polygon = Polygon(star(seed))
    steps = np.linspace(0.0, 1.0, 2_001)[:, np.newaxis, np.newaxis]
    ahead = np.roll(polygon.vertices_m, -1, axis=0)
    boundary = (polygon.vertices_m + steps * (ahead - polygon.vertices_m)).reshape(-1, 2)
    points = np.random.default_rng(seed).uniform(-7_000.0, 7_000.0, (100, 2))
    sampled = np.array([np.hypot(*(boundary - point).T).min() for point in points])
    found = polygon.signed_distance(points)
    assert ((np.abs(found) <= sampled + 1e-9) & (np.abs(found) >= sampled - 2.5)).all()
    assert np.array_equal(found < 0.0, polygon.contains(points))
    assert 2 < np.count_nonzero(found < 0.0) < 95


def test_signed_distance_in_and_around_a_bay() -> None:
    points = [[1.0, 3.0], [3.0, 3.0], [3.0, 2.0], [9.0, 8.0], [3.0, 1.5]]
    assert Polygon(BAY).signed_distance(points) == pytest.approx([-1.0, 1.0, 0.0, 5.0, -0.5])


@pytest.mark.parametrize("seed", range(3))
def test_area_and_centroid_are_those_of_the_points_inside(seed: int) -> None:
    polygon = Polygon(star(seed))
    axis = np.arange(-5_000.0, 5_000.0, 20.0) + 10.0
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    inside = grid[polygon.contains(grid)]
    assert polygon.area_m2 == pytest.approx(len(inside) * 400.0, rel=2e-3)
    assert np.abs(polygon.centroid_m - inside.mean(axis=0)).max() < 5.0


def test_direction_and_place_change_neither_area_nor_the_relative_centre() -> None:
    far = np.array([3e6, -4e6])
    for outline in (BAY, BAY[::-1]):
        polygon = Polygon(np.array(outline) + far)
        assert polygon.area_m2 == pytest.approx(20.0, rel=1e-9)
        assert polygon.centroid_m - far == pytest.approx([3.0, 1.8], abs=1e-8)


@given(simple_grid_outlines)
def test_the_bounding_circle_holds_every_vertex_and_is_not_wasteful(
    outline: list[GridPoint],
) -> None:
    circle = Polygon(outline).bounding_circle
    distances = [np.hypot(*(np.array(vertex) - circle.centre_m)) for vertex in outline]
    assert max(distances) <= circle.radius_m
    width, height = np.ptp(np.array(outline), axis=0)
    assert circle.radius_m <= np.sqrt(2.0) * max(width, height) / 2.0 * (1 + 1e-12)


def test_shapes_are_kept_and_wrong_ones_refused() -> None:
    polygon = Polygon(BAY)
    assert polygon.contains(np.ones((4, 5, 2))).shape == (4, 5)
    assert polygon.signed_distance([1.0, 1.0]).shape == ()
    assert polygon.contains(np.empty((0, 2))).shape == (0,)
    with pytest.raises(InvalidInput, match=r"points: shape \(3,\)"):
        polygon.contains([1.0, 2.0, 3.0])


def test_points_that_are_not_numbers_are_nowhere() -> None:
    polygon = Polygon(BAY)
    assert not polygon.contains([np.nan, 1.0])
    assert np.isnan(polygon.signed_distance([np.nan, 1.0]))


def test_a_closing_vertex_is_dropped_and_the_vertices_are_the_polygons_own() -> None:
    given_vertices = np.array([*BAY, BAY[0]])
    polygon = Polygon(given_vertices)
    given_vertices[:] = 0.0
    assert polygon.vertices_m.tolist() == np.array(BAY).tolist()
    with pytest.raises(ValueError, match="read-only"):
        polygon.vertices_m[0, 0] = 1.0


@pytest.mark.parametrize(
    ("vertices", "words"),
    [
        ([(0.0, 0.0), (1.0, 0.0)], "fewer than three"),
        ([(0.0, 0.0), (1.0, 0.0), (0.0, 0.0)], "fewer than three"),
        ([(0.0, 0.0)], "fewer than three"),
        (np.empty((0, 2)), "fewer than three"),
        ([0.0, 1.0], "fewer than three"),
        ([(0.0, 0.0), (1.0, np.nan), (0.0, 1.0)], "vertex 1 is"),
        ([(0.0, 0.0), (1.0, 0.0), (1.0, 0.0), (0.0, 1.0)], "vertex 1, .* stands twice"),
        ([(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)], "vertices 0 .* and 2 .* cross or touch"),
        ([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)], "cross or touch"),
        ([(0.0, 0.0), (1e-170, 0.0), (0.0, 1e-170)], "no area"),
        ([(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)], "polygon vertices: shape"),
    ],
)
def test_what_is_no_outline_of_an_area_is_refused_by_name(
    vertices: list[tuple[float, ...]], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        Polygon(vertices)


def test_crossing_edges_names_the_pair() -> None:
    assert crossing_edges(np.array([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, -1.0)])) == (0, 2)
    assert crossing_edges(np.array(BAY)) is None
