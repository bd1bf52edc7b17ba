"""The book of alerts: every message and everything that was done, in a file that outlives the service."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from pydantic import TypeAdapter

from tocsin.errors import InvalidInput
from tocsin.model.actions import Action
from tocsin.model.alerts import AlertMessage, MessageType
from tocsin.recording.book_schema import STEPS
from tocsin.recording.database import open_database, transaction
from tocsin.recording.why import Why

_MESSAGE = TypeAdapter(AlertMessage)
_ACTION = TypeAdapter(Action)


class Entry(NamedTuple):
    """A message and its number in the book, which grows in the order of issue."""

    number: int
    message: AlertMessage


class AlertBook:
    """Messages and actions in one SQLite file; raises `UnusableFile` where it can't be had.

    One for each thread.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = open_database(path, STEPS)

    def add(self, messages: Iterable[AlertMessage], actions: Iterable[Action] = ()) -> None:
        """Keeps actions and the messages that they made, all or none; a message that is there stays one.

        Raises `InvalidInput` where another message has the same identifier and time.
        """
        with transaction(self.connection):
            for action in actions:
                self._add_action(action)
            for message in messages:
                self._add(message)

    def add_evidence(self, answers: Iterable[Why]) -> None:
        """Keeps why messages were sent, as it was known when they were."""
        with transaction(self.connection):
            for answer in answers:
                row = answer.message
                self.connection.execute(
                    "INSERT OR IGNORE INTO evidence (message, content) SELECT max(number), ? FROM messages "
                    "WHERE identifier = ?",
                    (json.dumps(asdict(answer)), f"{row['alert_id']}-{row['version']}"),
                )

    def evidence(self, identifier: str) -> dict[str, Any] | None:
        """Why a message was sent, as JSON; None where it is not kept."""
        row = self.connection.execute(
            "SELECT evidence.content FROM evidence JOIN messages ON messages.number = evidence.message "
            "WHERE messages.identifier = ? ORDER BY messages.number DESC LIMIT 1",
            (identifier,),
        ).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def messages(self, alert_id: str | None = None, after: int = 0) -> list[Entry]:
        """In the order of issue: all, or of one alert; those with a number above `after`."""
        condition, values = "number > ?", [str(after)]
        if alert_id is not None:
            condition, values = condition + " AND alert_id = ?", [*values, alert_id]
        rows = self.connection.execute(
            f"SELECT number, content FROM messages WHERE {condition} ORDER BY number", values
        )
        return [Entry(number, _MESSAGE.validate_json(content)) for number, content in rows]

    def alert_ids(self, *wanted: str) -> list[str]:
        """The alerts of these names, without regard to the case of letters from a to z."""
        found = self.connection.execute(
            "SELECT DISTINCT alert_id FROM messages WHERE alert_id COLLATE NOCASE IN "
            f"({', '.join('?' * len(wanted))})",
            wanted,
        )
        return [alert_id for (alert_id,) in found]

    def message(self, identifier: str) -> AlertMessage:
        """The latest message of this name. Raises `InvalidInput` where there is none."""
        row = self.connection.execute(
            "SELECT content FROM messages WHERE identifier = ? ORDER BY number DESC LIMIT 1", (identifier,)
        ).fetchone()
        if row is None:
            raise InvalidInput(f"message {identifier}: the book {self.path} has none of this name")
        return _MESSAGE.validate_json(row[0])

    def actions(self, alert_id: str) -> list[Action]:
        """What was done about an alert, refused or not, in order."""
        rows = self.connection.execute(
            "SELECT content FROM actions WHERE alert_id = ? ORDER BY number", (alert_id,)
        )
        return [_ACTION.validate_json(content) for (content,) in rows]

    def since(self, time_ns: int) -> tuple[list[AlertMessage], list[Action]]:
        """All that was issued and done at a time or later, each in its order."""
        messages = self.connection.execute(
            "SELECT content FROM messages WHERE issued_ns >= ? ORDER BY number", (time_ns,)
        )
        actions = self.connection.execute(
            "SELECT content FROM actions WHERE time_ns >= ? ORDER BY number", (time_ns,)
        )
        return (
            [_MESSAGE.validate_json(content) for (content,) in messages],
            [_ACTION.validate_json(content) for (content,) in actions],
        )

    def open_alerts(self) -> list[AlertMessage | Action]:
        """All messages of the alerts that have no end yet, with what was done about them, as it happened."""
        latest = self.connection.execute(
            "SELECT alert_id, content FROM messages WHERE number IN "
            "(SELECT max(number) FROM messages GROUP BY alert_id)"
        )
        history: list[tuple[int, int, AlertMessage | Action]] = []
        for alert_id, content in latest.fetchall():
            if _MESSAGE.validate_json(content).message_type is not MessageType.CANCEL:
                history += self._history(alert_id)
        return [event for *_, event in sorted(history, key=lambda placed: placed[:2])]

    def _history(self, alert_id: str) -> list[tuple[int, int, AlertMessage | Action]]:
        """Each with its place: the number of the message, and 0 or that of the action that came after it."""
        history: list[tuple[int, int, AlertMessage | Action]]
        history = [(number, 0, message) for number, message in self.messages(alert_id)]
        rows = self.connection.execute(
            "SELECT after_message, number, content FROM actions WHERE alert_id = ?", (alert_id,)
        )
        return history + [(after, number, _ACTION.validate_json(content)) for after, number, content in rows]

    def close(self) -> None:
        """Ends the use of the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _add_action(self, action: Action) -> None:
        self.connection.execute(
            "INSERT INTO actions (time_ns, alert_id, after_message, content) "
            "VALUES (?, ?, (SELECT coalesce(max(number), 0) FROM messages), ?)",
            (action.time_ns, action.alert_id, _ACTION.dump_json(action).decode()),
        )

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
