"""What the book tells of one alert, as JSON has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.model.actions import Action
from tocsin.model.alerts import AlertMessage
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.why import chosen
from tocsin.units import nanoseconds_to_seconds


def alert_story(book: AlertBook, alert_id: str) -> dict[str, Any] | None:
    """All messages of an alert and all that was done about it, refused or not; None where there is none."""
    messages = [entry.message for entry in book.messages(alert_id)]
    if not messages:
        return None
    actions = [action_json(action) for action in book.actions(alert_id)]
    return {"alert_id": alert_id, "messages": [message_json(m) for m in messages], "actions": actions}


def without_names(story: Mapping[str, Any]) -> dict[str, Any]:
    """A story that is given away: units did what was done, and what operators noted stays here."""
    actions = [
        {name: value for name, value in action.items() if name not in ("operator", "note")}
        for action in story["actions"] or ()
    ]
    return {**story, "actions": actions}


def alert_evidence(book: AlertBook, alert_id: str, version: int | None) -> dict[str, Any] | None:
    """Why a message was sent; None where the book does not say. Raises `InvalidInput` for a version.

    `is_test` is told beside it: a test is of no track, and of no sensor either.
    """
    rows = [message_json(entry.message) for entry in book.messages(alert_id)]
    if not rows:
        return None
    row = chosen(rows, version)
    kept = book.evidence(row["message"])
    return None if kept is None else {**kept, "is_test": row["is_test"]}


def message_json(message: AlertMessage) -> dict[str, Any]:
    """One message; times are UTC seconds."""
    entry_ns = message.predicted_entry_ns
    return {
        "message": message.identifier,
        "alert_id": message.alert_id,
        "version": message.version,
        "message_type": message.message_type.value,
        "level": message.level.word,
        "zone": message.zone,
        "track_ids": list(message.track_ids),
        "issued_s": nanoseconds_to_seconds(message.issued_ns),
        "expires_s": nanoseconds_to_seconds(message.expires_ns),
        "predicted_entry_s": None if entry_ns is None else nanoseconds_to_seconds(entry_ns),
        "entry_probability": message.entry_probability,
        "reason": message.reason,
        "rule": message.rule,
        "evidence": list(message.evidence),
        "is_test": message.is_test,
    }


def action_json(action: Action) -> dict[str, Any]:
    """A line of the audit: who, of which unit, when, what, and the answer."""
    request = action.request
    return {
        "time_s": nanoseconds_to_seconds(action.time_ns),
        "operator": request.operator,
        "unit": request.unit,
        "what": request.verb.value,
        "outcome": action.outcome.name.lower(),
        "answer": action.answer,
        "note": request.note,
        "owner": action.owner,
        "message": action.message,
    }


def done_json(action: Action) -> dict[str, Any]:
    """What the one who asked is told."""
    until_ns = action.until_ns
    until_s = None if until_ns is None else nanoseconds_to_seconds(until_ns)
    return {"alert_id": action.alert_id, **action_json(action), "until_s": until_s}
