"""Streams: to a server that we call, or to those who call us. What they send is not read for anything."""

from __future__ import annotations

import asyncio

from tocsin.model.track_reports import AirPicture
from tocsin.outputs.beside import until_one_ends
from tocsin.outputs.live.outlet import (
    TOO_MANY_CALLERS,
    TOO_SLOW,
    Newest,
    Outlet,
    TrackEncoder,
    send_pictures,
)

_CONNECT_S = 10.0
_CHUNK_BYTES = 64 * 1024
MOST_CALLERS = 32


async def call_receiver(outlet: Outlet) -> None:
    """Calls a server and sends until it hangs up or takes nothing, which is an OSError."""
    async with asyncio.timeout(_CONNECT_S):
        reader, writer = await asyncio.open_connection(outlet.way.host, outlet.way.port, ssl=outlet.tls())
    outlet.link.open()
    outlet.tally.receivers = 1
    try:
        await _converse(outlet, outlet.encoder, outlet.newest, reader, writer)
    finally:
        outlet.tally.receivers = 0
    raise ConnectionError(f"{outlet.way} hung up")


async def serve_receivers(outlet: Outlet) -> None:
    """Sends to all who call, until it is cancelled; none of them waits for another."""
    callers = _Callers(outlet)
    server = await asyncio.start_server(callers.answer, outlet.way.host, outlet.way.port)
    outlet.link.open()
    try:
        while True:
            callers.offer(await outlet.newest.take())
    finally:
        server.close()
        await callers.hang_up()


class _Callers:
    """Those who are connected now, each with a picture of its own that waits and a memory of its own."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._waiting: dict[asyncio.Task[object], Newest] = {}

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one caller until it hangs up."""
        tally, me = self._outlet.tally, asyncio.current_task()
        if len(self._waiting) >= MOST_CALLERS or me is None:
            tally.dropped[TOO_MANY_CALLERS] += 1
            writer.close()
            return
        newest = self._waiting[me] = Newest(tally.dropped)
        tally.receivers = len(self._waiting)
        try:
            await _converse(self._outlet, self._outlet.new_encoder(), newest, reader, writer)
        except TimeoutError:
            tally.dropped[TOO_SLOW] += 1
        except (OSError, ValueError) as error:
            self._outlet.link.trouble = str(error)
        except asyncio.CancelledError:
            pass  # the streams of asyncio complain of a server's task that ends by it
        finally:
            del self._waiting[me]
            tally.receivers = len(self._waiting)

    def offer(self, picture: AirPicture) -> None:
        """A picture for each."""
        for newest in self._waiting.values():
            newest.put(picture)

    async def hang_up(self) -> None:
        """Ends all conversations."""
        tasks = list(self._waiting)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _converse(
    outlet: Outlet, encoder: TrackEncoder, newest: Newest, reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:  # fmt: skip
    """Sends until the other end hangs up."""

    async def put(messages: list[bytes]) -> None:
        # Not writelines: up to Python 3.12.8 and 3.13.1, drain does not wait for it (CVE-2024-12254).
        writer.write(b"".join(message + encoder.separator for message in messages))
        await writer.drain()

    try:
        await until_one_ends(_drain(reader), send_pictures(outlet.tally, encoder, newest, put))
    finally:
        writer.transport.abort()


async def _drain(reader: asyncio.StreamReader) -> None:
    """Reads and forgets, until the other end hangs up: servers repeat to us what others told them."""
    while await reader.read(_CHUNK_BYTES):
        pass
