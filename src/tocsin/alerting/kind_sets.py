"""Kinds of evidence as codes, so that columns can hold them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.config.kinds import POINTING
from tocsin.config.rules import SELF_REPORTS
from tocsin.units import BoolArray, IntArray


class KindSets:
    """Sets of kinds of evidence by a code each, as long as the alerter lives; there are few of them."""

    def __init__(self) -> None:
        self.sets: list[frozenset[str]] = []
        self._codes: dict[frozenset[str], int] = {}

    def codes(self, kinds: Sequence[frozenset[str]]) -> IntArray:
        """Of each of n tracks."""
        known = {one: self._code(one) for one in sorted(set(kinds), key=sorted)}
        return np.array([known[one] for one in kinds], dtype=np.int64)

    def union(self, codes: IntArray) -> int:
        """The code of all that the given ones hold."""
        return self._code(frozenset().union(*(self.sets[code] for code in codes.tolist())))

    def independent(self) -> IntArray:
        """How many independent kinds there are in each set, by code."""
        return np.array([independent_kinds(one) for one in self.sets], dtype=np.int64)

    def self_told(self) -> BoolArray:
        """Which sets hold nothing but what the object says of itself, by code."""
        return np.array([one <= SELF_REPORTS for one in self.sets], dtype=bool)

    def pointing(self) -> BoolArray:
        """Which sets hold nothing but directions, by code."""
        return np.array([one <= POINTING for one in self.sets], dtype=bool)

    def _code(self, kinds: frozenset[str]) -> int:
        code = self._codes.setdefault(kinds, len(self.sets))
        if code == len(self.sets):
            self.sets.append(kinds)
        return code


def independent_kinds(kinds: frozenset[str]) -> int:
    """How many kinds of evidence there are; all that the object says of itself is one, by whatever radio."""
    return len(kinds - SELF_REPORTS) + bool(kinds & SELF_REPORTS)
