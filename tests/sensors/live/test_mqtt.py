"""Messages of a real broker, with a password and after it was gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiomqtt
import pytest
from tests.brokers import (
    HERE,
    broker,
    certificates,
    free_port,
    needs_mosquitto,
    reach,
    refusal,
)
from tests.certificates import Authority, needs_openssl
from tests.sensors.live.test_ways_in import until

from tocsin.clock import WallClock
from tocsin.config.inputs import parse_input
from tocsin.config.logins import Login
from tocsin.config.tls import calling_context
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.mqtt import subscribe

pytestmark = needs_mosquitto


async def say(port: int, text: str, login: dict[str, str] | None = None, retain: bool = False) -> None:
    async with aiomqtt.Client(HERE, port, **(login or {})) as client:  # type: ignore[arg-type]
        await client.publish("tocsin/mic/heard", text, qos=1, retain=retain)


@pytest.mark.parametrize("password", ["", "a secret of the tests"])
def test_messages_arrive_under_their_topic(tmp_path: Path, password: str) -> None:
    port, secret = free_port(), tmp_path / "password"
    secret.write_text(password + "\n")
    login = {"username": "tocsin", "password": password} if password else {}

    async def scene() -> list[tuple[bytes, str]]:
        await reach(port)
        await say(port, "of yesterday", login, retain=True)
        inbox, link = Inbox(WallClock(), 1e6), Link()
        way = parse_input(f"mqtt://{HERE}:{port}/tocsin/#")
        logged_in = Login("tocsin", str(secret)) if password else Login()
        receiving = asyncio.ensure_future(subscribe(way, inbox, link, logged_in))
        await until(lambda: link.is_open)
        assert inbox.arrivals == 0
        await say(port, "one", login)
        await say(port, "two", login)
        await until(lambda: inbox.arrivals == 2)
        assert inbox.dropped == {"retained": 1}
        receiving.cancel()
        return [(arrival.data, arrival.source) for arrival in inbox.take(WallClock().now_ns())]

    with broker(tmp_path, port, password):
        assert asyncio.run(scene()) == [(b"one", "tocsin/mic/heard"), (b"two", "tocsin/mic/heard")]


def test_a_broker_that_refuses_or_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    port = free_port()
    way = parse_input(f"mqtt://{HERE}:{port}/tocsin/#")

    async def scene() -> None:
        await subscribe(way, Inbox(WallClock(), 1e6), Link(), Login())

    with pytest.raises(ConnectionError, match=f"{HERE}:{port}"):
        asyncio.run(scene())

    async def without_login() -> None:
        await reach(port)
        await scene()

    with broker(tmp_path, port, "a secret"), pytest.raises(ConnectionError, match=r"(?i)not authori[sz]ed"):
        asyncio.run(without_login())


@needs_openssl
def test_a_broker_with_tls_is_trusted_by_its_authority_and_by_no_other(tmp_path: Path) -> None:
    port, certified = free_port(), certificates(tmp_path / "good")
    stranger = certificates(tmp_path / "stranger").authority
    way = parse_input(f"mqtts://{HERE}:{port}/tocsin/#")
    secret = tmp_path / "password"
    secret.write_text("a secret of the tests")

    def login(authority: str) -> Login:
        return Login("tocsin", str(secret), authority)

    async def listen(authority: str) -> Inbox:
        await reach(port)
        inbox, link = Inbox(WallClock(), 1e6), Link()
        receiving = asyncio.ensure_future(subscribe(way, inbox, link, login(authority)))
        while not link.is_open and not receiving.done():
            await asyncio.sleep(0.01)
        if receiving.done():
            await receiving
        tls = aiomqtt.TLSParameters(ca_certs=authority)
        async with aiomqtt.Client(
            HERE, port, username="tocsin", password=secret.read_text(), tls_params=tls
        ) as client:  # fmt: skip
            await client.publish("tocsin/mic/heard", "one", qos=1)
        await until(lambda: inbox.arrivals == 1)
        receiving.cancel()
        return inbox

    with broker(tmp_path, port, "a secret of the tests", certified):
        assert asyncio.run(listen(str(certified.authority))).arrivals == 1
        for untrusted in (str(stranger), ""):
            assert "certificate verify failed" in refusal(listen(untrusted))


@needs_openssl
def test_a_certificate_of_another_machine_is_refused(tmp_path: Path) -> None:
    port, certified = free_port(), certificates(tmp_path / "other", "192.0.2.1")
    way = parse_input(f"mqtts://{HERE}:{port}/tocsin/#")

    async def listen() -> None:
        await reach(port)
        await subscribe(way, Inbox(WallClock(), 1e6), Link(), Login(ca_file=str(certified.authority)))

    with broker(tmp_path, port, certified=certified):
        assert "IP address mismatch" in refusal(listen())


@needs_openssl
def test_a_broker_that_asks_for_certificates_is_shown_one(tmp_path: Path) -> None:
    port, certified = free_port(), certificates(tmp_path)
    keys = Authority(tmp_path, is_new=False).vouch_for("tocsin")
    trusting = Login(ca_file=str(certified.authority))
    known = Login(ca_file=str(certified.authority), **keys)
    way = parse_input(f"mqtts://{HERE}:{port}/tocsin/#")

    async def listen(login: Login) -> None:
        await reach(port)
        inbox, link = Inbox(WallClock(), 1e6), Link()
        receiving = asyncio.ensure_future(subscribe(way, inbox, link, login))
        while not link.is_open and not receiving.done():
            await asyncio.sleep(0.01)
        if receiving.done():
            await receiving
        async with aiomqtt.Client(HERE, port, tls_context=calling_context(known)) as client:
            await client.publish("tocsin/mic/heard", "one", qos=1)
        await until(lambda: inbox.arrivals == 1)
        receiving.cancel()

    with broker(tmp_path, port, certified=certified, asks_for_certificates=True):
        assert refusal(listen(trusting))
        asyncio.run(listen(known))
