"""The tracks of a recording: the picture at any instant, and where one track was when an alert named it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.errors import InvalidTable
from tocsin.evaluation.grouping import rows_by_name
from tocsin.units import FloatArray, IntArray

_AXES = ("east", "north", "up")

STALE_S = 60.0
"""A track without a row for longer is nowhere: it is not carried on into an alert that names it."""


@dataclass(frozen=True, eq=False)
class TrackLog:
    """Rows of the tracks table by time. `place_m`, `velocity_mps`, `sigma_m` are (n, 3).

    Places are east and north in the site's plane and altitude, as those of `TruePath`.
    """

    time_s: FloatArray
    track_id: npt.NDArray[np.object_]
    place_m: FloatArray
    velocity_mps: FloatArray
    sigma_m: FloatArray

    @cached_property
    def picture_s(self) -> FloatArray:
        """The instants (k,) that have rows."""
        return np.unique(self.time_s)

    @cached_property
    def _first_rows(self) -> IntArray:
        return np.append(np.searchsorted(self.time_s, self.picture_s), len(self.time_s)).astype(np.int64)

    @cached_property
    def _rows_by_track(self) -> dict[str, IntArray]:
        return rows_by_name(self.track_id)

    def rows_of_picture(self, index: int) -> slice:
        """The rows of the instant `picture_s[index]`."""
        return slice(int(self._first_rows[index]), int(self._first_rows[index + 1]))

    def picture_at(self, time_s: float, oldest_s: float) -> FloatArray:
        """Places (m, 3) of all tracks, carried on from the latest rows; none where those are older."""
        index = int(np.searchsorted(self.picture_s, time_s, side="right")) - 1
        if index < 0 or time_s - self.picture_s[index] > oldest_s:
            return np.zeros((0, 3))
        return self._carried_on(self.rows_of_picture(index), time_s)

    def place_at(self, track_id: str, time_s: float) -> FloatArray | None:
        """Place (3,) of one track, carried on from its latest row by then; None where it has none lately."""
        rows = self._rows_by_track.get(track_id, np.empty(0, dtype=np.int64))
        index = int(np.searchsorted(self.time_s[rows], time_s, side="right")) - 1
        if index < 0 or time_s - self.time_s[rows[index]] > STALE_S:
            return None
        place: FloatArray = self._carried_on(slice(int(rows[index]), int(rows[index]) + 1), time_s)[0]
        return place

    def _carried_on(self, rows: slice, time_s: float) -> FloatArray:
        ahead_s = (time_s - self.time_s[rows])[:, np.newaxis]
        places: FloatArray = self.place_m[rows] + self.velocity_mps[rows] * ahead_s
        return places


def track_log(table: Any) -> TrackLog:
    """From a `pyarrow.Table` of the contract. Raises `InvalidTable` where a row has no position."""
    place = _columns(table, ("east_m", "north_m", "altitude_m"))
    known = np.isfinite(place[:, :2]).all(axis=1)
    if not known.all():
        raise InvalidTable(
            f"tracks: row {int(np.argmin(known)) + 1} has no east_m or no north_m to score it by"
        )
    time_s = table["time_s"].to_numpy()
    order = np.argsort(time_s, kind="stable")
    return TrackLog(
        time_s[order],
        table["track_id"].to_numpy()[order],
        place[order],
        np.nan_to_num(_columns(table, tuple(f"velocity_{axis}_mps" for axis in _AXES))[order]),
        _columns(table, tuple(f"sigma_{axis}_m" for axis in _AXES))[order],
    )


def _columns(table: Any, names: tuple[str, ...]) -> FloatArray:
    return np.column_stack([table[name].to_numpy() for name in names])
