"""Alerts of a recording as they are asked for by path: the story, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tocsin.alerting.names import alert_named, no_alert
from tocsin.errors import InvalidInput, InvalidTable, UnusableFile
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.source import ENDED_FOR_S
from tocsin.recording.alert_book import AlertBook
from tocsin.recording.book_views import action_json, message_json
from tocsin.recording.past_evidence import past_evidence
from tocsin.recording.why import chosen, why
from tocsin.runtime.past_scenes import PastScenes
from tocsin.units import seconds_to_nanoseconds


class PastStories:
    """`AlertStories` of one recording as it was at a time."""

    def __init__(self, scenes: PastScenes, time_ns: int | None) -> None:
        self._scenes = scenes
        self._time_ns = scenes.end_ns if time_ns is None else time_ns

    def alerts(self) -> list[dict[str, Any]]:
        """Every alert that was open then."""
        return [report.as_json() for report in self._scenes.alerts_at(self._time_ns, ENDED_FOR_S)[0]]

    def alert(self, alert_id: str) -> dict[str, Any]:
        """All that was said until then and, where a book tells, done. Raises Refusal."""
        name = self._named(alert_id)
        messages = [
            message_json(message)
            for message in self._scenes.alerts.messages
            if message.alert_id == name and message.issued_ns <= self._time_ns
        ]
        return {"alert_id": name, "messages": messages, "actions": self._actions(name)}

    def why(self, alert_id: str, version: int | None) -> dict[str, Any]:
        """Why a message was sent. Raises Refusal."""
        name = self._named(alert_id)
        rows = [row for row in self._until_now() if row["alert_id"] == name]
        try:
            row = chosen(rows, version)
            return asdict(why(past_evidence(self._scenes.recording, row), row))
        except (InvalidTable, UnusableFile) as error:
            raise Refusal(409, f"the recording does not tell: {error}") from None
        except InvalidInput as error:
            raise Refusal(404, str(error)) from None

    def _until_now(self) -> Sequence[dict[str, Any]]:
        rows = self._scenes.recording.alert_rows
        return [row for row in rows if seconds_to_nanoseconds(row["issued_s"]) <= self._time_ns]

    def _actions(self, alert_id: str) -> list[dict[str, Any]] | None:
        if self._scenes.book is None:
            return None
        with AlertBook(self._scenes.book) as book:
            actions = book.actions(alert_id)
        return [action_json(action) for action in actions if action.time_ns <= self._time_ns]

    def _named(self, alert_id: str) -> str:
        known = list(dict.fromkeys(row["alert_id"] for row in self._until_now()))
        name = alert_named(alert_id, known)
        if name is None:
            raise Refusal(404, no_alert(alert_id, known))
        return name
