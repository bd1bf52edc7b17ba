"""Who is told what, and what no longer has to be told; `book` numbers messages in the order of issue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.outputs.messages import CANCEL, ISSUED_NS, MESSAGE, UPDATE

from tocsin.config.receivers import Receiver
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.model.deliveries import Delivery, DeliveryState, Letter
from tocsin.outputs.delivery.outbox import Outbox

NOW_NS = ISSUED_NS + 500_000_000_000
WATCH = replace(MESSAGE, level=Level.WATCH)


def outbox(**keys: Any) -> Outbox:
    return Outbox(Receiver(name="sirens", to="https://sirens.test/alerts", **keys))


def book(*messages: AlertMessage, status: str = "Exercise") -> list[Letter]:
    return [Letter(number, message, status) for number, message in enumerate(messages, 1)]


def became(letter: Letter, state: DeliveryState, attempts: int = 1) -> Delivery:
    return Delivery(letter.number, "sirens", letter.status, state, attempts, NOW_NS)


def confirm(box: Outbox, letter: Letter) -> None:
    box.note(became(letter, DeliveryState.TRIED))
    box.note(became(letter, DeliveryState.CONFIRMED))


def test_what_was_confirmed_is_told_no_more() -> None:
    box, (alert, update) = outbox(), book(MESSAGE, UPDATE)
    box.put([alert])
    assert box.next(NOW_NS) == alert
    confirm(box, alert)
    assert box.next(NOW_NS) is None
    box.put([update])
    assert box.next(NOW_NS) == update


def test_an_update_overtakes_what_did_not_get_through() -> None:
    box, (alert, update) = outbox(), book(MESSAGE, UPDATE)
    box.put([alert, update])
    assert list(box.pending(NOW_NS)) == [update]
    confirm(box, update)
    assert box.next(NOW_NS) is None


def test_an_older_message_is_not_told_after_a_newer_one() -> None:
    box, (alert, update) = outbox(), book(MESSAGE, UPDATE)
    box.put([alert, update])
    confirm(box, update)
    box.put([alert])
    assert box.next(NOW_NS) is None


def test_quieter_alerts_and_other_zones_are_not_told() -> None:
    for keys, message in (
        ({"min_level": "warning"}, WATCH),
        ({"zones": ("Sund",)}, MESSAGE),
    ):
        box = outbox(**keys)
        box.put(book(message))
        assert box.next(NOW_NS) is None


def test_who_was_told_hears_that_it_is_lowered_and_that_it_is_over() -> None:
    lowered = replace(UPDATE, level=Level.WATCH)
    ended = replace(CANCEL, level=Level.WATCH)
    box, (alert, update, cancel) = outbox(min_level="warning"), book(MESSAGE, lowered, ended)
    box.put([alert])
    confirm(box, alert)
    box.put([update])
    assert box.next(NOW_NS) == update
    confirm(box, update)
    box.put([cancel])
    assert box.next(NOW_NS) == cancel


def test_who_was_never_told_hears_no_all_clear() -> None:
    box, (alert, cancel) = outbox(min_level="warning"), book(WATCH, CANCEL)
    box.put([alert, cancel])
    assert list(box.pending(NOW_NS)) == []
    assert box.next(NOW_NS) is None


def test_who_may_have_been_told_hears_the_all_clear_however_late() -> None:
    box, (alert, cancel) = outbox(), book(MESSAGE, CANCEL)
    box.put([alert])
    box.note(became(alert, DeliveryState.TRIED))
    box.put([cancel])
    assert box.next(CANCEL.expires_ns + 10**15) == cancel


def test_what_was_refused_is_not_told_again_but_the_next_is() -> None:
    box, (alert, update) = outbox(), book(MESSAGE, UPDATE)
    box.put([alert])
    box.note(became(alert, DeliveryState.TRIED))
    box.note(became(alert, DeliveryState.REFUSED))
    assert box.next(NOW_NS) is None
    box.put([update])
    assert box.next(NOW_NS) == update
    assert box.refused == 1


def test_what_has_expired_is_told_to_nobody() -> None:
    box = outbox()
    box.put(book(MESSAGE))
    assert box.next(MESSAGE.expires_ns) is None
    assert box.next(MESSAGE.expires_ns - 1) is not None


def test_the_loudest_goes_first_and_then_the_oldest() -> None:
    other = replace(MESSAGE, alert_id="A-2", level=Level.ADVISORY)
    third = replace(MESSAGE, alert_id="A-3")
    box, letters = outbox(), book(other, third, MESSAGE)
    box.put(letters)
    told = []
    while (letter := box.next(NOW_NS)) is not None:
        told.append(letter.number)
        confirm(box, letter)
    assert told == [2, 3, 1]


def test_a_draft_waits_for_an_operator_and_goes_out_under_its_new_status() -> None:
    (draft,) = book(MESSAGE, status="Draft")
    box = outbox()
    box.put([draft])
    assert box.next(NOW_NS) is None
    assert box.waiting_for_operator(NOW_NS) == 1
    actual = replace(draft, status="Actual", confirmed_by="duty officer")
    box.put([actual])
    assert box.next(NOW_NS) == actual
    assert box.waiting_for_operator(NOW_NS) == 0


def test_while_an_update_waits_for_an_operator_the_confirmed_message_before_it_still_goes_out() -> None:
    box, (alert, update) = outbox(), book(MESSAGE, UPDATE)
    box.put([replace(alert, status="Actual"), replace(update, status="Draft")])
    assert box.next(NOW_NS) == replace(alert, status="Actual")
    confirm(box, replace(alert, status="Actual"))
    assert box.next(NOW_NS) is None


def test_who_gets_drafts_gets_the_confirmed_message_as_well() -> None:
    (draft,) = book(MESSAGE, status="Draft")
    box = outbox(drafts=True)
    box.put([draft])
    confirm(box, draft)
    assert box.next(NOW_NS) is None
    actual = replace(draft, status="Actual")
    box.put([actual])
    assert box.next(NOW_NS) == actual


def test_an_all_clear_that_comes_while_the_first_message_is_on_its_way_is_told() -> None:
    box, (alert, cancel) = outbox(), book(MESSAGE, CANCEL)
    box.put([alert])
    box.note(became(alert, DeliveryState.TRIED))
    box.put([cancel])
    box.note(became(alert, DeliveryState.CONFIRMED))
    assert box.next(NOW_NS) == cancel


def test_what_is_over_is_not_held_and_does_not_come_again() -> None:
    box, (alert, cancel) = outbox(), book(MESSAGE, CANCEL)
    box.put([alert])
    confirm(box, alert)
    box.put([cancel])
    confirm(box, cancel)
    assert box.next(NOW_NS) is None
    box.put([alert])  # as where an operator confirms it when it is over
    assert box.next(NOW_NS) is None
    assert (box.confirmed, box.attempts) == (2, 2)


LEVELS = st.sampled_from(list(Level))


@given(levels=st.lists(LEVELS, min_size=1, max_size=6), least=LEVELS, steps=st.data())
def test_whatever_happens_who_heard_anything_hears_the_end_and_nothing_comes_twice(
    levels: list[Level], least: Level, steps: st.DataObject
) -> None:
    box, confirmed = outbox(min_level=least.word), []
    history = [replace(MESSAGE, version=k, level=level) for k, level in enumerate(levels, 1)]
    history.append(replace(CANCEL, version=len(levels) + 1, level=levels[-1]))
    for letter in book(*history):
        box.put([letter])
        for state in steps.draw(st.lists(st.sampled_from(DeliveryState), max_size=2)):
            due = box.next(NOW_NS)
            if due is None:
                break
            box.note(became(due, DeliveryState.TRIED))
            box.note(became(due, state))
            if state is DeliveryState.CONFIRMED:
                confirmed.append(due)
    while (due := box.next(NOW_NS)) is not None:
        box.note(became(due, DeliveryState.CONFIRMED))
        confirmed.append(due)
    numbers = [letter.number for letter in confirmed]
    assert numbers == sorted(set(numbers))
    if confirmed and not any(letter.message.message_type is MessageType.CANCEL for letter in confirmed):
        assert box.refused > 0
    if confirmed:
        assert max(letter.message.level for letter in confirmed) >= least or box.attempts > len(confirmed)


@pytest.mark.parametrize("state", list(DeliveryState))
def test_what_became_of_a_message_that_nobody_knows_is_of_no_account(state: DeliveryState) -> None:
    box = outbox()
    box.note(Delivery(7, "sirens", "Exercise", state, 1, NOW_NS))
    assert box.confirmed == box.refused == 0
