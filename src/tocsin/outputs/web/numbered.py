"""The tracks as they were told last, by number, and what changed since any frame before.

Every client is told what changed since the last frame that went to it, be that one or twenty frames ago: so
there is one way for a new client (since nothing), one in step, and one that is slow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np

from tocsin.model.alert_report import AlertReport
from tocsin.outputs.web.source import MovingTracks, Scene
from tocsin.outputs.web.wire import RECORD, FrameFlag, Records, frame_of, records_of
from tocsin.units import IntArray

_MOST_REMOVED = 20_000
"""Tracks that are gone and remembered; who was told nothing for longer than that gets all anew."""
NOTHING = 0
"""The sequence before the first frame."""


class NumberedTracks:
    """`update` with each new scene; one thread at a time."""

    def __init__(self) -> None:
        self.sequence = NOTHING
        self.time_ns = 0
        self._records: Records = np.zeros(0, dtype=RECORD)
        self._changed: IntArray = np.zeros(0, np.int64)
        self._names: dict[str, tuple[int, str]] = {}
        self._named: dict[int, tuple[int, str, str]] = {}  # number: since which frame, its name, identity
        self._next = 1
        self._removed: deque[tuple[int, int]] = deque()
        self._forgotten = NOTHING
        self._frames: dict[tuple[int, FrameFlag], bytes] = {}

    def __len__(self) -> int:
        return len(self._records)

    def update(self, scene: Scene) -> None:
        """Takes the tracks of a scene."""
        self.sequence += 1
        self.time_ns = scene.time_ns
        self._frames.clear()
        number = self._number(scene.tracks)
        level, is_marked = _of_alerts(scene.tracks, scene.alerts)
        records = records_of(scene.tracks, number, level, is_marked)
        records = records[np.argsort(number, kind="stable")]
        changed = self._changed_since(records)
        gone = np.setdiff1d(self._records["number"], records["number"], assume_unique=True)
        self._forget(gone.tolist())
        self._records, self._changed = records, changed

    def frame(self, since: int, is_degraded: bool = False) -> bytes:
        """What changed after a frame; made once for all who ask the same."""
        flags = FrameFlag.DEGRADED if is_degraded else FrameFlag(0)
        if since == NOTHING or since < self._forgotten:
            since, flags = NOTHING, flags | FrameFlag.SNAPSHOT
        found = self._frames.get((since, flags))
        if found is None:
            rows = self._records[self._changed > since]
            gone = {number for when, number in self._removed if when > since} if since else set()
            removed = np.array(sorted(gone), dtype=np.uint32)
            found = frame_of(self.sequence, self.time_ns, rows, removed, flags)
            self._frames[since, flags] = found
        return found

    def names(self, since: int) -> dict[str, tuple[str, str]]:
        """Name and identity by number, of tracks that were named after a frame."""
        return {
            str(number): (name, identity)
            for number, (when, name, identity) in self._named.items()
            if when > since
        }

    def _number(self, tracks: MovingTracks) -> IntArray:
        """The number of each track, (n,); a track that comes back when it was gone has a new one."""
        numbers, named = [], self._names
        for name, identity in zip(tracks.track_id.tolist(), tracks.identity.tolist(), strict=True):
            number, known = named.get(name, (0, None))
            if known != identity:
                if not number:
                    number, self._next = self._next, self._next + 1
                named[name] = (number, identity)
                self._named[number] = (self.sequence, name, identity)
            numbers.append(number)
        return np.array(numbers, dtype=np.int64)

    def _changed_since(self, records: Records) -> IntArray:
        """The frame in which each record last changed, (n,)."""
        changed = np.full(len(records), self.sequence, dtype=np.int64)
        if len(self._records) and len(records):
            place = np.searchsorted(self._records["number"], records["number"])
            place = np.minimum(place, len(self._records) - 1)
            same = (_words(self._records)[place] == _words(records)).all(axis=1)
            changed[same] = self._changed[place[same]]
        return changed

    def _forget(self, gone: Iterable[int]) -> None:
        for number in gone:
            _, name, _ = self._named.pop(number)
            del self._names[name]
            self._removed.append((self.sequence, number))
        while len(self._removed) > _MOST_REMOVED:
            self._forgotten, _ = self._removed.popleft()


def _words(records: Records) -> IntArray:
    """Records as whole numbers, (n, 4), to be compared."""
    words: IntArray = np.ascontiguousarray(records).view(np.int64).reshape(len(records), -1)
    return words


def _of_alerts(tracks: MovingTracks, alerts: Iterable[AlertReport]) -> tuple[IntArray, IntArray]:
    """Level of the loudest open alert of each track, and whether an operator marked it, both (n,)."""
    loudest: dict[str, int] = {}
    marked: set[str] = set()
    for report in alerts:
        marked.update(report.marked_tracks)
        for name in report.message.track_ids:
            loudest[name] = max(loudest.get(name, 0), int(report.message.level))
    names = tracks.track_id.tolist() if loudest or marked else ()
    level = [loudest.get(name, 0) for name in names] or [0] * len(tracks)
    is_marked = [int(name in marked) for name in names] or [0] * len(tracks)
    return np.array(level, dtype=np.int64), np.array(is_marked, dtype=np.int64)
