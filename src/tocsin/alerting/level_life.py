"""The life of a level: raised by rules, held with hysteresis, lowered by sightings alone, ended by rule.

Raising asks every picture; lowering asks only pictures after a new sighting, because a probability that falls
while nothing is seen says that less is known, not that the object turned away. What one case goes through
stands one by one in `tests/alerting/one_by_one/life_cycle.py`.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from tocsin.alerting.case_table import NEVER, CaseRows
from tocsin.alerting.rule_table import NO_RULE, RuleTable, first_true
from tocsin.alerting.sights import Sights
from tocsin.units import BoolArray, IntArray

NOT_THERE = -1


class Change(IntEnum):
    """What one picture did to the level of one case."""

    NONE = 0
    RAISED = 1
    LOWERED = 2
    ENDED = 3


_NONE, _RAISED, _LOWERED, _ENDED = (int(change) for change in Change)


def mature(cases: CaseRows, row: IntArray, sights: Sights, table: RuleTable) -> IntArray:
    """The loudest rule above the present level that was satisfied, in every picture, for its `min_age_s`.

    `row` is the track (k,) that speaks for the object of each case, `NOT_THERE` where the picture has none;
    gives rules (k,), `NO_RULE` where none has matured. How long rules have held is noted in the cases.
    """
    is_there = row != NOT_THERE
    is_louder = table.level[:, np.newaxis] > _level(table, cases["standing"])
    holds = np.zeros(is_louder.shape, dtype=bool)
    holds[:, is_there] = sights.satisfied(table, row[is_there], cases["zone"][is_there])
    since_ns = cases["held_since_ns"].T
    now_ns = sights.picture.time_ns
    held_ns = np.where(holds, np.where(since_ns == NEVER, now_ns, since_ns), NEVER)
    cases["held_since_ns"] = np.where(is_louder, held_ns, since_ns).T
    return first_true(is_louder & holds & (now_ns - held_ns >= table.min_age_ns[:, np.newaxis]))


def step(
    cases: CaseRows, row: IntArray, loudest: IntArray, sights: Sights, table: RuleTable
) -> tuple[IntArray, BoolArray]:
    """Takes one picture into open cases; `loudest` as `mature` gives it.

    Gives the `Change` (k,) of each, and where the object was seen since the picture before (k,).
    """
    is_there = row != NOT_THERE
    seen_ns = np.where(is_there, sights.picture.seen_ns[row] if len(sights.picture) else NEVER, NEVER)
    is_new = is_there & (seen_ns > cases["seen_ns"])
    cases["seen_ns"][is_new] = seen_ns[is_new]
    kept = np.full(len(cases), NO_RULE, dtype=np.int64)
    kept[is_there] = first_true(sights.kept(table, row[is_there], cases["zone"][is_there]))
    _note(cases, row, kept, is_new, sights)
    is_raised = loudest != NO_RULE
    falls = _falling(cases, kept, is_new & ~is_raised, table)
    is_lowered = falls != NO_RULE
    _stand(cases, np.where(is_raised, loudest, falls))
    is_over = ~is_raised & ~is_lowered & _is_over(cases, sights.picture.time_ns, table)
    fallen = np.where(is_lowered, _LOWERED, np.where(is_over, _ENDED, _NONE))
    return np.where(is_raised, _RAISED, fallen), is_new


def is_seen_away(cases: CaseRows, table: RuleTable) -> BoolArray:
    """Whether sightings over the time after which levels end all say that no rule holds any more (k,)."""
    patience_ns = np.minimum(table.lower_after_ns, table.end_after_ns)[cases["standing"]]
    is_away = cases["away_since_ns"] != NEVER
    found: BoolArray = is_away & (cases["seen_ns"] - cases["away_since_ns"] >= patience_ns)
    return found


def _level(table: RuleTable, rule: IntArray) -> IntArray:
    """Levels of rules, 0 for none."""
    if not len(table):
        return np.zeros(rule.shape, dtype=np.int64)
    return np.where(rule == NO_RULE, 0, table.level[rule])


def _note(cases: CaseRows, row: IntArray, kept: IntArray, is_new: BoolArray, sights: Sights) -> None:
    """Remembers when rules held and what was predicted."""
    is_kept = kept != NO_RULE
    now_ns = sights.picture.time_ns
    goes = is_new & ~is_kept & (cases["away_since_ns"] == NEVER)
    cases["away_since_ns"][goes] = cases["seen_ns"][goes]
    cases["kept_ns"][is_kept] = now_ns
    cases["away_since_ns"][is_kept] = NEVER
    comes = np.flatnonzero(is_kept & is_new)
    latest_s = sights.picture.entry_s[row[comes], cases["zone"][comes], 2]
    known = latest_s >= 0
    cases["latest_entry_ns"][comes[known]] = now_ns + np.rint(latest_s[known] * 1e9).astype(np.int64)


def _falling(cases: CaseRows, kept: IntArray, is_asked: BoolArray, table: RuleTable) -> IntArray:
    """Rules (k,) to whose level cases fall: what is still kept, or the zone's lowest until the all-clear."""
    level = _level(table, cases["standing"])
    holds = _level(table, kept) >= level
    cases["below_since_ns"][is_asked & holds] = NEVER
    begins = is_asked & ~holds & (cases["below_since_ns"] == NEVER)
    cases["below_since_ns"][begins] = cases["seen_ns"][begins]
    target = np.where(kept == NO_RULE, table.quietest[cases["zone"]], kept)
    is_ripe = cases["seen_ns"] - cases["below_since_ns"] >= table.lower_after_ns[cases["standing"]]
    falls = is_asked & ~holds & is_ripe & (_level(table, target) < level)
    return np.where(falls, target, NO_RULE)


def _stand(cases: CaseRows, rule: IntArray) -> None:
    """Gives cases (k,) the level of a rule; where that is none, they stay."""
    changed = rule != NO_RULE
    cases["standing"][changed] = rule[changed]
    cases["below_since_ns"][changed] = NEVER
    cases["held_since_ns"][changed] = NEVER


def _is_over(cases: CaseRows, now_ns: int, table: RuleTable) -> BoolArray:
    """Whether no rule has held for long enough, as far as sightings tell, or after it should have come."""
    standing, since_kept_ns = cases["standing"], now_ns - cases["kept_ns"]
    lapse_after_ns = table.lapse_after_ns[standing]
    is_ended = is_seen_away(cases, table) & (since_kept_ns >= table.end_after_ns[standing])
    is_late = now_ns - cases["latest_entry_ns"] >= lapse_after_ns
    found: BoolArray = is_ended | (is_late & (since_kept_ns >= lapse_after_ns))
    return found
