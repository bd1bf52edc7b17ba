"""All outputs of a site while the line runs. The line knows nothing of them: the newest sky is looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tocsin.clock import WallClock
from tocsin.config.site import Site
from tocsin.model.output_report import OutputReport
from tocsin.outputs.live.air_pictures import PictureMaker, Sky
from tocsin.outputs.live.channel import OutputChannel, defect
from tocsin.outputs.live.track_numbers import TrackNumbers

_LOOK_EVERY_S = 0.1


class Publisher:
    """Lives in the event loop that runs `run`; `reports` may be asked from any thread."""

    def __init__(self, site: Site, clock: WallClock) -> None:
        self.channels = [OutputChannel(site, output, clock) for output in site.outputs]
        self._clock, self._maker, self._numbers = clock, PictureMaker(site), TrackNumbers()

    async def run(self, sky: Callable[[], Sky | None], tell: Callable[[OutputChannel], None]) -> None:
        """Sends what `sky` gives until it is cancelled; `tell` hears of each output that breaks."""
        async with asyncio.TaskGroup() as tasks:
            for channel in self.channels:
                tasks.create_task(channel.keep_open(tell))
            while True:
                if (now := sky()) is not None:
                    await self._offer(now, tell)
                await asyncio.sleep(_LOOK_EVERY_S)

    def reports(self) -> tuple[OutputReport, ...]:
        """Of all outputs, in the order of the site file."""
        return tuple(channel.report() for channel in self.channels)

    async def _offer(self, sky: Sky, tell: Callable[[OutputChannel], None]) -> None:
        now_ns = self._clock.now_ns()
        due = [channel for channel in self.channels if channel.is_due(now_ns, sky.time_ns)]
        if not due:
            return
        numbers = self._numbers.follow(sorted(sky.tracks.track_id.tolist()))
        try:
            picture = await asyncio.to_thread(self._maker.picture, sky, numbers)
        except Exception as error:  # noqa: BLE001  one odd sky must not end the outputs for good
            for channel in due:
                channel.put_off(sky.time_ns, now_ns)
                channel.link.trouble = defect(error)
                tell(channel)
            return
        for channel in due:
            channel.offer(picture, now_ns)
