"""Turns of an antenna: every plot in its own, with markers and without."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.sensors.radar_turns import Turns

SECOND_NS = 1_000_000_000


def ns(seconds: float) -> int:
    return round(seconds * SECOND_NS)


def antenna(
    period_s: float, start_rad: float, azimuths_rad: list[float], turns: int
) -> list[tuple[int, int, float]]:
    """(turn, time, azimuth) of every plot of targets that stand still; the antenna starts at `start_rad`."""
    made = [
        (turn, ns((turn + (azimuth_rad - start_rad) / math.tau) * period_s), azimuth_rad)
        for turn in range(turns)
        for azimuth_rad in azimuths_rad
    ]
    return sorted(plot for plot in made if plot[1] >= 0)


def test_plots_between_two_markers_are_of_one_turn_however_late_they_come() -> None:
    turns = Turns(4.0)
    assert turns.north(ns(0.0))
    assert turns.turn_of(ns(3.9), 6.2) == 1
    assert turns.north(ns(4.0))
    assert turns.turn_of(ns(4.1), 0.1) == 2
    assert turns.turn_of(ns(3.95), 6.25) == 1


def test_the_same_marker_over_a_second_line_begins_no_turn() -> None:
    turns = Turns(4.0)
    turns.north(ns(0.0))
    assert not turns.north(ns(0.004))
    assert not turns.north(ns(-4.0))
    assert turns.turn_of(ns(1.0), 1.0) == 1


def test_the_first_marker_ends_the_turn_in_which_plots_came_without() -> None:
    turns = Turns(4.0)
    before = turns.turn_of(ns(3.0), 6.0)
    turns.north(ns(3.2))
    assert turns.turn_of(ns(3.1), 6.1) == before
    assert turns.turn_of(ns(3.3), 0.1) == before + 1


def test_a_lost_marker_does_not_make_one_turn_of_two() -> None:
    turns = Turns(4.0)
    turns.told_period(5.0)
    turns.north(ns(0.0))
    assert [turns.turn_of(ns(second), 1.0) for second in (1.0, 7.4, 11.0)] == [1, 1, 3]
    turns.north(ns(15.0))
    assert turns.turn_of(ns(16.0), 1.0) == 4


def test_the_period_is_told_or_else_shown_by_the_markers() -> None:
    turns = Turns(4.0)
    assert (turns.period_s, turns.measured_period_s) == (4.0, None)
    for second in (0.0, 2.5, 7.5):
        turns.north(ns(second))
    assert turns.period_s == turns.measured_period_s == 2.5
    turns.told_period(2.6)
    assert turns.period_s == 2.6


@pytest.mark.parametrize("period_s", [None, 0.0, 511.0])
def test_a_period_that_cannot_be_is_not_believed(period_s: float | None) -> None:
    turns = Turns(4.0)
    turns.told_period(period_s)
    assert turns.period_s == 4.0


@given(
    st.floats(0.0, 6.28),
    st.lists(st.floats(0.0, 6.28), min_size=1, max_size=6, unique=True),
    st.floats(0.9, 1.1),
)
def test_without_markers_time_and_azimuth_tell_the_turn(
    start_rad: float, azimuths_rad: list[float], error: float
) -> None:
    """Also where only one target is there in every turn, and the period is known to a tenth."""
    plots = antenna(4.0, start_rad, azimuths_rad, 12)
    turns = Turns(4.0 * error)
    found = [turns.turn_of(time_ns, azimuth_rad) for _, time_ns, azimuth_rad in plots]
    assert [turn - found[0] for turn in found] == [turn - plots[0][0] for turn, _, _ in plots]


def test_without_markers_a_plot_that_comes_late_is_of_the_turn_before() -> None:
    turns = Turns(4.0)
    found = [turns.turn_of(ns(second), math.tau * (second % 4.0) / 4.0) for second in (3.9, 4.01, 3.98, 4.05)]
    assert found == [1, 2, 1, 2]


def test_a_radar_that_looks_all_around_at_once_is_noticed_and_its_looks_are_told_apart() -> None:
    turns = Turns(1.0)
    for look in range(5):
        azimuths_rad = (1.0, 3.0 + look / 10, 5.0)
        assert {turns.turn_of(ns(look), azimuth_rad) for azimuth_rad in azimuths_rad} == {look + 1}
    assert turns.looks_at_once


def test_an_antenna_that_turns_is_not_taken_for_one_that_looks_at_once() -> None:
    turns = Turns(4.0)
    for second in (0.0, 1.0, 1.0, 2.0):
        turns.turn_of(ns(second), second)
    assert not turns.looks_at_once
