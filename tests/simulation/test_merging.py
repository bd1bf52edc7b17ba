from dataclasses import replace

import numpy as np
import pytest

from tocsin.simulation.merging import Cell, merge_unresolved
from tocsin.simulation.plots import Plots


def plots(look, azimuth_deg, range_m=None):
    count = len(look)
    return Plots(
        look=np.array(look),
        time_s=np.array(look, dtype=np.float64),
        source=np.arange(count),
        range_m=np.full(count, np.nan) if range_m is None else np.array(range_m, dtype=np.float64),
        azimuth_rad=np.radians(azimuth_deg),
        elevation_rad=np.zeros(count),
        range_rate_mps=np.zeros(count),
    )


def merged(rows, metres, degrees):
    found = merge_unresolved(rows, Cell(metres, np.radians(degrees)))
    return [
        (int(look), round(float(azimuth), 6))
        for look, azimuth in zip(found.look, np.degrees(found.azimuth_rad), strict=True)
    ]


def test_two_in_one_cell_become_one_in_the_middle():
    rows = plots([0, 0], [10.0, 11.0], [5000.0, 5100.0])
    found = merge_unresolved(rows, Cell(150.0, np.radians(1.5)))
    assert found.range_m.tolist() == [5050.0]
    assert np.degrees(found.azimuth_rad) == pytest.approx([10.5])


def test_apart_in_range_or_azimuth_or_in_time_both_stay():
    assert len(merged(plots([0, 0], [10.0, 11.0], [5000.0, 5200.0]), 150.0, 1.5)) == 2
    assert len(merged(plots([0, 0], [10.0, 12.0], [5000.0, 5000.0]), 150.0, 1.5)) == 2
    assert len(merged(plots([0, 1], [10.0, 10.0], [5000.0, 5000.0]), 150.0, 1.5)) == 2


def test_where_no_range_is_measured_azimuth_alone_counts():
    assert merged(plots([3, 3], [350.0, 356.0]), np.inf, 10.0) == [(3, 353.0)]


def test_of_three_in_a_row_two_are_merged_and_the_third_stays():
    assert merged(plots([0, 0, 0], [14.0, 10.0, 12.0]), np.inf, 3.0) == [(0, 11.0), (0, 14.0)]


def test_a_cell_takes_in_all_that_it_holds_and_what_is_left_opens_the_next():
    rows = plots([0] * 5, [10.0, 10.2, 10.4, 10.6, 14.0], [5100.0, 5000.0, 5050.0, 5200.0, 5000.0])
    assert merged(rows, 150.0, 1.5) == [(0, 10.2), (0, 14.0), (0, 10.6)]


def test_a_cell_in_elevation_tells_apart_what_is_above_each_other():
    rows = replace(plots([0, 0], [10.0, 10.0], [5000.0, 5000.0]), elevation_rad=np.radians([2.0, 5.0]))
    assert len(merge_unresolved(rows, Cell(150.0, 0.1, np.radians(2.0)))) == 2
    (middle,) = merge_unresolved(rows, Cell(150.0, 0.1, np.radians(4.0))).elevation_rad
    assert np.degrees(middle) == pytest.approx(3.5)


def test_the_middle_of_a_cell_that_north_runs_through_is_near_north():
    assert merged(plots([0, 0], [359.0, 0.5], [5000.0, 5000.0]), 150.0, 2.0) == [(0, 359.75)]


def test_pairs_of_neighbouring_scans_do_not_disturb_each_other():
    assert merged(plots([0, 0, 1, 1], [1.0, 2.0, 1.0, 2.0]), np.inf, 3.0) == [(0, 1.5), (1, 1.5)]


def test_none_and_one_are_left_as_they_are():
    assert len(merge_unresolved(Plots.none(), Cell(1.0, 1.0))) == 0
    assert merged(plots([0], [5.0]), np.inf, 10.0) == [(0, 5.0)]
