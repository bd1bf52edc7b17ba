"""Where the tracks of a running service were in the last minutes, for those who look at one."""

from __future__ import annotations

import threading
from collections import deque
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.model.tracks import Tracks
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray

KEPT = 300
EVERY_NS = 2 * NANOSECONDS_PER_SECOND


class _Then(NamedTuple):
    time_ns: int
    track_id: npt.NDArray[np.object_]
    place_enu_m: npt.NDArray[np.float32]


class Trails:
    """Ten minutes of places, one picture in two seconds: 20 bytes a track each. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[_Then] = deque(maxlen=KEPT)

    def note(self, time_ns: int, tracks: Tracks) -> None:
        """The tracks of a picture, in the order of time; most of them are left out."""
        with self._lock:
            if self._kept and time_ns - self._kept[-1].time_ns < EVERY_NS:
                return
            self._kept.append(_Then(time_ns, tracks.track_id, tracks.state[:, :3].astype(np.float32)))

    def of(self, track_id: str) -> FloatArray:
        """Times [UTC s] and places of one track, (n, 4): time, east, north, up in the site's plane."""
        with self._lock:
            kept = tuple(self._kept)
        found = [
            (then.time_ns / NANOSECONDS_PER_SECOND, *then.place_enu_m[row].tolist())
            for then in kept
            for row in np.flatnonzero(then.track_id == track_id)[:1].tolist()
        ]
        return np.array(found, dtype=np.float64).reshape(-1, 4)
