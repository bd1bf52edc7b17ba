"""Our own tracks that come back, over whichever way, are counted and are no evidence of anything."""

from __future__ import annotations

import pytest
from tests.sensors.live.clocks import SetClock
from tests.sensors.live.test_readers import sensor
from tests.sensors.made import START_NS, at, radar, site, time_of_day_s

from tocsin.config.kinds import SensorKind
from tocsin.config.outputs import Output
from tocsin.config.site import Sensor, Site
from tocsin.formats.asterix import SystemTrack, encode_system_tracks
from tocsin.sensors.live.source import LiveSource

WAY = "udp://0.0.0.0:8600"
OURS = (25, 77)


def with_output(*sensors: Sensor) -> Site:
    told = {"system_area_code": OURS[0], "system_identification_code": OURS[1]}
    output = Output.model_validate({"name": "peer", "to": "udp://192.0.2.9:8600"} | told)
    return site(*sensors).model_copy(update={"outputs": (output,)})


def track_of(code: tuple[int, int]) -> bytes:
    track = SystemTrack(
        *code, track_number=7, time_of_day_s=time_of_day_s(1.0), latitude_rad=-0.811, longitude_rad=-0.353
    )
    return b"".join(encode_system_tracks([track]))


def after(known: Site, *codes: tuple[int, int]) -> LiveSource:
    clock = SetClock(START_NS)
    source = LiveSource(known, clock)
    (channel,) = source.channels
    clock.time_ns = at(1.2)
    for code in codes:
        channel.inbox.put(track_of(code), "10.0.0.1:9")
    list(source.batches(clock.now_ns()))
    return source


@pytest.mark.parametrize("code", [{}, {"system_area_code": 25, "system_identification_code": 1}])
def test_a_track_with_our_codes_is_not_used_whomever_the_sensor_listens_to(
    code: dict[str, int],
) -> None:
    source = after(with_output(sensor("centre", SensorKind.TRACKS, WAY, **code)), OURS, (25, 1))
    assert source.statuses[0].detections == 1
    assert source.statuses[0].refused == {"own_track_came_back": 1}
    assert not source.unassigned.refused


def test_beside_radars_on_the_same_port_it_is_counted_where_tracks_are_read() -> None:
    radars = radar("radar", (20, 2)).model_copy(update={"input": WAY})
    other = {"system_area_code": 25, "system_identification_code": 1}
    source = after(with_output(radars, sensor("centre", SensorKind.TRACKS, WAY, **other)), OURS)
    assert [dict(status.refused) for status in source.statuses] == [{}, {"own_track_came_back": 1}]


def test_without_outputs_the_same_codes_are_anothers() -> None:
    source = after(site(sensor("centre", SensorKind.TRACKS, WAY)), OURS)
    assert (source.statuses[0].detections, dict(source.statuses[0].refused)) == (1, {})
