"""Sights: one picture in columns, and which of its tracks each rule may be about at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tocsin.alerting.companions import Shared, shared_kinds, unshared
from tocsin.alerting.kind_sets import KindSets
from tocsin.alerting.rule_table import RuleTable
from tocsin.config.grouping import Grouping
from tocsin.config.rules import BLOCKING_PROBABILITY, Rule
from tocsin.model.assessments import Assessments
from tocsin.model.silent import may_be_silent
from tocsin.units import BoolArray, FloatArray, IntArray


class Pairs(NamedTuple):
    """Some tracks, each with a zone; both (k,), by track, then zone."""

    row: IntArray
    zone: IntArray


@dataclass(slots=True)
class Sights:
    """What rules ask of the n tracks of one picture, besides entry.

    `may_raise` and `is_blocked` are (r, n): whether existence, evidence and class let a rule raise its level,
    and whether the object is, as far as is known, one that the rule is not about. `likely` are the tracks and
    zones of which the entry is probable enough for some rule. `class_index` and
    `class_probability` (n,) are of the likeliest class. `kinds` (n,) and, with those of what flies beside it,
    `shared` are codes of `KindSets`.
    """

    picture: Assessments
    kinds: IntArray
    shared: Shared
    class_index: IntArray
    class_probability: FloatArray
    may_raise: BoolArray
    is_blocked: BoolArray
    likely: Pairs

    def satisfied(self, table: RuleTable, row: IntArray, zone: IntArray) -> BoolArray:
        """Which of r rules are satisfied, but for `min_age_s`, by tracks `row` and zones (k,): (r, k)."""
        probability = self.picture.entry_probability[row, zone]
        median_s = self.picture.entry_s[row, zone, 1]
        found: BoolArray = (
            (probability >= table.min_probability[:, np.newaxis])
            & (median_s <= table.within_s[:, np.newaxis])  # false for NaN, which means no entry
            & self.may_raise[:, row]
            & table.applies[:, zone]
        )
        return found

    def kept(self, table: RuleTable, row: IntArray, zone: IntArray) -> BoolArray:
        """Which rules would keep a level: neither existence nor kinds count, as they fall unseen."""
        probability = self.picture.entry_probability[row, zone]
        is_likely = probability >= table.keep_probability[:, np.newaxis]
        found: BoolArray = is_likely & ~self.is_blocked[:, row] & table.applies[:, zone]
        return found

    def raising(self, table: RuleTable) -> Pairs:
        """All tracks and zones that satisfy a rule, but for its age."""
        row, zone = self.likely
        found = self.satisfied(table, row, zone).any(axis=0)
        return Pairs(row[found], zone[found])


def sights_of(picture: Assessments, table: RuleTable, kind_sets: KindSets, grouping: Grouping) -> Sights:
    """Holds the tracks of a picture against the rules."""
    count = len(picture)
    index, best = _likeliest(picture)
    kinds, likely = kind_sets.codes(picture.kinds), _likely(picture, table)
    is_blocked = blocked_by(table, picture)
    is_harmless: BoolArray = np.logical_or.reduce(is_blocked, axis=0)
    shared = _with_companions(picture, kinds, likely, is_harmless, table, kind_sets, grouping)
    kind_count, tells_only_itself = kind_sets.independent()[shared.kinds], kind_sets.self_told()[kinds]
    may_raise = np.empty((len(table), count), dtype=bool)
    for number, (_, rule) in enumerate(table.rules):
        is_known = kind_count >= rule.min_kinds
        is_known |= is_confirmed_threat(rule, picture) & ~tells_only_itself
        may_raise[number] = (picture.existence >= rule.min_existence) & is_known & ~is_blocked[number]
    return Sights(picture, kinds, shared, index, best, may_raise, is_blocked, likely)


def blocked_by(table: RuleTable, picture: Assessments) -> BoolArray:
    """Which rules are not about which tracks, as far as is known, (r, n)."""
    index, best = _likeliest(picture)
    found = np.empty((len(table), len(picture)), dtype=bool)
    for number, (_, rule) in enumerate(table.rules):
        found[number] = _is_blocked(rule, picture.classes, index, best)
    return found


def _likeliest(picture: Assessments) -> tuple[IntArray, FloatArray]:
    """The likeliest class of each track and how probable it is, both (n,)."""
    index = picture.class_probability.argmax(axis=1) if len(picture) else np.zeros(0, np.int64)
    best: FloatArray = picture.class_probability[np.arange(len(picture)), index]
    return index, best


def _likely(picture: Assessments, table: RuleTable) -> Pairs:
    if not len(table):
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64))
    found = np.flatnonzero(picture.entry_probability >= table.min_probability.min())
    return Pairs(*np.divmod(found, max(picture.entry_probability.shape[1], 1)))


def _with_companions(
    picture: Assessments,
    kinds: IntArray,
    likely: Pairs,
    is_harmless: BoolArray,
    table: RuleTable,
    kind_sets: KindSets,
    grouping: Grouping,
) -> Shared:
    """Kinds with those of companions, asked for where one has some evidence, but too little for a rule.

    What may be a bird gets nothing lent: it may fly past a drone, and be as fast for a while (ADR 20).
    """
    if not (grouping.enabled and grouping.shares_evidence and len(table) and len(table.quietest)):
        return unshared(kinds)
    count = kind_sets.independent()[kinds]
    is_likely = np.zeros(len(picture), dtype=bool)
    is_likely[likely.row] = True
    is_likely &= ~may_be_silent(picture.classes, picture.class_probability)
    is_short = is_likely & (count >= 1) & (count < max(rule.min_kinds for _, rule in table.rules))
    return shared_kinds(picture, kinds, is_short, is_harmless, kind_sets, grouping)


def is_confirmed_threat(rule: Rule, picture: Assessments) -> BoolArray:
    """Of which tracks (n,) one threat class is sure enough to stand for a second kind of evidence.

    What an object says of itself can be forged; whether a class rests on nothing else is for the caller.
    """
    least = rule.or_class_probability
    threats = [index for index, name in enumerate(picture.classes) if name in rule.threat_classes]
    if least is None or not threats:
        return np.zeros(len(picture), dtype=bool)
    surest: FloatArray = picture.class_probability[:, threats].max(axis=1)
    found: BoolArray = np.greater(surest, least)
    return found


def _is_blocked(rule: Rule, classes: tuple[str, ...], index: IntArray, best: FloatArray) -> BoolArray:
    named: BoolArray = np.array([name in rule.not_classes for name in classes], dtype=bool)
    is_likely: BoolArray = np.greater_equal(best, BLOCKING_PROBABILITY)
    return is_likely & named[index]
