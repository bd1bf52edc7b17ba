import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.samples import a_flight, a_path, a_square

from tocsin.evaluation.zone_volume import ZoneVolume, comes_within, entry_time_s
from tocsin.geo.polygon import Polygon


def test_entry_is_where_the_straight_way_between_rows_meets_the_edge():
    assert entry_time_s(a_flight(-1000, 40), a_square()) == pytest.approx(900 / 40)


def test_entry_by_descent_is_where_the_ceiling_is_met():
    path = a_path([0, 10], [(0, 0, 2000), (0, 0, 0)])
    assert entry_time_s(path, a_square()) == pytest.approx(5.0)


def test_crossing_within_one_step_is_an_entry():
    path = a_path([0, 1], [(-1000, 0, 500), (1000, 0, 500)])
    assert entry_time_s(path, a_square()) == pytest.approx(0.45)


def test_over_the_ceiling_is_no_entry_and_one_that_dips_in_enters_when_it_dips():
    over = a_flight(-1000, 40, altitude=1001.0)
    assert entry_time_s(over, a_square()) is None
    dips = a_path([0, 1, 2], [(-50, 0, 1100), (0, 0, 900), (50, 0, 1100)])
    assert entry_time_s(dips, a_square()) == pytest.approx(0.5)


def test_an_object_that_starts_inside_entered_when_it_was_first_seen():
    assert entry_time_s(a_flight(0, 1, first=7), a_square()) == 7.0
    assert entry_time_s(a_path([7], [(0, 0, 500)]), a_square()) == 7.0


def test_an_object_is_not_drawn_through_the_zone_while_it_was_away():
    path = a_path([0, 60], [(-1000, 0, 500), (1000, 0, 500)])
    assert entry_time_s(path, a_square()) is None


def test_a_notch_in_the_polygon_is_outside():
    notched = ZoneVolume(
        "U", Polygon([(0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30)]), 0, 9, 0
    )
    down_the_notch = a_path([0, 10, 20], [(15, 100, 5), (15, 20, 5), (15, 0, 5)])
    assert entry_time_s(down_the_notch, notched) == pytest.approx(15.0)


offsets = st.tuples(st.floats(-400, 400), st.floats(-400, 400), st.floats(-400, 1400))


@given(st.lists(offsets, min_size=2, max_size=5))
def test_entry_agrees_with_looking_very_often(places):
    path, zone = a_path(range(len(places)), places), a_square()
    times = np.linspace(0, len(places) - 1, 4001)
    inside = zone.contains(path.at(times))
    found = entry_time_s(path, zone)
    assert found is not None or not inside.any()
    if found is not None:
        # Looking often can miss a short visit, never see one earlier.
        assert not inside[times < found - 1e-9].any()
        assert zone.distance_m(path.at(np.array([found])))[0] < 1e-6


def test_distance_is_in_space():
    zone = a_square()
    places = np.array([(0, 0, 500), (400, 0, 500), (0, 0, 1400), (400, 0, 1400), (0, 0, -5)], float)
    np.testing.assert_allclose(zone.distance_m(places), [0, 300, 400, 500, 5])


@pytest.mark.parametrize(
    ("from_s", "to_s", "near"),
    [(0, 24.9, False), (0, 25, True), (0, 25.1, True), (30, 40, True), (82, 99, False), (200, 300, False)],
)
def test_coming_near_counts_only_between_issue_and_expiry(from_s, to_s, near):
    # Enters the last kilometre at 2100 - 1100 = 1000 m of the way, 25 s at 40 m/s, and leaves it after 80 s.
    assert comes_within(a_flight(-2100, 40), a_square(), from_s, to_s, 1000.0) is near


def test_a_fast_pass_between_two_rows_is_noticed():
    path = a_path([0, 8], [(-2000, 1090, 500), (2000, 1090, 500)])
    assert comes_within(path, a_square(), 0, 8, 1000.0)
    assert not comes_within(a_path([0, 8], [(-2000, 1110, 500), (2000, 1110, 500)]), a_square(), 0, 8, 1000.0)


def test_a_pass_while_it_was_away_does_not_count():
    assert not comes_within(a_path([0, 80], [(-2000, 0, 500), (2000, 0, 500)]), a_square(), 0, 80, 1000.0)
