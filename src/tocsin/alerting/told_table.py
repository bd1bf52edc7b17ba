"""Open alerts as columns: what each said last, so that all are held against a picture at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.alerting.case_table import NEVER
from tocsin.alerting.rule_table import NO_RULE
from tocsin.units import IntArray

ToldRows = npt.NDArray[Any]
"""Structured rows; `_DTYPE` says which columns."""

_DTYPE = np.dtype(
    [
        ("number", np.int64),
        ("rule", np.int64),
        ("version", np.int64),
        ("objects", np.int64),
        ("issued_ns", np.int64),
        ("renew_ns", np.int64),
        ("quiet_until_ns", np.int64),
        ("held_since_ns", np.int64),
        ("looked_ns", np.int64),
        ("probability", np.float64),
        ("entry_ns", np.int64),
        ("whereabouts", np.int64),
    ]
)


class ToldTable:
    """A row for each open alert, by number. Times are UTC nanoseconds, `NEVER` where there is none.

    `rule` is the rule of its last message, `NO_RULE` before the first one; `probability`, `entry_ns` and
    `whereabouts` are what that said. `objects` it named when its tracks were last compared with those of the
    message, of which `version` is the state of identities. The message is renewed from `renew_ns` on; unless
    the rule is another or members join, nothing is to be said before `quiet_until_ns`. Since `held_since_ns`
    its level is that of members that have left; at `looked_ns` its area was last compared with the message's.
    """

    def __init__(self) -> None:
        self.rows: ToldRows = np.empty(0, _DTYPE)

    def add(self, numbers: Iterable[int]) -> None:
        """Alerts that have said nothing yet, by number; all are higher than those that are there."""
        fresh = np.array(list(numbers), dtype=np.int64)
        if len(fresh):
            added = np.full(len(fresh), NEVER, dtype=np.int64)
            rows = np.zeros(len(fresh), _DTYPE)
            for name in _DTYPE.names or ():
                rows[name] = added
            rows["number"], rows["rule"] = fresh, NO_RULE
            self.rows = np.concatenate([self.rows, rows])

    def remove(self, number: int) -> None:
        """An alert that is over."""
        self.rows = self.rows.compress(self.rows["number"] != number)

    def places(self, numbers: IntArray) -> IntArray:
        """Where the rows of open alerts are."""
        return np.searchsorted(self.rows["number"], numbers).astype(np.int64)

    def put(self, places: IntArray, rows: ToldRows) -> None:
        """Other values for k rows."""
        for name in _DTYPE.names or ():
            self.rows[name][places] = rows[name]
