"""The truth as paths: where each object really was at any instant, straight between the rows of the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tocsin.evaluation.grouping import rows_by_name
from tocsin.geo.frame import LocalFrame
from tocsin.model.truth import Truth
from tocsin.units import FloatArray, IntArray, nanoseconds_to_seconds_array

LONGEST_GAP_S = 10.0
"""An object without a row for longer was not there in between: the truth has one each second."""


@dataclass(frozen=True, eq=False)
class TruePath:
    """One object. `time_s` (n,) increases; `place_m` (n, 3) is east and north in the site's plane, altitude.

    Altitude is above the ellipsoid, for that is what floors and ceilings are given in.
    """

    object_id: str
    object_class: str
    threat: bool
    time_s: FloatArray
    place_m: FloatArray

    def at(self, time_s: FloatArray) -> FloatArray:
        """Places (m, 3) at times (m,); NaN where the object was not there."""
        after = np.clip(np.searchsorted(self.time_s, time_s, side="right"), 1, max(len(self.time_s) - 1, 1))
        places = np.column_stack(
            [
                np.interp(time_s, self.time_s, self.place_m[:, axis], left=np.nan, right=np.nan)
                for axis in range(3)
            ]
        )
        if len(self.time_s) > 1:
            on_a_row = (time_s == self.time_s[after - 1]) | (time_s == self.time_s[after])
            in_a_gap = self.time_s[after] - self.time_s[after - 1] > LONGEST_GAP_S
            places[in_a_gap & ~on_a_row] = np.nan
        return places

    @cached_property
    def segments(self) -> IntArray:
        """Indices of the rows from which the object flew straight on to the next row."""
        return np.flatnonzero(np.diff(self.time_s) <= LONGEST_GAP_S)


def true_paths(truth: Truth, frame: LocalFrame) -> tuple[TruePath, ...]:
    """One path for each object, by identity; of two rows of an object at one instant the first counts."""
    altitude_m = frame.to_geodetic(truth.state[:, :3])[2]
    places = np.column_stack([truth.state[:, :2], altitude_m])
    time_s = nanoseconds_to_seconds_array(truth.time_ns)
    paths = []
    for object_id, rows in rows_by_name(truth.object_id).items():
        times, first = np.unique(time_s[rows], return_index=True)
        kept = rows[first]
        object_class, threat = str(truth.object_class[kept[0]]), bool(truth.threat[kept].any())
        paths.append(TruePath(object_id, object_class, threat, times, places[kept]))
    return tuple(paths)


def places_at(paths: Sequence[TruePath], time_s: FloatArray) -> FloatArray:
    """Places (objects, m, 3) of all objects at times (m,); NaN where one was not there."""
    if not paths:
        return np.zeros((0, len(time_s), 3))
    return np.stack([path.at(time_s) for path in paths])
