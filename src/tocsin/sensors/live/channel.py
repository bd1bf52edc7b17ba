"""One way in, and all sensors whose bytes come over it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tocsin.clock import WallClock
from tocsin.config.inputs import Input, InputFormat, Transport
from tocsin.config.site import Sensor, Site
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.live.http import poll
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.link import Link
from tocsin.sensors.live.mqtt import subscribe
from tocsin.sensors.live.readers import Common, Reader, reader_for
from tocsin.sensors.live.senders import Senders
from tocsin.sensors.live.tcp import call_stream, listen_for_streams
from tocsin.sensors.live.tls import calling_context, listening_context
from tocsin.sensors.live.udp import receive_datagrams


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
        way, inbox, link, first = self.way, self.inbox, self.link, self.first
        match way.transport:
            case Transport.UDP:
                return receive_datagrams(way, inbox, link, Senders(first.senders))
            case Transport.TCP | Transport.TLS:
                return call_stream(way, inbox, link, self._calling_tls())
            case Transport.TCP_LISTEN:
                return listen_for_streams(way, inbox, link, Senders(first.senders))
            case Transport.TLS_LISTEN:
                senders = Senders(first.senders)
                return listen_for_streams(way, inbox, link, senders, listening_context(first))
            case Transport.MQTT | Transport.MQTTS:
                return subscribe(way, inbox, link, first.user, first.password_file, self._calling_tls())
        return poll(way, inbox, link, first.filled().period_s or 1.0)

    def _calling_tls(self) -> ssl.SSLContext | None:
        """What encrypts a connection that we make, made anew each time: certificates are renewed."""
        is_encrypted = self.way.transport in (Transport.TLS, Transport.MQTTS)
        return calling_context(self.first) if is_encrypted else None


def channels_of(site: Site, ledger: Ledger, clock: WallClock) -> list[Channel]:
    """The ways in of a site, in the order of its sensors."""
    ways: dict[tuple[Input, InputFormat], list[int]] = {}
    common = Common(site)
    for number, sensor in enumerate(site.sensors):
        if (live := sensor.live_input) is not None:
            ways.setdefault(live, []).append(number)
    return [
        Channel(
            way, kind_of_bytes, tuple(numbers), site.sensors[numbers[0]],
            Inbox(clock, site.service.most_messages_per_s), Link(),
            reader_for(kind_of_bytes, site, numbers, way, ledger, common),
        )
        for (way, kind_of_bytes), numbers in ways.items()
    ]  # fmt: skip
