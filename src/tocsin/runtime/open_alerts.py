"""Which alerts are open now, and which have ended."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.model.alerts import AlertMessage, MessageType


class OpenAlerts:
    """Keeps the latest message of every alert, and every message."""

    def __init__(self) -> None:
        self.messages: list[AlertMessage] = []
        self._latest: dict[str, AlertMessage] = {}

    def take(self, messages: Iterable[AlertMessage]) -> None:
        """New messages, in the order in which they were issued."""
        for message in messages:
            self.messages.append(message)
            self._latest[message.alert_id] = message

    @property
    def open(self) -> tuple[AlertMessage, ...]:
        """Latest message of each open alert, loudest first and then the soonest entry."""
        alerts = [m for m in self._latest.values() if m.message_type is not MessageType.CANCEL]
        never = max((m.expires_ns for m in alerts), default=0)
        return tuple(sorted(alerts, key=lambda m: (-m.level, m.predicted_entry_ns or never, m.alert_id)))

    @property
    def ended(self) -> tuple[AlertMessage, ...]:
        """Last message of each alert that ended, the latest first."""
        alerts = [m for m in self._latest.values() if m.message_type is MessageType.CANCEL]
        return tuple(sorted(alerts, key=lambda m: (-m.issued_ns, m.alert_id)))
