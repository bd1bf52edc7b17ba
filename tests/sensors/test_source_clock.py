"""When a source's own time is believed."""

from __future__ import annotations

import pytest

from tocsin.sensors.source_clock import MESSAGES_TO_CHANGE, SourceClock

SECOND_NS = 1_000_000_000


@pytest.mark.parametrize("behind_s", [-4.9, 0.0, 1.9, 4.9])
def test_a_clock_that_is_near_is_believed(behind_s: float) -> None:
    own_ns = round((100.0 - behind_s) * SECOND_NS)
    assert SourceClock().date(own_ns, 100 * SECOND_NS) == own_ns


@pytest.mark.parametrize("behind_s", [-400, -6, 6, 3000])
def test_a_source_whose_first_message_is_far_off_is_dated_by_receipt(behind_s: int) -> None:
    clock = SourceClock()
    for second in (100, 101, 102):
        assert clock.date((second - behind_s) * SECOND_NS, second * SECOND_NS) == second * SECOND_NS
    assert clock.is_off
    assert clock.behind_s == behind_s


def test_a_message_without_a_time_is_dated_by_receipt_and_says_nothing_of_the_clock() -> None:
    clock = SourceClock()
    assert clock.date(None, 5 * SECOND_NS) == 5 * SECOND_NS
    assert clock.date(6 * SECOND_NS, 7 * SECOND_NS) == 6 * SECOND_NS


def test_late_messages_of_a_right_clock_keep_their_time() -> None:
    clock = SourceClock()
    clock.date(100 * SECOND_NS, 100 * SECOND_NS)
    assert clock.date(92 * SECOND_NS, 101 * SECOND_NS) == 92 * SECOND_NS
    for second in range(MESSAGES_TO_CHANGE - 1):
        own_ns = (80 + second) * SECOND_NS
        assert clock.date(own_ns, (101 + second) * SECOND_NS) == own_ns
    assert clock.date(106 * SECOND_NS, 106 * SECOND_NS) == 106 * SECOND_NS
    clock.date(90 * SECOND_NS, 107 * SECOND_NS)
    assert not clock.is_off


def test_a_clock_that_goes_wrong_for_good_and_is_set_right_again_is_followed() -> None:
    clock = SourceClock()
    clock.date(0, 0)
    dates = [clock.date(second * SECOND_NS, (second + 60) * SECOND_NS) for second in range(6)]
    assert dates[-2:] == [64 * SECOND_NS, 65 * SECOND_NS]
    assert clock.is_off
    for second in range(66, 66 + MESSAGES_TO_CHANGE):
        clock.date(second * SECOND_NS, second * SECOND_NS)
    assert not clock.is_off
