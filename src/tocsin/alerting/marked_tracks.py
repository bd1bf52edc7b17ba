"""Marks go on after a restart, for the one track that can be the marked one.

Tracks have other names then. A mark lowers what is said, so it goes on only where there is no choice: one
track, of a velocity that is known, is where the marked one is expected (`same_object`), and could be no other
marked one. In doubt people are told again, and an operator may mark again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np

from tocsin.alerting.same_object import GAP_GATE, INHERIT_NS, Glimpse, Motion, squared_distance
from tocsin.model.marked import MarkedTrack
from tocsin.model.tracks import Tracks
from tocsin.units import FloatArray

MOST_VELOCITY_SIGMA_MPS = 10.0
"""Of a track with less known velocity nearly anything could be said."""


class MarkedTracks:
    """Where marked tracks were last, and which of them are looked for since the service began."""

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._last: dict[str, MarkedTrack] = {}
        self._first_name: dict[str, str] = {}
        self._lost: dict[str, MarkedTrack] = {}

    @property
    def last(self) -> tuple[MarkedTrack, ...]:
        """Of all that are marked now, under the name under which they were marked."""
        return tuple(self._last.values())

    def restore(self, lost: Iterable[MarkedTrack]) -> None:
        """What was marked before the restart."""
        self._lost = {one.track_id: one for one in lost}

    def follow(self, now_ns: int, tracks: Tracks, marked: Collection[str]) -> dict[str, str]:
        """Notes where the `marked` are; gives those tracks that go on as a lost one, with its name."""
        names = tracks.track_id.tolist()
        self._last = {name: last for name, last in self._last.items() if name in marked}
        for row, name in enumerate(names):
            if name in marked:
                last = _marked(now_ns, tracks, row)
                first_name = self._first_name.get(name, name)
                self._last[first_name] = replace(last, track_id=first_name)
        self._lost = {
            name: lost
            for name, lost in self._lost.items()
            if name in marked and now_ns - lost.seen_ns <= INHERIT_NS
        }
        if not self._lost:
            return {}
        free = [row for row in range(len(names)) if names[row] not in marked and _is_known(tracks, row)]
        found = self._only_choices(now_ns, tracks, free)
        for row, name in found.items():
            del self._lost[name]
            self._first_name[names[row]] = name
        return {names[row]: name for row, name in found.items()}

    def _only_choices(self, now_ns: int, tracks: Tracks, rows: list[int]) -> dict[int, str]:
        """The lost track that each of some rows can be, where neither has another choice."""
        choices = [
            (row, name)
            for name, lost in self._lost.items()
            for expected in (self._motion.predicted(_glimpse(lost), now_ns),)
            for row in rows
            if squared_distance(expected, _glimpse(_marked(now_ns, tracks, row))) <= GAP_GATE
        ]
        of_row, of_name = [row for row, _ in choices], [name for _, name in choices]
        return {row: name for row, name in choices if of_row.count(row) == of_name.count(name) == 1}


def _is_known(tracks: Tracks, row: int) -> bool:
    variance: FloatArray = np.diagonal(tracks.covariance[row])[3:5]
    return bool(variance.max() <= MOST_VELOCITY_SIGMA_MPS**2)


def _marked(now_ns: int, tracks: Tracks, row: int) -> MarkedTrack:
    seen_ns = int(tracks.seen_ns[row].max())
    state, covariance = tracks.state[row].tolist(), tracks.covariance[row].ravel().tolist()
    return MarkedTrack(tracks.track_id[row], now_ns, seen_ns, tuple(state), tuple(covariance))


def _glimpse(marked: MarkedTrack) -> Glimpse:
    covariance = np.array(marked.covariance).reshape(6, 6)
    return Glimpse(marked.time_ns, marked.seen_ns, list(marked.state), covariance)
