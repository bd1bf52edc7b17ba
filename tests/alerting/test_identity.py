from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerting.pictures import Made, make_site, picture

from tocsin.alerting.identity import Identities, short_name
from tocsin.alerting.level_life import NOT_THERE
from tocsin.alerting.same_object import Motion


def gather(*pictures_of: list[Made]) -> Identities:
    identities = Identities(Motion(make_site().prior))
    for second, made in enumerate(pictures_of):
        shown = picture(second, *made)
        identities.update(shown, np.flatnonzero(shown.existence > 0.5))
    return identities


def groups(identities: Identities) -> list[tuple[str, ...]]:
    return [air_object.track_ids for air_object in identities]


@given(content=st.lists(st.one_of(st.text(), st.integers()), min_size=1, max_size=4))
def test_names_are_readable_and_made_of_content_alone(content: list[str | int]) -> None:
    name = short_name(*content)
    assert name == short_name(*content)
    assert name[:2] == "A-"
    assert len(name) == 8
    assert set(name[2:]) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_names_are_the_same_in_every_process() -> None:
    script = (
        "from tocsin.alerting.identity import short_name; print(short_name('Nordmark', 'Kaldvik', 'T1', 7))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == short_name("Nordmark", "Kaldvik", "T1", 7)


def test_ten_thousand_names_hardly_ever_meet() -> None:
    assert len({short_name("Nordmark", "Kaldvik", f"T{number}", 0) for number in range(10_000)}) >= 9_999


def test_content_is_kept_apart() -> None:
    assert short_name("a", "bc") != short_name("ab", "c")


def test_tracks_without_interest_are_no_objects() -> None:
    assert groups(gather([Made(existence=0.2)])) == []


def test_of_two_lost_objects_each_is_inherited_once_by_its_own() -> None:
    lost = [Made("A"), Made("B", north_m=400.0)]
    found = [Made("D", east_m=28.0 * 60, north_m=400.0), Made("C", east_m=28.0 * 60)]
    identities = gather(lost, *[[]] * 59, found)
    assert groups(identities) == [("A", "C"), ("B", "D")]


@pytest.mark.parametrize(("gap_s", "count"), [(5, 2), (15, 1)])
def test_an_object_seen_a_moment_ago_is_not_lost_and_inherited_by_nothing(gap_s: int, count: int) -> None:
    found = Made("B", east_m=28.0 * gap_s, north_m=3000.0, sigma_m=1500.0)
    identities = gather([Made("A", sigma_m=1500.0)], *[[]] * (gap_s - 1), [found])
    assert len(groups(identities)) == count


def test_an_object_found_again_is_not_found_twice() -> None:
    found = [Made("C", east_m=28.0 * 60), Made("D", east_m=28.0 * 60, north_m=450.0)]
    assert groups(gather([Made("A")], *[[]] * 59, found)) == [("A", "C"), ("D",)]


def test_the_oldest_track_that_is_seen_keeps_the_identity_when_twins_part() -> None:
    apart = [Made("B", north_m=5000.0), Made("A")]
    assert groups(gather([Made("A"), Made("B")], apart)) == [("A",), ("B",)]


def test_a_track_that_only_coasts_away_does_not_leave_its_object() -> None:
    drifted = [Made("A"), Made("B", north_m=5000.0, seen_s=0.0)]
    assert groups(gather([Made("A"), Made("B")], *[[Made("A")]] * 11, drifted)) == [("A", "B")]


def test_what_is_remembered_of_a_lost_track_is_no_view_of_the_pictures_own_arrays() -> None:
    identities, first = Identities(Motion(make_site().prior)), np.zeros(1, np.int64)
    reused = picture(0, Made("A"))
    identities.update(reused, first)
    reused.covariance[:] = float("nan")
    identities.update(picture(60, Made("B", east_m=28.0 * 60, north_m=450.0)), first)
    assert groups(identities) == [("A", "B")]


def test_objects_that_turn_out_to_be_one_bring_all_that_is_known_of_both() -> None:
    identities = gather([Made("A"), Made("B", north_m=3000.0)])
    first, second = identities
    identities.merge(second, into=first)
    assert groups(identities) == [("A", "B")]
    assert first.present == [0, 1]
    assert identities.numbers(np.arange(2)).tolist() == [first.number] * 2


def test_a_track_that_is_seen_speaks_before_one_that_coasts() -> None:
    identities = gather(
        [Made("A"), Made("B")], *[[]] * 19, [Made("A", seen_s=0.0), Made("B", probability=0.3)]
    )
    (air_object,) = identities
    rows = identities.rows(np.array([air_object.number, 99]), np.zeros(2, np.int64))
    assert rows.tolist() == [1, NOT_THERE]


def test_two_tracks_of_one_name_stop_nothing() -> None:
    """One pair in 10^12 has it by chance: names are 40 bits of a hash."""
    identities = Identities(Motion(make_site().prior))
    for second in range(400):
        apart = [Made("A"), Made("A", north_m=300.0 * second)]
        shown = picture(second, *(apart if second < 40 else []))
        identities.update(shown, np.arange(len(shown)))
        numbers = np.array([one.number for one in identities], dtype=np.int64)
        assert identities.numbers(np.arange(len(shown))).tolist() == [1] * len(shown)
        assert len(identities.rows(numbers, np.zeros_like(numbers))) == len(numbers)
        for gone in identities.forgettable():
            identities.forget(gone)
    assert groups(identities) == []
