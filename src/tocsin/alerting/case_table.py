"""Cases as columns: all that is followed of one object and one zone, a row each, by object, then zone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.alerting.rule_table import NO_RULE
from tocsin.units import BoolArray, IntArray

NEVER = -1
NO_ALERT = -1

CaseRows = npt.NDArray[Any]
"""Structured rows; `dtype_of` says which columns."""


def dtype_of(rules: int) -> np.dtype[Any]:
    """Columns of a case. Times are UTC nanoseconds, `NEVER` where there is none.

    `standing` is the rule whose level stands, `alert` the alert that the case is part of. What begins with
    `told_` is as of the last sighting, or as of when the level was raised; `told_entry_ns` are the 5 %, 50 %
    and 95 % points of the time of entry. What begins with `raised_` is what the level was last raised on;
    kinds are codes of `KindSets`. `from_east`, `from_north`: the direction from the zone to the object.
    `is_named`: whether the last message named it; `apart_since_ns`: since when it flies apart from its group.
    `is_renamed`: its object has other tracks since they were last compared with those of the last message.
    """
    return np.dtype(
        [
            ("object", np.int64),
            ("zone", np.int64),
            ("alert", np.int64),
            ("standing", np.int64),
            ("held_since_ns", np.int64, (rules,)),
            ("seen_ns", np.int64),
            ("kept_ns", np.int64),
            ("below_since_ns", np.int64),
            ("away_since_ns", np.int64),
            ("latest_entry_ns", np.int64),
            ("told_probability", np.float64),
            ("told_entry_ns", np.int64, (3,)),
            ("told_class", np.int64),
            ("told_class_probability", np.float64),
            ("told_kinds", np.int64),
            ("told_blocked", np.bool_),
            ("told_fastest_mps", np.float64),
            ("existence", np.float64),
            ("inside_since_ns", np.int64),
            ("has_been_inside", np.bool_),
            ("raised_ns", np.int64),
            ("raised_rule", np.int64),
            ("raised_kinds", np.int64),
            ("raised_shared_kinds", np.int64),
            ("raised_class", np.int64),
            ("raised_class_probability", np.float64),
            ("is_named", np.bool_),
            ("apart_since_ns", np.int64),
            ("is_renamed", np.bool_),
            ("from_east", np.float64),
            ("from_north", np.float64),
        ],
        align=True,
    )


class CaseTable:
    """The cases that anything is to be remembered of: a rule holds, or an alert is open."""

    def __init__(self, rules: int, zones: int) -> None:
        self._zones = max(zones, 1)
        self.rows: CaseRows = np.empty(0, dtype_of(rules))

    @property
    def is_open(self) -> BoolArray:
        """Which cases are part of an alert (k,)."""
        found: BoolArray = self.rows["alert"] != NO_ALERT
        return found

    def add(self, numbers: IntArray, zones: IntArray) -> None:
        """Rows for the pairs of objects and zones that have none yet."""
        wanted, known = numbers * self._zones + zones, self._keys()
        if len(known):
            places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
            wanted = wanted[known[places] != wanted]
        if not len(wanted):
            return
        fresh = np.unique(wanted)
        added = np.zeros(len(fresh), self.rows.dtype)
        added["object"], added["zone"] = np.divmod(fresh, self._zones)
        added["alert"], added["standing"] = NO_ALERT, NO_RULE
        for name in added.dtype.names or ():
            if name.endswith("_ns"):
                added[name] = NEVER
        places, count = np.searchsorted(known, fresh), len(known) + len(fresh)
        is_added = np.zeros(count, dtype=bool)
        is_added[places + np.arange(len(fresh))] = True
        rows = np.empty(count, self.rows.dtype)
        self._words(rows)[is_added] = self._words(added)
        self._words(rows)[~is_added] = self._words(self.rows)
        self.rows = rows

    def keep(self, wanted: BoolArray) -> None:
        """Forgets all other rows."""
        if not wanted.all():
            self.rows = self.rows.compress(wanted)

    def note_renamed(self, numbers: Iterable[int]) -> None:
        """Remembers of which objects the tracks are others."""
        changed = list(numbers)
        if changed:
            self.rows["is_renamed"] |= np.isin(self.rows["object"], changed)

    def put(self, places: IntArray, rows: CaseRows) -> None:
        """Other values for k rows."""
        if len(places) == len(self.rows):
            self.rows = rows
        else:  # word by word: NumPy takes ten times as long to set structures
            self._words(self.rows)[places] = self._words(rows)

    def of(self, number: int) -> slice:
        """Where the rows of one object are."""
        start, end = np.searchsorted(self.rows["object"], [number, number + 1])
        return slice(int(start), int(end))

    def hand_over(self, absorbed: int, into: int) -> None:
        """Gives the cases of one object to another that it turned out to be; where both have one, their ages.

        Of no zone may both be open.
        """
        zones = self.rows["zone"][self.of(absorbed)]
        self.add(np.full(len(zones), into), zones)
        mine, start = self.rows[self.of(absorbed)], self.of(into).start
        places = start + np.searchsorted(self.rows["zone"][self.of(into)], zones)
        moved, is_open = self.rows[places], mine["alert"] != NO_ALERT
        moved["held_since_ns"] = _older(mine["held_since_ns"], moved["held_since_ns"])
        moved[is_open] = mine[is_open]
        moved["object"] = into
        self.rows[places] = moved
        self.keep(self.rows["object"] != absorbed)

    def give_alert(self, given: int, into: int) -> None:
        """Gives the alert of one case to another of its zone that has none, with all that is known of it.

        Rules have held for as long as they have for that one.
        """
        moved = self.rows[given].copy()
        for name in ("object", "held_since_ns"):
            moved[name] = self.rows[name][into]
        self.rows[into] = moved
        self.rows["is_renamed"][into] = True
        self.rows["alert"][given], self.rows["held_since_ns"][given] = NO_ALERT, NEVER

    def rezone(self, moved: IntArray, zones: int, first_active: int) -> None:
        """Zones have other numbers, `moved` (z,), below 0 for those that are gone, whose cases are forgotten.

        From `first_active` on, numbers of objects stand for zones, too.
        """
        self.keep(moved[self.rows["zone"]] >= 0)
        zone = moved[self.rows["zone"]]
        is_active = self.rows["object"] >= first_active
        self.rows["object"] = np.where(is_active, first_active + zone, self.rows["object"])
        self.rows["zone"], self._zones = zone, max(zones, 1)
        self.rows = self.rows[np.argsort(self._keys(), kind="stable")]

    @staticmethod
    def _words(rows: CaseRows) -> IntArray:
        found: IntArray = rows.view(np.int64).reshape(len(rows), rows.itemsize // 8)
        return found

    def _keys(self) -> IntArray:
        keys: IntArray = self.rows["object"] * self._zones + self.rows["zone"]
        return keys


def _older(mine: IntArray, its: IntArray) -> IntArray:
    """For how long the rules have been satisfied by what turned out to be the same object."""
    either_never = (mine == NEVER) | (its == NEVER)
    return np.where(either_never, np.maximum(mine, its), np.minimum(mine, its))
