"""Live bytes give the detections that the same bytes give from a file."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.sensors.live.clocks import SetClock
from tests.sensors.live.test_ways_in import HERE, free_port, until
from tests.sensors.made import START_NS, at, north, plot, radar, radar_frame, site, told_place, write_radar

from tocsin.config.site import Site
from tocsin.formats.capture import Packet
from tocsin.formats.datagrams import datagram
from tocsin.model.detections import Detections
from tocsin.sensors.capture_file import CaptureFile
from tocsin.sensors.capture_source import CaptureSource
from tocsin.sensors.discovery import discover
from tocsin.sensors.live.source import LiveSource

SECRET = b"a secret of the tests, 32 bytes."


def live_site(known: Site, port: int) -> Site:
    """The same site with all its radars on one port."""
    sensors = tuple(s.model_copy(update={"input": f"udp://{HERE}:{port}"}) for s in known.sensors)
    return known.model_copy(update={"sensors": sensors})


def replayed_live(packets: list[Packet], known: Site) -> tuple[Detections, LiveSource]:
    """Every datagram sent to a real port when a set clock shows its time."""
    port = free_port(socket.SOCK_DGRAM)
    clock = SetClock(packets[0].time_ns)
    source = LiveSource(live_site(known, port), clock)
    batches: list[Detections] = []

    async def scene() -> None:
        receiving = asyncio.ensure_future(source.receive(lambda _: None))
        (channel,) = source.channels
        await until(lambda: channel.link.is_open)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for count, packet in enumerate(packets, start=1):
                found = datagram(packet)
                assert found is not None
                clock.time_ns = packet.time_ns
                sender.sendto(found.payload, (HERE, port))
                await until(lambda count=count: channel.inbox.arrivals == count)  # type: ignore[misc]
                batches.extend(source.batches(clock.now_ns()))
        clock.time_ns += 3600 * 1_000_000_000
        batches.extend(source.batches(clock.now_ns()))
        receiving.cancel()

    asyncio.run(scene())
    return Detections.concatenate(batches), source


def from_file(path: Path, known: Site) -> Detections:
    return Detections.concatenate(list(CaptureSource(path, known, SECRET).batches()))


def assert_same(live: Detections, filed: Detections) -> None:
    assert len(live) == len(filed) > 0
    for name, column in live.arrays().items():
        if name != "received_ns":  # of what only the end of the file completes
            np.testing.assert_array_equal(column, filed.arrays()[name], err_msg=name)


def two_radars(path: Path) -> Path:
    timed = []
    for turn in range(5):
        for k, sic in enumerate((2, 3)):
            start_s = 4.0 * turn + 0.7 * k
            timed.append((at(start_s), radar_frame(north(start_s, sic=sic, **told_place()))))
            for azimuth in (20.0, 140.0, 300.0):
                seen_s = start_s + 4.0 * azimuth / 360.0
                timed.append((at(seen_s + 0.2), radar_frame(plot(seen_s, azimuth, sic=sic))))
    return write_radar(path, sorted(timed))


def test_radars_on_one_port_give_what_their_capture_gives(tmp_path: Path) -> None:
    path, known = two_radars(tmp_path / "radars.pcap"), site(radar("one", (20, 2)), radar("two", (20, 3)))
    live, source = replayed_live(list(CaptureFile(path).packets()), known)
    assert_same(live, from_file(path, known))
    assert [status.detections for status in source.statuses] == [15, 15]


def test_the_real_capture_replayed_live_gives_what_the_file_gives(shared_path: Callable[[str], Path]) -> None:
    path = shared_path("recordings/asterix_cat034_048.pcap")
    known = discover(path)
    live, _ = replayed_live(list(CaptureFile(path).packets()), known)
    assert_same(live, from_file(path, known))


def test_rubbish_is_counted_and_the_line_goes_on() -> None:
    known = site(radar("one", (20, 2)))
    clock = SetClock(START_NS)
    source = LiveSource(live_site(known, 8600), clock)
    inbox = source.channels[0].inbox
    for data in (b"", b"\x30", b"\x30\xff\xff" + bytes(40), bytes(range(256)) * 5):
        inbox.put(data, "10.0.0.1:9")
    assert list(source.batches(clock.now_ns())) == []
    assert source.unassigned.decode_errors.total() >= 3


def test_two_formats_on_one_way_in_are_refused_by_name() -> None:
    sensors = [
        {"name": "a", "kind": "radar", "input": "udp://0.0.0.0:8600"},
        {"name": "b", "kind": "microphone", "input": "udp://0.0.0.0:8600"},
    ]
    place = {"name": "x", "latitude_deg": 0.0, "longitude_deg": 0.0}
    with pytest.raises(ValueError, match=r"'a' and 'b' share the input udp://0.0.0.0:8600"):
        Site.model_validate({"site": place, "sensors": sensors})
