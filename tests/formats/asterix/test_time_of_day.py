"""Times of day find their day, also around midnight."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.formats.asterix import time_of_day_to_ns

DAY_NS = 86400 * 10**9


@given(st.integers(0, 86400 * 128 - 1), st.integers(15_000, 30_000), st.integers(-43_000, 43_000))
def test_a_time_of_day_finds_its_day_from_the_time_of_receipt(steps: int, day: int, delay_s: int) -> None:
    measured_ns = day * DAY_NS + steps * 10**9 // 128
    found_ns = time_of_day_to_ns(steps / 128, measured_ns + delay_s * 10**9)
    assert abs(found_ns - measured_ns) <= 1


def test_a_report_from_before_midnight_is_not_placed_a_day_late() -> None:
    assert time_of_day_to_ns(86399.5, 20_000 * DAY_NS + 10**8) == 20_000 * DAY_NS - 5 * 10**8


def test_a_clock_slightly_ahead_is_not_placed_a_day_early() -> None:
    assert time_of_day_to_ns(0.25, 20_000 * DAY_NS - 10**8) == 20_000 * DAY_NS + 25 * 10**7
