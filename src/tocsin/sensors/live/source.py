"""All sensors of a site while they look: detections out, and the status of each."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from tocsin.clock import WallClock
from tocsin.config.site import Site
from tocsin.model.detections import Detection, Detections
from tocsin.model.sensors import SensorStatus
from tocsin.sensors.answers import Answers, Forgets
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.live.channel import Channel, channels_of
from tocsin.sensors.live.inbox import Arrival, Inbox
from tocsin.sensors.live.posted import PostedSightings
from tocsin.sensors.live.readers import HoldsBack, Reader
from tocsin.sensors.placement import refuse_unplaced
from tocsin.sensors.rows import Rows
from tocsin.units import NANOSECONDS_PER_SECOND

_LOOK_EVERY_S = 0.01
TICK_NS = NANOSECONDS_PER_SECOND // 10
"""What sensors send at about the same time is put in order of measurement: each that came after a later one
would take the tracker back and forward again by itself."""
LEFT_AT_STOP = "left_at_stop"
"""Reason under which is counted what waited when the line was told to stop and had no more time."""


class LiveSource:
    """Receives in the event loop that runs `receive`, reads in whichever thread calls `batches`.

    `statuses` has one entry for each sensor of the site, in its order; `unassigned` counts what belongs to
    none of them. Both belong to the thread that calls `batches`.
    """

    def __init__(self, site: Site, clock: WallClock) -> None:
        self._site, self._clock = site, clock
        self._ledger = Ledger(site)
        self._rows = Rows(self._ledger, TICK_NS)
        self.channels = channels_of(site, self._ledger, clock)
        self.posted = PostedSightings(site, self._ledger, clock)
        self._is_given_up = False
        self._holding_back = [c.reader for c in self.channels if isinstance(c.reader, HoldsBack)]

    @property
    def statuses(self) -> list[SensorStatus]:
        """One for each sensor of the site."""
        return self._ledger.statuses

    @property
    def unassigned(self) -> SensorStatus:
        """What belongs to no sensor of the site."""
        return self._ledger.unassigned

    async def receive(self, tell: Callable[[Channel], None]) -> None:
        """Keeps all ways in open until it is cancelled; `tell` hears of each that breaks."""
        async with asyncio.TaskGroup() as tasks:
            for channel in self.channels:
                tasks.create_task(channel.keep_open(tell))

    async def settle(self, longest_s: float) -> None:
        """Waits until every way in stands, or is in trouble, but not longer than so."""
        waited_s = 0.0
        while waited_s < longest_s:
            if all(channel.link.is_open or channel.link.trouble for channel in self.channels):
                return
            await asyncio.sleep(_LOOK_EVERY_S)
            waited_s += _LOOK_EVERY_S

    def give_up(self) -> None:
        """What is not read yet is not read any more, but counted as dropped; from any thread."""
        self._is_given_up = True

    @property
    def left_at_stop(self) -> int:
        """How much was given up."""
        inboxes = [self.posted.inbox, *(channel.inbox for channel in self.channels)]
        return sum(inbox.dropped[LEFT_AT_STOP] for inbox in inboxes)

    def batches(self, now_ns: int) -> Iterator[Detections]:
        """What came until now, as valid, timely detections in order of receipt; batches are never empty."""
        return self._usable(self._read(now_ns))

    def rest(self, now_ns: int) -> Iterator[Detections]:
        """The same at the end, with what readers held back for more that does not come any longer."""
        yield from self.batches(now_ns)
        rows = [row for reader in self._holding_back for row in reader.rest(now_ns)]
        yield from self._usable(chain(self._rows.add(rows), self._rows.flush()))

    def _usable(self, batches: Iterable[Detections]) -> Iterator[Detections]:
        for batch in batches:
            usable, unplaced = refuse_unplaced(batch, self._site)
            self._ledger.refuse_all(unplaced)
            if len(usable):
                yield usable

    def _read(self, now_ns: int) -> Iterator[Detections]:
        for inbox, reader, arrival in self._arrived(now_ns):
            if self._is_given_up:
                inbox.drop(LEFT_AT_STOP)
                continue
            yield from self._due(arrival.received_ns)
            yield from self._rows.add(_rows_of(reader, arrival))
        yield from self._due(now_ns)
        for channel in self.channels:
            self._answer(channel)
        yield from self._rows.flush()

    def _answer(self, channel: Channel) -> None:
        if channel.outbox is not None and isinstance(channel.reader, Answers):
            channel.outbox.put(channel.reader.answers(self._clock.now_ns()))

    def _due(self, now_ns: int) -> Iterator[Detections]:
        rows = [row for reader in self._holding_back for row in reader.due(now_ns)]
        yield from self._rows.add(sorted(rows, key=lambda row: row.received_ns))

    def _arrived(self, until_ns: int) -> Iterator[tuple[Inbox, Reader, Arrival]]:
        """What waits in all inboxes, in order of receipt, with who reads it."""
        sources: list[tuple[Inbox, Reader]] = [(channel.inbox, channel.reader) for channel in self.channels]
        sources.append((self.posted.inbox, self.posted.reader))
        waiting = [
            [(inbox, reader, arrival) for arrival in inbox.take(until_ns)] for inbox, reader in sources
        ]
        yield from heapq.merge(*waiting, key=lambda one: one[2].received_ns)


def _rows_of(reader: Reader, arrival: Arrival) -> Iterator[Detection]:
    """The detections that an arrival completes; the end of a stream completes none."""
    if not arrival.is_end:
        yield from reader.read(arrival.data, arrival.received_ns, arrival.source)
    elif isinstance(reader, Forgets):
        reader.forget(arrival.source)
