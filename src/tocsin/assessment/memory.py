"""What assessment remembers of each track between pictures: one row a track, forgotten when it is gone."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from tocsin.model.tracks import NEVER_NS
from tocsin.units import FloatArray, IntArray

_Number = TypeVar("_Number", np.float64, np.int64)

FORGET_AFTER_NS = 600 * 1_000_000_000
"""A track that was in no picture for so long is a new one when it comes back."""


class Memory:
    """Rows keyed by track identity; the arrays grow by doubling and rows are used again.

    `evidence` is (rows, classes), `looked_ns` (rows,) the last sighting that evidence was taken of, `dwell`
    (rows, kinds) the share of the last time in which a kind of sensor met what is required of it, `stood_ns`
    (rows, kinds) when it last stood behind the track.
    """

    def __init__(self, classes: int, kinds: int) -> None:
        self.evidence: FloatArray = np.zeros((0, classes))
        self.looked_ns: IntArray = np.zeros(0, np.int64)
        self.dwell: FloatArray = np.zeros((0, kinds))
        self.stood_ns: IntArray = np.zeros((0, kinds), np.int64)
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
        # How often this is swept changes nothing that anyone sees: `_row` asks for the age as well.
        if self._swept_ns == NEVER_NS or time_ns - self._swept_ns >= FORGET_AFTER_NS:
            self._sweep(time_ns)
        rows = np.array([self._row(time_ns, track_id) for track_id in track_ids], dtype=np.int64)
        elapsed_s = np.maximum(time_ns - self._present_ns[rows], 0) / 1e9
        self._present_ns[rows] = time_ns
        return rows, elapsed_s

    def _row(self, time_ns: int, track_id: str) -> int:
        row = self._row_of.get(track_id)
        if row is None:
            if not self._free:
                self._grow()
            row = self._row_of[track_id] = self._free.pop()
        elif time_ns - int(self._present_ns[row]) <= FORGET_AFTER_NS:
            return row
        self.evidence[row] = 0.0
        self.dwell[row] = 0.0
        self._present_ns[row] = time_ns
        self.looked_ns[row] = NEVER_NS
        self.stood_ns[row] = NEVER_NS
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
        self.looked_ns = _longer(self.looked_ns, added)
        self.dwell = _longer(self.dwell, added)
        self.stood_ns = _longer(self.stood_ns, added)
        self._present_ns = _longer(self._present_ns, added)
        self._free.extend(range(old + added - 1, old - 1, -1))


def _longer(array: npt.NDArray[_Number], added: int) -> npt.NDArray[_Number]:
    return np.concatenate([array, np.zeros((added, *array.shape[1:]), array.dtype)])
