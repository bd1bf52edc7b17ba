"""What is known of cases, to be told: learnt from sightings, kept while nothing is seen."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from tocsin.alerting.case_table import NEVER, CaseRows
from tocsin.alerting.level_life import NOT_THERE
from tocsin.alerting.rule_table import RuleTable
from tocsin.alerting.sights import Sights
from tocsin.units import BoolArray, FloatArray, IntArray


class Whereabouts(IntEnum):
    """How an alerted object stands to its zone, as far as sightings tell; of several, the higher is told."""

    AWAY = 0
    LOST = 1
    APPROACHING = 2
    INSIDE = 3


# An enumeration is slow to ask, which is done for every picture.
_AWAY, _LOST, _APPROACHING, _INSIDE = (int(where) for where in Whereabouts)


def learn(
    cases: CaseRows, row: IntArray, is_decisive: BoolArray, sights: Sights, centres_m: FloatArray
) -> None:
    """Keeps what the last sighting or raise rests on; coasting can make it more probable, never less.

    `centres_m` (z, 2) are the middles of the zones, east and north.
    """
    there = np.flatnonzero(row != NOT_THERE)
    picture = sights.picture
    cases["existence"][there] = picture.existence[row[there]]
    probability = picture.entry_probability[row[there], cases["zone"][there]]
    is_told = is_decisive[there] | (probability > cases["told_probability"][there])
    told = there[is_told]
    track, zone = row[told], cases["zone"][told]
    cases["told_probability"][told] = probability[is_told]
    cases["told_class"][told] = sights.class_index[track]
    cases["told_class_probability"][told] = sights.class_probability[track]
    cases["told_kinds"][told] = sights.kinds[track]
    cases["told_blocked"][told] = sights.is_blocked[cases["standing"][told], track]
    if picture.fastest_mps is not None:
        cases["told_fastest_mps"][told] = picture.fastest_mps[track]
    entry_s = picture.entry_s[track, zone]
    is_known = (entry_s >= 0).all(axis=1)  # NaN compares false: no entry
    entry_ns = picture.time_ns + np.rint(1e9 * np.where(is_known[:, np.newaxis], entry_s, 0.0)).astype(
        np.int64
    )
    cases["told_entry_ns"][told] = np.where(is_known[:, np.newaxis], entry_ns, NEVER)
    is_inside = entry_s[:, 1] == 0
    _go_in_and_out(cases, told, is_inside, picture.time_ns)
    comes = told[~is_inside]
    from_m = picture.state[row[comes], :2] - centres_m[cases["zone"][comes]]
    away_m = np.maximum(np.hypot(from_m[:, 0], from_m[:, 1]), 1.0)
    cases["from_east"][comes], cases["from_north"][comes] = (from_m / away_m[:, np.newaxis]).T


def note_raise(cases: CaseRows, row: IntArray, is_raised: BoolArray, sights: Sights) -> None:
    """Keeps what raised the level of cases, and when."""
    raised = np.flatnonzero(is_raised)
    track = row[raised]
    cases["raised_ns"][raised] = sights.picture.time_ns
    cases["raised_rule"][raised] = cases["standing"][raised]
    cases["raised_kinds"][raised] = sights.kinds[track]
    cases["raised_shared_kinds"][raised] = sights.shared.kinds[track]
    cases["raised_class"][raised] = sights.class_index[track]
    cases["raised_class_probability"][raised] = sights.class_probability[track]


def whereabouts(cases: CaseRows, now_ns: int, table: RuleTable) -> IntArray:
    """The `Whereabouts` (k,) of open cases."""
    is_lost = now_ns - cases["seen_ns"] >= table.lost_after_ns[cases["standing"]]
    is_inside = cases["inside_since_ns"] != NEVER
    seen = np.where(is_inside, _INSIDE, _APPROACHING)
    return np.where(cases["away_since_ns"] != NEVER, _AWAY, np.where(is_lost, _LOST, seen))


def predicted_entry_ns(cases: CaseRows, where: IntArray) -> IntArray:
    """The median time of entry (k,), that of the entry itself once inside, `NEVER` where there is none."""
    is_inside = cases["inside_since_ns"] != NEVER
    found = np.where(is_inside, cases["inside_since_ns"], cases["told_entry_ns"][:, 1])
    return np.where(where == _AWAY, NEVER, found)


def _go_in_and_out(cases: CaseRows, told: IntArray, is_inside: BoolArray, now_ns: int) -> None:
    cases["inside_since_ns"][told[~is_inside]] = NEVER
    enters = told[is_inside & (cases["inside_since_ns"][told] == NEVER)]
    cases["inside_since_ns"][enters] = now_ns
    cases["has_been_inside"][enters] = True
