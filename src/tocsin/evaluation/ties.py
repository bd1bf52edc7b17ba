"""Which object a track stands for: by the contract the nearest truth within 500 m, at any one instant.

Distances are horizontal: a radar without elevation leaves height to the prior, and the contract's 500 m ask
which object is meant, not how high it flies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from tocsin.evaluation.alert_log import LoggedAlert
from tocsin.evaluation.paths import TruePath, places_at
from tocsin.evaluation.track_log import TrackLog
from tocsin.units import FloatArray, IntArray

TIED_WITHIN_M = 500.0
NO_OBJECT = -1


class Ties:
    """Ties of the tracks of a run to its objects at `times_s`, which are asked for all at once, for speed."""

    def __init__(self, tracks: TrackLog, paths: Sequence[TruePath], times_s: Iterable[float]) -> None:
        self.paths = tuple(paths)
        self._tracks = tracks
        self._times_s = np.unique(np.fromiter(times_s, np.float64))
        self._places_m = places_at(self.paths, self._times_s)

    def object_of(self, track_id: str, time_s: float) -> TruePath | None:
        """The object that a track stands for; None where it is near none, or has no row lately."""
        place = self._tracks.place_at(track_id, time_s)
        if place is None:
            return None
        found = int(nearest(self._places_at(time_s), place[np.newaxis])[0])
        return None if found == NO_OBJECT else self.paths[found]

    def objects(self, alert: LoggedAlert) -> set[str]:
        """The objects that an alert stands for at its issue."""
        found = (self.object_of(track_id, alert.issued_s) for track_id in alert.track_ids)
        return {path.object_id for path in found if path is not None}

    def _places_at(self, time_s: float) -> FloatArray:
        return self._places_m[:, int(np.searchsorted(self._times_s, time_s))]


def nearest(objects_m: FloatArray, tracks_m: FloatArray) -> IntArray:
    """For tracks (n, 2 or 3) the index of the nearest of objects (k, 2 or 3) within 500 m, or `NO_OBJECT`.

    An object that was not there has NaN.
    """
    if not len(objects_m):
        return np.full(len(tracks_m), NO_OBJECT, dtype=np.int64)
    offset = tracks_m[:, np.newaxis, :2] - objects_m[np.newaxis, :, :2]
    distance = np.hypot(offset[..., 0], offset[..., 1])
    distance[np.isnan(distance)] = np.inf
    best = distance.argmin(axis=1)
    is_near = distance[np.arange(len(tracks_m)), best] <= TIED_WITHIN_M
    return np.where(is_near, best, NO_OBJECT)
