"""What became of messages on their way to receivers, in the same file as the messages themselves."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tocsin.model.alerts import AlertMessage
from tocsin.model.deliveries import Delivery, DeliveryState
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.database import transaction
from tocsin.units import NANOSECONDS_PER_SECOND

KEPT_UP_NS = 7 * 86_400 * NANOSECONDS_PER_SECOND
"""A receiver that was away for longer is not told any more of what was."""


class Numbered(NamedTuple):
    """A message by its number in the book, and the role that gave it to the public, if any did."""

    number: int
    message: AlertMessage
    confirmed_by: str = ""


class DeliveryBook:
    """Reads what was issued and keeps what became of it. One for each thread; raises as `AlertBook`."""

    def __init__(self, path: Path, now_ns: int) -> None:
        self._book = AlertBook(path)
        self._since_ns = now_ns - KEPT_UP_NS
        self._read = self._last_before(self._since_ns)

    def issued(self) -> list[Numbered]:
        """What was issued since it was asked last; at first, in the last week."""
        entries = self._book.messages(after=self._read)
        if entries:
            self._read = entries[-1].number
        return [Numbered(number, message) for number, message in entries]

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
        with transaction(self._book.connection) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    delivery.number, delivery.receiver, delivery.status, delivery.state.value,
                    delivery.attempts, delivery.tried_ns, delivery.trouble,
                ),
            )  # fmt: skip

    def close(self) -> None:
        """Ends the use of the file."""
        self._book.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _last_before(self, time_ns: int) -> int:
        """Number of the last message that was issued before a time; 0 where there is none."""
        row = self._book.connection.execute(
            "SELECT coalesce(max(number), 0) FROM messages WHERE issued_ns <= ?", (time_ns,)
        ).fetchone()
        return int(row[0])
