"""The alerts of a recording, as whoever judges them needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from tocsin.errors import InvalidTable
from tocsin.model.alerts import Level, MessageType
from tocsin.recording.recording import Recording

USUAL_EXPIRY_S = 900.0
"""How long a message counts where its CAP file doesn't tell."""

_EXPIRES = ".//{urn:oasis:names:tc:emergency:cap:1.2}expires"


@dataclass(frozen=True, slots=True)
class LoggedAlert:
    """One message. `expires_s` is that of its CAP file, the latest where languages differ."""

    alert_id: str
    version: int
    issued_s: float
    expires_s: float
    level: Level
    zone: str
    track_ids: tuple[str, ...]
    message_type: MessageType


def alert_log(recording: Recording) -> list[LoggedAlert]:
    """All messages in the order of issue. Raises `InvalidTable` on a level or type that is none."""
    log = []
    for number, row in enumerate(recording.alerts().to_pylist(), 1):
        try:
            level, message_type = Level[row["level"].upper()], MessageType(row["message_type"])
        except (KeyError, ValueError, AttributeError) as error:
            raise InvalidTable(f"alerts, row {number}: {error} is no level or message type") from None
        message = recording.cap(row["cap_file"])
        expires_s = None if message is None else expiry_s(message)
        log.append(
            LoggedAlert(
                row["alert_id"],
                row["version"],
                row["issued_s"],
                row["issued_s"] + USUAL_EXPIRY_S if expires_s is None else expires_s,
                level,
                row["zone"],
                tuple(row["track_ids"]),
                message_type,
            )
        )
    return sorted(log, key=lambda alert: (alert.issued_s, alert.alert_id, alert.version))


def expiry_s(cap_message: bytes) -> float | None:
    """When a CAP 1.2 message expires (clause 3.2.2), UTC seconds, or None where it doesn't say."""
    try:
        expires = ElementTree.fromstring(cap_message).findall(_EXPIRES)
        times = [datetime.fromisoformat((element.text or "").strip()) for element in expires]
    except (ElementTree.ParseError, ValueError):
        return None
    return max((time.timestamp() for time in times if time.tzinfo is not None), default=None)
