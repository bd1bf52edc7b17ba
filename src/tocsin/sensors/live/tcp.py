"""Streams: from a server that we call, or from those who call us.

Where answers are expected there is an outbox, and a conversation of which something had to be dropped is at
its end: what follows a gap could not be read.
"""

from __future__ import annotations

import asyncio

from tocsin.config.inputs import Input
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.outbox import Outbox

_CHUNK_BYTES = 64 * 1024
_CONNECT_S = 10.0
MOST_CALLERS = 64


async def call_stream(way: Input, inbox: Inbox, link: Link, outbox: Outbox | None = None) -> None:
    """Calls a server and puts what it sends into the inbox until it hangs up, which is an OSError."""
    async with asyncio.timeout(_CONNECT_S):
        reader, writer = await asyncio.open_connection(way.host, way.port)
    link.open()
    await _hear(reader, writer, f"{way.host}:{way.port}", inbox, outbox)
    raise ConnectionError(f"{way.host}:{way.port} hung up")


async def listen_for_streams(way: Input, inbox: Inbox, link: Link, outbox: Outbox | None = None) -> None:
    """Takes callers until it is cancelled; what each sends goes into the inbox under its address."""
    callers = 0

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal callers
        callers += 1
        try:
            address = writer.get_extra_info("peername") or ("", 0)
            if callers > MOST_CALLERS:
                inbox.dropped["too_many_callers"] += 1
                return
            await _hear(reader, writer, f"{address[0]}:{address[1]}", inbox, outbox)
        except OSError as error:
            link.trouble = str(error)
        finally:
            callers -= 1
            writer.close()

    server = await asyncio.start_server(hear, way.host, way.port)
    link.open()
    async with server:
        await server.serve_forever()


async def _hear(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    source: str,
    inbox: Inbox,
    outbox: Outbox | None,
) -> None:
    """Puts what comes over one connection into the inbox until it ends, and says so there."""
    if outbox is not None:
        outbox.connect(source, writer)
    try:
        while data := await reader.read(_CHUNK_BYTES):
            if not inbox.put(data, source) and outbox is not None:
                return
    finally:
        if outbox is not None:
            outbox.disconnect(source)
        inbox.end(source)
        writer.close()
