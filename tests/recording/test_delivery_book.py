"""What became of messages is kept beside them, and what operators confirmed is read with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.outputs.messages import ISSUED_NS, MESSAGE, UPDATE

from tocsin.model.actions import Action, Outcome, Request, Verb
from tocsin.model.deliveries import Delivery, DeliveryState
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.delivery_book import KEPT_UP_NS, DeliveryBook

NOW_NS = ISSUED_NS + 500_000_000_000
CONFIRMED = Delivery(1, "sirens", "Exercise", DeliveryState.CONFIRMED, 3, NOW_NS)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[AlertBook]:
    with AlertBook(tmp_path / "alerts.sqlite") as made:
        yield made


def deliveries(book: AlertBook, now_ns: int = NOW_NS) -> DeliveryBook:
    return DeliveryBook(book.path, now_ns, {"duty": "duty officer"})


def confirmation(outcome: Outcome = Outcome.DONE, verb: Verb = Verb.CONFIRM) -> Action:
    request = Request(verb, "anna", "duty", MESSAGE.alert_id)
    return Action(NOW_NS, request, outcome, "done", MESSAGE.alert_id, MESSAGE.identifier)


def test_messages_are_read_once_in_the_order_of_issue(book: AlertBook) -> None:
    with deliveries(book) as ledger:
        assert ledger.issued() == []
        book.add([MESSAGE])
        book.add([UPDATE])
        assert [(found.number, found.message) for found in ledger.issued()] == [(1, MESSAGE), (2, UPDATE)]
        assert ledger.issued() == []


def test_what_is_older_than_a_week_is_not_brought_up_again(book: AlertBook) -> None:
    old = replace(MESSAGE, alert_id="A-1", issued_ns=NOW_NS - KEPT_UP_NS)
    book.add([old, MESSAGE])
    with deliveries(book) as ledger:
        ledger.keep(CONFIRMED)
        ledger.keep(replace(CONFIRMED, number=2))
        assert [found.message for found in ledger.issued()] == [MESSAGE]
        assert [found.number for found in ledger.deliveries()] == [2]


def test_what_became_of_a_message_outlives_the_service_and_the_latest_counts(book: AlertBook) -> None:
    book.add([MESSAGE])
    with deliveries(book) as ledger:
        ledger.keep(replace(CONFIRMED, state=DeliveryState.TRIED, attempts=1, trouble="no answer"))
        ledger.keep(CONFIRMED)
        ledger.keep(replace(CONFIRMED, receiver="board"))
        ledger.keep(replace(CONFIRMED, status="Actual"))
    with deliveries(book) as ledger:
        found = ledger.deliveries()
    assert len(found) == 3
    assert CONFIRMED in found


def test_a_message_that_an_operator_confirms_comes_again_with_the_role(book: AlertBook) -> None:
    book.add([MESSAGE])
    with deliveries(book) as ledger:
        assert [found.confirmed_by for found in ledger.issued()] == [""]
        book.add([UPDATE], [confirmation()])
        assert [(found.number, found.confirmed_by) for found in ledger.issued()] == [
            (1, "duty officer"), (2, "")
        ]  # fmt: skip
        assert ledger.issued() == []
    with deliveries(book) as ledger:
        assert [found.confirmed_by for found in ledger.issued()] == ["duty officer", ""]


@pytest.mark.parametrize("action", [confirmation(Outcome.NOT_THE_OWNER), confirmation(verb=Verb.ACKNOWLEDGE)])
def test_what_was_refused_or_is_something_else_confirms_nothing(book: AlertBook, action: Action) -> None:
    book.add([MESSAGE], [action])
    with deliveries(book) as ledger:
        assert [found.confirmed_by for found in ledger.issued()] == [""]
