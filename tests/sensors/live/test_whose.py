"""What comes goes to whom it belongs, in the order in which it was received, whole if it came in pieces."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from tests.formats.cot.made import PERSON
from tests.sensors.live.clocks import SetClock
from tests.sensors.live.test_readers import sensor
from tests.sensors.live.test_shared_inputs import WAY, over, track_of
from tests.sensors.live.test_ways_in import HERE, free_port
from tests.sensors.made import SECRET, START_NS, at, location, plot, radar, radar_blocks, site
from tests.sensors.test_adsb_asterix_reader import block, record
from tests.sensors.test_cot_reader import EVENT
from tests.sensors.test_remote_id_json_reader import decoded

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.formats.cot import encode_xml
from tocsin.sensors.live import readers
from tocsin.sensors.live.source import LiveSource

MICROPHONES = "mqtt://127.0.0.1/tocsin/#"


class Live:
    """A source whose clock is set, and whose ways in are filled by hand."""

    def __init__(self, known: Site) -> None:
        self.clock = SetClock(START_NS)
        self.source = LiveSource(known, self.clock)

    def put(self, seconds: float, data: bytes, source: str = "10.0.0.1:9", way: int = 0) -> None:
        self.clock.time_ns = at(seconds)
        self.source.channels[way].inbox.put(data, source)

    def received_s(self, until_s: float = 60.0) -> list[float]:
        """When what was used was received, in the order in which it is handed on."""
        self.clock.time_ns = at(until_s)
        batches = list(self.source.batches(self.clock.now_ns()))
        return [(time_ns - START_NS) / 1e9 for batch in batches for time_ns in batch.received_ns.tolist()]

    def used(self) -> list[int]:
        self.received_s()
        return [status.detections for status in self.source.statuses]


def heard(name: str) -> tuple[bytes, str]:
    return json.dumps({"v": 1, "heard": True}).encode(), f"tocsin/{name}/heard"


def test_a_centre_with_codes_is_asked_before_one_that_takes_what_is_left() -> None:
    codes = {"system_area_code": 25, "system_identification_code": 1}
    live = Live(site(sensor("rest", SensorKind.TRACKS, WAY), sensor("told", SensorKind.TRACKS, WAY, **codes)))
    for second, sic in ((1.0, 1), (2.0, 1), (3.0, 8)):
        live.put(second + 0.2, track_of(sic, second))
    assert live.used() == [1, 2]


def test_tracks_and_aircraft_of_one_port_are_each_read_as_what_they_are() -> None:
    far = {"max_range_m": 1e6}
    kinds = (SensorKind.TRACKS, SensorKind.ADSB)
    live = Live(site(*(sensor(kind, kind, WAY, format="asterix", **far) for kind in kinds)))
    live.put(1.2, track_of(1, 1.0))
    live.put(2.2, block(record(2.0)))
    live.put(3.2, block(record(3.0)))
    assert live.used() == [1, 2]


def test_a_turn_that_was_complete_before_a_message_came_is_handed_on_before_it() -> None:
    known = site(over(radar("one", (20, 2))), sensor("mast", SensorKind.MICROPHONE, MICROPHONES))
    live = Live(known)
    live.put(0.2, radar_blocks(plot(0.0)))
    live.put(4.2, radar_blocks(plot(4.0)))
    live.put(30.0, *heard("mast"), way=1)
    received = live.received_s()
    assert len(received) == 3 and received == sorted(received)


def test_what_came_over_two_ways_is_read_in_the_order_of_receipt() -> None:
    masts = [sensor(f"mast {k}", SensorKind.MICROPHONE, f"mqtt://127.0.0.{k}/tocsin/#") for k in (1, 2)]
    live = Live(site(*masts))
    for second, way in ((1.0, 0), (2.0, 1), (3.0, 0), (4.0, 1)):
        live.put(second, *heard(f"mast {way + 1}"), way=way)
    assert live.received_s() == [1.0, 2.0, 3.0, 4.0]


def test_nodes_that_share_a_topic_are_told_apart_by_name_and_one_alone_hears_only_its_own() -> None:
    both = Live(site(*(sensor(name, SensorKind.MICROPHONE, MICROPHONES) for name in ("a", "b"))))
    alone = Live(
        site(
            sensor("a", SensorKind.MICROPHONE, MICROPHONES),
            sensor("b", SensorKind.MICROPHONE, "mqtt://127.0.0.9/tocsin/#"),
        )
    )
    for live in (both, alone):
        for second, name in ((1.0, "a"), (2.0, "b"), (3.0, "b")):
            live.put(second, *heard(name))
    assert both.used() == [1, 2]
    assert alone.used() == [1, 0]


@pytest.mark.parametrize("way", ["tcp://127.0.0.1:8087", "tcp-listen://127.0.0.1:8087"])
def test_events_of_a_stream_may_come_in_pieces(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "site_secret", lambda _: SECRET)
    live = Live(site(sensor("server", SensorKind.TRACKS, way, format="cot", max_range_m=1e6)))
    stream = PERSON + encode_xml(EVENT) + encode_xml(replace(EVENT, time_ns=at(6.0)))
    for start in range(0, len(stream), 50):
        live.put(6.5, stream[start : start + 50])
    assert live.used() == [2]


def test_remote_id_of_a_stream_may_come_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "site_secret", lambda _: SECRET)
    way = "tcp-listen://127.0.0.1:8087"
    live = Live(site(sensor("receiver", SensorKind.REMOTE_ID, way, max_range_m=1e6)))
    stream = json.dumps(decoded(location(5.0))).encode()
    for start in range(0, len(stream), 30):
        live.put(5.5, stream[start : start + 30])
    assert live.used() == [1]


def test_a_way_in_that_is_in_trouble_is_not_waited_for() -> None:
    way = f"tcp://{HERE}:{free_port()}"
    source = LiveSource(site(sensor("gone", SensorKind.ADSB, way, format="beast")), SetClock(START_NS))

    async def scene() -> None:
        receiving = asyncio.ensure_future(source.receive(lambda _: None))
        async with asyncio.timeout(10.0):
            await source.settle(longest_s=1e9)
        receiving.cancel()

    asyncio.run(scene())
    assert "Connect call failed" in source.channels[0].link.trouble
