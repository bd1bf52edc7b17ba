"""Who owns, answers, passes on and quietens; and what they are told who come second or from elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from tests.alerting.pictures import make_site
from tests.alerting.test_editor import ZONE, after, alert, at

from tocsin.alerting.desk import Desk
from tocsin.config.site import Site
from tocsin.model.actions import Action, MarkedAs, Outcome, Request, Verb
from tocsin.model.alerts import AlertMessage, Level, MessageType

UNITS = [{"name": "duty", "role": "duty officer"}, {"name": "region"}, {"name": "nation"}]
CHAINS = [{"units": ["duty", "region", "nation"], "warning_acknowledge_s": 60, "advisory_acknowledge_s": 300}]


def a_site(**place: Any) -> Site:
    return Site.model_validate(make_site(**place).model_dump() | {"units": UNITS, "chains": CHAINS})


class Played:
    """A desk, and all that went out."""

    def __init__(self, *messages: AlertMessage, **place: Any) -> None:
        self.desk = Desk(a_site(**place))
        self.out: list[AlertMessage] = []
        self.rules(0, *(messages or (alert(),)))

    def rules(self, second: float, *messages: AlertMessage) -> None:
        self.take(self.desk.editor.edit(at(second), messages))

    def take(self, messages: list[AlertMessage]) -> None:
        self.out += messages
        self.desk.take(messages)

    def ask(
        self, verb: Verb, second: float = 10, unit: str = "duty", by: str = "anna", **more: Any
    ) -> Action:
        request = Request(verb, by, unit, **({"alert_id": "A-1"} | more))
        action, messages = self.desk.ask(request, at(second))
        self.take(messages)
        return action

    @property
    def owner(self) -> str:
        return self.desk.reports()[0].owner


def test_the_first_unit_of_the_chain_owns_a_new_alert_until_each_let_its_time_pass():
    played = Played()
    assert played.owner == "duty" and played.desk.advance(at(59)) == []
    (overdue,) = played.desk.advance(at(60))
    assert (overdue.request.verb, overdue.request.operator, overdue.owner) == (Verb.OVERDUE, "", "region")
    assert played.owner == "region" and played.desk.advance(at(119)) == []
    played.desk.advance(at(120))
    assert played.owner == "nation"
    (unanswered,) = played.desk.advance(at(180))
    assert unanswered.request.verb is Verb.UNANSWERED and played.owner == "nation"
    assert played.desk.advance(at(1000)) == [] and played.desk.reports()[0].is_unanswered


def test_a_report_says_what_the_alert_is_about():
    told = Played(replace(alert(), object_class="multirotor", objects=3)).desk.reports()[0].as_json()
    assert (told["object_class"], told["objects"]) == ("multirotor", 3)


def test_an_acknowledged_alert_stays_where_it_is_until_it_becomes_louder():
    first = alert(Level.ADVISORY)
    played = Played(first)
    assert played.ask(Verb.ACKNOWLEDGE).is_done
    assert played.desk.advance(at(1000)) == []
    played.rules(1000, after(first, 1000, level=Level.WARNING))
    assert played.desk.reports()[0].acknowledged_ns is None
    assert played.desk.advance(at(1059)) == [] and len(played.desk.advance(at(1060))) == 1


def test_of_two_at_once_the_second_is_told_what_the_first_did_and_when():
    played = Played()
    assert played.ask(Verb.ACKNOWLEDGE, by="anna").is_done
    second = played.ask(Verb.ACKNOWLEDGE, by="ben")
    assert (
        second.outcome is Outcome.CONFLICT and "acknowledged by anna (duty) at 22:13:30 UTC" in second.answer
    )


def test_an_alert_that_is_gone_can_not_be_acknowledged_and_it_is_said_why():
    played = Played()
    played.ask(Verb.CANCEL, note="it is a kite")
    gone = played.ask(Verb.ACKNOWLEDGE, 20)
    assert gone.outcome is Outcome.GONE and "cancelled by the duty officer (duty)" in gone.answer
    unknown = played.ask(Verb.ACKNOWLEDGE, alert_id="A-77")
    assert unknown.outcome is Outcome.UNKNOWN and "A-77" in unknown.answer


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        (Verb.ACKNOWLEDGE, {}),
        (Verb.ESCALATE, {}),
        (Verb.HAND_OVER, {"to_unit": "nation"}),
        (Verb.CANCEL, {"note": "no"}),
        (Verb.CONFIRM, {}),
        (Verb.MARK, {"marked_as": MarkedAs.BIRD}),
        (Verb.UNMARK, {}),
    ],
)
def test_a_unit_that_does_not_own_an_alert_changes_nothing_about_it(verb, more):
    played = Played()
    refused = played.ask(verb, unit="region", **more)
    assert refused.outcome is Outcome.NOT_THE_OWNER and "owned by duty since 22:13:20 UTC" in refused.answer
    assert len(played.out) == 1 and played.owner == "duty" and played.desk.advance(at(60))


def test_a_unit_that_the_site_does_not_have_is_refused():
    assert "units: duty, region, nation" in Played().ask(Verb.ACKNOWLEDGE, unit="moon").answer


def test_escalation_goes_up_the_chain_and_ends_there_and_handing_over_goes_anywhere():
    played = Played()
    assert played.ask(Verb.ESCALATE).owner == "region"
    assert played.ask(Verb.ESCALATE, unit="duty").outcome is Outcome.NOT_THE_OWNER
    assert played.ask(Verb.ESCALATE, unit="region").owner == "nation"
    top = played.ask(Verb.ESCALATE, unit="nation")
    assert top.outcome is Outcome.CONFLICT and "nobody comes after nation" in top.answer
    assert played.ask(Verb.HAND_OVER, unit="nation", to_unit="duty").is_done and played.owner == "duty"
    assert played.ask(Verb.HAND_OVER, to_unit="duty").outcome is Outcome.CONFLICT
    assert "known: duty, region, nation" in played.ask(Verb.HAND_OVER, to_unit="moon").answer


def test_who_gets_an_alert_has_the_whole_time_to_answer():
    played = Played()
    played.ask(Verb.ESCALATE, 59)
    assert played.desk.advance(at(118)) == [] and len(played.desk.advance(at(119))) == 1


def test_a_cancel_needs_a_reason_which_is_not_told_to_the_public():
    played = Played()
    assert played.ask(Verb.CANCEL).outcome is Outcome.INVALID
    assert played.ask(Verb.CANCEL, note="seen by Mr Smith: a kite").is_done
    assert played.out[-1].message_type is MessageType.CANCEL and "Smith" not in played.out[-1].reason
    assert played.desk.reports() == ()


def test_a_cancelled_alert_that_comes_back_has_an_owner_and_a_timer_again():
    played = Played()
    played.ask(Verb.CANCEL, note="a kite")
    played.take(played.desk.editor.advance(at(1000)))
    (report,) = played.desk.reports()
    assert report.message.alert_id == "A-1.2" and report.acknowledge_by_ns == at(1060)


def test_a_mark_has_an_owner_an_end_and_can_be_taken_back_after_it_ended_the_alert():
    played = Played()
    done = played.ask(Verb.MARK, marked_as=MarkedAs.BIRD, holds_s=600)
    assert done.until_ns == at(610) and done.track_ids == ("T1",) and done.owner == "duty"
    assert played.out[-1].message_type is MessageType.CANCEL
    assert played.ask(Verb.UNMARK, 20).is_done
    assert played.out[-1].message_type is MessageType.ALERT and played.out[-1].level is Level.WARNING
    again = played.ask(Verb.UNMARK, 30, alert_id="A-1.2")
    assert again.outcome is Outcome.CONFLICT and "no mark that still holds" in again.answer


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "say what it is"),
        ({"marked_as": MarkedAs.BIRD, "track_ids": ("T7",)}, "not of track 'T7'"),
        ({"marked_as": MarkedAs.BIRD, "holds_s": 1e6}, "up to 3600 s, not 1e\\+06"),
        ({"marked_as": MarkedAs.BIRD, "holds_s": -1.0}, "up to 3600 s"),
    ],
)
def test_a_mark_that_makes_no_sense_is_refused(more, told):
    refused = Played().ask(Verb.MARK, **more)
    assert refused.outcome is Outcome.INVALID
    assert re.search(told, refused.answer)


def test_only_the_latest_message_of_an_actual_site_is_confirmed_once_and_by_its_owner():
    played = Played(status="Actual")
    played.rules(60, after(alert(), 60))
    overtaken = played.ask(Verb.CONFIRM, message="A-1-1")
    assert overtaken.outcome is Outcome.CONFLICT and "A-1-2" in overtaken.answer
    assert played.ask(Verb.CONFIRM).message == "A-1-2"
    twice = played.ask(Verb.CONFIRM, by="ben", message="A-1-2")
    assert twice.outcome is Outcome.CONFLICT and "confirmed by anna (duty)" in twice.answer
    assert played.desk.reports()[0].is_confirmed
    played.rules(120, after(after(alert(), 60), 120))
    assert not played.desk.reports()[0].is_confirmed, "every message is confirmed by itself"


def test_an_end_is_confirmed_too_and_nothing_that_is_void():
    played = Played(status="Actual")
    played.rules(60, after(alert(), 60, message_type=MessageType.CANCEL, all_clear=True))
    assert played.ask(Verb.CONFIRM, 2000).outcome is Outcome.GONE
    assert played.ask(Verb.CONFIRM, 70).is_done


def test_nothing_of_an_exercise_is_confirmed_nor_any_test():
    assert "Exercise" in Played().ask(Verb.CONFIRM).answer
    played = Played(status="Actual")
    test = played.ask(Verb.TEST, alert_id="", zone=ZONE)
    assert "never Actual" in played.ask(Verb.CONFIRM, alert_id=test.alert_id).answer


def test_a_test_needs_a_zone() -> None:
    site = a_site().model_copy(update={"zones": ()})
    action, _ = Desk(site).ask(Request(Verb.TEST, "anna", "duty"), at(10))
    assert action.answer == "the site file has no [[zones]]; a test needs one"


def test_a_test_goes_out_is_answered_for_like_an_alert_and_ends_by_itself():
    played = Played()
    test = played.ask(Verb.TEST, alert_id="", zone=ZONE)
    assert played.out[-1].is_test and played.out[-1].alert_id == test.alert_id
    assert played.ask(Verb.ACKNOWLEDGE, 20, alert_id=test.alert_id).is_done
    played.take(played.desk.editor.advance(at(310)))
    assert played.out[-1].is_test and played.out[-1].message_type is MessageType.CANCEL
    assert "known: Kaldvik" in played.ask(Verb.TEST, alert_id="", zone="Moon").answer


def test_a_restart_keeps_owner_and_acknowledgement_and_gives_the_whole_time_again() -> None:
    played, second = Played(), replace(alert(), alert_id="A-2")
    played.rules(1, second)
    history: list[AlertMessage | Action] = [*played.out]
    history.append(played.ask(Verb.ACKNOWLEDGE))
    history.append(played.ask(Verb.ESCALATE, alert_id="A-2"))
    history.append(played.ask(Verb.CANCEL, alert_id="A-2"))  # refused, and kept as such
    anew = Desk(a_site())
    anew.restore(history, at(500))
    reports = {report.message.alert_id: report for report in anew.reports()}
    assert reports["A-1"].acknowledged_ns == at(10) and reports["A-1"].acknowledge_by_ns is None
    assert reports["A-2"].owner == "region" and reports["A-2"].acknowledge_by_ns == at(560)
    assert all(report.is_from_before for report in reports.values())
    action, messages = anew.ask(Request(Verb.CANCEL, "cleo", "region", "A-2", note="over"), at(510))
    assert action.is_done and [message.message_type for message in messages] == [MessageType.CANCEL]
    anew.take(messages)
    anew.take(anew.editor.edit(at(520), [replace(alert(second=520), alert_id="A-9")]))
    assert [(r.message.alert_id, r.is_from_before) for r in anew.reports()] == [("A-1", False)]
