"""What all who watch one source share: its latest scene, tracks by number, notes, and who is there."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from tocsin.clock import WallClock
from tocsin.outputs.web.board import Board
from tocsin.outputs.web.numbered import NumberedTracks
from tocsin.outputs.web.source import ConsoleSource, Scene

_LOOK_EVERY_S = 0.2
_log = structlog.get_logger()


class Watching(Protocol):
    """Somebody who is told that there is something new."""

    def wake(self) -> None:
        """There is."""


class Hub:
    """Lives in one event loop; looks at its source while somebody watches."""

    def __init__(self, source: ConsoleSource, clock: WallClock) -> None:
        self.source = source
        self.tracks, self.board = NumberedTracks(), Board()
        self.scene: Scene | None = None
        self._clock = clock
        self._watching: set[Watching] = set()
        self._somebody = asyncio.Event()
        self.is_over = False
        """Whether the service ends: who still waits for something new waits in vain."""
        self._trouble = ""
        self._looking = asyncio.Lock()

    @property
    def clients(self) -> int:
        """How many watch."""
        return len(self._watching)

    def join(self, who: Watching) -> None:
        """From now on this one is told."""
        self._watching.add(who)
        self._somebody.set()

    def leave(self, who: Watching) -> None:
        """And from now on not."""
        self._watching.discard(who)
        if not self._watching:
            self._somebody.clear()

    def end(self) -> None:
        """The service ends."""
        self.is_over = True
        for who in tuple(self._watching):
            who.wake()

    async def run(self) -> None:
        """Looks several times a second until it is cancelled. A source that fails is asked again."""
        while True:
            await self._somebody.wait()
            try:
                await self.look()
                self._trouble = ""
            except Exception as error:  # noqa: BLE001  one odd scene must not end the console for good
                self._tell_defect(f"{type(error).__name__}: {error}")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def look(self) -> None:
        """Takes the latest scene."""
        async with self._looking:
            self._take(await asyncio.to_thread(self.source.scene))

    def _take(self, scene: Scene) -> None:
        before, self.scene = self.scene, scene
        is_moved = before is None or scene.tracks is not before.tracks or scene.alerts != before.alerts
        if is_moved:
            self.tracks.update(scene)
        if self.board.update(scene, self.clients, self._clock.now_ns()) or is_moved:
            for who in tuple(self._watching):
                who.wake()

    def _tell_defect(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            _log.error("console", trouble=trouble)
