"""One way in, and all sensors whose bytes come over it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tocsin.clock import WallClock
from tocsin.config.inputs import Input, InputFormat
from tocsin.config.site import Sensor, Site
from tocsin.model.link import Link
from tocsin.sensors.answers import Answers
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.outbox import Outbox
from tocsin.sensors.live.readers import Common, Reader, reader_for
from tocsin.sensors.live.ways import Access, receive


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """`sensors` are their numbers in the site file."""

    way: Input
    kind_of_bytes: InputFormat
    sensors: tuple[int, ...]
    first: Sensor
    inbox: Inbox
    link: Link
    reader: Reader
    outbox: Outbox | None = None
    """Where those who send expect answers."""

    @property
    def dropped(self) -> Counter[str]:
        """What was not kept, and what was not taken, by reason."""
        return self.inbox.dropped + (Counter() if self.outbox is None else self.outbox.dropped)

    async def keep_open(self, tell: Callable[[Channel], None]) -> None:
        """Receives until it is cancelled, and tries again after whatever goes wrong; `tell` hears of that."""
        while True:
            try:
                await self._receive()
            except (OSError, TimeoutError, ValueError) as error:
                self.link.close(str(error) or "no answer")
                tell(self)
            await asyncio.sleep(self.link.wait_s())

    def _receive(self) -> Awaitable[None]:
        return receive(self.way, self.inbox, self.link, Access.of(self.first), self.outbox)


def channels_of(site: Site, ledger: Ledger, clock: WallClock) -> list[Channel]:
    """The ways in of a site, in the order of its sensors."""
    ways: dict[tuple[Input, InputFormat], list[int]] = {}
    common = Common(site)
    for number, sensor in enumerate(site.sensors):
        if (live := sensor.live_input) is not None:
            ways.setdefault(live, []).append(number)
    return [
        _channel(
            way, kind_of_bytes, numbers, site,
            reader_for(kind_of_bytes, site, numbers, way, ledger, common), clock,
        )
        for (way, kind_of_bytes), numbers in ways.items()
    ]  # fmt: skip


def _channel(
    way: Input, kind_of_bytes: InputFormat, sensors: list[int], site: Site, reader: Reader, clock: WallClock
) -> Channel:
    return Channel(
        way,
        kind_of_bytes,
        tuple(sensors),
        site.sensors[sensors[0]],
        Inbox(clock, site.service.most_messages_per_s),
        Link(),
        reader,
        Outbox() if isinstance(reader, Answers) else None,
    )
