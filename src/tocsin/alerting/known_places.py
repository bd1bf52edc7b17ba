"""Where all known objects can be now, in columns: with which few of them a track is to be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tocsin.alerting.same_object import GAP_GATE, TWIN_LIMIT_M, Glimpse
from tocsin.units import BoolArray, FloatArray, IntArray

# What `squared_distance` adds to the joint covariance, east and north.
_REGULAR_M2 = 2.0
_ROUNDING = 1.0 + 1e-9
_AT_ONCE = 100  # tracks, so that what is held against all fits a processor's cache


class Known(NamedTuple):
    """One track of one object: where it is expected, and when any track of the object was last seen."""

    number: int
    expected: Glimpse
    newest_ns: int


class KnownPlaces:
    """The tracks of all objects, present or gone, predicted to one time.

    `present` gives the track of a row of the picture; most objects are never compared with, so that their
    tracks stay in columns: `state` (n, 6) and `covariance` (n, 6, 6), which are those of the picture.
    """

    def __init__(
        self, now_ns: int, lost_after_ns: int, state: FloatArray, covariance: FloatArray,
        present: Callable[[int], Glimpse],
    ) -> None:  # fmt: skip
        self._now_ns = now_ns
        self._lost_after_ns = lost_after_ns
        self._state, self._present = state, present
        self._spread_m2: FloatArray = covariance[:, 0, 0] + covariance[:, 1, 1]
        self._known: list[Known | tuple[int, int, int]] = []
        self._columns = np.empty((64, 4))
        """East, north [m], variance of a lost one or -inf [m2], number."""

    def add_rows(self, numbers: IntArray, rows: IntArray, newest_ns: IntArray) -> None:
        """Takes in objects that have one track, which is in the picture."""
        is_lost = self._now_ns - newest_ns >= self._lost_after_ns
        spread_m2 = np.where(is_lost, self._spread_m2[rows], -np.inf)
        self._grow(np.column_stack([self._state[rows, :2], spread_m2, numbers]))
        self._known += zip(numbers.tolist(), rows.tolist(), newest_ns.tolist(), strict=True)

    def add(self, known: Known) -> None:
        """Takes in one more track."""
        expected = known.expected
        is_lost = self._now_ns - known.newest_ns >= self._lost_after_ns
        spread_m2 = float(expected.covariance[0, 0] + expected.covariance[1, 1]) if is_lost else -np.inf
        self._grow(np.array([[expected.state[0], expected.state[1], spread_m2, known.number]]))
        self._known.append(known)

    def near(self, glimpse: Glimpse, other_than: int) -> list[Known]:
        """All that can pass for a track, and more, but for those of one object; by object, oldest first.

        A squared Mahalanobis distance is never less than the squared distance over the trace of the joint
        covariance, so nothing that `can_follow` or `are_twins` would take is left out.
        """
        columns = self._columns[: len(self._known)]
        spread_m2 = np.asarray(glimpse.covariance[0, 0] + glimpse.covariance[1, 1])
        is_near = _may_be(columns, np.asarray(glimpse.state[:2]), spread_m2)
        found: IntArray = np.flatnonzero(is_near & (columns[:, 3] != other_than))
        return [self._at(index) for index in found[columns[found, 3].argsort(kind="stable")].tolist()]

    def have_company(self, rows: IntArray, numbers: IntArray) -> BoolArray:
        """Whether `near` gives anything for tracks `rows` (k,) of the picture, of objects `numbers` (k,)."""
        found = np.empty(len(rows), dtype=bool)
        columns = self._columns[: len(self._known)]
        for start in range(0, len(rows), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            place_m, spread_m2 = self._state[rows[some], :2], self._spread_m2[rows[some]]
            is_near = _may_be(columns, place_m[:, np.newaxis], spread_m2[:, np.newaxis])
            found[some] = (is_near & (columns[:, 3] != numbers[some, np.newaxis])).any(axis=1)
        return found

    def _grow(self, added: FloatArray) -> None:
        count = len(self._known)
        while count + len(added) > len(self._columns):
            self._columns = np.concatenate([self._columns, np.empty_like(self._columns)])
        self._columns[count : count + len(added)] = added

    def _at(self, index: int) -> Known:
        found = self._known[index]
        if not isinstance(found, Known):
            number, row, newest_ns = found
            found = self._known[index] = Known(number, self._present(row), newest_ns)
        return found


def _may_be(columns: FloatArray, place_m: FloatArray, spread_m2: FloatArray) -> BoolArray:
    """Which of k known ones, as `KnownPlaces` holds them, can be at places (..., 2) of variances (...)."""
    east_m, north_m = columns[:, 0] - place_m[..., 0], columns[:, 1] - place_m[..., 1]
    joint_m2 = columns[:, 2] + spread_m2 + _REGULAR_M2
    farthest_m2 = np.maximum(TWIN_LIMIT_M**2, GAP_GATE * joint_m2) * _ROUNDING
    found: BoolArray = east_m**2 + north_m**2 <= farthest_m2
    return found
