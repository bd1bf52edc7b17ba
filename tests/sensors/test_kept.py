"""What is kept for each of unknown many."""

from __future__ import annotations

from tocsin.sensors.kept import Kept


def test_a_thing_is_made_once_and_the_one_unused_for_longest_is_forgotten() -> None:
    kept: Kept[str, list[int]] = Kept(list, 2)
    kept.of("a").append(1)
    kept.of("b").append(2)
    assert kept.of("a") == [1]
    kept.of("c")
    assert len(kept) == 2
    assert kept.of("a") == [1]
    assert kept.of("b") == []
