"""Messages of a real broker, with a password and after it was gone."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import aiomqtt
import pytest
from tests.sensors.live.certificates import Authority, needs_openssl
from tests.sensors.live.test_readers import sensor
from tests.sensors.live.test_ways_in import HERE, free_port, until

from tocsin.clock import WallClock
from tocsin.config.inputs import parse_input
from tocsin.config.kinds import SensorKind
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.link import Link
from tocsin.sensors.live.mqtt import subscribe
from tocsin.sensors.live.tls import calling_context

pytestmark = pytest.mark.skipif(shutil.which("mosquitto") is None, reason="needs mosquitto, an MQTT broker")


@contextmanager
def broker(folder: Path, port: int, password: str = "", *more: str) -> Iterator[None]:
    """A broker that takes connections on this port."""
    lines = [f"listener {port} {HERE}", f"allow_anonymous {str(not password).lower()}"]
    if password:
        known = folder / "known"
        known.touch(mode=0o600)
        subprocess.run(["mosquitto_passwd", "-b", str(known), "tocsin", password], check=True)
        lines.append(f"password_file {known}")
    settings = folder / "mosquitto.conf"
    settings.write_text("\n".join([*lines, *more, "user root", ""]))
    with subprocess.Popen(["mosquitto", "-c", str(settings)], stderr=subprocess.DEVNULL) as run:
        try:
            yield
        finally:
            run.terminate()


async def _say(port: int, text: str, login: Mapping[str, object], retain: bool = False) -> None:
    async with aiomqtt.Client(HERE, port, **login) as client:  # type: ignore[arg-type]
        await client.publish("tocsin/mic/heard", text, qos=1, retain=retain)


async def _reach(port: int) -> None:
    async with asyncio.timeout(10.0):
        while True:
            try:
                _, writer = await asyncio.open_connection(HERE, port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return


@pytest.mark.parametrize("password", ["", "a secret of the tests"])
def test_messages_arrive_under_their_topic(tmp_path: Path, password: str) -> None:
    port, secret = free_port(), tmp_path / "password"
    secret.write_text(password + "\n")
    login = {"username": "tocsin", "password": password} if password else {}

    async def scene() -> list[tuple[bytes, str]]:
        await _reach(port)
        await _say(port, "of yesterday", login, retain=True)
        inbox, link = Inbox(WallClock(), 1e6), Link()
        way = parse_input(f"mqtt://{HERE}:{port}/tocsin/#")
        logged_in = ("tocsin", str(secret)) if password else ("", "")
        receiving = asyncio.ensure_future(subscribe(way, inbox, link, *logged_in))
        await until(lambda: link.is_open)
        assert inbox.arrivals == 0
        await _say(port, "one", login)
        await _say(port, "two", login)
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
        await subscribe(way, Inbox(WallClock(), 1e6), Link())

    with pytest.raises(ConnectionError, match=f"{HERE}:{port}"):
        asyncio.run(scene())

    async def without_login() -> None:
        await _reach(port)
        await scene()

    with broker(tmp_path, port, "a secret"), pytest.raises(ConnectionError, match=r"(?i)not authori[sz]ed"):
        asyncio.run(without_login())


@needs_openssl
def test_a_broker_over_tls_is_heard_if_both_sides_show_certificates_that_are_trusted(tmp_path: Path) -> None:
    port, authority = free_port(), Authority(tmp_path)
    server, keys = authority.vouch_for("broker"), authority.vouch_for("tocsin")
    needs_certificates = (
        f"certfile {server['certificate_file']}", f"keyfile {server['private_key_file']}",
        f"cafile {authority.certificate}", "require_certificate true",
    )  # fmt: skip

    def context(**more: str) -> ssl.SSLContext:
        way = f"mqtts://{HERE}:{port}"
        return calling_context(
            sensor("mic", SensorKind.MICROPHONE, way, ca_file=authority.certificate, **more)
        )

    async def scene() -> None:
        await _reach(port)
        inbox, link, way = Inbox(WallClock(), 1e6), Link(), parse_input(f"mqtts://{HERE}:{port}/tocsin/#")
        with pytest.raises(ConnectionError):
            await subscribe(way, inbox, link, tls=context())
        receiving = asyncio.ensure_future(subscribe(way, inbox, link, tls=context(**keys)))
        await until(lambda: link.is_open)
        await _say(port, "one", {"tls_context": context(**keys)})
        await until(lambda: inbox.arrivals == 1)
        receiving.cancel()

    with broker(tmp_path, port, "", *needs_certificates):
        asyncio.run(scene())
