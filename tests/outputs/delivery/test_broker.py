"""Messages through a real MQTT broker: confirmed, kept for who comes later, and a last will."""

from __future__ import annotations

import asyncio
import gc
import json
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from tests.brokers import HERE, broker, free_port, needs_mosquitto, reach
from tests.outputs.delivery.made import Post, current, run
from tests.outputs.messages import CANCEL, MESSAGE, UPDATE

from tocsin.model import link
from tocsin.outputs.delivery import courier

pytestmark = needs_mosquitto


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "_LEAST_PAUSE_S", 0.01)
    monkeypatch.setattr(link, "FIRST_WAIT_S", 0.02)


@pytest.fixture(autouse=True)
def _what_paho_leaves_behind() -> Iterator[None]:
    """It leaves the socket of a connection that broke or was refused to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def sirens(port: int, **keys: Any) -> dict[str, Any]:
    return {"name": "sirens", "to": f"mqtt://{HERE}:{port}/alerts", **keys}


class Heard:
    """What a subscriber got, by topic."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes, bool]] = []

    def of(self, topic: str) -> list[bytes]:
        return [content for name, content, _ in self.got if name == topic]


@asynccontextmanager
async def subscriber(port: int) -> AsyncIterator[Heard]:
    heard = Heard()

    async def listen() -> None:
        async for message in client.messages:
            heard.got.append((str(message.topic), bytes(message.payload), message.retain))

    async with aiomqtt.Client(HERE, port) as client:
        await client.subscribe("alerts/#", qos=1)
        task = asyncio.create_task(listen())
        try:
            yield heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def test_messages_are_published_and_confirmed_by_the_broker_and_tocsin_says_when_it_goes(
    tmp_path: Path,
) -> None:
    port = free_port()

    async def scene() -> None:
        await reach(port)
        async with subscriber(port) as heard:
            async with Post(tmp_path, sirens(port)).running() as post:
                post.issue(current())
                await post.until(lambda: post.report().confirmed == 1 and len(heard.of("alerts")) == 1)
                post.issue(current(UPDATE))
                await post.until(lambda: post.report().confirmed == 2 and len(heard.of("alerts")) == 2)
            await post.until(lambda: len(heard.of("alerts/heartbeat")) >= 2)
        assert MESSAGE.identifier.encode() in heard.of("alerts")[0]
        beats = [json.loads(content) for content in heard.of("alerts/heartbeat")]
        assert (beats[0]["alive"], beats[-1]["alive"]) == (True, False)
        assert beats[0]["gone_after_s"] == 30.0

    with broker(tmp_path, port):
        run(scene())


def test_open_alerts_are_kept_for_who_subscribes_later_and_taken_away_when_they_end(tmp_path: Path) -> None:
    port = free_port()
    topic = f"alerts/{MESSAGE.alert_id}"

    async def scene() -> None:
        await reach(port)
        async with Post(tmp_path, sirens(port, retain=True)).running() as post:
            post.issue(current())
            await post.until(lambda: post.report().confirmed == 1)
            async with subscriber(port) as late:
                await post.until(lambda: len(late.of(topic)) == 1)
                post.issue(current(CANCEL))
                await post.until(lambda: post.report().confirmed == 2 and len(late.of(topic)) == 3)
            assert CANCEL.identifier.encode() in late.of(topic)[1]
            async with subscriber(port) as later:
                await post.until(lambda: bool(later.of("alerts/heartbeat")))
                assert later.of(topic) == []

    with broker(tmp_path, port):
        run(scene())


class Cable:
    """What lies between tocsin and its broker, and can be cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: list[asyncio.StreamWriter] = []

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(HERE, self._port)
        self._ends += [writer, far_writer]
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    def cut(self) -> None:
        for end in self._ends:
            end.transport.abort()

    async def is_gone(self) -> None:
        """Waits until the loop has closed what was cut."""
        await asyncio.gather(*(end.wait_closed() for end in self._ends), return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)


def test_a_tocsin_that_is_cut_off_is_told_of_by_the_broker_and_comes_back(tmp_path: Path) -> None:
    port = free_port()
    cable = Cable(port)

    async def scene() -> None:
        await reach(port)
        async with await asyncio.start_server(cable.join, HERE, 0) as server:
            between = sirens(server.sockets[0].getsockname()[1])
            async with Post(tmp_path, between).running() as post, subscriber(port) as heard:
                await post.until(lambda: [beat["alive"] for beat in said(heard)] == [True])
                cable.cut()
                await post.until(lambda: False in [beat["alive"] for beat in said(heard)])
                post.issue(current())
                await post.until(lambda: post.report().confirmed == 1)
                await post.until(lambda: said(heard)[-1]["alive"])
            cable.cut()
            await cable.is_gone()

    def said(heard: Heard) -> list[dict[str, Any]]:
        return [json.loads(content) for content in heard.of("alerts/heartbeat")]

    with broker(tmp_path, port):
        run(scene())


def test_a_broker_that_was_away_gets_the_newest_message_when_it_is_back(tmp_path: Path) -> None:
    port = free_port()

    async def scene() -> None:
        async with Post(tmp_path, sirens(port)).running() as post:
            await post.until(lambda: post.report().trouble != "")
            post.issue(current(), current(UPDATE))
            with broker(tmp_path, port):
                await post.until(lambda: post.report().confirmed == 1)
                assert post.report().is_open

    run(scene())
