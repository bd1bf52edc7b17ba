"""Alerts without a track: something is active near a zone, and nothing yet says what it is or where it flies.

The model-free path (assessment) and the tracker judge the same air, so an alert takes the higher of the two
probabilities: activity beside a track raises what is said of that track's object; activity alone is a case of
its own, at most one a zone, that lives by the same rules as all others. Its alert becomes the object's, with
name and level, as soon as a track forms there that a rule takes an interest in (one of bearings alone does
not count: it may be where they happen to cross); if none does, it lives and ends as one of an object that was
lost, with an all-clear. A track there that no rule asks for speaks for it (it may turn out to be a bird).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from tocsin.alerting.active_rows import NO_TRACK, distances_m, is_placed, lifted, tracks_beside, with_rows
from tocsin.alerting.case_table import NO_ALERT, CaseRows
from tocsin.alerting.identity import Identities
from tocsin.alerting.kind_sets import KindSets
from tocsin.alerting.level_life import NOT_THERE
from tocsin.alerting.rule_table import NO_RULE, RuleTable
from tocsin.model.alerts import Level
from tocsin.model.assessments import Assessments
from tocsin.units import BoolArray, IntArray

FASTEST_MPS = 51.0
"""How fast what was active can have flown from where it was (the fastest drone, 185 km/h)."""
FORMS_WITHIN_S = 120.0
"""A track that forms later than this after the last report is not taken for what was reported."""
FIRST_NUMBER = 1 << 40
"""From here on numbers of objects stand for what is active near a zone, this for the first zone."""


class WithoutTrack:
    """What is active near each of z zones: its row in a picture, where, and the track that formed there."""

    def __init__(self, zones: int, table: RuleTable, kind_sets: KindSets) -> None:
        self._table = table
        self._kind_sets = kind_sets
        self._row = np.full(zones, NOT_THERE, dtype=np.int64)
        self._is_open = np.zeros(zones, dtype=bool)
        self._opened_ns = np.zeros(zones, dtype=np.int64)
        self._place_m = np.full((zones, 2), np.nan)
        self._seen_ns = np.zeros(zones, dtype=np.int64)
        self._radius_m = 0.0
        self._words = [""] * zones
        self._track_id = [""] * zones
        self._by_track = np.zeros(zones, dtype=bool)
        self._tracks: Assessments | None = None
        self._placed: BoolArray | None = None

    def rezone(self, moved: IntArray, zones: int, table: RuleTable) -> None:
        """Zones have other numbers, `moved` (z,), below 0 for those that are gone."""
        before, self._table = self._of_zones(), table
        after = WithoutTrack(zones, table, self._kind_sets)._of_zones()
        stays = np.flatnonzero(moved >= 0)
        for name, column in after.items():
            for old, new in zip(stays.tolist(), moved[stays].tolist(), strict=True):
                column[new] = before[name][old]
            setattr(self, name, column)

    def _of_zones(self) -> dict[str, Any]:
        """All that is remembered of each zone."""
        names = ("_row", "_is_open", "_opened_ns", "_place_m", "_seen_ns", "_words", "_track_id", "_by_track")
        return {name: getattr(self, name) for name in names}

    def take(self, picture: Assessments) -> tuple[Assessments, Assessments]:
        """The tracks of a picture with what activity beside them adds; the same with rows for the rest."""
        self._row[:] = NOT_THERE
        self._tracks, self._placed = picture, None
        activity = picture.activity
        zones = np.empty(0, np.int64) if activity is None else np.flatnonzero(activity.probability > 0)
        if activity is None or not len(zones):
            return picture, picture
        self._radius_m = activity.radius_m
        track = tracks_beside(picture, activity, zones, self._table, self._kind_sets)
        is_beside = track != NO_TRACK
        tracks = lifted(picture, activity, zones[is_beside], track[is_beside]) if is_beside.any() else picture
        self._tracks = tracks
        alone = zones[~is_beside]
        if not len(alone):
            return tracks, tracks
        self._row[alone] = len(tracks) + np.arange(len(alone))
        self._place_m[alone], self._seen_ns[alone] = activity.place_m[alone], activity.seen_ns[alone]
        for zone in alone.tolist():
            self._words[zone] = who_in_words(activity.sensors[zone])
        self._by_track[alone] = False
        return tracks, with_rows(tracks, activity, alone)

    def follow(self, cases: CaseRows, identities: Identities) -> None:
        """Where nothing is active any more, the track that has formed there speaks for what was.

        That is the one that did so before, or the nearest of those that can be it; messages are to name it.
        """
        for zone in np.flatnonzero(self._is_open & (self._row == NOT_THERE)).tolist():
            rows = self._there(zone, identities)
            if not rows:
                continue
            self._row[zone], self._by_track[zone] = rows[0], True
            name = str(self._picture().track_id[rows[0]])
            if name != self._track_id[zone]:
                self._track_id[zone] = name
                cases["is_named"][cases["object"] == FIRST_NUMBER + zone] = False

    def numbers(self, rows: IntArray) -> IntArray:
        """Of rows behind the tracks, by which zone they are of."""
        zones = np.flatnonzero(self._row != NOT_THERE)
        order = np.argsort(self._row[zones])
        found: IntArray = FIRST_NUMBER + zones[order][np.searchsorted(self._row[zones][order], rows)]
        return found

    def speaks(self, cases: CaseRows, row: IntArray) -> IntArray:
        """The rows (k,) that speak for cases, where those of objects are given already."""
        is_active = is_without_track(cases)
        row[is_active] = self._row[cases["zone"][is_active]]
        return row

    def take_overs(
        self, cases: CaseRows, row: IntArray, is_opening: BoolArray, identities: Identities
    ) -> list[tuple[int, int]]:
        """Cases of activity whose alert goes to an object, each with the opening case of that object.

        The next message names its track, unless the last one did.
        """
        found = []
        for zone in np.flatnonzero(self._is_open).tolist():
            asking = np.flatnonzero(is_opening & (cases["zone"] == zone) & ~is_without_track(cases))
            there = self._there(zone, identities) if len(asking) else []
            taking = [case for track in there for case in asking[row[asking] == track].tolist()]
            if taking:
                (given,) = np.flatnonzero(is_without_track(cases) & (cases["zone"] == zone)).tolist()
                found.append((given, taking[0]))
                if self._track_id[zone] != str(self._picture().track_id[row[taking[0]]]):
                    cases["is_named"][given] = False
        return found

    def is_told(self, cases: CaseRows, row: IntArray, loudest: IntArray) -> BoolArray:
        """Which cases (k,) would open for activity near an object that the zone is already warned of."""
        found = np.zeros(len(cases), dtype=bool)
        is_alone = is_without_track(cases)
        opening = np.flatnonzero(is_alone & (cases["alert"] == NO_ALERT) & (loudest != NO_RULE))
        if len(opening):
            rule = np.where(loudest == NO_RULE, cases["standing"], loudest)
            is_warned = (rule != NO_RULE) & (self._table.level[rule] == int(Level.WARNING))
            warned = np.flatnonzero(~is_alone & is_warned & (row != NOT_THERE))
            tracks = self._picture()
            away_m = distances_m(self._place_m[cases["zone"][opening]], tracks)[:, row[warned]]
            is_same = cases["zone"][opening][:, np.newaxis] == cases["zone"][warned]
            found[opening] = (is_same & (away_m <= 2.0 * self._radius_m)).any(axis=1)
        return found

    def note_open(self, cases: CaseRows, now_ns: int) -> None:
        """Remembers for which zones an alert is open, of all cases after a picture."""
        is_open = np.zeros(len(self._is_open), dtype=bool)
        is_open[cases["zone"][is_without_track(cases) & (cases["alert"] != NO_ALERT)]] = True
        self._opened_ns[is_open & ~self._is_open] = now_ns
        for zone in np.flatnonzero(self._is_open & ~is_open).tolist():
            self._track_id[zone], self._by_track[zone] = "", False
        self._is_open = is_open

    def track_ids(self, number: int) -> tuple[str, ...]:
        """The track that speaks for what was active, if there is one."""
        name = self._track_id[number - FIRST_NUMBER]
        return (name,) if name else ()

    def words(self, number: int) -> str:
        """Which sensors are or were active; empty where a track speaks for it, and for objects."""
        if number < FIRST_NUMBER or self._by_track[number - FIRST_NUMBER]:
            return ""
        return self._words[number - FIRST_NUMBER]

    def _there(self, zone: int, identities: Identities) -> list[int]:
        """Tracks that can be what was active near a zone: the one that spoke for it, then the nearest."""
        tracks = self._picture()
        if not len(tracks):
            return []
        unseen_s = (tracks.time_ns - int(self._seen_ns[zone])) / 1e9
        away_m = distances_m(self._place_m[zone][np.newaxis], tracks)[0]
        known = self._track_id[zone]
        is_known = tracks.track_id == known if known else np.zeros(len(tracks), dtype=bool)
        may_be = np.zeros(len(tracks), dtype=bool)
        if unseen_s <= FORMS_WITHIN_S:
            may_be = (away_m <= self._radius_m + FASTEST_MPS * unseen_s) & self._is_placed()
        rows = np.flatnonzero(may_be | is_known)
        rows = rows[np.lexsort((away_m[rows], ~is_known[rows]))]
        opened_ns = int(self._opened_ns[zone])
        return [row for row in rows.tolist() if is_known[row] or identities.first_ns(row) >= opened_ns]

    def _is_placed(self) -> BoolArray:
        if self._placed is None:
            self._placed = is_placed(self._picture(), self._kind_sets)
        return self._placed

    def _picture(self) -> Assessments:
        assert self._tracks is not None
        return self._tracks


def is_without_track(cases: CaseRows) -> BoolArray:
    """Which cases (k,) are of activity."""
    found: BoolArray = cases["object"] >= FIRST_NUMBER
    return found


def who_in_words(sensors: Sequence[tuple[str, str]]) -> str:
    """As '3 microphones and 1 radar'."""
    counts = Counter(kind.replace("_", " ") for _, kind in sensors)
    parts = [f"{number} {kind}{'s' if number > 1 else ''}" for kind, number in sorted(counts.items())]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "nobody"
