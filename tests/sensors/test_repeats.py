"""A memory for records that come twice."""

from __future__ import annotations

import pytest

from tocsin.sensors import repeats
from tocsin.sensors.recent import KEPT_NS
from tocsin.sensors.repeats import Repeats

START_NS = 10**18


def test_what_came_is_known_for_at_least_a_minute_and_forgotten_after_two() -> None:
    known = Repeats()
    assert not known.has(b"a", START_NS)
    assert not known.has(b"b", START_NS + KEPT_NS // 2)
    assert known.has(b"a", START_NS + KEPT_NS)
    assert known.has(b"b", START_NS + KEPT_NS + KEPT_NS // 2)
    assert not known.has(b"a", START_NS + 3 * KEPT_NS)


def test_what_came_before_a_long_silence_is_forgotten() -> None:
    known = Repeats()
    known.has(b"a", START_NS)
    assert not known.has(b"a", START_NS + 10 * KEPT_NS)


def test_it_keeps_no_more_than_two_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MOST_KEPT", 100)
    known = Repeats()
    for number in range(1000):
        known.has(number.to_bytes(4, "big"), START_NS + number)
    assert len(known._newer) + len(known._older) <= 200
    assert known.has((999).to_bytes(4, "big"), START_NS + 1000)
