"""The rules of a site as columns, so that a whole picture is held against all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from tocsin.config.rules import Rule
from tocsin.model.alerts import Level
from tocsin.units import BoolArray, FloatArray, IntArray

NO_RULE = -1


class LevelRule(NamedTuple):
    """A rule beside its level, which the file writes as a word."""

    level: Level
    rule: Rule


class RuleTable:
    """All r rules of a site for its z zones, loudest first, and in the order of the file within a level.

    Columns are (r,) but `applies`, (r, z), which says whether a rule is for a zone; `quietest` (z,) is the
    last rule that is for it, `NO_RULE` where none is. Times are nanoseconds,
    but where the name says otherwise.
    """

    def __init__(self, rules: Sequence[Rule], zones: Sequence[str]) -> None:
        levelled = (LevelRule(Level[rule.level.upper()], rule) for rule in rules)
        self.rules = tuple(sorted(levelled, key=lambda level_rule: -level_rule.level))
        self.level: IntArray = np.array([int(level) for level, _ in self.rules], dtype=np.int64)
        self.min_probability = self._column(lambda rule: rule.min_entry_probability)
        self.keep_probability = self._column(
            lambda rule: min(rule.keep_probability, rule.min_entry_probability)
        )
        self.within_s = self._column(lambda rule: rule.within_s)
        self.min_age_ns = self._times(lambda rule: rule.min_age_s)
        self.lower_after_ns = self._times(lambda rule: rule.lower_after_s)
        self.end_after_ns = self._times(lambda rule: rule.end_after_s)
        self.lapse_after_ns = self._times(lambda rule: rule.lapse_after_s)
        self.lost_after_ns = self._times(lambda rule: rule.lost_after_s)
        self.update_after_s = self._column(lambda rule: rule.update_after_s)
        self.update_entry_change_s = self._column(lambda rule: rule.update_entry_change_s)
        self.update_probability_change = self._column(lambda rule: rule.update_probability_change)
        self.applies: BoolArray = np.array(
            [[not rule.zones or zone in rule.zones for zone in zones] for _, rule in self.rules], dtype=bool
        ).reshape(len(self.rules), len(zones))
        self.quietest: IntArray = _last_true(self.applies)

    def __len__(self) -> int:
        return len(self.rules)

    def _column(self, value: Callable[[Rule], float]) -> FloatArray:
        return np.array([value(rule) for _, rule in self.rules], dtype=np.float64)

    def _times(self, value: Callable[[Rule], float]) -> IntArray:
        return np.rint(1e9 * self._column(value)).astype(np.int64)


def first_true(found: BoolArray) -> IntArray:
    """For columns (r, k) the index of the first that is true, `NO_RULE` where none is, (k,)."""
    if not len(found):
        return np.full(found.shape[1], NO_RULE, dtype=np.int64)
    return np.where(found.any(axis=0), found.argmax(axis=0), NO_RULE)


def _last_true(found: BoolArray) -> IntArray:
    last = first_true(found[::-1])
    return np.where(last == NO_RULE, NO_RULE, len(found) - 1 - last)
