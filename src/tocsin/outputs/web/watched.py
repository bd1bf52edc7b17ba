"""All that can be watched: one hub for the running service, one for each who watches a recording."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tocsin.clock import WallClock
from tocsin.outputs.refusal import Refusal
from tocsin.outputs.web.hub import Hub
from tocsin.outputs.web.limits import Seats
from tocsin.outputs.web.source import Archive, ConsoleSource
from tocsin.units import seconds_to_nanoseconds


class Watched:
    """Lives in one event loop; `run` while it serves. Without `source` there are recordings only."""

    def __init__(
        self, source: ConsoleSource | None, archive: Archive | None, seats: Seats, clock: WallClock
    ) -> None:
        self.source, self.archive, self.seats = source, archive, seats
        self._clock = clock
        self._present = None if source is None else Hub(source, clock)

    async def run(self) -> None:
        """Looks at what is shared until it is cancelled."""
        if self._present is not None:
            await self._present.run()

    def end(self) -> None:
        """The service ends: streams without an end of their own are over."""
        if self._present is not None:
            self._present.end()

    @asynccontextmanager
    async def hub(self, recording: str | None, time_s: float | None = None) -> AsyncIterator[Hub]:
        """What one client watches, while it is entered. Raises Refusal for what there is not."""
        if recording is None:
            if self._present is None:
                raise Refusal(404, "nothing is running here: watch ?recording=NAME of /v1/recordings")
            yield self._present
            return
        hub = Hub(await asyncio.to_thread(self.open, recording, time_s), self._clock)
        looking = asyncio.create_task(hub.run())
        try:
            yield hub
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await asyncio.to_thread(hub.source.close)

    def open(self, recording: str, time_s: float | None = None) -> ConsoleSource:
        """A recording, to be closed by who asks; in a thread. Raises Refusal."""
        if self.archive is None:
            raise Refusal(404, "there are no recordings here")
        return self.archive.open(recording, None if time_s is None else seconds_to_nanoseconds(time_s))
