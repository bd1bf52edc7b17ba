from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from tests.alerting.pictures import Made, activity, at_ns, make_site, picture

from tocsin.alerting.alerter import Alerter
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.model.assessments import Assessments

BOTH = frozenset({"microphone", "radar"})


def shown(time_s: float, *tracks: Made, probability: float = 0.97, **active: Any) -> Assessments:
    return replace(picture(time_s, *tracks), activity=activity(time_s, (probability,), **active))


def follow(alerter: Alerter, pictures: Iterable[Assessments]) -> list[AlertMessage]:
    return [message for one in pictures for message in alerter.decide(one)]


def opened() -> tuple[Alerter, AlertMessage]:
    """An alerter that has warned of activity alone, at 3 s."""
    alerter = Alerter(make_site())
    (message,) = follow(alerter, [shown(second) for second in range(4)])
    return alerter, message


def test_activity_of_two_kinds_warns_by_the_rules_with_no_track() -> None:
    _, message = opened()
    assert (message.level, message.zone, message.track_ids) == (Level.WARNING, "Kaldvik", ())
    assert message.issued_ns == at_ns(3)
    assert message.entry_probability == 0.97
    assert "something active near Kaldvik with 97 %" in message.reason
    assert (
        "reported by 2 microphones and 1 radar, no track yet; it can be there in 1:00-3:20" in message.reason
    )
    assert "reported by 2 microphones and 1 radar" in message.evidence
    assert "tracks none" in message.evidence


@pytest.mark.parametrize(
    ("active", "level"),
    [
        ({"probability": 0.7}, Level.ADVISORY),
        ({"kinds": frozenset({"radar"})}, Level.ADVISORY),
        ({"probability": 0.2}, None),
    ],
)
def test_a_rule_asks_the_same_of_activity_as_of_a_track(active: dict[str, Any], level: Level | None) -> None:
    messages = follow(Alerter(make_site()), [shown(second, **active) for second in range(12)])
    assert (messages[-1].level if messages else None) is level


def test_a_warning_never_opens_without_activity_or_tracks() -> None:
    pictures = [replace(picture(second), activity=None) for second in range(20)]
    assert follow(Alerter(make_site()), pictures) == []


def test_the_alert_becomes_that_of_the_track_that_forms_there() -> None:
    alerter, first = opened()
    forming = Made("T1", probability=0.9, kinds=BOTH, east_m=500.0)
    messages = follow(alerter, [picture(second, forming) for second in range(4, 80)])
    assert {message.alert_id for message in messages} == {first.alert_id}
    assert messages[0].message_type is MessageType.UPDATE
    assert messages[0].track_ids == ("T1",)
    assert messages[0].level is Level.WARNING
    assert "heading for Kaldvik" in messages[0].reason


def test_a_track_that_forms_is_named_once_as_soon_as_the_site_wants_to_hear_of_it() -> None:
    alerter = Alerter(make_site(grouping={"update_after_s": 0.0}))
    follow(alerter, [shown(second) for second in range(4)])
    forming = Made("T1", probability=0.9, kinds=BOTH, east_m=500.0)
    messages = follow(alerter, [picture(second, forming) for second in range(4, 10)])
    assert [(message.issued_ns, message.track_ids) for message in messages] == [(at_ns(4), ("T1",))]


def test_a_louder_rule_that_the_track_alone_matured_raises_the_alert_that_it_takes_over() -> None:
    alerter = Alerter(make_site())
    follow(alerter, [shown(second, kinds=frozenset({"radar"})) for second in range(6)])
    forming = Made("T1", probability=0.9, kinds=BOTH, east_m=500.0)
    messages = follow(alerter, [picture(second, forming) for second in range(6, 12)])
    (message,) = messages
    assert (message.message_type, message.level) == (MessageType.UPDATE, Level.WARNING)
    assert message.issued_ns == at_ns(9)


def test_a_quieter_rule_of_the_track_does_not_lower_the_alert_that_it_takes_over() -> None:
    alerter, first = opened()
    forming = Made("T1", probability=0.9, kinds=frozenset({"radar"}), east_m=500.0)
    messages = follow(alerter, [picture(second, forming) for second in range(4, 90)])
    assert {(message.alert_id, message.level) for message in messages} == {(first.alert_id, Level.WARNING)}


def test_how_long_a_rule_has_held_for_the_object_counts_on_after_it_took_the_alert_over() -> None:
    alerter = Alerter(make_site())
    one, farther = (
        frozenset({"radar"}),
        Made("T1", probability=0.9, kinds=frozenset({"radar"}), east_m=1800.0),
    )
    follow(alerter, [shown(second, kinds=one) for second in range(6)])
    pictures = [
        shown(second, farther.but(kinds=BOTH if second >= 10 else one), kinds=one, seen_s=second - 10.0)
        for second in range(6, 15)
    ]
    (message,) = follow(alerter, pictures)
    assert (message.issued_ns, message.level) == (at_ns(13), Level.WARNING)
    assert message.message_type is MessageType.UPDATE


def test_what_is_active_joins_no_group_and_no_object_joins_it() -> None:
    drone = Made("T1", east_m=-6000.0, north_m=-6000.0, entry_s=100.0)
    near = Made("T2", east_m=-3000.0, north_m=-3000.0, entry_s=100.0, probability=0.9)
    alerter = Alerter(make_site(grouping={"enabled": True}))
    both = follow(alerter, [shown(second, drone) for second in range(8)])
    assert [message.track_ids for message in both] == [("T1",), ()]
    assert {message.objects for message in both} == {1}
    joining = follow(alerter, [shown(second, drone, near) for second in range(8, 90)])
    named = {message.track_ids for message in joining if message.alert_id == both[0].alert_id}
    assert ("T1", "T2") in named


def test_a_track_elsewhere_or_of_long_ago_does_not_take_the_alert_over() -> None:
    alerter, first = opened()
    far = Made("T1", probability=0.9, kinds=BOTH, east_m=9000.0)
    messages = follow(alerter, [picture(second, far) for second in range(4, 80)])
    assert all(message.alert_id != first.alert_id for message in messages if message.track_ids)
    assert any(message.track_ids for message in messages)
    alerter, first = opened()
    late = Made("T2", probability=0.9, kinds=BOTH)
    messages = follow(alerter, [picture(second, late) for second in range(200, 220)])
    assert first.alert_id not in {m.alert_id for m in messages if "T2" in m.track_ids}


def test_a_track_of_bearings_alone_does_not_take_the_alert_over() -> None:
    alerter, first = opened()
    crossing = Made("T1", probability=0.9, kinds=frozenset({"microphone", "direction_finder"}))
    messages = follow(alerter, [picture(second, crossing) for second in range(4, 80)])
    assert all(message.alert_id != first.alert_id for message in messages if message.track_ids)


def test_activity_beside_a_track_raises_its_own_alert_and_opens_no_second() -> None:
    alerter = Alerter(make_site())
    weak = Made("T1", probability=0.45, kinds=frozenset({"radar"}), east_m=800.0)
    follow(alerter, [picture(second, weak) for second in range(10)])
    messages = follow(alerter, [shown(second, weak) for second in range(10, 20)])
    assert {message.track_ids for message in messages} == {("T1",)}
    assert (messages[0].level, messages[0].entry_probability) == (Level.WARNING, 0.97)


def test_activity_that_is_not_likely_is_no_second_kind_for_the_track_beside_it() -> None:
    strong = Made("T1", probability=0.9, kinds=frozenset({"radar"}), east_m=800.0)
    messages = follow(Alerter(make_site()), [shown(second, strong, probability=0.2) for second in range(20)])
    assert {message.level for message in messages} == {Level.ADVISORY}


def test_activity_beside_a_bird_is_not_the_birds() -> None:
    alerter = Alerter(make_site())
    bird = Made("B1", probability=0.9, object_class="bird", class_probability=0.8)
    (message,) = follow(alerter, [shown(second, bird) for second in range(6)])
    assert message.track_ids == ()


def test_activity_near_what_the_zone_is_warned_of_opens_no_second_alert() -> None:
    alerter = Alerter(make_site())
    drone = Made("T1", kinds=frozenset({"microphone", "direction_finder"}), east_m=1000.0)
    messages = follow(alerter, [shown(second, drone) for second in range(10)])
    assert {message.track_ids for message in messages if message.level is Level.WARNING} == {("T1",)}


def test_it_lapses_with_an_all_clear_and_silence_alone_does_not_lower_it() -> None:
    alerter, first = opened()
    messages = follow(alerter, [picture(second) for second in range(4, 900)])
    assert {message.alert_id for message in messages} == {first.alert_id}
    assert all(message.level is Level.WARNING for message in messages)
    assert any("until" in message.reason for message in messages)
    assert messages[-1].message_type is MessageType.CANCEL
    assert messages[-1].lapsed
    assert "something was active near Kaldvik" in messages[-1].reason


def test_what_turns_out_to_be_a_bird_ends_as_one() -> None:
    alerter, first = opened()
    bird = Made("B1", probability=0.9, object_class="bird", class_probability=0.8, kinds=frozenset({"radar"}))
    messages = follow(alerter, [picture(second, bird) for second in range(4, 900)])
    assert messages[-1].alert_id == first.alert_id
    assert messages[-1].message_type is MessageType.CANCEL
    assert "identified as bird" in messages[-1].reason
    assert messages[-1].issued_ns < at_ns(500)


def test_a_second_activity_gets_an_alert_of_its_own_after_the_all_clear() -> None:
    alerter, first = opened()
    follow(alerter, [picture(second) for second in range(4, 900)])
    (second,) = follow(alerter, [shown(second) for second in range(900, 906)])
    assert second.alert_id != first.alert_id
