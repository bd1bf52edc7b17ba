"""Messages through a real broker: with a password, with TLS, and again after it was gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from tests.brokers import (
    HERE,
    broker,
    certificates,
    free_port,
    needs_mosquitto,
    needs_openssl,
    reach,
    refusal,
)
from tests.outputs.live.made import channel, until
from tests.outputs.live.test_ways_out import kept_open, offer, send

from tocsin.formats.track_message import TrackMessage
from tocsin.outputs.live.channel import OutputChannel

pytestmark = needs_mosquitto
PASSWORD = "a secret of the tests"
TOPIC = "air/picture"


@pytest.fixture
def secret(tmp_path: Path) -> str:
    (tmp_path / "password").write_text(PASSWORD + "\n")
    return str(tmp_path / "password")


async def heard(
    port: int, count: int, speak: Callable[[], Awaitable[None]], tls: aiomqtt.TLSParameters | None = None
) -> list[Any]:
    """So many messages that a subscriber of the broker gets while somebody speaks."""
    async with aiomqtt.Client(HERE, port, username="tocsin", password=PASSWORD, tls_params=tls) as client:
        await client.subscribe(TOPIC)
        await speak()
        found = []
        async for message in client.messages:
            found.append(bytes(message.payload))
            if len(found) == count:
                return found
    raise AssertionError("the broker is gone")


def test_a_subscriber_gets_messages_that_keep_to_the_schema(tmp_path: Path, secret: str) -> None:
    port = free_port()
    one = channel(f"mqtt://{HERE}:{port}/{TOPIC}", user="tocsin", password_file=secret)

    async def scene() -> list[bytes]:
        await reach(port)
        async with kept_open(one):

            async def speak() -> None:
                await send(one, 0.0, "A", "B")
                await send(one, 1.0, "B")

            return await heard(port, 4, speak)

    with broker(tmp_path, port, PASSWORD):
        found = [TrackMessage.model_validate_json(data) for data in asyncio.run(scene())]
    assert [(message.event, message.track_id) for message in found] == [
        ("track", "A"), ("track", "B"), ("track", "B"), ("end", "A")
    ]  # fmt: skip
    assert (one.report().pictures, one.report().messages) == (2, 4)


def test_a_wrong_password_is_a_trouble_that_names_the_broker_and_not_the_password(
    tmp_path: Path, secret: str
) -> None:
    port = free_port()
    one = channel(f"mqtt://{HERE}:{port}/{TOPIC}", user="tocsin", password_file=secret)

    async def scene() -> str:
        await reach(port)
        async with kept_open(one) as troubles:
            await until(lambda: bool(troubles))
            return troubles[0]

    with broker(tmp_path, port, "another"):
        told = asyncio.run(scene())
    assert f"{HERE}:{port}" in told and "ot authori" in told and PASSWORD not in told


def test_a_password_file_that_is_not_there_is_a_trouble(tmp_path: Path) -> None:
    one = channel(f"mqtt://{HERE}:{free_port()}/{TOPIC}", user="tocsin", password_file=str(tmp_path / "none"))

    async def scene() -> str:
        async with kept_open(one) as troubles:
            await until(lambda: bool(troubles))
            return troubles[0]

    assert "No such file" in asyncio.run(scene())


def test_a_broker_that_went_and_came_back_is_found_again_and_hears_what_ended(tmp_path: Path) -> None:
    port = free_port()
    one = channel(f"mqtt://{HERE}:{port}/{TOPIC}")

    async def before() -> None:
        await reach(port)
        await until(lambda: one.link.is_open)
        await send(one, 0.0, "A")

    async def after() -> list[bytes]:
        await reach(port)

        async def speak() -> None:
            await until(lambda: one.link.is_open)
            await send(one, 1.0, "B")

        return await heard(port, 2, speak)

    async def scene() -> list[bytes]:
        async with kept_open(one) as troubles:
            with broker(tmp_path, port):
                await before()
            await until(lambda: bool(troubles))  # told at once, though nothing is sent
            with broker(tmp_path, port):
                return await after()

    found = [json.loads(data) for data in asyncio.run(scene())]
    assert [(message["event"], message["track_id"]) for message in found] == [("track", "B"), ("end", "A")]


@needs_openssl
def test_tls_is_trusted_by_its_authority_and_by_no_other(tmp_path: Path, secret: str) -> None:
    port, certified = free_port(), certificates(tmp_path / "good")
    stranger = certificates(tmp_path / "stranger").authority

    def told_by(authority: str) -> OutputChannel:
        login = {"user": "tocsin", "password_file": secret, "ca_file": authority}
        return channel(f"mqtts://{HERE}:{port}/{TOPIC}", **login)

    async def scene(one: OutputChannel) -> list[bytes]:
        await reach(port)
        async with kept_open(one) as troubles:
            await until(lambda: one.link.is_open or bool(troubles))
            if troubles:
                raise ConnectionError(troubles[0])

            async def speak() -> None:
                offer(one, 0.0, "A")

            tls = aiomqtt.TLSParameters(ca_certs=str(certified.authority))
            return await heard(port, 1, speak, tls)

    with broker(tmp_path, port, PASSWORD, certified):
        (message,) = asyncio.run(scene(told_by(str(certified.authority))))
        assert json.loads(message)["track_id"] == "A"
        for untrusted in (str(stranger), ""):
            assert "certificate verify failed" in refusal(scene(told_by(untrusted)))
