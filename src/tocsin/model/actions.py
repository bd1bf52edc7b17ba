"""What people, and the timers that watch over them, do about alerts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Verb(StrEnum):
    """What may be done; overdue and unanswered are done by tocsin itself, zones are of no alert."""

    ACKNOWLEDGE = "acknowledge"
    ESCALATE = "escalate"
    HAND_OVER = "hand_over"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    MARK = "mark"
    UNMARK = "unmark"
    TEST = "test"
    OVERDUE = "overdue"
    UNANSWERED = "unanswered"
    ZONES = "zones"


class MarkedAs(StrEnum):
    """What an operator may say that an object is."""

    BIRD = "bird"
    BALLOON = "balloon"
    LIGHT_AIRCRAFT = "light_aircraft"
    KNOWN_FLIGHT = "known_flight"

    @property
    def words(self) -> str:
        """As people say it."""
        return f"a {self.value.replace('_', ' ')}"


class Outcome(IntEnum):
    """What came of it, as a status of HTTP (RFC 9110)."""

    DONE = 200
    NOT_THE_OWNER = 403
    UNKNOWN = 404
    CONFLICT = 409
    GONE = 410
    INVALID = 422


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants; `operator` and `unit` are who, as the token says, not as the caller does."""

    verb: Verb
    operator: str
    unit: str
    alert_id: str = ""
    message: str = ""
    """Identifier of the message that is confirmed; empty: the latest of the alert."""
    to_unit: str = ""
    zone: str = ""
    marked_as: MarkedAs | None = None
    track_ids: tuple[str, ...] = ()
    """Of those of the alert; empty: all."""
    holds_s: float | None = None
    """How long a mark holds; None: as long as the site says."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A request and what came of it: a line of the audit, done or refused."""

    time_ns: int
    request: Request
    outcome: Outcome
    answer: str
    alert_id: str = ""
    """The alert that it is about; of a test the one that it made."""
    message: str = ""
    """Identifier of the message that it was about, or that it confirmed."""
    owner: str = ""
    """The unit that owns the alert from then on."""
    track_ids: tuple[str, ...] = ()
    """What was marked."""
    until_ns: int | None = None
    """When what it did ends by itself, or an acknowledgement is due."""

    @property
    def is_done(self) -> bool:
        """Whether it was not refused."""
        return self.outcome is Outcome.DONE
