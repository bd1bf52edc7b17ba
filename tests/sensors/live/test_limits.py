"""Ways in at their limits: too many callers, bodies without end, answers that lead elsewhere, bursts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from tests.sensors.live.test_ways_in import HERE, free_port, until

from tocsin.clock import WallClock
from tocsin.config.inputs import Input, Transport, parse_input
from tocsin.model.link import Link
from tocsin.sensors.live import http, tcp
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.udp import receive_datagrams


async def call(way: Input) -> asyncio.StreamWriter:
    _, writer = await asyncio.open_connection(way.host, way.port)
    writer.write(b"here")
    return writer


def test_callers_beyond_the_most_are_sent_away_and_one_that_leaves_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tcp, "MOST_CALLERS", 2)
    way = Input(Transport.TCP_LISTEN, HERE, free_port())

    async def scene() -> None:
        inbox, link = Inbox(WallClock(), 1e6), Link()
        receiving = asyncio.ensure_future(tcp.listen_for_streams(way, inbox, link))
        await until(lambda: link.is_open)
        first, second = await call(way), await call(way)
        await until(lambda: inbox.arrivals == 2)
        third = await call(way)
        await until(lambda: inbox.dropped == {"too_many_callers": 1})
        first.close()
        writers = [second, third]
        while inbox.arrivals == 2:  # until the server has seen that one is gone
            writers.append(await call(way))
            await asyncio.sleep(0.02)
        for writer in writers:
            writer.close()
        receiving.cancel()

    asyncio.run(scene())


def test_a_burst_that_comes_while_nobody_reads_is_kept() -> None:
    way = Input(Transport.UDP, HERE, free_port(socket.SOCK_DGRAM))
    burst = 64  # of 1,000 bytes: what every kernel lets a socket keep

    async def scene() -> None:
        inbox, link = Inbox(WallClock(), 1e6), Link()
        receiving = asyncio.ensure_future(receive_datagrams(way, inbox, link))
        await until(lambda: link.is_open)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(burst):
                sender.sendto(bytes(1000), (HERE, way.port))
        await until(lambda: inbox.arrivals == burst)
        receiving.cancel()

    asyncio.run(scene())


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/elsewhere" else 200)
        self.send_header("Location", "/good")
        self.end_headers()
        self.wfile.write(bytes(2000) if self.path == "/endless" else b"a body")

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@contextmanager
def pages() -> Iterator[str]:
    server = ThreadingHTTPServer((HERE, 0), _Pages)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HERE}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


async def _poll(address: str, inbox: Inbox, link: Link) -> None:
    async with asyncio.timeout(10.0):
        await http.poll(parse_input(address), inbox, link, 0.01)


@pytest.mark.parametrize(("path", "trouble"), [("/endless", "more than 1000 bytes"), ("/elsewhere", "302")])
def test_a_body_without_end_and_an_answer_that_leads_elsewhere_are_not_taken(
    monkeypatch: pytest.MonkeyPatch, path: str, trouble: str
) -> None:
    monkeypatch.setattr(http, "MOST_BODY_BYTES", 1000)
    inbox = Inbox(WallClock(), 1e6)
    with pages() as address, pytest.raises(ConnectionError, match=trouble):
        asyncio.run(_poll(address + path, inbox, Link()))
    assert inbox.arrivals == 0


def test_an_address_that_no_server_could_have_is_a_trouble_like_others() -> None:
    with pytest.raises(ConnectionError, match="non-printable"):
        asyncio.run(_poll(f"http://{HERE}:80/%01", Inbox(WallClock(), 1e6), Link()))


def test_a_page_that_answers_again_and_again_is_one_link_that_stands() -> None:
    inbox, link = Inbox(WallClock(), 1e6), Link()

    async def scene(address: str) -> None:
        polling = asyncio.ensure_future(_poll(address, inbox, link))
        await until(lambda: inbox.arrivals >= 3)
        polling.cancel()

    with pages() as address:
        asyncio.run(scene(f"{address}/good"))
    assert link.is_open and link.opened == 1
