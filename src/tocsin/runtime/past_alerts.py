"""The alerts of a recording as they stood at a time, and who answered for them, where a book tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tocsin.alerting.desk import Desk
from tocsin.config.rules import Rule
from tocsin.config.site import Site
from tocsin.model.actions import Action
from tocsin.model.alert_report import AlertReport
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.recording.alert_book import AlertBook
from tocsin.units import seconds_to_nanoseconds

_EXPIRES_AFTER_S = 900.0
Reports = tuple[AlertReport, ...]


class PastAlerts:
    """Follows the messages of one recording, and what was done about them, to the time that is asked for.

    `rows` are those of the alerts table, `book` the one that the service kept, if it is there: only it knows
    what people did. Not for several threads.
    """

    def __init__(self, site: Site, rows: list[dict[str, Any]], book: Path | None) -> None:
        self._site = site
        self.messages = [_message(row, site) for row in rows]
        self._has_book = book is not None
        actions = [] if book is None else _actions(book, {message.alert_id for message in self.messages})
        history: list[tuple[int, AlertMessage | Action]] = [(m.issued_ns, m) for m in self.messages]
        history += [(action.time_ns, action) for action in actions]
        self._history = sorted(history, key=lambda event: event[0])  # stable: a message before what was done
        self._times = [time_ns for time_ns, _ in self._history]
        self._desk, self._followed = Desk(site), 0

    def at(self, time_ns: int, ended_for_s: float) -> tuple[Reports, Reports]:
        """Open alerts, the loudest first, and those that ended in the last seconds, the latest first."""
        if self._followed and self._times[self._followed - 1] > time_ns:
            self._desk, self._followed = Desk(self._site), 0
        while self._followed < len(self._times) and self._times[self._followed] <= time_ns:
            self._desk.follow([self._history[self._followed][1]])
            self._followed += 1
        since_ns = time_ns - seconds_to_nanoseconds(ended_for_s)
        opened, ended = self._desk.reports(), self._desk.ended(since_ns)
        if self._has_book:
            return opened, ended
        return tuple(map(_of_nobody, opened)), tuple(map(_of_nobody, ended))


def _of_nobody(report: AlertReport) -> AlertReport:
    """Without a book nothing is known of owners, and nothing is due."""
    return replace(report, owner="", next_unit=None, acknowledge_by_ns=None)


def _actions(book: Path, alert_ids: set[str]) -> list[Action]:
    with AlertBook(book) as known:
        return [action for alert_id in sorted(alert_ids) for action in known.actions(alert_id)]


def _message(row: dict[str, Any], site: Site) -> AlertMessage:
    """A row of the alerts table; when it expired is told by the rule alone, as that is not in the table."""
    issued_ns, entry_s = seconds_to_nanoseconds(row["issued_s"]), row["predicted_entry_s"]
    rule = _rule(row, site)
    expires_s = _EXPIRES_AFTER_S if rule is None else rule.expires_after_s
    return AlertMessage(
        alert_id=row["alert_id"],
        version=row["version"],
        issued_ns=issued_ns,
        expires_ns=issued_ns + seconds_to_nanoseconds(expires_s),
        level=Level[row["level"].upper()],
        zone=row["zone"],
        track_ids=tuple(row["track_ids"]),
        predicted_entry_ns=None if entry_s is None else seconds_to_nanoseconds(entry_s),
        entry_probability=row["entry_probability"] or 0.0,
        reason=row["reason"],
        message_type=MessageType(row["message_type"]),
        rule=row.get("rule") or "",
        objects=max(len(row["track_ids"]), 1),
    )


def _rule(row: dict[str, Any], site: Site) -> Rule | None:
    label = row.get("rule")
    return next((rule for rule in site.rules if rule.label == label), None)
