"""What is known of one group, often of one, and one zone when a message is written."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.rule_table import LevelRule


@dataclass(slots=True)
class Situation:
    """Those of an alert that call for its level, and its zone, at `now_ns`; all else is as of `seen_ns`.

    `entry_ns` are the 5 %, 50 % and 95 % points of the time of the first entry, None where none is predicted;
    `last_entry_ns` is the median of the last one. `existence` is that of the latest picture, as it tells what
    looking in vain has shown since. `objects` call for the level, of which `inside` are inside; `quieter`
    call for a lower one, and `gone` are no longer part of it, `unseen` of them without being seen to leave.
    `is_held`: the level is that of some who have left. `reach_m` is how far they can have flown unseen,
    0 where that is not known. `activity` names the sensors where the last of it was activity without a track.
    `beside` are the tracks of others that lent the evidence on which the level is raised now.
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
    reach_m: float = 0.0
    activity: str = ""
    beside: tuple[str, ...] = ()
    objects: int = 1
    inside: int = 0
    quieter: int = 0
    gone: int = 0
    unseen: int = 0
    last_entry_ns: int | None = None
    parted_from: str = ""
    is_held: bool = False

    @property
    def predicted_entry_ns(self) -> int | None:
        """The median time of entry, that of the entry itself once inside, None where none is predicted."""
        if self.whereabouts is Whereabouts.AWAY:
            return None
        if self.inside_since_ns is not None:
            return self.inside_since_ns
        return None if self.entry_ns is None else self.entry_ns[1]
