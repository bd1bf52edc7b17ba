"""What people are told of an alert while the service runs: what was said last, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tocsin.model.alerts import AlertMessage
from tocsin.units import nanoseconds_to_seconds


@dataclass(frozen=True, slots=True)
class AlertReport:
    """One alert at one time."""

    message: AlertMessage
    owner: str
    owned_since_ns: int
    next_unit: str | None
    """Who owns it next; None: nobody comes after the owner."""
    acknowledged_ns: int | None
    acknowledge_by_ns: int | None
    """When it goes to the next unit if nobody acknowledges it; None: it does not."""
    is_unanswered: bool
    """All units of the chain let their time pass."""
    is_confirmed: bool
    """An operator gave the latest message to the public."""
    is_from_before: bool
    """Open when the service started, and not renewed since."""
    marks: tuple[str, ...] = ()
    marked_tracks: tuple[str, ...] = ()
    """Tracks that operators said to be harmless."""

    def as_json(self) -> dict[str, Any]:
        """As JSON has it; times are UTC seconds."""
        message = self.message
        return {
            "alert_id": message.alert_id,
            "version": message.version,
            "message": message.identifier,
            "message_type": message.message_type.value,
            "level": message.level.word,
            "zone": message.zone,
            "area": [list(corner) for corner in message.area],
            "track_ids": list(message.track_ids),
            "issued_s": nanoseconds_to_seconds(message.issued_ns),
            "expires_s": nanoseconds_to_seconds(message.expires_ns),
            "predicted_entry_s": _seconds(message.predicted_entry_ns),
            "entry_probability": message.entry_probability,
            "reason": message.reason,
            "object_class": message.object_class,
            "objects": message.objects,
            "is_test": message.is_test,
            "owner": self.owner,
            "owned_since_s": nanoseconds_to_seconds(self.owned_since_ns),
            "next_unit": self.next_unit,
            "acknowledged_s": _seconds(self.acknowledged_ns),
            "acknowledge_by_s": _seconds(self.acknowledge_by_ns),
            "is_unanswered": self.is_unanswered,
            "is_confirmed": self.is_confirmed,
            "is_from_before": self.is_from_before,
            "marks": list(self.marks),
            "marked_tracks": list(self.marked_tracks),
        }


def _seconds(time_ns: int | None) -> float | None:
    return None if time_ns is None else nanoseconds_to_seconds(time_ns)
