"""Who belongs together: objects that fly together, or come to one zone from one side within a time.

Why so: docs/adr/0014-groups.md.
"""

from __future__ import annotations

import math
from bisect import insort
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.case_table import NEVER, NO_ALERT, CaseRows
from tocsin.alerting.flying_alike import fly_alike
from tocsin.alerting.level_life import NOT_THERE
from tocsin.config.grouping import Grouping
from tocsin.units import FloatArray, IntArray

PARTING = 1.5
"""Members part where they are farther apart than this times what lets them join."""


@dataclass(slots=True)
class Flights:
    """How the objects of k cases fly: `state` (k, 4) east, north and their velocities, NaN where not there.

    `entry_ns` (k,) is their predicted or true entry, `whereabouts` (k,) as `case_story` gives it.
    """

    state: FloatArray
    entry_ns: IntArray
    whereabouts: IntArray


def flights_of(
    cases: CaseRows, row: IntArray, state: FloatArray, where: IntArray, entry_ns: IntArray
) -> Flights:
    """From the state (n, 6) of the picture's tracks and the track of each case."""
    found = np.full((len(cases), 4), np.nan)
    there = row != NOT_THERE
    found[there] = state[row[there]][:, [0, 1, 3, 4]]
    return Flights(found, entry_ns, where)


class ToldOf:
    """The cases that `fresh` ones may join: of an alert of their zones and not flying elsewhere, by zone."""

    def __init__(self, fresh: IntArray, cases: CaseRows, flights: Flights) -> None:
        self._zones: list[int] = cases["zone"].tolist()
        self._may = (flights.whereabouts != Whereabouts.AWAY).tolist()
        self._by_zone: dict[int, list[int]] = {}
        is_near = np.isin(cases["zone"], cases["zone"][fresh])
        for case in np.flatnonzero(is_near & (cases["alert"] != NO_ALERT)).tolist():
            self.add(case)

    def zone(self, case: int) -> IntArray:
        """Those of the zone of a case, in their order."""
        return np.array(self._by_zone.get(self._zones[case], ()), dtype=np.int64)

    def add(self, case: int) -> None:
        """A case that is of an alert now."""
        if self._may[case]:
            insort(self._by_zone.setdefault(self._zones[case], []), case)


class Links:
    """Judges by the site's own figures."""

    def __init__(self, grouping: Grouping) -> None:
        self._of = grouping
        self._least_cosine = math.cos(math.radians(grouping.direction_deg))
        self._parting_cosine = math.cos(math.radians(min(PARTING * grouping.direction_deg, 180.0)))

    def alert_to_join(self, case: int, others: IntArray, cases: CaseRows, flights: Flights) -> int:
        """The open alert whose group an object joins, of those that `others` of its zone are part of.

        `NO_ALERT` where it joins none.
        """
        if not self._of.enabled or not len(others):
            return NO_ALERT
        own, theirs = flights.state[case], flights.state[others]
        distance_m = _distance_m(own, theirs)
        near = np.flatnonzero(distance_m <= self._of.together_m)
        if len(near):
            near = near[fly_alike(own[2:], theirs[near, 2:], self._of.together_mps)]
        if len(near):
            return int(cases["alert"][others[near[distance_m[near].argmin()]]])
        return self._converging(case, others, cases, flights)

    def loose(self, cases: CaseRows, flights: Flights) -> list[int]:
        """The alerts whose members may have parted: not all are within half the angle of their middle.

        Notes in the cases of all others that they have not.
        """
        alert = cases["alert"]
        members = np.bincount(alert)
        if members.max() == 1:
            return []
        is_comer = flights.whereabouts == Whereabouts.APPROACHING
        side = [np.where(is_comer, cases[name], 0.0) for name in ("from_east", "from_north")]
        east, north = (np.bincount(alert, one)[alert] for one in side)
        least = math.sqrt((1.0 + self._parting_cosine) / 2.0) * np.hypot(east, north)
        is_off = is_comer & (side[0] * east + side[1] * north <= least)
        is_loose = np.bincount(alert, is_off & (members[alert] > 1)) > 0
        cases["apart_since_ns"][~is_loose[alert]] = NEVER
        found: list[int] = np.flatnonzero(is_loose).tolist()
        return found

    def parted(self, members: IntArray, cases: CaseRows, flights: Flights, now_ns: int) -> list[IntArray]:
        """Of the cases of one alert those that have flown apart from most for long enough, by who with whom.

        Notes in the cases since when they have.
        """
        judged = members[(flights.whereabouts[members] == Whereabouts.APPROACHING)
                         & np.isfinite(flights.state[members, 0])]  # fmt: skip
        label = self._components(judged, cases, flights)
        core = np.bincount(label).argmax() if len(label) else 0
        is_apart = np.zeros(len(members), dtype=bool)
        is_apart[np.searchsorted(members, judged[label != core])] = True
        since_ns = cases["apart_since_ns"][members]
        since_ns = np.where(is_apart, np.where(since_ns == NEVER, now_ns, since_ns), NEVER)
        cases["apart_since_ns"][members] = since_ns
        ripe = members[is_apart & (now_ns - since_ns >= self._of.part_after_s * 1e9)]
        label_of = label[np.searchsorted(judged, ripe)]
        return [ripe[label_of == one] for one in np.unique(label_of)]

    def _converging(self, case: int, others: IntArray, cases: CaseRows, flights: Flights) -> int:
        """The alert that comes from the same side at about the same time, and best fits."""
        own_ns, entries_ns = flights.entry_ns[case], flights.entry_ns[others]
        best, closest = NO_ALERT, self._least_cosine
        if own_ns == NEVER:
            return best
        soon = (entries_ns != NEVER) & (np.abs(entries_ns - own_ns) <= self._of.window_s * 1e9)
        alerts, from_east, from_north = cases["alert"][others], cases["from_east"], cases["from_north"]
        own_east, own_north = float(from_east[case]), float(from_north[case])
        for alert in sorted(set(alerts[soon].tolist())):
            members = others[alerts == alert]
            east, north = float(from_east[members].sum()), float(from_north[members].sum())
            length = math.hypot(east, north) * math.hypot(own_east, own_north)
            along = east * own_east + north * own_north
            if length > 0 and along / length >= closest:
                best, closest = alert, along / length
        return best

    def _components(self, judged: IntArray, cases: CaseRows, flights: Flights) -> IntArray:
        """Which of the cases are linked with which, if over others: a number for each."""
        if not len(judged):
            return np.empty(0, np.int64)
        state = flights.state[judged]
        linked = _distance_m(state[:, np.newaxis], state) <= PARTING * self._of.together_m
        velocity = state[:, 2:]
        linked &= fly_alike(velocity[:, np.newaxis], velocity, PARTING * self._of.together_mps, PARTING)
        side = np.column_stack([cases["from_east"][judged], cases["from_north"][judged]])
        linked |= side @ side.T >= self._parting_cosine
        label: IntArray = connected_components(linked, directed=False)[1].astype(np.int64)
        return label


def _distance_m(first: FloatArray, second: FloatArray) -> FloatArray:
    found: FloatArray = np.hypot(first[..., 0] - second[..., 0], first[..., 1] - second[..., 1])
    return found
