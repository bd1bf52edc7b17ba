"""Objects that are one situation for a zone share its alert: who joins, who leaves, who parts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from tests.alerting.alerts_made import AWAY, issued_s, through
from tests.alerting.pictures import RULES, Made, make_site, one_kind, run

from tocsin.alerting.alerter import Alerter
from tocsin.model.alerts import AlertMessage, Level, MessageType

HOLDING = [{**rule, "lower_after_s": 200.0, "end_after_s": 60.0} for rule in RULES]
"""As the package's own: an object that turns away ends its part before its level would be lowered."""
NORTH = {"east_m": 0.0, "north_m": 11_000.0, "velocity_east_mps": 0.0, "velocity_north_mps": -28.0}


def grouped(zones: tuple[str, ...] = ("Kaldvik",), **keys: object) -> Alerter:
    """The zone's middle is some 5.5 km north-east of where objects are made."""
    return Alerter(make_site(zones, HOLDING, grouping={**keys}))


def wave(count: int, apart_m: float = 500.0, **changes: object) -> list[Made]:
    return [Made(f"T{n:03}", north_m=apart_m * n).but(**changes) for n in range(count)]


def ids(messages: Iterable[AlertMessage]) -> set[str]:
    return {message.alert_id for message in messages}


# ---- joining ----


def test_a_formation_has_one_alert_that_says_how_many_and_when_the_first_and_last_come() -> None:
    members = [made.but(entry_s=180.0 + 60 * n) for n, made in enumerate(wave(3))]
    (message,) = run(grouped(), range(5), *members)
    assert message.track_ids == ("T000", "T001", "T002")
    assert (message.objects, message.level) == (3, Level.WARNING)
    assert message.reason.startswith(
        "warning: group of 3, small_piston_fixed_wing (0.62), heading for Kaldvik, "
        "first in 3 min 00 s (2:10-3:50), last in 5 min 00 s, 83 % likely to enter; seen by"
    )
    assert message.last_entry_ns is not None and message.predicted_entry_ns is not None
    assert message.last_entry_ns - message.predicted_entry_ns == 120 * 10**9


def test_objects_from_one_side_within_the_window_are_one_group_though_far_apart() -> None:
    first, later = Made("T1"), Made("T2", east_m=-8000.0, entry_s=500.0)
    assert len(ids(run(grouped(), range(30), first, later))) == 1


@pytest.mark.parametrize(
    "other", [{"entry_s": 600.0, "east_m": -9000.0}, {**NORTH}], ids=["much later", "from another side"]
)
def test_objects_that_come_much_later_or_from_another_side_have_their_own_alert(
    other: dict[str, float],
) -> None:
    assert len(ids(run(grouped(), range(30), Made("T1"), Made("T2").but(**other)))) == 2


def test_without_grouping_each_object_has_its_own() -> None:
    assert len(ids(run(grouped(enabled=False), range(30), *wave(3)))) == 3


def test_a_mass_arrival_gives_a_few_alerts_and_a_few_messages() -> None:
    western = [Made(f"W{n}", east_m=-400.0 * n) for n in range(50)]
    northern = [Made(f"N{n}").but(**{**NORTH, "north_m": 11_000.0 + 400.0 * n}) for n in range(50)]
    messages = run(grouped(), range(20), *western, *northern)
    assert sum(message.objects for message in messages) == 100
    assert len(ids(messages)) == 2
    assert len(messages) == 2


def test_who_joins_is_named_soon_and_under_the_same_name() -> None:
    alerter = grouped()
    first = run(alerter, range(20), Made("T1"))
    later = run(alerter, range(20, 40), Made("T1"), Made("T2", north_m=2000.0))
    assert [(issued_s(m), m.message_type, m.track_ids) for m in later] == [
        (23, MessageType.UPDATE, ("T1", "T2"))
    ]
    assert ids(later) == ids(first)


def test_many_who_join_one_after_the_other_are_told_together() -> None:
    alerter, messages = grouped(), []
    for second in range(40):
        messages += run(alerter, [second], *wave(1 + second // 2, 400.0))
    gaps_s = np.diff([issued_s(message) for message in messages])
    assert gaps_s.min() >= 10
    assert len(messages) <= 5


def test_a_member_whose_own_evidence_calls_for_less_is_counted_but_not_named() -> None:
    alerter = grouped(shares_evidence=False)
    messages = run(alerter, range(30), Made("T1"), one_kind("T2", north_m=500.0))
    assert {(m.level, m.track_ids) for m in messages} == {(Level.WARNING, ("T1",))}
    (update,) = run(alerter, range(30, 64), Made("T1", entry_s=400.0), one_kind("T2", north_m=500.0))[:1]
    assert "; 1 more on a lower level; " in update.reason


# ---- leaving ----


def test_when_one_turns_away_the_alert_goes_on_for_the_others() -> None:
    alerter = grouped()
    run(alerter, range(20), *wave(2))
    messages = run(alerter, range(20, 400), wave(2)[0], AWAY.but(track_id="T001", north_m=500.0))
    assert {(m.level, m.message_type) for m in messages} == {(Level.WARNING, MessageType.UPDATE)}
    assert messages[-1].track_ids == ("T000",)
    assert "; 1 no longer part of it; " in messages[-1].reason


def test_the_all_clear_comes_when_the_last_has_left_and_tells_who_was_not_seen_to() -> None:
    alerter = grouped()
    run(alerter, range(20), *wave(2))
    one = wave(2)[0]
    messages = run(alerter, range(20, 900, 5), one)
    messages += run(alerter, range(900, 1000), AWAY.but(track_id="T000"))
    assert [m.message_type for m in messages].count(MessageType.CANCEL) == 1
    assert messages[-1].lapsed
    assert "; 1 of the group before, 1 of them not seen to leave; confidence high" in messages[-1].reason


def test_a_level_is_held_while_others_of_the_group_may_still_come_and_is_lowered_in_the_end() -> None:
    alerter = grouped(shares_evidence=False)
    faint = one_kind("T2", north_m=500.0, probability=0.3)
    first = run(alerter, range(20), Made("T1"), faint)
    messages = run(alerter, range(20, 300), AWAY.but(track_id="T1"), faint)
    held = [m for m in messages if m.level is Level.WARNING]
    assert held[-1].track_ids == ("T2",) and "level held from those that left" in held[-1].reason
    lowered = next(m for m in messages if m.level is Level.WATCH)
    left_s = 20 + 60
    assert issued_s(lowered) == left_s + 200
    assert ids(messages) == ids(first)


def test_a_held_level_is_theirs_again_when_another_member_calls_for_it() -> None:
    alerter = grouped(shares_evidence=False)
    faint = one_kind("T2", north_m=500.0, probability=0.3)
    run(alerter, range(20), Made("T1"), faint)
    run(alerter, range(20, 100), AWAY.but(track_id="T1"), faint)
    messages = run(alerter, range(100, 400), Made("T2", north_m=500.0))
    assert {m.level for m in messages} == {Level.WARNING}
    assert "held" not in messages[-1].reason


# ---- parting ----


def test_members_that_fly_apart_get_their_own_alert_and_the_others_keep_theirs() -> None:
    alerter = grouped()
    first = run(alerter, range(20), *wave(3))
    stray = Made("T002").but(**NORTH)
    messages = run(alerter, range(20, 200), *wave(2), stray)
    opened = [m for m in messages if m.message_type is MessageType.ALERT]
    assert [(m.track_ids, m.level) for m in opened] == [(("T002",), Level.WARNING)]
    assert f"parted from {first[0].alert_id}" in opened[0].reason
    assert 20 + 60 <= issued_s(opened[0]) <= 20 + 60 + 20
    kept = [m for m in messages if m.alert_id == first[0].alert_id]
    assert kept[-1].track_ids == ("T000", "T001")


def test_short_excursions_part_nobody() -> None:
    alerter = grouped()
    run(alerter, range(20), *wave(3))
    messages = run(alerter, range(20, 60), *wave(2), Made("T002").but(**NORTH))
    messages += run(alerter, range(60, 90), *wave(3))
    messages += run(alerter, range(90, 130), *wave(2), Made("T002").but(**NORTH))
    assert MessageType.ALERT not in {m.message_type for m in messages}


def test_each_zone_has_its_own_groups() -> None:
    zones = ("Kaldvik", "Sund")
    one, both = Made("T1", probability=(0.9, 0.0)), Made("T2", probability=(0.9, 0.9), north_m=500.0)
    messages = through(grouped(zones), zones, [(one, both)] * 10)
    assert [(m.zone, m.track_ids) for m in messages] == [("Kaldvik", ("T1", "T2")), ("Sund", ("T2",))]


# ---- shared evidence ----


def heard(track_id: str = "T2", **changes: object) -> Made:
    return one_kind(track_id, kinds=frozenset({"microphone"}), north_m=1500.0).but(**changes)


def test_what_flies_together_shares_its_evidence_and_says_so() -> None:
    messages = run(grouped(), range(5), one_kind("T1"), heard())
    assert [(m.level, m.track_ids) for m in messages] == [(Level.WARNING, ("T1", "T2"))]
    assert messages[0].evidence[-1].endswith("on radar, and microphone of what flies beside it")
    assert messages[0].beside == (), "it is named already"


def test_a_message_names_the_tracks_whose_evidence_raised_it() -> None:
    messages = run(
        grouped(),
        range(5),
        one_kind("T1"),
        heard(probability=(0.1,)),
        heard("T3", kinds=frozenset({"radar"}), probability=(0.1,)),
    )
    assert [(m.level, m.track_ids, m.beside) for m in messages] == [(Level.WARNING, ("T1",), ("T2",))]


@pytest.mark.parametrize(
    "other",
    [
        {"north_m": 3500.0},
        {"velocity_east_mps": 18.0},
        {"existence": 0.7},
        {"object_class": "bird", "class_probability": 0.6},
        {"kinds": frozenset({"radar"})},
        {"seen_s": -11.0},
    ],
    ids=["too far", "slower", "unsure", "a bird", "the same kind", "not seen"],
)
def test_what_does_not_fly_together_or_is_unsure_or_harmless_tells_nothing(other: dict[str, object]) -> None:
    messages = run(grouped(), range(5), one_kind("T1"), heard(probability=0.0).but(**other))
    assert Level.WARNING not in {m.level for m in messages}


def test_what_is_not_seen_itself_is_told_nothing() -> None:
    messages = run(grouped(), range(5), one_kind("T1", seen_s=-11.0), heard())
    assert Level.WARNING not in {m.level for m in messages}


def test_what_is_slow_flies_together_only_with_what_is_as_slow() -> None:
    bird, car = one_kind("T1", velocity_east_mps=10.0), heard(velocity_east_mps=14.0)
    assert Level.WARNING not in {m.level for m in run(grouped(), range(5), bird, car)}


def test_evidence_is_not_shared_where_the_site_does_not_want_it() -> None:
    messages = run(grouped(shares_evidence=False), range(5), one_kind("T1"), heard())
    assert Level.WARNING not in {m.level for m in messages}
