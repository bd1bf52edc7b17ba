"""Streams: from a server that we call, or from those who call us."""

from __future__ import annotations

import asyncio

from tocsin.config.inputs import Input
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.link import Link

_CHUNK_BYTES = 64 * 1024
_CONNECT_S = 10.0
MOST_CALLERS = 64


async def call_stream(way: Input, inbox: Inbox, link: Link) -> None:
    """Calls a server and puts what it sends into the inbox until it hangs up, which is an OSError."""
    async with asyncio.timeout(_CONNECT_S):
        reader, writer = await asyncio.open_connection(way.host, way.port)
    link.open()
    try:
        await _hear(reader, inbox, f"{way.host}:{way.port}")
    finally:
        writer.close()
    raise ConnectionError(f"{way.host}:{way.port} hung up")


async def listen_for_streams(way: Input, inbox: Inbox, link: Link) -> None:
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
            await _hear(reader, inbox, f"{address[0]}:{address[1]}")
        except OSError as error:
            link.trouble = str(error)
        finally:
            callers -= 1
            writer.close()

    server = await asyncio.start_server(hear, way.host, way.port)
    link.open()
    async with server:
        await server.serve_forever()


async def _hear(reader: asyncio.StreamReader, inbox: Inbox, source: str) -> None:
    """Puts all of a stream into the inbox, and its end if anything came."""
    has_spoken = False
    try:
        while data := await reader.read(_CHUNK_BYTES):
            has_spoken = True
            inbox.put(data, source)
    finally:
        if has_spoken:
            inbox.end(source)
