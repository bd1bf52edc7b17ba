"""One who watches: is told what is new to it, as fast as it reads, and the newest only where that is slow."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple, Protocol

from tocsin.outputs.web.board import Kind, hello, message
from tocsin.outputs.web.hub import Hub
from tocsin.outputs.web.numbered import NOTHING
from tocsin.units import nanoseconds_to_seconds

_MOST_UNANSWERED, _ANSWERS_WITHIN_S = 4, 2.0
"""Who has so many frames unanswered, the first of them for so long, is behind."""
_BEHIND_EVERY_S = 2.0
"""Who is behind gets a frame so often, answered or not: some never answer, and read well."""
_DEGRADED_FOR_S = 5.0
"""So long after a frame was left out a client is told that it is slow."""
LONGEST_SEND_S = 10.0
"""Who reads nothing for so long is gone."""


class Link(Protocol):
    """The way to a client; each call returns when there is room for more."""

    async def send_text(self, text: str) -> None:
        """A text frame."""

    async def send_bytes(self, data: bytes) -> None:
        """A binary frame."""


class _Unanswered(NamedTuple):
    """A frame that is on the way, or not yet looked at."""

    sequence: int
    sent_s: float


class Watcher:
    """Tells one client. `run` raises TimeoutError where the client does not read."""

    def __init__(self, hub: Hub, link: Link, is_operator: bool) -> None:
        self._hub, self._link = hub, link
        hidden = Kind.SENSOR_SUMMARY if is_operator else Kind.SENSORS
        self._kinds = [kind for kind in Kind if kind is not hidden]
        self._told: dict[Kind, int] = {}
        self._sent = NOTHING
        self._unanswered: deque[_Unanswered] = deque()
        self._woken = asyncio.Event()
        self._sent_s = self._degraded_s = -1e9

    def wake(self) -> None:
        """There is something new."""
        self._woken.set()

    def seen(self, sequence: int) -> bool:
        """The client has taken a frame, and all before it; False for a frame that it was not sent."""
        while self._unanswered and self._unanswered[0].sequence <= sequence:
            self._unanswered.popleft()
        self.wake()
        return sequence <= self._sent

    async def run(self) -> None:
        """Greets, then tells whatever is new."""
        self._hub.join(self)
        try:
            await self._hub.look()
            scene = self._hub.scene
            assert scene is not None  # a look leaves one, or raises
            await self._text(hello(self._hub.source.mode, scene))
            while True:
                self._woken.clear()
                await self._tell_notes()
                await self._tell_tracks()
                await self._woken.wait()
        finally:
            self._hub.leave(self)

    async def say(self, trouble: str) -> None:
        """Something that the client asked for can't be, in words."""
        scene = self._hub.scene
        time_s = 0.0 if scene is None else nanoseconds_to_seconds(scene.time_ns)
        await self._text(message("error", time_s, message=trouble))

    @property
    def _is_degraded(self) -> bool:
        return asyncio.get_running_loop().time() - self._degraded_s < _DEGRADED_FOR_S

    async def _tell_notes(self) -> None:
        other_status = Kind.STATUS if self._is_degraded else Kind.STATUS_DEGRADED
        for kind in self._kinds:
            note = self._hub.board.note(kind)
            if note is None or kind is other_status or note.version == self._told.get(kind):
                continue
            self._told[kind] = note.version
            await self._text(note.text)

    async def _tell_tracks(self) -> None:
        tracks, now_s = self._hub.tracks, asyncio.get_running_loop().time()
        if tracks.sequence == self._sent:
            return
        is_behind = self._is_behind(now_s)
        if is_behind and now_s - self._sent_s < _BEHIND_EVERY_S:
            self._degraded_s = now_s
            return
        since, self._sent, self._sent_s = self._sent, tracks.sequence, now_s
        is_degraded = since != NOTHING and self._sent > since + 1
        names, frame = tracks.names(since), tracks.frame(since, is_degraded)
        time_s = nanoseconds_to_seconds(tracks.time_ns)
        if is_behind:
            self._unanswered.popleft()
        self._unanswered.append(_Unanswered(self._sent, now_s))
        if names:
            await self._text(message("names", time_s, names=names))
        async with asyncio.timeout(LONGEST_SEND_S):
            await self._link.send_bytes(frame)

    def _is_behind(self, now_s: float) -> bool:
        waiting = self._unanswered
        return len(waiting) >= _MOST_UNANSWERED and now_s - waiting[0].sent_s >= _ANSWERS_WITHIN_S

    async def _text(self, text: str) -> None:
        async with asyncio.timeout(LONGEST_SEND_S):
            await self._link.send_text(text)
