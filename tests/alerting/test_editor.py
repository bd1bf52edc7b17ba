"""What people know lowers or ends what the rules say, properly retracted, and for a time only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.alerting.pictures import make_site

from tocsin.alerting.editor import Editor
from tocsin.alerting.marks import NOTHING, Cap, cap_of_mark
from tocsin.model.actions import MarkedAs
from tocsin.model.alerts import AlertMessage, Level, MessageType

SECOND = 1_000_000_000
START_NS = 1_700_000_000 * SECOND
ZONE = "Kaldvik"
OWNER = "duty"
SITE = make_site()


def at(second: float) -> int:
    return START_NS + round(second * SECOND)


def alert(level: Level = Level.WARNING, second: float = 0, tracks: tuple[str, ...] = ("T1",)) -> AlertMessage:
    return AlertMessage(
        alert_id="A-1", version=1, issued_ns=at(second), expires_ns=at(second + 900), level=level, zone=ZONE,
        track_ids=tracks, predicted_entry_ns=at(300), entry_probability=0.8, reason=f"{level.word}: it comes",
        message_type=MessageType.ALERT, rule=level.word,
    )  # fmt: skip


def after(before: AlertMessage, second: float, **changes: object) -> AlertMessage:
    return replace(
        before, version=before.version + 1, issued_ns=at(second), expires_ns=at(second + 900),
        message_type=changes.pop("message_type", MessageType.UPDATE),  # type: ignore[arg-type]
        references=(*before.references, (before.identifier, before.issued_ns)), **changes,  # type: ignore[arg-type]
    )  # fmt: skip


def mark(marked_as: MarkedAs, *tracks: str, until_s: float = 600, unit: str = OWNER) -> Cap:
    zones = [zone.name for zone in SITE.zones]
    words = f"marked as {marked_as.words}"
    return cap_of_mark(marked_as, SITE.rules, zones, at(until_s), words, unit, "A-1", tracks)


def cancel(until_s: float = 600, most: Level = Level.WARNING) -> Cap:
    return Cap(
        {ZONE: NOTHING}, at(until_s), "cancelled by the duty officer", OWNER, "A-1", most_cancelled=most
    )


def editor() -> Editor:
    return Editor(lambda _: OWNER)


def is_thread(messages: list[AlertMessage]) -> bool:
    """Whether each message is a next version that names all before it, none earlier than those."""
    names: list[tuple[str, int]] = []
    for number, message in enumerate(messages, 1):
        if message.version != number or list(message.references) != names:
            return False
        if names and message.issued_ns < names[-1][1]:
            return False
        names.append((message.identifier, message.issued_ns))
    return True


def test_what_nobody_has_a_say_in_goes_through_as_it_is():
    desk, first = editor(), alert()
    second = after(first, 60)
    last = after(second, 120, message_type=MessageType.CANCEL, all_clear=True)
    out = [message for k, m in enumerate((first, second, last)) for message in desk.edit(at(60 * k), [m])]
    assert [id(message) for message in out] == [id(first), id(second), id(last)]
    assert desk.edit(at(180), []) == []


def test_a_bird_is_retracted_at_once_in_the_same_alert_and_stays_silent():
    desk, first = editor(), alert()
    told = desk.edit(at(0), [first])
    told += desk.lay_on(at(10), mark(MarkedAs.BIRD, "T1"))
    assert [(m.alert_id, m.message_type) for m in told] == [("A-1", "Alert"), ("A-1", "Cancel")]
    assert is_thread(told) and "marked as a bird" in told[1].reason
    assert desk.edit(at(60), [after(first, 60)]) == []


def test_when_a_mark_expires_the_rules_hold_again_under_a_new_identity():
    desk = editor()
    desk.edit(at(0), [alert()])
    desk.lay_on(at(10), mark(MarkedAs.BIRD, "T1", until_s=100))
    assert desk.advance(at(99)) == []
    (again,) = desk.advance(at(100))
    assert (again.message_type, again.level, again.alert_id) == (MessageType.ALERT, Level.WARNING, "A-1.2")
    assert again.references == () and "rules still hold" in again.reason
    (more,) = desk.edit(at(120), [after(alert(), 120)])
    assert is_thread([again, more])


def test_a_mark_that_is_taken_back_lets_go_at_once():
    desk, bird = editor(), mark(MarkedAs.BIRD, "T1")
    desk.edit(at(0), [alert()])
    desk.lay_on(at(10), bird)
    (again,) = desk.take_off(at(20), bird)
    assert again.level is Level.WARNING


@pytest.mark.parametrize(
    ("marked_as", "most"), [(MarkedAs.BALLOON, Level.ADVISORY), (MarkedAs.KNOWN_FLIGHT, Level.WATCH)]
)
def test_a_mark_lowers_as_far_as_the_rules_are_about_such_a_thing(marked_as, most):
    """The tests' rules warn of no balloon and are about no birds; a known flight is always watched."""
    desk = editor()
    told = desk.edit(at(0), [alert()]) + desk.lay_on(at(10), mark(marked_as, "T1"))
    assert told[1].level is most and told[1].message_type is MessageType.UPDATE
    told += desk.edit(at(60), [after(alert(), 60)])
    assert told[2].level is most and is_thread(told)
    told += desk.advance(at(600))
    assert told[3].level is Level.WARNING and "no longer marked as" in told[3].reason and is_thread(told)


def test_the_end_of_what_was_lowered_is_told_in_the_alert_that_people_know():
    desk, first = editor(), alert()
    told = desk.edit(at(0), [first]) + desk.lay_on(at(10), mark(MarkedAs.BALLOON, "T1"))
    last = after(after(first, 30), 60, message_type=MessageType.CANCEL, all_clear=True, reason="all-clear")
    told += desk.edit(at(60), [last])
    assert told[2].message_type is MessageType.CANCEL and told[2].all_clear and is_thread(told)


def test_who_joins_a_marked_alert_is_not_covered_by_the_mark():
    desk, first = editor(), alert()
    desk.edit(at(0), [first])
    desk.lay_on(at(10), mark(MarkedAs.BIRD, "T1"))
    (again,) = desk.edit(at(60), [after(first, 60, track_ids=("T1", "T2"))])
    assert again.level is Level.WARNING
    (gone,) = desk.lay_on(at(70), mark(MarkedAs.BIRD, "T2"))
    assert gone.message_type is MessageType.CANCEL, "now all of it is marked"


def test_a_mark_lowers_other_alerts_of_the_object_only_where_its_unit_owns_them():
    mine, others = alert(), replace(alert(), alert_id="A-2")
    owners = {"A-1": OWNER, "A-2": "region"}
    desk = Editor(lambda alert_id: owners[alert_id])
    desk.edit(at(0), [mine, others])
    told = desk.lay_on(at(10), mark(MarkedAs.BIRD, "T1"))
    assert [message.alert_id for message in told] == ["A-1"]
    owners["A-2"] = OWNER
    assert [message.alert_id for message in desk.advance(at(20))] == ["A-2"]


def test_a_cancel_holds_for_a_time_then_the_rules_hold_again():
    desk = editor()
    told = desk.edit(at(0), [alert()]) + desk.lay_on(at(10), cancel(until_s=100))
    assert told[1].message_type is MessageType.CANCEL and "cancelled by the duty officer" in told[1].reason
    assert desk.edit(at(60), [after(alert(), 60)]) == []
    assert [message.alert_id for message in desk.advance(at(100))] == ["A-1.2"]


def test_a_cancel_does_not_silence_what_becomes_louder():
    desk, first = editor(), alert(Level.ADVISORY)
    desk.edit(at(0), [first])
    desk.lay_on(at(10), cancel(most=Level.ADVISORY))
    assert desk.edit(at(30), [after(first, 30)]) == []
    (louder,) = desk.edit(at(60), [after(first, 60, level=Level.WARNING)])
    assert (louder.alert_id, louder.level, louder.version) == ("A-1.2", Level.WARNING, 1)


def test_a_cancel_of_what_the_rules_end_meanwhile_is_the_only_end():
    desk, first = editor(), alert()
    desk.edit(at(0), [first])
    desk.lay_on(at(10), cancel())
    assert desk.edit(at(60), [after(first, 60, message_type=MessageType.CANCEL, all_clear=True)]) == []
    assert desk.advance(at(700)) == []


def test_a_known_flight_stays_a_watch_and_is_never_silent():
    desk = editor()
    (told,) = desk.edit(at(0), [alert()], {"T1": "Survey 7"})
    assert (told.level, told.version) == (Level.WATCH, 1)
    assert "held at watch: known flight Survey 7" in told.reason
    (louder,) = desk.edit(at(30), [], {})
    assert louder.level is Level.WARNING and is_thread([told, louder])


def test_a_known_flight_does_not_vouch_for_who_flies_beside_it():
    (told,) = editor().edit(at(0), [alert(tracks=("T1", "T2"))], {"T1": "Survey 7"})
    assert told.level is Level.WARNING


def test_what_was_open_before_a_restart_goes_on_where_the_same_entry_is_predicted():
    desk, before = editor(), alert()
    desk.add_alone(before)
    fresh = replace(alert(second=200, tracks=("N9",)), alert_id="A-9", predicted_entry_ns=at(320))
    (told,) = desk.edit(at(200), [fresh])
    assert (told.alert_id, told.version, told.message_type) == ("A-1", 2, MessageType.UPDATE)
    assert is_thread([before, told]) and told.track_ids == ("N9",)


def test_what_was_open_before_a_restart_and_is_not_renewed_lapses_when_it_is_void():
    desk, before = editor(), alert()
    desk.add_alone(before)
    other = replace(alert(second=200), alert_id="A-9", predicted_entry_ns=at(900))
    assert [message.alert_id for message in desk.edit(at(200), [other])] == ["A-9"], "another entry"
    assert desk.advance(at(899)) == []
    (end,) = desk.advance(at(900))
    assert end.lapsed and "before a restart" in end.reason and is_thread([before, end])
    assert desk.advance(at(901)) == []


def test_a_picture_from_before_an_operators_word_is_not_told_as_older_than_it():
    """Pictures are a little late: they wait for data that may still come."""
    desk, first = editor(), alert()
    told = desk.edit(at(0), [first]) + desk.lay_on(at(10), mark(MarkedAs.BALLOON, "T1"))
    told += desk.edit(at(8), [after(first, 8)])
    assert [message.issued_ns for message in told] == [at(0), at(10), at(10)] and is_thread(told)
