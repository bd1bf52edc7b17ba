"""Which alert a track belongs to: heirs of lost tracks, twins, and objects apart."""

from __future__ import annotations

import pytest
from tests.alerting.alerts_made import issued_s, through, warned
from tests.alerting.pictures import Made, make_site, run

from tocsin.alerting.alerter import Alerter
from tocsin.model.alerts import Level, MessageType


def test_a_new_track_where_a_lost_one_could_have_got_to_inherits_its_alert() -> None:
    alerter, first = warned()
    run(alerter, range(11, 70))
    found = Made("T2", east_m=28.0 * 60, north_m=100.0)
    later = run(alerter, range(70, 200), found)
    assert {message.alert_id for message in later} == {first[0].alert_id}
    assert later[0].track_ids == ("T1", "T2")


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"north_m": 5000.0},
        {"velocity_east_mps": -28.0},
    ],
)
def test_a_new_track_that_the_lost_one_cannot_be_opens_its_own_alert(elsewhere: dict[str, float]) -> None:
    alerter, first = warned()
    run(alerter, range(11, 70))
    later = run(alerter, range(70, 80), Made("T2", east_m=28.0 * 60).but(**elsewhere))
    assert [message.message_type for message in later if message.track_ids == ("T2",)] == [MessageType.ALERT]
    assert first[0].alert_id not in {message.alert_id for message in later if "T2" in message.track_ids}


def test_a_track_that_was_there_before_the_loss_is_another_object() -> None:
    other = Made("T2", probability=0.02, east_m=28.0 * 60, north_m=450.0)
    known, fresh = Alerter(make_site()), Alerter(make_site())
    for alerter, before in ((known, [other]), (fresh, [])):
        run(alerter, range(11), Made(), *before)
        run(alerter, range(11, 70), *before)
    later = [run(alerter, range(70, 80), other.but(probability=0.9)) for alerter in (known, fresh)]
    assert [messages[-1].track_ids for messages in later] == [("T2",), ("T1", "T2")]


def test_a_lost_track_long_gone_is_not_inherited() -> None:
    alerter, first = warned()
    run(alerter, range(11, 140))
    later = run(alerter, range(140, 150), Made("T2", east_m=28.0 * 130))
    assert [message.track_ids for message in later if "T2" in message.track_ids] == [("T2",)]
    assert later[-1].alert_id != first[0].alert_id


def test_twins_of_one_object_share_one_alert() -> None:
    alerter = Alerter(make_site())
    messages = run(alerter, range(100), Made("T1"), Made("T2", east_m=200.0, velocity_east_mps=31.0))
    assert {message.alert_id for message in messages} == {messages[0].alert_id}
    assert messages[0].track_ids == ("T1", "T2")


def test_twins_that_come_together_before_the_first_message_share_one_alert() -> None:
    alerter = Alerter(make_site())
    run(alerter, [0, 1, 2], Made("T1"), Made("T2", east_m=3000.0))
    messages = run(alerter, range(3, 100), Made("T1"), Made("T2", east_m=200.0))
    assert {message.alert_id for message in messages} == {messages[0].alert_id}
    assert set(messages[-1].track_ids) == {"T1", "T2"}


def test_twins_that_come_together_lose_no_time_by_it() -> None:
    alerter = Alerter(make_site())
    run(alerter, [0, 1], Made("T1"))
    run(alerter, [2], Made("T1"), Made("T2", east_m=3000.0))
    messages = run(alerter, [3], Made("T1"), Made("T2", east_m=200.0, probability=0.1))
    assert [(message.level, set(message.track_ids)) for message in messages] == [
        (Level.WARNING, {"T1", "T2"})
    ]


def test_a_twin_that_appears_later_is_named_in_an_update_of_the_same_alert() -> None:
    alerter, first = warned()
    (update,) = run(
        alerter, range(11, 100), Made("T1", entry_s=250.0), Made("T2", east_m=200.0, entry_s=250.0)
    )[:1]
    assert (update.alert_id, update.track_ids) == (first[0].alert_id, ("T1", "T2"))
    assert issued_s(update) == 63


def test_an_alert_goes_on_when_its_object_turns_out_to_be_another_already_known() -> None:
    zones = ("Kaldvik", "Sund")
    alerter = Alerter(make_site(zones))
    one, other = Made("T1", probability=(0.9, 0.0)), Made("T2", probability=(0.3, 0.0), north_m=3000.0)
    together = (one.but(probability=(0.9, 0.9)), other.but(probability=(0.1, 0.1), north_m=100.0))
    first = through(alerter, zones, [(one,)] * 9 + [(one, other)] * 2 + [together] * 10)
    assert [(m.zone, m.track_ids) for m in first] == [("Kaldvik", ("T1",)), ("Sund", ("T2", "T1"))]
    rest = through(alerter, zones, [()] * 900, start_s=30)
    assert {m.alert_id for m in rest if m.message_type is MessageType.CANCEL} == {m.alert_id for m in first}


def test_two_objects_with_alerts_of_their_own_stay_two_and_both_get_their_all_clear() -> None:
    zones = ("Kaldvik", "Sund")
    alerter = Alerter(make_site(zones))
    one, other = Made("T1", probability=(0.9, 0.0)), Made("T2", probability=(0.9, 0.0), north_m=3000.0)
    together = (one.but(probability=(0.9, 0.9)), other.but(probability=(0.9, 0.9), north_m=100.0))
    first = through(alerter, zones, [(one, other)] * 10 + [together] * 10)
    assert len({m.alert_id for m in first if m.zone == "Kaldvik"}) == 2
    rest = through(alerter, zones, [()] * 900, start_s=30)
    assert {m.alert_id for m in rest if m.message_type is MessageType.CANCEL} == {m.alert_id for m in first}


def test_two_objects_apart_have_two_alerts() -> None:
    messages = run(Alerter(make_site()), range(20), Made("T1"), Made("T2", north_m=3000.0))
    assert len({message.alert_id for message in messages}) == 2


def test_a_twin_that_flies_its_own_way_gets_its_own_alert() -> None:
    alerter = Alerter(make_site())
    run(alerter, range(20), Made("T1"), Made("T2", east_m=200.0))
    messages = run(alerter, range(20, 40), Made("T1"), Made("T2", north_m=4000.0, velocity_north_mps=28.0))
    assert [(m.message_type, m.track_ids) for m in messages] == [(MessageType.ALERT, ("T2",))]


def test_the_twin_that_is_seen_carries_the_alert_on() -> None:
    alerter = Alerter(make_site())
    first = run(alerter, range(20), Made("T1"), Made("T2", east_m=200.0))
    messages = run(alerter, range(20, 400), Made("T2", east_m=200.0))
    assert {message.alert_id for message in messages} == {first[0].alert_id}
    assert {message.level for message in messages} == {Level.WARNING}
