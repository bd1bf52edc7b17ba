"""Messages over a stream to a server that we call, as TAK servers take them.

Nothing comes back: what the connection took counts as confirmed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tocsin.config.receivers import Receiver, ReceiverTransport
from tocsin.config.tls import calling_context
from tocsin.outputs.delivery.connection import TAKES_S, Connection, Parcel, Presence

_CHUNK_BYTES = 64 * 1024


class _Stream:
    def __init__(self, writer: asyncio.StreamWriter, draining: asyncio.Task[None]) -> None:
        self._writer, self._draining = writer, draining

    async def put(self, parcel: Parcel) -> None:
        self._check()
        self._writer.write(parcel.content)
        async with asyncio.timeout(TAKES_S):
            await self._writer.drain()

    async def beat(self, _content: bytes, /) -> bool:
        self._check()
        return True

    def _check(self) -> None:
        if self._draining.done():
            raise ConnectionError("hung up")


@asynccontextmanager
async def stream(receiver: Receiver, _presence: Presence) -> AsyncIterator[Connection]:
    """Until the server hangs up, which the next message or heartbeat finds out. Raises OSError."""
    way = receiver.way
    context = calling_context(receiver.login) if way.scheme == ReceiverTransport.TLS else None
    async with asyncio.timeout(TAKES_S):
        reader, writer = await asyncio.open_connection(way.host, way.port, ssl=context)
    draining = asyncio.create_task(_drain(reader))
    try:
        yield _Stream(writer, draining)
    finally:
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)
        writer.close()


async def _drain(reader: asyncio.StreamReader) -> None:
    """Reads and forgets, until the other end hangs up: servers repeat to us what others told them."""
    while await reader.read(_CHUNK_BYTES):
        pass
