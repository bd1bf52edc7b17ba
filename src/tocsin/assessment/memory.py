"""What assessment remembers of each track between pictures: one row a track, forgotten when it is gone."""

from __future__ import annotations

from typing import TypeVar
from zlib import crc32

import numpy as np
import numpy.typing as npt

from tocsin.assessment.flight_modes import MODES
from tocsin.model.tracks import NEVER_NS
from tocsin.units import BoolArray, FloatArray, IntArray

_Number = TypeVar("_Number", np.float64, np.int64, np.bool_)

FORGET_AFTER_NS = 600 * 1_000_000_000
"""A track that was in no picture for so long is a new one when it comes back."""


class Memory:
    """Rows keyed by track identity; the arrays grow by doubling and rows are used again.

    `evidence` is (rows, classes) and `wind_evidence` the part of it that is owed to the wind; `size` (rows,
    3) is what radars say of the cross section (`tocsin.assessment.size`). `looked_ns` (rows,) the last
    sighting that evidence was taken of, `dwell` (rows, kinds) the share of the last time in which a kind of
    sensor met what is required of it, `unheard_s` (rows, kinds) for how long it was in reach before the first
    of a kind perceived it, which `was_heard` (rows, kinds) tells, `stood_ns` (rows, kinds) when it last stood
    behind the track. `taken_ns` (rows,) is when the track's state was last taken for its motion, or
    `NEVER_NS`; `taken_state` (rows, 4) and `taken_covariance` (rows, 4, 4) what it was in the plane;
    `mode_weight` (rows, m), `mode_state` (rows, m, 4) and `mode_covariance` (rows, m, 4, 4) its motion as of
    then. `short_log_odds` (rows,) and `is_on_leg` (rows,) are of `short_legs`. `predicted_ns` (rows,) is when
    its entries were last predicted, or `NEVER_NS`; `entry_probability` (rows, zones) and `entry_s` (rows,
    zones, 3) what they were. `turn` (rows,) is a number made of its name,
    by which tracks take turns.
    """

    def __init__(self, classes: int, kinds: int, zones: int = 0) -> None:
        self.evidence: FloatArray = np.zeros((0, classes))
        self.wind_evidence: FloatArray = np.zeros((0, classes))
        self.size: FloatArray = np.zeros((0, 3))
        self.looked_ns: IntArray = np.zeros(0, np.int64)
        self.dwell: FloatArray = np.zeros((0, kinds))
        self.unheard_s: FloatArray = np.zeros((0, kinds))
        self.was_heard: BoolArray = np.zeros((0, kinds), np.bool_)
        self.stood_ns: IntArray = np.zeros((0, kinds), np.int64)
        self.taken_ns: IntArray = np.zeros(0, np.int64)
        self.taken_state: FloatArray = np.zeros((0, 4))
        self.taken_covariance: FloatArray = np.zeros((0, 4, 4))
        self.mode_weight: FloatArray = np.zeros((0, len(MODES)))
        self.mode_state: FloatArray = np.zeros((0, len(MODES), 4))
        self.mode_covariance: FloatArray = np.zeros((0, len(MODES), 4, 4))
        self.short_log_odds: FloatArray = np.zeros(0)
        self.is_on_leg: BoolArray = np.zeros(0, np.bool_)
        self.predicted_ns: IntArray = np.zeros(0, np.int64)
        self.entry_probability: FloatArray = np.zeros((0, zones))
        self.entry_s: FloatArray = np.zeros((0, zones, 3))
        self.turn: IntArray = np.zeros(0, np.int64)
        self._present_ns: IntArray = np.zeros(0, np.int64)
        self._row_of: dict[str, int] = {}
        self._free: list[int] = []
        self._swept_ns = NEVER_NS

    def __len__(self) -> int:
        return len(self._row_of)

    def rows(self, time_ns: int, track_ids: npt.NDArray[np.object_]) -> tuple[IntArray, FloatArray]:
        """The rows (n,) of these tracks, blank where one is new, and the seconds (n,) since the last picture.

        `time_ns` is the time of the picture that the tracks are in.
        """
        # How often this is swept changes nothing that anyone sees: `_is_new` asks for the age as well.
        if self._swept_ns == NEVER_NS or time_ns - self._swept_ns >= FORGET_AFTER_NS:
            self._sweep(time_ns)
        rows = self.known_rows(track_ids)
        for track in np.flatnonzero(self._is_new(time_ns, rows)).tolist():
            rows[track] = self._blank_row(time_ns, track_ids[track])
        elapsed_s = np.maximum(time_ns - self._present_ns[rows], 0) / 1e9
        self._present_ns[rows] = time_ns
        return rows, elapsed_s

    def rezone(self, zones: int) -> None:
        """Zones are others: where tracks fly into is to be predicted anew."""
        rows = len(self.looked_ns)
        self.predicted_ns[:] = NEVER_NS
        self.entry_probability, self.entry_s = np.zeros((rows, zones)), np.zeros((rows, zones, 3))

    def known_rows(self, track_ids: npt.NDArray[np.object_]) -> IntArray:
        """The rows (n,) of tracks of the last picture; -1 for one that was in none."""
        return np.array([self._row_of.get(track_id, -1) for track_id in track_ids.tolist()], dtype=np.int64)

    def _is_new(self, time_ns: int, rows: IntArray) -> BoolArray:
        """Which tracks (n,) have no row, or one that is too old."""
        if not len(self._present_ns):
            return np.ones(len(rows), dtype=np.bool_)
        found: BoolArray = (rows < 0) | (time_ns - self._present_ns[rows] > FORGET_AFTER_NS)
        return found

    def _blank_row(self, time_ns: int, track_id: str) -> int:
        row = self._row_of.get(track_id)
        if row is None:
            if not self._free:
                self._grow()
            row = self._row_of[track_id] = self._free.pop()
        self.evidence[row] = 0.0
        self.wind_evidence[row] = 0.0
        self.size[row] = 0.0
        self.dwell[row] = 0.0
        self.unheard_s[row] = 0.0
        self.was_heard[row] = False
        self._present_ns[row] = time_ns
        self.looked_ns[row] = NEVER_NS
        self.stood_ns[row] = NEVER_NS
        self.taken_ns[row] = NEVER_NS
        self.predicted_ns[row] = NEVER_NS
        self.turn[row] = crc32(track_id.encode())
        return row

    def _sweep(self, time_ns: int) -> None:
        self._swept_ns = time_ns
        for track_id, row in list(self._row_of.items()):
            if time_ns - int(self._present_ns[row]) > FORGET_AFTER_NS:
                self._free.append(self._row_of.pop(track_id))

    def _grow(self) -> None:
        old = len(self.looked_ns)
        added = max(old, 64)
        self.evidence = _longer(self.evidence, added)
        self.wind_evidence = _longer(self.wind_evidence, added)
        self.size = _longer(self.size, added)
        self.looked_ns = _longer(self.looked_ns, added)
        self.dwell = _longer(self.dwell, added)
        self.unheard_s = _longer(self.unheard_s, added)
        self.was_heard = _longer(self.was_heard, added)
        self.stood_ns = _longer(self.stood_ns, added)
        self.taken_ns = _longer(self.taken_ns, added)
        self.taken_state = _longer(self.taken_state, added)
        self.taken_covariance = _longer(self.taken_covariance, added)
        self.mode_weight = _longer(self.mode_weight, added)
        self.mode_state = _longer(self.mode_state, added)
        self.mode_covariance = _longer(self.mode_covariance, added)
        self.short_log_odds = _longer(self.short_log_odds, added)
        self.is_on_leg = _longer(self.is_on_leg, added)
        self.predicted_ns = _longer(self.predicted_ns, added)
        self.entry_probability = _longer(self.entry_probability, added)
        self.entry_s = _longer(self.entry_s, added)
        self.turn = _longer(self.turn, added)
        self._present_ns = _longer(self._present_ns, added)
        self._free.extend(range(old + added - 1, old - 1, -1))


def _longer(array: npt.NDArray[_Number], added: int) -> npt.NDArray[_Number]:
    return np.concatenate([array, np.zeros((added, *array.shape[1:]), array.dtype)])
