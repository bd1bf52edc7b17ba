"""Plots of one burst are one look, however they are dated within it."""

from __future__ import annotations

from tests.sensors.made import at

from tocsin.sensors.looks import Looks


def numbers(*seconds: float) -> list[int]:
    looks = Looks(period_s=2.0)
    return [looks.turn_of(at(second), 0.0) for second in seconds]


def test_bursts_of_a_radar_are_looks_of_their_own() -> None:
    assert numbers(0.0, 0.003, 0.02, 2.0, 2.01, 3.9, 3.95) == [1, 1, 1, 2, 2, 3, 3]


def test_a_plot_that_comes_late_is_of_the_look_before() -> None:
    assert numbers(0.0, 2.0, 0.1, 2.1) == [1, 2, 1, 2]
    assert numbers(4.0, 0.0) == [1, 0]
