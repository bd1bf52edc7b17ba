"""The book of alerts: every message that was ever issued, in a file that outlives the service."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from pydantic import TypeAdapter

from tocsin.errors import InvalidInput
from tocsin.model.alerts import AlertMessage
from tocsin.recording.book_schema import STEPS
from tocsin.recording.database import open_database, transaction

_MESSAGE = TypeAdapter(AlertMessage)


class Entry(NamedTuple):
    """A message and its number in the book, which grows in the order of issue."""

    number: int
    message: AlertMessage


class AlertBook:
    """The messages in one SQLite file. Open one for each thread; raises `UnusableFile` where it can't be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = open_database(path, STEPS)

    def add(self, messages: Iterable[AlertMessage]) -> None:
        """Keeps messages, all or none; one that is there already stays one.

        Raises `InvalidInput` where another message has the same identifier and time.
        """
        with transaction(self.connection):
            for message in messages:
                self._add(message)

    def messages(self, alert_id: str | None = None, after: int = 0) -> list[Entry]:
        """In the order of issue: all, or of one alert; those with a number above `after`."""
        condition, values = "number > ?", [str(after)]
        if alert_id is not None:
            condition, values = condition + " AND alert_id = ?", [*values, alert_id]
        rows = self.connection.execute(
            f"SELECT number, content FROM messages WHERE {condition} ORDER BY number", values
        )
        return [Entry(number, _MESSAGE.validate_json(content)) for number, content in rows]

    def close(self) -> None:
        """Ends the use of the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _add(self, message: AlertMessage) -> None:
        content = _MESSAGE.dump_json(message).decode()
        key = (message.identifier, message.issued_ns)
        try:
            self.connection.execute(
                "INSERT INTO messages (identifier, issued_ns, alert_id, content) VALUES (?, ?, ?, ?)",
                (*key, message.alert_id, content),
            )
        except sqlite3.IntegrityError:
            kept = self.connection.execute(
                "SELECT content FROM messages WHERE identifier = ? AND issued_ns = ?", key
            )
            if kept.fetchone()[0] != content:
                raise InvalidInput(
                    f"message {message.identifier}: the book {self.path} has another of this name and time"
                ) from None
