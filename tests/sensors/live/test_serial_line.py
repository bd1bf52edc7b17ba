"""Serial lines over a real pair of terminals: bytes come, the line is unplugged, and comes back."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.formats.adsb.made import EVEN
from tests.sensors.live.test_ways_in import until
from tests.sensors.made import site

from tocsin.clock import WallClock
from tocsin.config.inputs import Input, Transport, parse_input
from tocsin.config.site import Sensor
from tocsin.model import link
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import Inbox
from tocsin.sensors.live.serial_line import read_line
from tocsin.sensors.live.source import LiveSource


class Dongle:
    """A device whose line is found at `path`, as udev does for one that is plugged in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ours = -1

    def plug_in(self) -> None:
        self._ours, theirs = os.openpty()
        tty.setraw(theirs)
        self.path.symlink_to(os.ttyname(theirs))
        os.close(theirs)

    def send(self, data: bytes) -> None:
        os.write(self._ours, data)

    def unplug(self) -> None:
        if self._ours >= 0:
            self.path.unlink()
            os.close(self._ours)
        self._ours = -1


@pytest.fixture
def dongle(tmp_path: Path) -> Iterator[Dongle]:
    found = Dongle(tmp_path / "ttyUSB0")
    yield found
    found.unplug()


def test_an_address_names_the_device_and_its_rate() -> None:
    line = parse_input("serial:///dev/ttyUSB0?baud=921600")
    assert line == Input(Transport.SERIAL, path="/dev/ttyUSB0", baud=921_600)
    assert parse_input("serial:///dev/ttyACM0").baud == 115_200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("serial:", "names no device"),
        ("serial://ttyUSB0", "names no device"),
        ("serial:///dev/ttyUSB0?baud=fast", "its rate and nothing else"),
        ("serial:///dev/ttyUSB0?baud=0", "its rate and nothing else"),
        ("serial:///dev/ttyUSB0?parity=even", "its rate and nothing else"),
    ],
)
def test_an_address_that_can_not_be_is_refused_with_what_would_be_right(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_input(text)


def test_bytes_of_a_line_arrive_and_its_end_is_an_error_that_names_it(dongle: Dongle) -> None:
    dongle.plug_in()

    async def scene() -> bytes:
        inbox, stands = Inbox(WallClock(), 1e6), Link()
        way = parse_input(f"serial://{dongle.path}?baud=115200")
        receiving = asyncio.ensure_future(read_line(way, inbox, stands))
        await until(lambda: stands.is_open)
        dongle.send(b"\x1a3 every byte, \r\n and \x03 too")
        await until(lambda: inbox.arrivals > 0)
        dongle.unplug()
        with pytest.raises(ConnectionError, match="ttyUSB0 was unplugged"):
            await receiving
        return b"".join(arrival.data for arrival in inbox.take(WallClock().now_ns()))

    assert asyncio.run(scene()) == b"\x1a3 every byte, \r\n and \x03 too"


def test_a_line_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    way = parse_input(f"serial://{tmp_path / 'ttyUSB7'}")
    with pytest.raises(OSError, match="ttyUSB7"):
        asyncio.run(read_line(way, Inbox(WallClock(), 1e6), Link()))


def test_a_line_that_another_program_has_is_refused_rather_than_shared(dongle: Dongle) -> None:
    dongle.plug_in()
    way = parse_input(f"serial://{dongle.path}")

    async def scene() -> None:
        stands = Link()
        first = asyncio.ensure_future(read_line(way, Inbox(WallClock(), 1e6), stands))
        await until(lambda: stands.is_open)
        with pytest.raises(OSError, match="lock"):
            await read_line(way, Inbox(WallClock(), 1e6), Link())
        first.cancel()

    asyncio.run(scene())


def test_a_dongle_that_is_unplugged_is_heard_again_when_it_is_back(
    dongle: Dongle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "FIRST_WAIT_S", 0.01)
    receiver = Sensor.model_validate(
        {"name": "dongle", "kind": "adsb", "format": "avr", "input": f"serial://{dongle.path}"}
    )
    source = LiveSource(site(receiver), WallClock())
    (channel,) = source.channels
    troubles: list[str] = []

    async def scene() -> None:
        receiving = asyncio.ensure_future(source.receive(lambda told: troubles.append(told.link.trouble)))
        for time in (1, 2):
            dongle.plug_in()
            await until(lambda time=time: channel.link.opened == time)  # type: ignore[misc]
            dongle.send(b"*" + EVEN.hex().encode() + b";\n")
            await until(lambda time=time: channel.inbox.arrivals == time)  # type: ignore[misc]
            dongle.unplug()
            await until(lambda: not channel.link.is_open)
        receiving.cancel()

    asyncio.run(scene())
    assert any("unplugged" in trouble for trouble in troubles)
    list(source.batches(WallClock().now_ns()))
    assert source.statuses[0].messages == 2
    assert source.statuses[0].decode_errors.total() == 0
