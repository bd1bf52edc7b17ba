"""The book of alerts: every message and everything that was done, in a file that outlives the service."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from pydantic import TypeAdapter

from tocsin.errors import InvalidInput
from tocsin.model.actions import Action
from tocsin.model.alerts import AlertMessage, MessageType
from tocsin.model.marked import MarkedTrack
from tocsin.recording.book_schema import STEPS
from tocsin.recording.database import open_database
from tocsin.recording.waiting import Waiting, Write
from tocsin.recording.why import Why

_MESSAGE = TypeAdapter(AlertMessage)
_ACTION = TypeAdapter(Action)
_MARKED = TypeAdapter(MarkedTrack)


class Entry(NamedTuple):
    """A message and its number in the book, which grows in the order of issue."""

    number: int
    message: AlertMessage


class AlertBook:
    """Messages and actions in one SQLite file; raises `UnusableFile` where it can't be had.

    One for each thread, with one `waiting` for all of one service: what the file can't take now waits there,
    and is read like all else.
    """

    def __init__(self, path: Path, waiting: Waiting | None = None) -> None:
        self.path = path
        self.waiting = Waiting() if waiting is None else waiting
        self.connection = open_database(path, STEPS)

    def add(self, messages: Iterable[AlertMessage], actions: Iterable[Action] = ()) -> None:
        """Keeps actions and the messages that they made, all or none; a message that is there stays one.

        Raises `InvalidInput` where another message has the same identifier and time.
        """
        with self.waiting.lock:
            after = self._last("messages", AlertMessage)
            first = self._last("actions", Action) + 1
            writes = [_of_action(number, after, action) for number, action in enumerate(actions, first)]
            waiting = [message for _, message in self.waiting.numbered(AlertMessage)]
            fresh = [message for message in messages if self._is_new(message, waiting)]
            writes += [_of_message(number, message) for number, message in enumerate(fresh, after + 1)]
            self._write(*writes)

    def add_evidence(self, answers: Iterable[Why]) -> None:
        """Keeps why messages were sent, as it was known when they were."""
        self._write(*(_of_evidence(asdict(answer)) for answer in answers))

    def keep(self, write: Write) -> None:
        """Writes one row, after all that waits."""
        self._write(write)

    def keep_marked(self, tracks: Iterable[MarkedTrack]) -> None:
        """Keeps where marked tracks are, in place of where they were."""
        for track in tracks:
            content = _MARKED.dump_json(track).decode()
            statement = "INSERT OR REPLACE INTO marked VALUES (?, ?)"
            self._write(Write(statement, (track.track_id, content), key=("marked", track.track_id)))

    def marked(self) -> list[MarkedTrack]:
        """Where all tracks that were ever marked were last."""
        rows = self.connection.execute("SELECT content FROM marked ORDER BY track_id")
        return [_MARKED.validate_json(content) for (content,) in rows]

    def retry(self) -> None:
        """Writes what waits, as far as the file takes it."""
        self.waiting.drain(self.connection)

    def evidence(self, identifier: str) -> dict[str, Any] | None:
        """Why a message was sent, as JSON; None where it is not kept."""
        row = self.connection.execute(
            "SELECT evidence.content FROM evidence JOIN messages ON messages.number = evidence.message "
            "WHERE messages.identifier = ? ORDER BY messages.number DESC LIMIT 1",
            (identifier,),
        ).fetchone()
        if row is not None:
            return dict(json.loads(row[0]))
        waiting = (answer for _, answer in self.waiting.numbered(dict))
        return next((answer for answer in waiting if _identifier(answer) == identifier), None)

    def messages(self, alert_id: str | None = None, after: int = 0) -> list[Entry]:
        """In the order of issue: all, or of one alert; those with a number above `after`."""
        waiting = self.waiting.numbered(AlertMessage)  # first: what is written meanwhile is found below
        condition, values = "number > ?", [str(after)]
        if alert_id is not None:
            condition, values = condition + " AND alert_id = ?", [*values, alert_id]
        rows = self.connection.execute(
            f"SELECT number, content FROM messages WHERE {condition} ORDER BY number", values
        )
        found = {number: _MESSAGE.validate_json(content) for number, content in rows}
        for number, message in waiting:
            if number > after and alert_id in (None, message.alert_id):
                found.setdefault(number, message)
        return [Entry(number, found[number]) for number in sorted(found)]

    def alert_ids(self, *wanted: str) -> list[str]:
        """The alerts of these names, without regard to the case of letters from a to z."""
        waiting = [message.alert_id for _, message in self.waiting.numbered(AlertMessage)]
        found = self.connection.execute(
            "SELECT DISTINCT alert_id FROM messages WHERE alert_id COLLATE NOCASE IN "
            f"({', '.join('?' * len(wanted))})",
            wanted,
        )
        names = {name.casefold() for name in wanted}
        known = dict.fromkeys(alert_id for (alert_id,) in found)
        return list(known | dict.fromkeys(name for name in waiting if name.casefold() in names))

    def message(self, identifier: str) -> AlertMessage:
        """The latest message of this name. Raises `InvalidInput` where there is none."""
        waiting: list[AlertMessage] = [one for _, one in self.waiting.numbered(AlertMessage)]
        for message in reversed(waiting):
            if message.identifier == identifier:
                return message
        row = self.connection.execute(
            "SELECT content FROM messages WHERE identifier = ? ORDER BY number DESC LIMIT 1", (identifier,)
        ).fetchone()
        if row is None:
            raise InvalidInput(f"message {identifier}: the book {self.path} has none of this name")
        return _MESSAGE.validate_json(row[0])

    def actions(self, alert_id: str) -> list[Action]:
        """What was done about an alert, refused or not, in order."""
        waiting = self.waiting.numbered(Action)
        rows = self.connection.execute("SELECT number, content FROM actions WHERE alert_id = ?", (alert_id,))
        mine = [(number, action) for number, action in waiting if action.alert_id == alert_id]
        return [action for _, action in _with_waiting(rows, mine)]

    def actions_after(self, number: int, since_ns: int = 0) -> list[tuple[int, Action]]:
        """Those with a number above this one, with it, that were done after a time; in order."""
        waiting = self.waiting.numbered(Action)
        rows = self.connection.execute(
            "SELECT number, content FROM actions WHERE number > ? AND time_ns > ?", (number, since_ns)
        )
        return _with_waiting(
            rows, [(row, action) for row, action in waiting if row > number and action.time_ns > since_ns]
        )

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

    def _write(self, *writes: Write) -> None:
        if writes:
            with self.waiting.lock:
                self.waiting.put(*writes)
                self.waiting.drain(self.connection)

    def _last(self, table: str, kind: type) -> int:
        """The greatest number in use."""
        (written,) = self.connection.execute(f"SELECT coalesce(max(number), 0) FROM {table}").fetchone()
        return max(int(written), *(number for number, _ in self.waiting.numbered(kind)), 0)

    def _is_new(self, message: AlertMessage, waiting: Iterable[AlertMessage]) -> bool:
        """False where it is kept already; raises `InvalidInput` where another of its name and time is."""
        row = self.connection.execute(
            "SELECT content FROM messages WHERE identifier = ? AND issued_ns = ?",
            (message.identifier, message.issued_ns),
        ).fetchone()
        kept = [] if row is None else [_MESSAGE.validate_json(row[0])]
        kept += [other for other in waiting if _is_of_one_name(other, message)]
        if any(other != message for other in kept):
            raise InvalidInput(
                f"message {message.identifier}: the book {self.path} has another of this name and time"
            )
        return not kept


def _with_waiting(
    rows: Iterable[tuple[int, str]], waiting: Iterable[tuple[int, Action]]
) -> list[tuple[int, Action]]:
    """Actions as they are kept and as they wait, each once, in order."""
    kept = {number: _ACTION.validate_json(content) for number, content in rows}
    return sorted((dict(waiting) | kept).items(), key=lambda numbered: numbered[0])


def _is_of_one_name(one: AlertMessage, other: AlertMessage) -> bool:
    return (one.identifier, one.issued_ns) == (other.identifier, other.issued_ns)


def _identifier(answer: Mapping[str, Any]) -> str:
    return f"{answer['message']['alert_id']}-{answer['message']['version']}"


def _of_message(number: int, message: AlertMessage) -> Write:
    return Write(
        "INSERT INTO messages (number, identifier, issued_ns, alert_id, content) VALUES (?, ?, ?, ?, ?)",
        (
            number,
            message.identifier,
            message.issued_ns,
            message.alert_id,
            _MESSAGE.dump_json(message).decode(),
        ),
        number,
        message,
    )


def _of_action(number: int, after: int, action: Action) -> Write:
    return Write(
        "INSERT INTO actions (number, time_ns, alert_id, after_message, content) VALUES (?, ?, ?, ?, ?)",
        (number, action.time_ns, action.alert_id, after, _ACTION.dump_json(action).decode()),
        number,
        action,
    )


def _of_evidence(answer: dict[str, Any]) -> Write:
    return Write(
        "INSERT OR IGNORE INTO evidence (message, content) SELECT max(number), ? FROM messages "
        "WHERE identifier = ? HAVING count(*) > 0",
        (json.dumps(answer), _identifier(answer)),
        made_of=answer,
    )
