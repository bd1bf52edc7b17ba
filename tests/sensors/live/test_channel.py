"""A way in keeps itself open: it tells what went wrong, tries again, and does what the site file says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.brokers import broker, needs_mosquitto, reach
from tests.sensors.live.clocks import SetClock
from tests.sensors.live.test_limits import pages
from tests.sensors.live.test_mqtt import say
from tests.sensors.live.test_readers import sensor
from tests.sensors.live.test_ways_in import HERE, free_port, until
from tests.sensors.made import START_NS, site

from tocsin.config.kinds import SensorKind
from tocsin.sensors.live.channel import Channel
from tocsin.sensors.live.source import LiveSource


def channel_of(way: str, **more: object) -> Channel:
    kind = SensorKind.ADSB if way.startswith("http") else SensorKind.MICROPHONE
    (channel,) = LiveSource(site(sensor("it", kind, way, **more)), SetClock(START_NS)).channels
    return channel


def kept_open(channel: Channel, holds: Callable[[], bool]) -> list[str]:
    """Keeps it open until something holds; gives the troubles that were told."""
    told: list[str] = []

    async def scene() -> None:
        keeping = asyncio.ensure_future(channel.keep_open(lambda broken: told.append(broken.link.trouble)))
        await until(lambda: holds() or bool(told))
        keeping.cancel()

    asyncio.run(scene())
    return told


@needs_mosquitto
def test_it_logs_in_with_the_name_and_password_of_the_site_file(tmp_path: Path) -> None:
    port, secret = free_port(), tmp_path / "password"
    secret.write_text("a secret of the tests\n")
    channel = channel_of(f"mqtt://{HERE}:{port}", user="tocsin", password_file=str(secret))
    with broker(tmp_path, port, "a secret of the tests"):
        asyncio.run(reach(port))
        assert kept_open(channel, lambda: channel.link.is_open) == []
    assert channel.link.is_open


@pytest.mark.parametrize(("content", "trouble"), [(b"\xff\xfe\x00", "decode"), (None, "No such file")])
def test_a_password_file_that_is_none_is_told_and_not_the_end(
    tmp_path: Path, content: bytes | None, trouble: str
) -> None:
    secret = tmp_path / "password"
    if content is not None:
        secret.write_bytes(content)
    channel = channel_of(f"mqtt://{HERE}:{free_port()}", user="tocsin", password_file=str(secret))
    (told,) = kept_open(channel, lambda: False)
    assert trouble in told and not channel.link.is_open


def test_a_certificate_file_that_is_none_is_told(tmp_path: Path) -> None:
    channel = channel_of(f"mqtts://{HERE}:{free_port()}", ca_file=str(tmp_path / "absent.pem"))
    (told,) = kept_open(channel, lambda: False)
    assert "No such file" in told


def test_a_page_is_asked_for_once_a_period_of_its_sensor() -> None:
    with pages() as address:
        channel = channel_of(f"{address}/good", format="aircraft_json", period_s=0.02)
        kept_open(channel, lambda: channel.inbox.arrivals >= 30)
    assert channel.inbox.arrivals >= 30


@needs_mosquitto
def test_a_broker_that_goes_is_told_and_called_again(tmp_path: Path) -> None:
    port = free_port()
    channel = channel_of(f"mqtt://{HERE}:{port}")
    told: list[str] = []

    async def scene() -> None:
        with broker(tmp_path, port):
            await reach(port)
            keeping = asyncio.ensure_future(
                channel.keep_open(lambda broken: told.append(broken.link.trouble))
            )
            await until(lambda: channel.link.is_open)
        await until(lambda: bool(told))
        with broker(tmp_path, port):
            await until(lambda: channel.link.is_open)
            await say(port, "here again")
            await until(lambda: channel.inbox.arrivals == 1)
        keeping.cancel()

    asyncio.run(scene())
    assert channel.link.opened == 2 and f"{HERE}:{port}" in told[0]
