"""Alerts: what is said to people about one object, or group of them, and one zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

AreaDegrees = tuple[tuple[float, float], ...]
"""Corners of an outline as (latitude, longitude) [deg], in their order, without a closing one."""


class Level(IntEnum):
    """How loud an alert is; a higher level is louder."""

    WATCH = 1
    ADVISORY = 2
    WARNING = 3

    @property
    def word(self) -> str:
        """The level as files and people write it."""
        return self.name.lower()


class MessageType(StrEnum):
    """The message types of CAP 1.2 (OASIS, clause 3.2.1) that an alert goes through."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """One message of an alert: immutable, and never unsaid except by a later message.

    `references` are the (identifier, sent) of the earlier messages of the same alert, oldest first.
    `predicted_entry_ns` is None where no entry is predicted any more.
    """

    alert_id: str
    version: int
    issued_ns: int
    expires_ns: int
    level: Level
    zone: str
    track_ids: tuple[str, ...]
    predicted_entry_ns: int | None
    entry_probability: float
    reason: str
    message_type: MessageType
    object_class: str = "unknown"
    evidence: tuple[str, ...] = ()
    rule: str = ""
    all_clear: bool = False
    lapsed: bool = False
    """An all-clear by rule: the object was lost from sight and not seen to leave."""
    objects: int = 1
    """How many objects of a group call for this level; `track_ids` are theirs."""
    seen_ns: int | None = None
    """When what it is about was last seen or heard; None: nothing was, as in a test."""
    beside: tuple[str, ...] = ()
    """Tracks that fly beside them, and lent the evidence on which this message raises the level."""
    last_entry_ns: int | None = None
    """Where they are several: when the last of them is predicted to enter (median)."""
    references: tuple[tuple[str, int], ...] = field(default=())
    area: AreaDegrees = ()
    """The part of the zone that it is for; empty: the whole zone."""
    is_test: bool = False
    """Made by an operator to try the way to the receivers; nothing is in the air."""

    @property
    def identifier(self) -> str:
        """Unique among all messages."""
        return f"{self.alert_id}-{self.version}"

    @property
    def cap_file(self) -> str:
        """Where the CAP form of this message lies in an output directory."""
        return f"cap/{self.identifier}.xml"
