"""Which alerts are open now, and which have ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from tocsin.model.alerts import AlertMessage, MessageType

MOST_MESSAGES = 10_000
MOST_ENDED = 1_000
"""What is older is in the recording."""


class OpenAlerts:
    """Keeps the last message of every open alert, of those that ended lately, and the latest messages."""

    def __init__(self) -> None:
        self.messages: deque[AlertMessage] = deque(maxlen=MOST_MESSAGES)
        self._open: dict[str, AlertMessage] = {}
        self._ended: deque[AlertMessage] = deque(maxlen=MOST_ENDED)

    def take(self, messages: Iterable[AlertMessage]) -> None:
        """New messages, in the order in which they were issued."""
        for message in messages:
            self.messages.append(message)
            self._open.pop(message.alert_id, None)
            if message.message_type is MessageType.CANCEL:
                self._ended.append(message)
            else:
                self._open[message.alert_id] = message

    @property
    def open(self) -> tuple[AlertMessage, ...]:
        """Latest message of each open alert, loudest first and then the soonest entry."""
        alerts = self._open.values()
        never = max((m.expires_ns for m in alerts), default=0)
        return tuple(sorted(alerts, key=lambda m: (-m.level, m.predicted_entry_ns or never, m.alert_id)))

    @property
    def ended(self) -> tuple[AlertMessage, ...]:
        """Last message of each alert that ended lately, the latest first."""
        return tuple(sorted(self._ended, key=lambda m: (-m.issued_ns, m.alert_id)))
