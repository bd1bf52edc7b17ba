from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.geo import plain_outlines

from tocsin.geo import clipping, kernels_outlines
from tocsin.geo.clipping import area_m2, clipped, convex_hull, without_near_corners
from tocsin.geo.polygon import Polygon, is_simple

SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
places = st.lists(
    st.tuples(st.integers(-20, 20), st.integers(-20, 20)).map(lambda pair: (float(pair[0]), float(pair[1]))),
    min_size=3,
    max_size=12,
)


@given(places)
def test_a_hull_holds_all_points_and_turns_left_at_every_corner(points):
    hull = convex_hull(np.array(points))
    if len(hull) < 3:
        return
    assert set(map(tuple, hull.tolist())) <= set(points)
    assert Polygon(hull).contains(np.array(points)).all()
    along, ahead = np.roll(hull, -1, axis=0) - hull, np.roll(hull, -2, axis=0) - np.roll(hull, -1, axis=0)
    assert (along[:, 0] * ahead[:, 1] - along[:, 1] * ahead[:, 0] > 0.0).all()


def test_points_on_a_line_have_no_hull_with_an_area():
    assert len(convex_hull(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]))) == 2
    assert convex_hull(np.empty((0, 2))).shape == (0, 2)


@given(places, places)
def test_of_two_convex_outlines_the_part_holds_what_both_hold(first, second):
    one, other = convex_hull(np.array(first)), convex_hull(np.array(second))
    if len(one) < 3 or len(other) < 3:
        return
    part = clipped(one, other)
    grid = np.stack(np.meshgrid(np.arange(-20, 20) + 0.37, np.arange(-20, 20) + 0.41), axis=-1).reshape(-1, 2)
    both = Polygon(one).contains(grid) & Polygon(other).contains(grid)
    if len(part) < 3 or not is_simple(part):
        assert both.sum() <= 2
        return
    assert (Polygon(part).contains(grid) == both).all()


def test_what_does_not_meet_has_no_part():
    assert clipped(SQUARE, SQUARE + 20.0).shape == (0, 2)


def test_an_outline_inside_stays_as_it_is():
    assert Polygon(clipped(SQUARE, (SQUARE - 5.0) * 4.0)).area_m2 == pytest.approx(100.0)


def test_a_hollow_outline_that_falls_into_two_parts_is_told_by_not_being_simple():
    horseshoe = np.array([[0, 0], [10, 0], [10, 10], [7, 10], [7, 2], [3, 2], [3, 10], [0, 10]], dtype=float)
    above = np.array([[-1, 5], [11, 5], [11, 11], [-1, 11]], dtype=float)
    assert not is_simple(clipped(horseshoe, above))


# ---- compiled and plain ----

shapes = st.lists(st.tuples(st.floats(-20.0, 20.0), st.floats(-20.0, 20.0)), min_size=3, max_size=12)


@given(st.one_of(places, shapes), st.one_of(places, shapes))
def test_hulls_and_cuts_are_those_of_the_plain_twin_to_the_last_bit(first, second):
    hull = convex_hull(np.array(first))
    assert hull.tolist() == plain_outlines.convex_hull(np.array(first)).tolist()
    if len(hull) > 2:
        cut = plain_outlines.clipped(np.array(second), hull)
        assert clipped(np.array(second), hull).tolist() == cut.tolist()


@given(st.one_of(places, shapes))
def test_what_is_simple_is_what_the_polygon_says(outline):
    assert clipping.is_simple(np.array(outline)) == is_simple(outline)


@given(st.one_of(places, shapes))
def test_the_area_is_that_of_the_polygon(outline):
    if is_simple(outline) and Polygon(outline).area_m2 > 1e-9:
        assert area_m2(np.array(outline)) == pytest.approx(Polygon(outline).area_m2, rel=1e-6, abs=1e-9)


def test_corners_that_are_hardly_apart_are_left_out():
    corners = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 0.5], [0.0, 10.0]])
    assert without_near_corners(corners, 1.0).tolist() == [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]]
    assert area_m2(np.empty((0, 2))) == 0.0 and len(without_near_corners(np.empty((0, 2)), 1.0)) == 0


def test_outlines_that_may_not_be_written_compile_nothing_anew():
    """Or else the night that first brings one waits for the compiler."""
    given = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    kept = given.copy()
    kept.setflags(write=False)
    for first in (given, kept):
        for second in (given, kept):
            assert len(clipped(first, second)) == 4
        assert clipping.is_simple(first)
        assert area_m2(first) == 16.0
    for kernel in (kernels_outlines.cut_by, kernels_outlines.is_simple_outline, kernels_outlines.area_of):
        assert len(getattr(kernel, "signatures", [0])) == 1
