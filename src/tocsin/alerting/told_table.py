"""Open alerts as columns: what each said last, so that all are held against a picture at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.alerting.case_table import NEVER
from tocsin.alerting.rule_table import NO_RULE
from tocsin.units import IntArray

ToldRows = npt.NDArray[Any]
"""Structured rows, each a `Told`."""


class Told(NamedTuple):
    """What an alert said last. Times are UTC nanoseconds, `NEVER` where there is none.

    `rule` is the rule of its last message, `NO_RULE` before the first one; `probability`, `entry_ns` and
    `whereabouts` are what that said. `objects` it named when its tracks were last compared with those of the
    message, of which `version` is the state of identities. The message is renewed from `renew_ns` on; unless
    the rule is another or members join, nothing is to be said before `quiet_until_ns`. Since `held_since_ns`
    its level is that of members that have left; at `looked_ns` its area was last compared with the message's.
    """

    number: int
    rule: int
    version: int = NEVER
    objects: int = 0
    issued_ns: int = NEVER
    renew_ns: int = NEVER
    quiet_until_ns: int = NEVER
    held_since_ns: int = NEVER
    looked_ns: int = NEVER
    probability: float = 0.0
    entry_ns: int = NEVER
    whereabouts: int = NEVER


_DTYPE = np.dtype([(name, np.float64 if name == "probability" else np.int64) for name in Told._fields])


class ToldTable:
    """A row for each open alert, by number."""

    def __init__(self) -> None:
        self.rows: ToldRows = np.empty(0, _DTYPE)

    def add(self, numbers: Iterable[int]) -> None:
        """Alerts that have said nothing yet, by number; all are higher than those that are there."""
        fresh = [Told(number, NO_RULE) for number in numbers]
        if fresh:
            self.rows = np.concatenate([self.rows, np.array(fresh, _DTYPE)])

    def remove(self, number: int) -> None:
        """An alert that is over."""
        self.rows = self.rows.compress(self.rows["number"] != number)

    def places(self, numbers: IntArray) -> IntArray:
        """Where the rows of open alerts are."""
        return np.searchsorted(self.rows["number"], numbers).astype(np.int64)

    def put(self, places: IntArray, rows: ToldRows) -> None:
        """Other values for k rows."""
        for name in Told._fields:
            self.rows[name][places] = rows[name]
