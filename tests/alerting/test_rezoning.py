"""Zones change while alerts are open: those of zones that stay go on, the others end and say why."""

from __future__ import annotations

from dataclasses import replace

from tests.alerting.pictures import Made, activity, at_ns, make_site, one_kind, picture
from tests.alerting.test_editor import ZONE, alert, at

from tocsin.alerting.alerter import Alerter
from tocsin.alerting.editor import Editor
from tocsin.model.alerts import AlertMessage, MessageType
from tocsin.model.assessments import Assessments

BEFORE, AFTER = ("Kaldvik", "Fjord"), ("Havn", "Fjord", "Vik")
WHY = "taken away"


def run(alerter: Alerter, seconds: range, zones: tuple[str, ...], *tracks: Made) -> list[AlertMessage]:
    return [message for s in seconds for message in alerter.decide(picture(s, *tracks, zones=zones))]


def test_the_alert_of_a_zone_that_is_gone_ends_with_a_reason_and_in_its_own_thread() -> None:
    alerter = Alerter(make_site(BEFORE))
    opened = run(alerter, range(11), BEFORE, Made())
    assert {message.zone for message in opened} == set(BEFORE)
    (end,) = alerter.rezone(make_site(AFTER), at_ns(11), WHY)
    (first,) = [message for message in opened if message.zone == "Kaldvik"]
    assert (end.alert_id, end.version, end.zone) == (first.alert_id, 2, "Kaldvik")
    assert end.message_type is MessageType.CANCEL and end.reason == "retracted for Kaldvik: taken away"
    assert end.references == ((first.identifier, first.issued_ns),) and end.issued_ns == at_ns(11)


def test_the_alert_of_a_zone_that_stays_goes_on_as_if_nothing_had_happened() -> None:
    changed, alone = Alerter(make_site(BEFORE)), Alerter(make_site(("Fjord",)))
    run(changed, range(11), BEFORE, Made())
    run(alone, range(11), ("Fjord",), Made())
    changed.rezone(make_site(AFTER), at_ns(11), WHY)
    later = range(11, 400)
    goes_on = [m for m in run(changed, later, AFTER, Made()) if m.zone == "Fjord"]
    wanted = run(alone, later, ("Fjord",), Made())
    assert [(m.version, m.issued_ns, m.reason) for m in goes_on] == [
        (m.version, m.issued_ns, m.reason) for m in wanted
    ]
    assert goes_on[-1].version > 1


def test_what_flies_into_a_zone_that_is_new_is_told_there_in_time_by_its_rules() -> None:
    alerter = Alerter(make_site(BEFORE))
    run(alerter, range(11), BEFORE, Made())
    alerter.rezone(make_site(AFTER), at_ns(11), WHY)
    told = {m.zone: m for m in run(alerter, range(11, 30), AFTER, Made()) if m.version == 1}
    assert set(told) == {"Havn", "Vik"}
    assert told["Havn"].issued_ns <= at_ns(21)


def test_activity_without_a_track_stays_with_its_zone_under_another_number() -> None:
    def shown(second: float, zones: tuple[str, ...], *at_zone: float) -> Assessments:
        return replace(picture(second, zones=zones), activity=activity(second, at_zone))

    alerter = Alerter(make_site(BEFORE))
    opened = [m for s in range(4) for m in alerter.decide(shown(s, BEFORE, 0.0, 0.97))]
    assert [message.zone for message in opened] == ["Fjord"]
    assert alerter.rezone(make_site(("Fjord",)), at_ns(4), WHY) == []
    # It is over with the change: what is said of it now is what is remembered from before.
    later = [m for s in range(4, 900) for m in alerter.decide(shown(s, ("Fjord",), 0.0))]
    assert {(m.alert_id, m.zone) for m in later} == {(opened[0].alert_id, "Fjord")}
    assert later[-1].message_type is MessageType.CANCEL
    assert "reported by 2 microphones and 1 radar" in later[-1].reason


def test_what_is_held_by_age_is_not_held_up_by_a_change_of_other_zones() -> None:
    alerter = Alerter(make_site(("Fjord",)))
    run(alerter, range(4), ("Fjord",), one_kind())
    alerter.rezone(make_site(AFTER), at_ns(4), WHY)
    told = [m for m in run(alerter, range(4, 8), AFTER, one_kind()) if m.zone == "Fjord"]
    assert [m.issued_ns for m in told] == [at_ns(5)]


def test_all_zones_may_go_and_come_back() -> None:
    alerter = Alerter(make_site(("Fjord",)))
    run(alerter, range(11), ("Fjord",), Made())
    assert len(alerter.rezone(make_site(()), at_ns(11), WHY)) == 1
    assert run(alerter, range(11, 20), (), Made()) == []
    alerter.rezone(make_site(("Fjord",)), at_ns(20), WHY)
    assert [m.version for m in run(alerter, range(20, 40), ("Fjord",), Made())] == [1]


def test_alerts_from_before_a_restart_end_too() -> None:
    editor = Editor()
    editor.add_alone(alert())
    assert editor.retract_alone(at(5), ["elsewhere"], WHY) == []
    (end,) = editor.retract_alone(at(5), [ZONE], WHY)
    assert end.message_type is MessageType.CANCEL and WHY in end.reason
    assert editor.retract_alone(at(6), [ZONE], WHY) == []
