"""Alerts without a track: something is active near a zone, and nothing yet says what it is or where it flies.

The model-free path (assessment) and the tracker judge the same air, so an alert takes the higher of the two
probabilities: activity beside a track raises what is said of that track's object; activity alone opens an
alert of its own for the zone, by the same rules. That alert becomes the object's, with name and level, as
soon as a track forms there that a rule takes an interest in (one of bearings alone does not count: it may
be where they happen to cross); if none does, it lives and ends as one of an
object that was lost, with an all-clear.

`Alerter.decide` calls, in this order: `lifted`, before identities see the picture; `taken_over`, where an
object would open an alert; `decide`, after all objects.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tocsin.alerting.case import Case
from tocsin.alerting.identity import short_name
from tocsin.alerting.rule_evaluation import LevelRule, is_blocked
from tocsin.alerting.sights import Sight
from tocsin.config.kinds import POINTING
from tocsin.model.activity import Activity
from tocsin.model.alerts import AlertMessage

FASTEST_MPS = 51.0
"""How fast what was active can have flown from where it was (the fastest drone, 185 km/h)."""
FORMS_WITHIN_S = 120.0
"""A track that forms later than this after the last report is not taken for what was reported."""


@dataclass(slots=True)
class _Watched:
    """One zone: its case while no object has it, where the activity was last, and the track that formed."""

    case: Case
    place_m: tuple[float, float] = (math.nan, math.nan)
    seen_ns: int = 0
    opened_ns: int = 0
    track_id: str = ""


class WithoutTrack:
    """Opens, follows and hands over the alerts of activity, at most one a zone at any time."""

    def __init__(self, site_name: str, zones: Sequence[str], rules: Sequence[tuple[LevelRule, ...]]) -> None:
        self._site_name = site_name
        self._zones = tuple(zones)
        self._rules = tuple(rules)
        self._watched = [self._blank(zone) for zone in range(len(zones))]
        self._sights: dict[int, Sight] = {}
        self._present: list[Sight] = []
        self._first_ns: dict[str, int] = {}
        self._radius_m = 0.0

    def lifted(self, now_ns: int, activity: Activity | None, sights: list[Sight]) -> list[Sight]:
        """The sights, where activity is beside one with the higher probability, the kinds and both; what is
        beside none is kept for `decide`."""
        self._sights = {}
        self._first_ns = {sight.track_id: self._first_ns.get(sight.track_id, now_ns) for sight in sights}
        self._present = list(sights)
        if activity is None:
            return sights
        self._radius_m = activity.radius_m
        for zone in np.flatnonzero(activity.probability > 0).tolist():
            active = _active_sight(now_ns, activity, zone, len(self._zones))
            beside = self._beside(zone, active)
            if beside is None:
                self._sights[zone] = active
            else:
                self._present[beside] = _higher(self._present[beside], active, zone)
        return self._present

    def taken_over(self, now_ns: int, zone: int, sight: Sight | None) -> Case | None:
        """The open alert of the zone, which is given away, for an object whose track forms where it was."""
        watched = self._watched[zone]
        if sight is None or not watched.case.is_open or not self._is_there(now_ns, watched, sight):
            return None
        self._watched[zone] = self._blank(zone)
        return watched.case

    def decide(self, now_ns: int, warned: Sequence[Sequence[Sight]]) -> list[AlertMessage]:
        """The messages about what is active beside no track, in the order of the zones.

        `warned` are, for each zone, the sights of objects that it is warned of: what is active near one of
        them opens no second alert.
        """
        messages = []
        for zone, watched in enumerate(self._watched):
            sight = self._sights.get(zone)
            if sight is not None:
                watched.place_m, watched.seen_ns = (sight.state[0], sight.state[1]), sight.seen_ns
            if not watched.case.is_open:
                if not watched.case.is_opening(now_ns, sight) or self._is_told(sight, warned[zone]):
                    continue
                watched.opened_ns = now_ns
                watched.case.open(short_name(self._site_name, self._zones[zone], "active", now_ns))
            message = self._step(now_ns, watched, sight)
            if message is not None:
                messages.append(message)
            if not watched.case.is_open:
                self._watched[zone] = self._blank(zone)
        return messages

    def _step(self, now_ns: int, watched: _Watched, sight: Sight | None) -> AlertMessage | None:
        if sight is None:  # a track may account for it now, also one that no rule takes an interest in
            sight = self._formed(now_ns, watched)
            watched.track_id = watched.track_id if sight is None else sight.track_id
        track_ids = (watched.track_id,) if watched.track_id else ()
        return watched.case.step(now_ns, sight, track_ids)

    def _formed(self, now_ns: int, watched: _Watched) -> Sight | None:
        """The track that the alert already follows, or the nearest that has formed where the activity was."""
        known = [sight for sight in self._present if sight.track_id == watched.track_id]
        there = known or [sight for sight in self._present if self._is_there(now_ns, watched, sight)]
        return min(there, key=lambda sight: math.dist(sight.state[:2], watched.place_m), default=None)

    def _is_there(self, now_ns: int, watched: _Watched, sight: Sight) -> bool:
        """Whether a track can be what was active: it is new, and within reach of where that was."""
        if sight.track_id == watched.track_id:
            return True
        unseen_s = (now_ns - watched.seen_ns) / 1e9
        is_new = self._first_ns.get(sight.track_id, now_ns) >= watched.opened_ns
        reach_m = self._radius_m + FASTEST_MPS * unseen_s
        is_near = math.dist(sight.state[:2], watched.place_m) <= reach_m
        return is_new and is_near and unseen_s <= FORMS_WITHIN_S and _is_placed(sight)

    def _beside(self, zone: int, active: Sight) -> int | None:
        """The present track nearest to the activity within its radius, of those that it can be taken for."""
        near = [
            (distance, row)
            for row, sight in enumerate(self._present)
            if (distance := math.dist(sight.state[:2], active.state[:2])) <= self._radius_m
            and _is_placed(sight)
            and not any(is_blocked(rule, sight) for _, rule in self._rules[zone])
        ]
        return min(near)[1] if near else None

    def _is_told(self, active: Sight | None, warned: Sequence[Sight]) -> bool:
        """Whether the zone is already warned of something near the activity."""
        return active is not None and any(
            math.dist(sight.state[:2], active.state[:2]) <= 2.0 * self._radius_m for sight in warned
        )

    def _blank(self, zone: int) -> _Watched:
        return _Watched(Case(self._rules[zone], zone, self._zones[zone]))


def _active_sight(now_ns: int, activity: Activity, zone: int, zones: int) -> Sight:
    """Activity as rules read it: it may come or not exist, with one probability for both."""
    probability = float(activity.probability[zone])
    entry_probability = [0.0] * zones
    entry_probability[zone] = probability
    entry_s = [[math.nan] * 3 for _ in range(zones)]
    entry_s[zone] = activity.entry_s[zone].tolist()
    east_m, north_m = activity.place_m[zone].tolist()
    seen_ns, kinds = int(activity.seen_ns[zone]), activity.kinds[zone]
    return Sight("", now_ns, seen_ns, probability, kinds, "unknown", 0.0, {},
                 entry_probability, entry_s, [east_m, north_m, 0.0, 0.0, 0.0, 0.0], np.eye(6),
                 _who_in_words(activity.sensors[zone]))  # fmt: skip


def _is_placed(sight: Sight) -> bool:
    """Whether a sensor that tells places stands behind a track; bearings alone may cross anywhere."""
    return not sight.kinds <= POINTING


def _higher(sight: Sight, active: Sight, zone: int) -> Sight:
    """A sight with what activity beside it adds, where that is more probable."""
    if active.entry_probability[zone] <= sight.entry_probability[zone]:
        return replace(sight, kinds=sight.kinds | active.kinds)
    entry_probability, entry_s = list(sight.entry_probability), list(sight.entry_s)
    entry_probability[zone] = active.entry_probability[zone]
    if not sight.entry_s[zone][1] >= 0:
        entry_s[zone] = active.entry_s[zone]
    return replace(sight, kinds=sight.kinds | active.kinds, entry_probability=entry_probability,
                   entry_s=entry_s, existence=max(sight.existence, active.existence))  # fmt: skip


def _who_in_words(sensors: Sequence[tuple[str, str]]) -> str:
    """As '3 microphones and 1 radar'."""
    counts = Counter(kind.replace("_", " ") for _, kind in sensors)
    parts = [f"{number} {kind}{'s' if number > 1 else ''}" for kind, number in sorted(counts.items())]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "nobody"
