"""All receivers of a site while the line runs: what is new in the book of alerts goes to each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol

from tocsin.clock import WallClock
from tocsin.config.site import Site
from tocsin.model.alerts import AlertMessage
from tocsin.model.deliveries import Delivery, Letter, ReceiverReport
from tocsin.outputs.delivery.courier import Courier
from tocsin.outputs.delivery.feed import Feed
from tocsin.outputs.delivery.heartbeat import Heartbeat
from tocsin.outputs.delivery.packing import Packer

_LOOK_EVERY_S = 1.0
"""So soon also what nobody was woken for is found, as the confirmation of an operator."""


class Ledger(Protocol):
    """The book of alerts, as far as deliveries go. Its methods may take time; none is called in parallel."""

    def issued(self) -> Sequence[tuple[int, AlertMessage, str]]:
        """What was issued, or confirmed by an operator, since it was asked last; at first, of late.

        Each by its number in the book, with the role that gave it to the public, or ''.
        """

    def deliveries(self) -> list[Delivery]:
        """What became of messages of late."""

    def keep(self, delivery: Delivery) -> None:
        """Keeps what became of a message, in place of what was kept of it for this receiver and status."""


class Dispatcher:
    """Lives in the event loop that runs `run`; `wake` may be called, and `reports` read, by any thread."""

    def __init__(self, site: Site, ledger: Ledger, clock: WallClock) -> None:
        """Raises UnusableFile and InvalidFile where texts or keys can't be used."""
        self._packer, self._ledger = Packer(site), ledger
        self.feed, self._clock = Feed(site, self._packer), clock
        """What is current, for who comes to ask."""
        heartbeat = Heartbeat(site, self.feed, clock)
        self.couriers = [
            Courier(receiver, self._packer, self, heartbeat, clock) for receiver in site.receivers
        ]
        self.reports: tuple[ReceiverReport, ...] = self._reports()
        """Of all receivers, in the order of the site file."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()

    async def run(self, tell: Callable[[Courier], None]) -> None:
        """Delivers until it is cancelled; `tell` hears of each receiver that breaks.

        When it has ended, all is kept that became of anything, and nothing uses the ledger any more.
        """
        self._loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "deliveries") as self._thread:
            await self._take()
            await self._remember()
            async with asyncio.TaskGroup() as tasks:
                for courier in self.couriers:
                    tasks.create_task(courier.run(tell))
                await self._hand_on()

    def learn(self, site: Site) -> None:
        """Knows other zones, too; receivers are the same."""
        self._packer.learn(site)

    def wake(self) -> None:
        """There is something new in the book."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    async def note(self, delivery: Delivery) -> None:
        """As `DeliveryNotes`; it is kept even where who waits for it is cancelled."""
        await self._in_turn(self._ledger.keep, delivery)

    async def _in_turn(self, work: Callable[..., Any], *arguments: Any) -> Any:
        assert self._loop is not None
        # Shielded: who waits may be cancelled, and what waits for its turn would be with it.
        return await asyncio.shield(self._loop.run_in_executor(self._thread, work, *arguments))

    async def _remember(self) -> None:
        """What became of messages before."""
        for delivery in await self._in_turn(self._ledger.deliveries):
            for courier in self.couriers:
                if delivery.receiver == courier.receiver.name:
                    courier.outbox.note(delivery)

    async def _hand_on(self) -> None:
        """What is new, to all, for ever."""
        while True:
            self.reports = self._reports()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _LOOK_EVERY_S)
            self._news.clear()
            await self._take()

    def _reports(self) -> tuple[ReceiverReport, ...]:
        return tuple(courier.report() for courier in self.couriers)

    async def _take(self) -> None:
        issued = await self._in_turn(self._ledger.issued)
        letters = [
            Letter(number, message, self._packer.status(message, role), role)
            for number, message, role in issued
        ]
        if letters:
            self.feed.put(letters, self._clock.now_ns())
        for courier in self.couriers:
            courier.outbox.put(letters)
            if letters:
                courier.wake()
