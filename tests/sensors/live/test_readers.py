"""Every format has a reader; what is shared is told apart; rubbish is counted and stops nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sensors.live.clocks import SetClock
from tests.sensors.made import START_NS, at, plot, radar, radar_blocks, site, time_of_day_s

from tocsin.config.inputs import InputFormat, Transport
from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor, Site
from tocsin.formats.asterix import SystemTrack, encode_system_tracks
from tocsin.sensors.adsb_reader import BeastReader
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.live.source import LiveSource

KINDS = {
    InputFormat.ASTERIX: SensorKind.RADAR,
    InputFormat.NODE: SensorKind.MICROPHONE,
    InputFormat.BEAST: SensorKind.ADSB,
    InputFormat.AVR: SensorKind.ADSB,
    InputFormat.AIRCRAFT_JSON: SensorKind.ADSB,
    InputFormat.COT: SensorKind.TRACKS,
    InputFormat.REMOTE_ID_JSON: SensorKind.REMOTE_ID,
    InputFormat.CSV: SensorKind.RADAR,
    InputFormat.PARQUET: SensorKind.RADAR,
    InputFormat.SAPIENT: SensorKind.TRACKS,
}
WAYS = {
    InputFormat.ASTERIX: "udp://127.0.0.1:8600",
    InputFormat.NODE: "mqtt://broker/tocsin/#",
    InputFormat.BEAST: "serial:///dev/ttyUSB0?baud=3000000",
    InputFormat.AVR: "tcp-listen://127.0.0.1:30002",
    InputFormat.AIRCRAFT_JSON: "http://127.0.0.1/aircraft.json",
    InputFormat.COT: "tcp://127.0.0.1:8087",
    InputFormat.REMOTE_ID_JSON: "mqtt://broker/wardragon/#",
    InputFormat.CSV: "file:///srv/radar/detections.csv",
    InputFormat.PARQUET: "file:///srv/radar/",
    InputFormat.SAPIENT: "tcp-listen://127.0.0.1:5020",
}


def sensor(name: str, kind: SensorKind, way: str, **more: object) -> Sensor:
    place = {"latitude_deg": -46.5, "longitude_deg": -20.25}
    return Sensor.model_validate({"name": name, "kind": kind, "input": way} | place | more)


def test_the_table_here_knows_every_format_and_transport() -> None:
    assert set(KINDS) == set(WAYS) == set(InputFormat)
    used = {way.partition(":")[0] for way in WAYS.values()}
    assert used >= {transport.value for transport in Transport} - {
        "capture",
        "mqtts",
        "https",
        "tls",
        "tls-listen",
    }


@pytest.mark.parametrize("kind_of_bytes", InputFormat)
@given(chunks=st.lists(st.binary(max_size=200), max_size=6))
def test_whatever_the_bytes_are_nothing_is_raised_and_nothing_made_up(
    kind_of_bytes: InputFormat, chunks: list[bytes]
) -> None:
    known = site(sensor("it", KINDS[kind_of_bytes], WAYS[kind_of_bytes], format=kind_of_bytes))
    clock = SetClock(START_NS)
    source = LiveSource(known, clock)
    (channel,) = source.channels
    for chunk in chunks:
        clock.time_ns += 1_000_000
        channel.inbox.put(chunk, "tocsin/it/heard")
    assert sum(len(batch) for batch in source.batches(clock.now_ns())) == 0


def test_a_port_may_carry_radars_and_tracks_of_other_systems_each_for_its_own_reader() -> None:
    way = "udp://127.0.0.1:8600"
    known = site(
        radar("one", (20, 2)).model_copy(update={"input": way}), sensor("centre", SensorKind.TRACKS, way)
    )
    clock = SetClock(START_NS)
    source = LiveSource(known, clock)
    (channel,) = source.channels
    for second in (0.0, 4.0, 8.0):
        clock.time_ns = at(second + 0.2)
        track = SystemTrack(
            25,
            1,
            track_number=7,
            time_of_day_s=time_of_day_s(second),
            latitude_rad=-0.811,
            longitude_rad=-0.353,
        )
        channel.inbox.put(radar_blocks(plot(second)) + b"".join(encode_system_tracks([track])), "10.0.0.1:9")
    clock.time_ns = at(60.0)
    assert sum(len(batch) for batch in source.batches(clock.now_ns())) == 6
    assert [status.detections for status in source.statuses] == [3, 3]
    assert all(status.refused.total() + status.decode_errors.total() == 0 for status in source.statuses)


def test_a_way_in_that_does_not_say_whose_bytes_it_brings_has_one_sensor() -> None:
    sensors = [sensor(name, SensorKind.ADSB, "tcp://127.0.0.1:30005", format="beast") for name in "ab"]
    with pytest.raises(ValueError, match="beast does not say of which of them it is"):
        Site.model_validate({"site": site().site, "sensors": sensors})


def test_a_real_beast_stream_in_chunks_gives_what_its_reader_gives(
    shared_path: Callable[[str], object],
) -> None:
    data = shared_path("recordings/modes_beast.bin").read_bytes()  # type: ignore[attr-defined]
    known = site(sensor("it", SensorKind.ADSB, WAYS[InputFormat.BEAST], format="beast"))
    far = known.model_copy(update={"sensors": (known.sensors[0].model_copy(update={"max_range_m": 1e6}),)})
    clock = SetClock(START_NS)
    source = LiveSource(far, clock)
    (channel,) = source.channels
    for start in range(0, len(data), 100):
        channel.inbox.put(data[start : start + 100], "127.0.0.1:30005")
    live, ledger = list(source.batches(clock.now_ns())), Ledger(far)
    alone = list(BeastReader(far, 0, ledger).read(data, START_NS, "x"))
    assert sum(len(batch) for batch in live) == len(alone)
    assert source.statuses[0].messages == ledger.statuses[0].messages > 0
