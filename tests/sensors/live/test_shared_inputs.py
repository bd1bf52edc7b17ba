"""Sensors that share a way in: what comes is of whom it says it is, and nobody's where it says nothing."""

from __future__ import annotations

import pytest
from tests.sensors.live.clocks import SetClock
from tests.sensors.live.test_readers import sensor
from tests.sensors.made import START_NS, at, plot, radar, radar_blocks, site, time_of_day_s

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor, Site
from tocsin.formats.asterix import SystemTrack, encode_system_tracks
from tocsin.formats.asterix.records import join_record
from tocsin.sensors.live.source import LiveSource

WAY = "udp://127.0.0.1:8600"


def over(one: Sensor) -> Sensor:
    return one.model_copy(update={"input": WAY})


def detections_by_sensor(
    known: Site, *seconds_and_bytes: tuple[float, bytes]
) -> tuple[list[int], LiveSource]:
    clock = SetClock(START_NS)
    source = LiveSource(known, clock)
    (channel,) = source.channels
    for second, data in seconds_and_bytes:
        clock.time_ns = at(second + 0.2)
        channel.inbox.put(data, "10.0.0.1:9")
    clock.time_ns = at(60.0)
    list(source.batches(clock.now_ns()))
    return [status.detections for status in source.statuses], source


def turns(sic: int) -> list[tuple[float, bytes]]:
    return [(second, radar_blocks(plot(second, sic=sic))) for second in (0.0, 4.0, 8.0)]


def track_of(sic: int, second: float) -> bytes:
    track = SystemTrack(
        25,
        sic,
        track_number=7,
        time_of_day_s=time_of_day_s(second),
        latitude_rad=-0.811,
        longitude_rad=-0.353,
    )
    return b"".join(encode_system_tracks([track]))


def test_a_radar_without_codes_is_the_first_that_is_no_other_radar() -> None:
    known = site(over(radar("told", (20, 2))), over(radar("untold", (None, None))))
    mixed = sorted(turns(2) + turns(5) + [(9.0, radar_blocks(plot(9.0, sic=6)))])
    detections, source = detections_by_sensor(known, *mixed)
    assert detections == [3, 3]
    assert source.unassigned.refused == {"radar_not_in_site": 1}


def test_two_centres_on_one_port_are_told_apart_by_their_codes() -> None:
    codes = [{"system_area_code": 25, "system_identification_code": sic} for sic in (1, 2)]
    known = site(*(sensor(f"centre {k}", SensorKind.TRACKS, WAY, **code) for k, code in enumerate(codes)))
    sent = [
        (1.0, track_of(1, 1.0)),
        (2.0, track_of(2, 2.0)),
        (3.0, track_of(2, 3.0)),
        (4.0, track_of(9, 4.0)),
    ]
    detections, source = detections_by_sensor(known, *sent)
    assert detections == [1, 2]
    assert [status.refused.total() for status in source.statuses] == [0, 0]
    assert source.unassigned.refused == {"asterix_not_from_a_radar": 1}


@pytest.mark.parametrize("codes", [((None, None), (None, None)), ((20, 2), (20, 2))])
def test_two_radars_that_nothing_tells_apart_cannot_share_a_port(
    codes: tuple[tuple[int | None, int | None], ...],
) -> None:
    sensors = [over(radar(name, code)) for name, code in zip("ab", codes, strict=True)]
    with pytest.raises(ValueError, match=r"'a' and 'b' share the input .* different system_area_code"):
        Site.model_validate({"site": site().site, "sensors": sensors})


NODE_ID = "3d1ffd1b-cc01-4c26-a7e8-bf4da3d393b8"


@pytest.mark.parametrize("node_ids", [("", ""), (NODE_ID, NODE_ID.upper())])
def test_two_nodes_of_a_network_that_nothing_tells_apart_cannot_share_a_port(
    node_ids: tuple[str, str],
) -> None:
    way = {"way": "tcp-listen://127.0.0.1:5020", "format": "sapient"}
    with pytest.raises(ValueError, match=r"'a' and 'b' share the input .* different node_id"):
        Site.model_validate(
            {
                "site": site().site,
                "sensors": [
                    sensor(name, SensorKind.TRACKS, **way, node_id=node_id)
                    for name, node_id in zip("ab", node_ids, strict=True)
                ],
            }
        )


@pytest.mark.parametrize("way", ["udp://127.0.0.1:5020", "mqtt://broker/x", "http://127.0.0.1:80/x"])
def test_what_is_answered_needs_a_connection(way: str) -> None:
    with pytest.raises(ValueError, match="needs a connection, as in tcp-listen"):
        sensor("a", SensorKind.TRACKS, way, format="sapient")


def test_a_node_id_that_is_no_uuid_is_refused_with_one_that_is() -> None:
    with pytest.raises(ValueError, match="should be a UUID, as in"):
        sensor("a", SensorKind.TRACKS, "tcp://127.0.0.1:5020", format="sapient", node_id="radar 7")


def test_no_sensor_can_be_called_what_belongs_to_none() -> None:
    with pytest.raises(ValueError, match="'unassigned' is taken"):
        Site.model_validate({"site": site().site, "sensors": [over(radar("unassigned"))]})


def test_stations_on_one_port_are_each_read_by_the_edition_of_the_site_file() -> None:
    def block(sic: int) -> bytes:
        place = b"".join(round(deg / 180 * 2**25).to_bytes(4, "big", signed=True) for deg in (-46.4, -20.1))
        items = {"010": bytes((25, sic)), "040": b"\x00\x20", "130": place, "080": b"\x3c\x66\x0c",
                 "030": round(time_of_day_s(0.0) * 128).to_bytes(3, "big")}  # fmt: skip
        body = join_record(items, 21, "0.26")
        return b"\x15" + (3 + len(body)).to_bytes(2, "big") + body

    names = {"system_area_code": 25, "max_range_m": 1e6}
    old, new = (
        over(sensor(name, SensorKind.ADSB, WAY, format="asterix", **names, **more))
        for name, more in (
            ("old", {"system_identification_code": 1, "editions": {"21": "0.26"}}),
            ("new", {"system_identification_code": 2}),
        )
    )
    counts, source = detections_by_sensor(site(old, new), (0.0, block(1)), (1.0, block(2)))
    assert counts == [1, 0]
    assert "asterix_damaged" in source.unassigned.decode_errors
