"""What became of messages on their way to receivers, in the same file as the messages themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tocsin.model.actions import Verb
from tocsin.model.alerts import AlertMessage
from tocsin.model.deliveries import Delivery, DeliveryState
from tocsin.recording.alert_book import AlertBook, Entry
from tocsin.recording.waiting import Waiting, Write
from tocsin.units import NANOSECONDS_PER_SECOND

KEPT_UP_NS = 7 * 86_400 * NANOSECONDS_PER_SECOND
"""A receiver that was away for longer is not told any more of what was."""


class Numbered(NamedTuple):
    """A message by its number in the book, and the role that gave it to the public, if any did."""

    number: int
    message: AlertMessage
    confirmed_by: str = ""


class DeliveryBook:
    """Reads what was issued and keeps what became of it. One for each thread; as `AlertBook`.

    `roles` are those of the units whose operators confirm messages, as the public is told of them.
    """

    def __init__(
        self, path: Path, now_ns: int, roles: Mapping[str, str], waiting: Waiting | None = None
    ) -> None:
        self._book, self._roles = AlertBook(path, waiting), roles
        self._since_ns = now_ns - KEPT_UP_NS
        self._read = self._last_before(self._since_ns)
        self._read_actions = 0
        self._confirmed_by: dict[str, str] = {}

    def issued(self) -> list[Numbered]:
        """What was issued, or confirmed by an operator, since it was asked last; at first, of a week."""
        confirmed = self._newly_confirmed()
        before, entries = self._read, self._book.messages(after=self._read)
        if entries:
            self._read = entries[-1].number
        known = [entry for entry in confirmed if entry.number <= before]
        return [
            Numbered(number, message, self._confirmed_by.get(message.identifier, ""))
            for number, message in (*known, *entries)
        ]

    def deliveries(self) -> list[Delivery]:
        """What became of the messages of the last week, of each receiver in their order."""
        rows = self._book.connection.execute(
            "SELECT message, receiver, status, state, attempts, tried_ns, trouble FROM deliveries "
            "JOIN messages ON messages.number = deliveries.message WHERE issued_ns > ? "
            "ORDER BY receiver, message",
            (self._since_ns,),
        )
        return [
            Delivery(number, receiver, status, DeliveryState(state), attempts, tried_ns, trouble)
            for number, receiver, status, state, attempts, tried_ns, trouble in rows
        ]

    def keep(self, delivery: Delivery) -> None:
        """Keeps what became of a message, in place of what was kept of it for this receiver and status."""
        values = (
            delivery.number, delivery.receiver, delivery.status, delivery.state.value,
            delivery.attempts, delivery.tried_ns, delivery.trouble,
        )  # fmt: skip
        statement = "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?)"
        self._book.keep(Write(statement, values, key=("delivery", *values[:3])))

    def close(self) -> None:
        """Ends the use of the file."""
        self._book.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _newly_confirmed(self) -> list[Entry]:
        """The messages of the last week that operators gave to the public since it was asked last."""
        found: list[Entry] = []
        for number, action in self._book.actions_after(self._read_actions, self._since_ns):
            self._read_actions = number
            if action.is_done and action.request.verb is Verb.CONFIRM:
                self._confirmed_by[action.message] = self._roles.get(action.request.unit, "")
                thread = self._book.messages(action.alert_id)
                found += [entry for entry in thread if entry.message.identifier == action.message]
        return found

    def _last_before(self, time_ns: int) -> int:
        """Number of the last message that was issued before a time; 0 where there is none."""
        row = self._book.connection.execute(
            "SELECT coalesce(max(number), 0) FROM messages WHERE issued_ns <= ?", (time_ns,)
        ).fetchone()
        return int(row[0])
