"""Streams, encrypted or not: from a server that we call, or from those who call us.

Where answers are expected there is an outbox, and a conversation of which something had to be dropped is at
its end: what follows a gap could not be read.
"""

from __future__ import annotations

import asyncio
import socket
import ssl

from tocsin.config.inputs import Input
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.outbox import Outbox
from tocsin.sensors.live.senders import ANYBODY, WRONG_SENDER, Senders

_CHUNK_BYTES = 64 * 1024
_CONNECT_S = 10.0
_BACKLOG = 100
MOST_CALLERS = 64
TOO_MANY_CALLERS, NO_TLS = "too_many_callers", "tls_refused"


async def call_stream(
    way: Input, inbox: Inbox, link: Link, tls: ssl.SSLContext | None = None, outbox: Outbox | None = None
) -> None:
    """Calls a server and puts what it sends into the inbox until it hangs up, which is an OSError."""
    async with asyncio.timeout(_CONNECT_S):
        reader, writer = await asyncio.open_connection(way.host, way.port, ssl=tls)
    link.open()
    await _hear(reader, writer, f"{way.host}:{way.port}", inbox, outbox)
    raise ConnectionError(f"{way.host}:{way.port} hung up")


async def listen_for_streams(
    way: Input,
    inbox: Inbox,
    link: Link,
    senders: Senders = ANYBODY,
    tls: ssl.SSLContext | None = None,
    outbox: Outbox | None = None,
) -> None:
    """Takes callers until it is cancelled; what each sends goes into the inbox under its address.

    Who may not call is hung up on unheard; so is who shows no certificate that is trusted, where one is
    needed. Both are counted.
    """
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in way.host else socket.AF_INET
    with socket.create_server((way.host, way.port), family=family, backlog=_BACKLOG) as listener:
        listener.setblocking(False)
        link.open()
        callers: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as tasks:
            while True:
                caller, address = await loop.sock_accept(listener)
                if not senders.may_send(address[0]):
                    inbox.drop(WRONG_SENDER)
                elif len(callers) >= MOST_CALLERS:
                    inbox.drop(TOO_MANY_CALLERS)
                else:
                    source = f"{address[0]}:{address[1]}"
                    task = tasks.create_task(_take(caller, source, inbox, link, tls, outbox))
                    callers.add(task)
                    task.add_done_callback(callers.discard)
                    continue
                caller.close()


async def _take(
    caller: socket.socket,
    source: str,
    inbox: Inbox,
    link: Link,
    tls: ssl.SSLContext | None,
    outbox: Outbox | None,
) -> None:
    """Hears one caller until it hangs up."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    try:
        transport, protocol = await loop.connect_accepted_socket(
            lambda: asyncio.StreamReaderProtocol(reader), caller, ssl=tls,
            ssl_handshake_timeout=None if tls is None else _CONNECT_S,
        )  # fmt: skip
    except OSError:  # of TLS, a wrong certificate and silence, too
        inbox.drop(NO_TLS)
        return
    try:
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        await _hear(reader, writer, source, inbox, outbox)
    except OSError as error:
        link.trouble = str(error)


async def _hear(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    source: str,
    inbox: Inbox,
    outbox: Outbox | None,
) -> None:
    """Puts all of a stream into the inbox, and its end if anything came."""
    has_spoken = False
    if outbox is not None:
        outbox.connect(source, writer)
    try:
        while data := await reader.read(_CHUNK_BYTES):
            has_spoken = True
            if not inbox.put(data, source) and outbox is not None:
                return
    finally:
        if outbox is not None:
            outbox.disconnect(source)
        if has_spoken:
            inbox.end(source)
        writer.close()
