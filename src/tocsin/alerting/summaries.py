"""One line for each alert: what is compared with its last message, taken over all its members at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.case_table import NEVER
from tocsin.alerting.open_alert import Member, Picture, members_of
from tocsin.units import BoolArray, FloatArray, IntArray

_NONE = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Summaries:
    """Of a alerts by number: the rule, whereabouts and probability of the member that speaks for each.

    Columns are (a,). The members of each are in `living` (k,), between `bounds` (a + 1,), by weight; the
    first `named` of them call for its level. `joins`: the last message did not name all of these; `is_told`:
    it named some of the members; `is_renamed`: some of these have other tracks since they were last compared
    with those of the message. `entry_ns` is their first entry, true or predicted, `NEVER` where none is.
    """

    living: IntArray
    bounds: IntArray
    alert: IntArray
    rule: IntArray
    whereabouts: IntArray
    probability: FloatArray
    named: IntArray
    joins: BoolArray
    is_told: BoolArray
    is_renamed: BoolArray
    entry_ns: IntArray

    def members(self, place: int) -> IntArray:
        """The indices of the cases of one alert, by weight."""
        return self.living[self.bounds[place] : self.bounds[place + 1]]

    def named_of(self, places: list[int], picture: Picture) -> Iterator[list[Member]]:
        """Of some alerts, one after the other, the members that call for the level."""
        cases = [self.members(place)[: int(self.named[place])] for place in places]
        everyone = iter(members_of(np.concatenate([np.empty(0, np.int64), *cases]), picture))
        return (list(islice(everyone, len(some))) for some in cases)


def summarised(picture: Picture, living: IntArray) -> Summaries:
    """`living` are indices of cases, at least one, as `in_order_of_weight` puts them."""
    cases, where = picture.cases, picture.whereabouts[living]
    alert, standing = cases["alert"][living], cases["standing"][living]
    starts = np.flatnonzero(np.diff(alert, prepend=-1))
    speaker = np.repeat(starts, np.diff(starts, append=len(living)))
    level, was_named = picture.table.level[standing], cases["is_named"][living]
    is_named = level == level[speaker]
    is_top = is_named & (where == where[speaker])
    entries = cases["inside_since_ns"][living], cases["told_entry_ns"][living, 1]
    return Summaries(
        living=living,
        bounds=np.append(starts, len(living)),
        alert=alert[starts],
        rule=standing[starts],
        whereabouts=where[starts],
        probability=cases["told_probability"][living[starts]],
        named=np.add.reduceat(is_named.astype(np.int64), starts),
        joins=np.logical_or.reduceat(is_named & ~was_named, starts),
        is_told=np.logical_or.reduceat(was_named, starts),
        is_renamed=np.logical_or.reduceat(is_named & cases["is_renamed"][living], starts),
        entry_ns=_first_entry_ns(*entries, where, is_top, starts),
    )


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
