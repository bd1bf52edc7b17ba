"""The other ends of a site's ways in: what tocsin calls is served here, what it serves is called."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import aiomqtt
import uvicorn

from tocsin.config.inputs import Input, Transport
from tocsin.config.site import Sensor
from tocsin.outputs.web.server import QuietServer
from tocsin.sensors.live.mqtt import broker_client
from tocsin.simulation.wire import Spoken

_CALL_AGAIN_S = 0.5
_MOST_WAITING_BYTES = 8 * 1024 * 1024  # of one who does not read: he is hung up on
_HERE, _AS_THE_SYSTEM_HAS_IT = 0, 1  # hops of a multicast datagram


class Voice(Protocol):
    """Says things over one way in."""

    async def say(self, spoken: Spoken) -> bool:
        """Sends one thing; False where nobody is there to hear it. Raises OSError where that can't be."""


@asynccontextmanager
async def datagram_voice(way: Input, host: str, to_network: bool) -> AsyncIterator[Voice]:
    """Datagrams to who listens at a port, or to a group."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        if way.is_group:
            hops = _AS_THE_SYSTEM_HAS_IT if to_network else _HERE
            if family is socket.AF_INET:
                sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, hops)
            else:
                sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, hops)
        yield _Datagrams(sender, (host, way.port))


class _Datagrams:
    def __init__(self, sender: socket.socket, to: tuple[str, int]) -> None:
        self._sender, self._to = sender, to

    async def say(self, spoken: Spoken) -> bool:
        self._sender.sendto(spoken.data, self._to)
        return True


@asynccontextmanager
async def served_voice(way: Input, host: str) -> AsyncIterator[Voice]:
    """A stream to whoever calls, as tocsin calls a receiver."""
    voice = _Stream()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        voice.writers.append(writer)
        await reader.read()  # until he hangs up
        voice.hang_up(writer)

    async with await asyncio.start_server(hear, host, way.port):
        try:
            yield voice
        finally:
            await voice.close()


@asynccontextmanager
async def calling_voice(way: Input, host: str) -> AsyncIterator[Voice]:
    """A stream to tocsin, which is called again and again until it is there."""
    voice = _Stream()

    async def keep_calling() -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection(host, way.port)
                voice.writers.append(writer)
                await reader.read()
                voice.hang_up(writer)
            except OSError:
                pass
            await asyncio.sleep(_CALL_AGAIN_S)

    calling = asyncio.create_task(keep_calling())
    try:
        yield voice
    finally:
        calling.cancel()
        await voice.close()


class _Stream:
    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []

    async def say(self, spoken: Spoken) -> bool:
        for writer in tuple(self.writers):
            if writer.transport.get_write_buffer_size() > _MOST_WAITING_BYTES:
                self.hang_up(writer)
            else:
                writer.write(spoken.data)
        return bool(self.writers)

    def hang_up(self, writer: asyncio.StreamWriter) -> None:
        if writer in self.writers:
            self.writers.remove(writer)
            writer.close()

    async def close(self) -> None:
        for writer in tuple(self.writers):
            self.hang_up(writer)
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)


@asynccontextmanager
async def broker_voice(way: Input, host: str, sensor: Sensor) -> AsyncIterator[Voice]:
    """Messages to a broker, with the sensor's own login."""
    address = f"{way.transport}://{host}:{way.port}"
    try:
        async with broker_client(way, sensor.login) as client:
            yield _Messages(client, address)
    except aiomqtt.MqttError as error:
        raise ConnectionError(
            f"{address}: {error}; simulated nodes need a broker, such as mosquitto"
        ) from error


class _Messages:
    def __init__(self, client: aiomqtt.Client, address: str) -> None:
        self._client, self._address = client, address

    async def say(self, spoken: Spoken) -> bool:
        await self._client.publish(spoken.topic, spoken.data)
        return True


@asynccontextmanager
async def page_voice(way: Input, host: str) -> AsyncIterator[Voice]:
    """A page that tocsin asks for: what was said last."""
    page = _Page(way.path or "/")
    config = uvicorn.Config(
        page.answer, interface="asgi3", ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = QuietServer(config)
    with socket.create_server((host, way.port)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield page
        finally:
            server.should_exit = True
            await serving


class _Page:
    def __init__(self, path: str) -> None:
        self._path, self._body, self._asked = path, b"", False

    async def say(self, spoken: Spoken) -> bool:
        was_asked, self._asked, self._body = self._asked, False, spoken.data
        return was_asked

    async def answer(self, scope: Any, _receive: Any, send: Any) -> None:
        """The page, as an ASGI application."""
        is_there = scope["path"] == self._path.partition("?")[0] and bool(self._body)
        self._asked = True
        headers = [(b"content-type", b"application/json")]
        status = 200 if is_there else 404
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": self._body if is_there else b""})


def voice_for(sensor: Sensor, way: Input, host: str, to_network: bool) -> AbstractAsyncContextManager[Voice]:
    """Speaks over a way in as long as it is entered. Raises OSError on entering where that can't be."""
    match way.transport:
        case Transport.UDP:
            return datagram_voice(way, host, to_network)
        case Transport.TCP:
            return served_voice(way, host)
        case Transport.TCP_LISTEN:
            return calling_voice(way, host)
        case Transport.HTTP:
            return page_voice(way, host)
        case _:
            return broker_voice(way, host, sensor)
