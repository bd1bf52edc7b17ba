"""Brings one receiver what its outbox holds, until it is confirmed, and waits for no other receiver."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol

from tocsin.clock import WallClock
from tocsin.config.receivers import Receiver, ReceiverTransport
from tocsin.model.deliveries import Delivery, DeliveryState, Letter, ReceiverReport
from tocsin.model.link import Link
from tocsin.outputs.delivery.broker import broker
from tocsin.outputs.delivery.connection import HEARTBEAT_S, Connect, Connection, Refused
from tocsin.outputs.delivery.folder import folder
from tocsin.outputs.delivery.heartbeat import Heartbeat
from tocsin.outputs.delivery.outbox import Outbox
from tocsin.outputs.delivery.packing import Packer
from tocsin.outputs.delivery.stream import stream
from tocsin.outputs.delivery.webhook import webhook
from tocsin.outputs.live.channel import defect
from tocsin.units import NANOSECONDS_PER_SECOND

_WAYS: Mapping[str, Connect] = {
    ReceiverTransport.HTTP: webhook,
    ReceiverTransport.HTTPS: webhook,
    ReceiverTransport.MQTT: broker,
    ReceiverTransport.MQTTS: broker,
    ReceiverTransport.TCP: stream,
    ReceiverTransport.TLS: stream,
    ReceiverTransport.FILE: folder,
}
_FAREWELL_S, _LEAST_PAUSE_S, _MOST_PAUSE_S = 1.0, 1.0, 20.0


class DeliveryNotes(Protocol):
    """Where it is kept what became of messages, so that a restart loses none and repeats none."""

    async def note(self, delivery: Delivery) -> None:
        """Keeps it, in place of what was kept of this message, receiver and status."""


class Courier:
    """Belongs to the event loop."""

    def __init__(
        self, receiver: Receiver, packer: Packer, notes: DeliveryNotes, heartbeat: Heartbeat, clock: WallClock
    ) -> None:
        self.receiver, self.outbox, self.link = receiver, Outbox(receiver), Link()
        self._packer, self._notes, self._heartbeat, self._clock = packer, notes, heartbeat, clock
        self._connect = _WAYS[receiver.way.scheme]
        self._news = asyncio.Event()
        self._delay_s: float | None = None

    def wake(self) -> None:
        """There may be something to bring."""
        self._news.set()

    async def run(self, tell: Callable[[Courier], None]) -> None:
        """Brings until it is cancelled, and tries again after whatever goes wrong; `tell` hears of that."""
        while True:
            try:
                async with self._connect(self.receiver, self._heartbeat) as connection:
                    await self._serve(connection)
            except (OSError, ValueError) as error:
                self._break(str(error) or "no answer", tell)
            except Exception as error:  # noqa: BLE001  a defect in one way must not end the warning of people
                self._break(defect(error), tell)
            await self._pause()

    def report(self) -> ReceiverReport:
        """How it does."""
        now_ns, outbox = self._clock.now_ns(), self.outbox
        return ReceiverReport(
            name=self.receiver.name,
            to=self.receiver.to,
            format=self.receiver.bytes_of.value,
            is_open=self.link.is_open,
            confirmed=outbox.confirmed,
            refused=outbox.refused,
            pending=sum(1 for _ in outbox.pending(now_ns)),
            waiting_for_operator=outbox.waiting_for_operator(now_ns),
            attempts=outbox.attempts,
            last_confirmed_ns=outbox.last_confirmed_ns,
            delay_s=self._delay_s,
            trouble=self.link.trouble,
        )

    def _break(self, trouble: str, tell: Callable[[Courier], None]) -> None:
        is_news = self.link.is_open or self.link.trouble != trouble
        self.link.close(trouble)
        if is_news:
            tell(self)

    async def _pause(self) -> None:
        """Until the next try; what is issued meanwhile is tried at once, at most once a second."""
        wait_s = min(self.link.wait_s(), _MOST_PAUSE_S)
        await asyncio.sleep(min(wait_s, _LEAST_PAUSE_S))
        self._news.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), max(wait_s - _LEAST_PAUSE_S, 0.0))

    async def _serve(self, connection: Connection) -> None:
        try:
            await self._bring_all(connection)
        except asyncio.CancelledError:
            with suppress(OSError, Refused):
                async with asyncio.timeout(_FAREWELL_S):
                    await connection.beat(self._heartbeat.gone())
            raise

    async def _bring_all(self, connection: Connection) -> None:
        beat_ns = 0
        while True:
            self._news.clear()
            letter = self.outbox.next(self._clock.now_ns())
            if letter is not None:
                await self._bring(connection, letter)
            if self._clock.now_ns() >= beat_ns:  # also between the messages of a wave
                beat_ns = self._clock.now_ns() + round(HEARTBEAT_S * NANOSECONDS_PER_SECOND)
                await self._beat(connection)
            if letter is None:
                with suppress(TimeoutError):
                    left_s = (beat_ns - self._clock.now_ns()) / NANOSECONDS_PER_SECOND
                    await asyncio.wait_for(self._news.wait(), max(left_s, 0.01))

    async def _beat(self, connection: Connection) -> None:
        try:
            is_there = await connection.beat(self._heartbeat.now())
        except Refused as refusal:
            self.link.trouble = f"heartbeat: {refusal}"
            return
        if is_there:
            self._stands()

    def _stands(self) -> None:
        if not self.link.is_open or self.link.trouble:
            self.link.open()

    async def _bring(self, connection: Connection, letter: Letter) -> None:
        """One attempt; raises OSError where it is to be tried again."""
        await self._note(letter, DeliveryState.TRIED)
        try:
            parcel = await asyncio.to_thread(self._packer.pack, letter, self.receiver)
            await connection.put(parcel)
        except (Refused, ValueError) as refusal:
            self._stands()
            self.link.trouble = f"{letter.message.identifier}: {refusal}"
            await self._note(letter, DeliveryState.REFUSED, str(refusal))
            return
        except OSError as error:
            await self._note(letter, DeliveryState.TRIED, str(error) or "no answer")
            raise
        self._delay_s = (self._clock.now_ns() - letter.message.issued_ns) / NANOSECONDS_PER_SECOND
        self._stands()
        await self._note(letter, DeliveryState.CONFIRMED)

    async def _note(self, letter: Letter, state: DeliveryState, trouble: str = "") -> None:
        is_new = state is DeliveryState.TRIED and not trouble
        delivery = Delivery(
            letter.number, self.receiver.name, letter.status, state,
            self.outbox.tried(letter) + is_new, self._clock.now_ns(), trouble,
        )  # fmt: skip
        self.outbox.note(delivery)  # first: an all-clear may come while it is being kept
        await self._notes.note(delivery)
