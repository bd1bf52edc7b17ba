"""One line for each alert: what is compared with its last message, taken over all its members at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.case_table import NEVER
from tocsin.alerting.open_alert import Picture
from tocsin.units import BoolArray, IntArray

_NONE = np.iinfo(np.int64).max


class Summary(NamedTuple):
    """An alert: the rule, whereabouts and probability of the member that speaks for it.

    The first `named` of its members call for its level; `joins`: the last message did not name all of them;
    `is_told`: it named some of the members; `entry_ns` is their first entry, true or predicted, `NEVER` where
    there is none.
    """

    alert: int
    rule: int
    whereabouts: int
    probability: float
    named: int
    joins: bool
    is_told: bool
    entry_ns: int


@dataclass(frozen=True, slots=True)
class Summaries:
    """Of all alerts: `columns` as in `Summary`; the members of each are in `living`, between `bounds`.

    `is_quiet` says which have nothing to say, as far as could be said when they last spoke.
    """

    living: IntArray
    bounds: IntArray
    columns: list[npt.NDArray[Any]]
    is_quiet: BoolArray

    def not_quiet(self) -> Iterator[tuple[Summary, IntArray]]:
        """By alert, with the indices of its cases, by weight."""
        asked = np.flatnonzero(~self.is_quiet)
        columns = [column[asked].tolist() for column in self.columns]
        starts, ends = self.bounds[asked].tolist(), self.bounds[asked + 1].tolist()
        for start, end, *values in zip(starts, ends, *columns, strict=True):
            yield Summary(*values), self.living[start:end]


def summarised(picture: Picture, living: IntArray) -> Summaries:
    """`living` are indices of cases, at least one, as `in_order_of_weight` puts them."""
    cases, where = picture.cases[living], picture.whereabouts[living]
    alert = cases["alert"]
    starts = np.flatnonzero(np.diff(alert, prepend=-1))
    speaker = np.repeat(starts, np.diff(starts, append=len(living)))
    level = picture.table.level[cases["standing"]]
    is_named = level == level[speaker]
    is_top = is_named & (where == where[speaker])
    joins = np.logical_or.reduceat(is_named & ~cases["is_named"], starts)
    columns = [
        alert[starts],
        cases["standing"][starts],
        where[starts],
        cases["told_probability"][starts],
        np.add.reduceat(is_named.astype(np.int64), starts),
        joins,
        np.logical_or.reduceat(cases["is_named"], starts),
        _first_entry_ns(cases["inside_since_ns"], cases["told_entry_ns"][:, 1], where, is_top, starts),
    ]
    is_same = cases["quiet_rule"][starts] == cases["standing"][starts]
    is_quiet = is_same & (picture.now_ns < cases["quiet_until_ns"][starts]) & ~joins
    return Summaries(living, np.append(starts, len(living)), columns, is_quiet)


def _first_entry_ns(
    inside_ns: IntArray, predicted_ns: IntArray, where: IntArray, is_top: BoolArray, starts: IntArray
) -> IntArray:
    """Of those inside the first that entered; else the first predicted; none where all fly elsewhere."""
    first = [
        np.minimum.reduceat(np.where(is_top & (times != NEVER), times, _NONE), starts)
        for times in (inside_ns, predicted_ns)
    ]
    found = np.where(first[0] != _NONE, *first)
    return np.where((found == _NONE) | (where[starts] == Whereabouts.AWAY), NEVER, found)
