"""Listens at an address for a while."""

from __future__ import annotations

import asyncio
import time

from tocsin.clock import WallClock
from tocsin.config.inputs import STREAMS, Input, Transport, parse_input
from tocsin.errors import InvalidInput
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import Arrival, Inbox
from tocsin.sensors.live.ways import Access, receive
from tocsin.sensors.probe.finding import MOST_BYTES, Group, Material, Probe
from tocsin.sensors.probe.judging import judge, twice_told

_ANY_NUMBER = 1e9
_CONNECT_S, _LOOK_EVERY_S = 15.0, 0.01
_EVERYTHING = "#"
_BROKERS = (Transport.MQTT, Transport.MQTTS)


def probe_address(text: str, seconds: float, access: Access) -> Probe:
    """What comes over an `input` of a site file within so many seconds.

    Raises InvalidInput for what is no address, OSError where nothing can be had there.
    """
    try:
        way = parse_input(text)
    except ValueError as error:
        raise InvalidInput(str(error)) from None
    if way.transport is Transport.CAPTURE:
        raise InvalidInput("give an address, as in udp://0.0.0.0:8600, or the path of a file")
    if way.transport in _BROKERS and not way.path:
        way = Input(way.transport, way.host, way.port, _EVERYTHING)
    inbox, link = Inbox(WallClock(), _ANY_NUMBER, MOST_BYTES), Link()
    began_s = time.monotonic()
    asyncio.run(_listen(way, inbox, link, access, seconds))
    passed_s = time.monotonic() - began_s
    arrivals = inbox.take(WallClock().now_ns())
    groups = _groups(text, way, arrivals, passed_s)
    remarks = [*twice_told(groups), *(f"{n} not looked at: {why}" for why, n in inbox.dropped.items())]
    return Probe(text, groups, (*remarks, link.trouble) if link.trouble else tuple(remarks))


async def _listen(way: Input, inbox: Inbox, link: Link, access: Access, seconds: float) -> None:
    """The time counts from when the line stands. One that breaks then is no error: what came is looked at."""
    receiving = asyncio.ensure_future(receive(way, inbox, link, access))
    try:
        async with asyncio.timeout(_CONNECT_S):
            while not (link.opened or receiving.done()):
                await asyncio.sleep(_LOOK_EVERY_S)
        await asyncio.wait({receiving}, timeout=seconds)
        if receiving.done():
            receiving.result()
    except (OSError, TimeoutError, ValueError) as error:
        if not link.opened:
            raise ConnectionError(f"nothing can be had there: {str(error) or 'no answer'}") from None
        link.close(str(error))
    finally:
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)


def _groups(text: str, way: Input, arrivals: list[Arrival], seconds: float) -> tuple[Group, ...]:
    """One line of bytes, or of a broker one for each first word of the topics."""
    is_stream = way.transport in STREAMS
    if way.transport not in _BROKERS:
        return (judge(text, Material(arrivals, is_stream), seconds, lambda _: text),)
    by_word: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        by_word.setdefault(arrival.source.partition("/")[0], []).append(arrival)
    broker = f"{way.transport}://{way.host}:{way.port}"
    return tuple(_of_topics(f"{broker}/{word}", found, seconds) for word, found in sorted(by_word.items()))


def _of_topics(start: str, arrivals: list[Arrival], seconds: float) -> Group:
    return judge(start, Material(arrivals, is_stream=False), seconds, lambda _: f"{start}/#")
