"""Numbers of 16 bits: one track has one, and no other has it for long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.outputs.live.track_numbers import MOST_NUMBERS, TrackNumbers


def test_numbers_begin_at_one_and_stay() -> None:
    numbers = TrackNumbers()
    assert numbers.follow(["a", "b"]) == {"a": 1, "b": 2}
    assert numbers.follow(["b", "c"]) == {"b": 2, "c": 3}


def test_a_track_that_comes_back_has_its_old_number() -> None:
    numbers = TrackNumbers()
    numbers.follow(["a"])
    numbers.follow([])
    assert numbers.follow(["b", "a"]) == {"b": 2, "a": 1}


def test_only_when_all_were_used_the_one_that_ended_first_is_used_again() -> None:
    numbers = TrackNumbers(most=3)
    numbers.follow(["a", "b"])
    numbers.follow(["b"])
    numbers.follow([])
    assert numbers.follow(["c"]) == {"c": 3}
    assert numbers.follow(["c", "d"]) == {"c": 3, "d": 1}
    assert numbers.follow(["c", "d", "e"]) == {"c": 3, "d": 1, "e": 2}


def test_more_tracks_than_numbers_have_none_until_one_is_free() -> None:
    numbers = TrackNumbers(most=1)
    assert numbers.follow(["a", "b"]) == {"a": 1}
    assert numbers.follow(["b"]) == {"b": 1}


def test_all_sixteen_bits_are_used_but_zero() -> None:
    names = [str(k) for k in range(MOST_NUMBERS + 1)]
    found = TrackNumbers().follow(names)
    assert sorted(found.values()) == list(range(1, 1 << 16))


@given(st.lists(st.sets(st.sampled_from("abcdef")), max_size=20))
def test_no_two_tracks_share_a_number_and_none_changes_it(pictures: list[set[str]]) -> None:
    numbers, before = TrackNumbers(most=4), dict[str, int]()
    for names in pictures:
        found = numbers.follow(sorted(names))
        assert len(set(found.values())) == len(found) == min(len(names), 4)
        assert all(found[name] == before[name] for name in names & set(before))
        before = dict(found)
