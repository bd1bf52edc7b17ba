"""Every way in, over real sockets of this machine: bytes arrive, and what breaks is told and tried again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tocsin.clock import WallClock
from tocsin.config.inputs import Input, Transport, parse_input
from tocsin.model.link import Link
from tocsin.sensors.live.http import poll
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.tcp import call_stream, listen_for_streams
from tocsin.sensors.live.udp import receive_datagrams

Receive = Callable[[Input, Inbox, Link], Awaitable[None]]
HERE = "127.0.0.1"
_PATIENCE_S = 10.0


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind((HERE, 0))
        return int(taken.getsockname()[1])


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.01)


def received(
    receive: Receive, way: Input, send: Callable[[], Awaitable[None]], count: int
) -> list[tuple[bytes, str]]:
    """What came, with its source, when something is sent after the way in stands."""

    async def scene() -> list[tuple[bytes, str]]:
        inbox, link = Inbox(WallClock(), 1e6), Link()
        receiving = asyncio.ensure_future(receive(way, inbox, link))
        await until(lambda: link.is_open)
        await send()
        await until(lambda: inbox.arrivals >= count)
        receiving.cancel()
        arrived = inbox.take(WallClock().now_ns() + 1)
        return [(arrival.data, arrival.source) for arrival in arrived if not arrival.is_end]

    return asyncio.run(scene())


def test_datagrams_arrive_one_by_one_with_their_sender() -> None:
    way = Input(Transport.UDP, HERE, free_port(socket.SOCK_DGRAM))

    async def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"first", (HERE, way.port))
            sender.sendto(b"second", (HERE, way.port))

    found = received(receive_datagrams, way, send, 2)
    assert [data for data, _ in found] == [b"first", b"second"]
    assert all(source.startswith(f"{HERE}:") for _, source in found)


def test_datagrams_of_a_multicast_group_arrive() -> None:
    way = parse_input(f"udp://239.255.77.77:{free_port(socket.SOCK_DGRAM)}")
    assert way.is_group

    async def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
            try:
                sender.sendto(b"to all", (way.host, way.port))
            except OSError as error:
                pytest.skip(f"this machine has no network that carries multicast: {error}")

    assert [data for data, _ in received(receive_datagrams, way, send, 1)] == [b"to all"]


def test_a_port_that_is_taken_is_an_error_that_names_nothing_else() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HERE, 0))
        way = Input(Transport.UDP, HERE, taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            asyncio.run(_run(receive_datagrams, way))


async def _run(receive: Receive, way: Input) -> None:
    await receive(way, Inbox(WallClock(), 1e6), Link())


def test_whoever_calls_us_is_heard() -> None:
    way = Input(Transport.TCP_LISTEN, HERE, free_port())

    async def send() -> None:
        for text in (b"caller one", b"caller two"):
            _, writer = await asyncio.open_connection(HERE, way.port)
            writer.write(text)
            await writer.drain()
            writer.close()

    found = received(listen_for_streams, way, send, 2)
    assert sorted(data for data, _ in found) == [b"caller one", b"caller two"]


def test_a_server_is_called_and_its_hanging_up_is_an_error() -> None:
    async def scene() -> tuple[bytes, str]:
        async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"stream")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(speak, HERE, 0)
        way = Input(Transport.TCP, HERE, server.sockets[0].getsockname()[1])
        inbox, link = Inbox(WallClock(), 1e6), Link()
        with pytest.raises(ConnectionError, match="hung up"):
            await call_stream(way, inbox, link)
        server.close()
        assert link.opened == 1
        arrival, end = inbox.take(WallClock().now_ns())
        assert end.is_end and end.source == arrival.source and not arrival.is_end
        return arrival.data, arrival.source

    data, source = asyncio.run(scene())
    assert data == b"stream" and source.startswith(HERE)


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/good?x=1" else 503)
        self.end_headers()
        self.wfile.write(b"a body")

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


def test_a_page_is_asked_for_again_and_again_and_a_bad_answer_is_an_error() -> None:
    server = HTTPServer((HERE, 0), _Page)
    Thread(target=server.serve_forever, daemon=True).start()
    way = parse_input(f"http://{HERE}:{server.server_port}/good?x=1")

    async def wait() -> None:
        await asyncio.sleep(0.0)

    found = received(lambda way, inbox, link: poll(way, inbox, link, 0.01), way, wait, 3)
    assert {data for data, _ in found} == {b"a body"} and len(found) >= 3
    with pytest.raises(ConnectionError, match="503"):
        asyncio.run(_run(lambda way, inbox, link: poll(way, inbox, link, 0.01), replace(way, path="/bad")))
    server.shutdown()
    server.server_close()
