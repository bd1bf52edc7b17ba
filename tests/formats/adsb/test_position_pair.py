"""One aircraft's positions: from pairs, from where it was, and none where they contradict each other."""

from __future__ import annotations

import pytest

from tocsin.formats.adsb import NoPosition, Position, PositionPair, encoded_position

SECOND_NS = 10**9
HERE = Position(46.5, 6.6)
FAR = Position(52.3, 4.8)


def take(pair: PositionPair, place: Position, is_odd: bool, seconds: float) -> Position | NoPosition:
    return pair.take(encoded_position(place, is_odd), round(seconds * SECOND_NS))


def test_the_first_message_waits_for_the_other_kind() -> None:
    pair = PositionPair()
    assert take(pair, HERE, False, 0.0) is NoPosition.UNPAIRED
    assert take(pair, HERE, False, 1.0) is NoPosition.UNPAIRED
    assert take(pair, HERE, True, 1.5) == pytest.approx(HERE, abs=1e-4)


def test_messages_more_than_ten_seconds_apart_are_no_pair() -> None:
    pair = PositionPair()
    take(pair, HERE, False, 0.0)
    assert take(pair, HERE, True, 10.1) is NoPosition.UNPAIRED


def test_a_known_position_helps_to_read_one_kind_alone_for_half_a_minute() -> None:
    pair = PositionPair()
    take(pair, HERE, False, 0.0)
    take(pair, HERE, True, 0.5)
    there = Position(46.55, 6.7)
    assert take(pair, there, True, 20.0) == pytest.approx(there, abs=1e-4)
    assert take(pair, there, True, 50.1) is NoPosition.UNPAIRED


def test_the_same_message_by_another_way_is_none_but_a_hovering_aircraft_is_heard() -> None:
    pair = PositionPair()
    take(pair, HERE, False, 0.0)
    take(pair, HERE, True, 0.5)
    assert take(pair, HERE, True, 0.7) is NoPosition.REPEATED
    assert take(pair, HERE, False, 1.0) == pytest.approx(HERE, abs=1e-4)
    assert take(pair, HERE, True, 1.5) == pytest.approx(HERE, abs=1e-4)


def test_two_transmitters_under_one_address_are_nowhere_and_the_remaining_one_is_found_again() -> None:
    pair = PositionPair()
    take(pair, HERE, False, 0.0)
    take(pair, HERE, True, 0.5)
    assert take(pair, FAR, False, 0.7) is NoPosition.CONTRADICTORY
    assert take(pair, FAR, True, 1.2) is NoPosition.CONTRADICTORY
    found = [take(pair, FAR, bool(count % 2), 1.7 + count / 2) for count in range(70)]
    assert found[0] is NoPosition.CONTRADICTORY
    assert found[-1] == pytest.approx(FAR, abs=1e-4)


def test_nothing_is_told_across_the_border_of_a_zone_until_both_are_beyond_it() -> None:
    border = 10.4704713
    pair = PositionPair()
    take(pair, Position(border + 0.001, 0.0), False, 0.0)
    assert take(pair, Position(border - 0.001, 0.0), True, 0.5) is NoPosition.UNPAIRED
    assert take(pair, Position(border - 0.002, 0.0), False, 1.0) == pytest.approx(
        (border - 0.002, 0.0), abs=1e-4
    )
