"""What is known of one object and one zone when a message is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tocsin.alerting.rule_evaluation import LevelRule


class Whereabouts(Enum):
    """How an alerted object stands to its zone, as far as sightings tell."""

    APPROACHING = "approaching"
    INSIDE = "inside"
    AWAY = "away"
    LOST = "lost"


@dataclass(slots=True)
class Situation:
    """One object and one zone at `now_ns`; all else is as of `seen_ns`, the last sighting.

    `entry_ns` are the 5 %, 50 % and 95 % points of the time of entry, None where none is predicted;
    `existence` is that of the latest picture, as it tells what looking in vain has shown since.
    """

    now_ns: int
    zone: str
    standing: LevelRule
    raised_by: str
    track_ids: tuple[str, ...]
    whereabouts: Whereabouts
    seen_ns: int
    kinds: frozenset[str]
    existence: float
    object_class: str
    class_probability: float
    is_blocked: bool
    entry_probability: float
    entry_ns: tuple[int, int, int] | None
    inside_since_ns: int | None
    has_been_inside: bool
    fastest_mps: float = 0.0
    activity: str = ""
    """Which sensors are active, where the last of it was activity without a track."""

    @property
    def predicted_entry_ns(self) -> int | None:
        """The median time of entry, that of the entry itself once inside, None where none is predicted."""
        if self.whereabouts is Whereabouts.AWAY:
            return None
        if self.inside_since_ns is not None:
            return self.inside_since_ns
        return None if self.entry_ns is None else self.entry_ns[1]
