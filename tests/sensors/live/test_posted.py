"""Sightings told to the service itself: for the nearest sensor, bounded, with a reason where unused."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from tests.sensors.live.clocks import SetClock
from tests.sensors.made import START_NS, site

from tocsin.config.site import Sensor
from tocsin.errors import DecodeError
from tocsin.sensors.live.posted import MOST_PER_S, NoSightingSensor, TooManySightings
from tocsin.sensors.live.source import LiveSource

HERE = {"latitude_deg": -46.5, "longitude_deg": -20.25}


def people(name: str, **place: float) -> Sensor:
    return Sensor.model_validate({"name": name, "kind": "sighting", **place})


def told(**values: Any) -> bytes:
    message = {"v": 1, "azimuth_deg": 90, "what": "drone", "sure": "likely", **HERE, **values}
    return json.dumps(message).encode()


def source_of(*sensors: Sensor) -> tuple[LiveSource, SetClock]:
    clock = SetClock(START_NS)
    return LiveSource(site(*sensors), clock), clock


def test_a_sighting_becomes_a_bearing_of_the_sensor_that_stands_nearest() -> None:
    far = {"latitude_deg": -46.3, "longitude_deg": -20.25}
    source, clock = source_of(people("far", **far), people("a/near", **HERE))
    assert source.posted.post(told()) == ("a/near", "")
    (batch,) = source.batches(clock.now_ns())
    assert (batch.sensor.tolist(), batch.time_ns.tolist()) == ([1], [START_NS])
    assert math.degrees(batch.azimuth_rad[0]) == pytest.approx(90.0)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"what": "bird"}, "said_to_be_a_bird"),
        ({"sure": "unsure"}, "unsure"),
        ({"latitude_deg": -46.4}, "observer_too_far"),
        ({"time": START_NS / 1e9 - 60.0}, "received_too_late"),
        ({"time": START_NS / 1e9 + 60.0}, "from_the_future"),
    ],
)
def test_what_is_not_used_is_told_with_the_reason_under_which_it_is_counted(
    values: dict[str, Any], reason: str
) -> None:
    source, clock = source_of(people("people", **HERE))
    assert source.posted.post(told(**values)) == ("people", reason)
    assert list(source.batches(clock.now_ns())) == []
    assert source.statuses[0].refused == {reason: 1}


def test_what_is_no_sighting_is_refused_without_repeating_what_was_told() -> None:
    source, _ = source_of(people("people", **HERE))
    with pytest.raises(DecodeError, match="another key") as refusal:
        source.posted.post(told(observer="Ann Example"))
    assert "Ann" not in str(refusal.value) and "observer" not in str(refusal.value)
    with pytest.raises(DecodeError, match="more than the 4096"):
        source.posted.post(told() + bytes(5000))
    assert source.posted.inbox.arrivals == 0


@pytest.mark.parametrize("sensors", [[], [people("nowhere")]])
def test_a_site_where_sightings_count_for_nobody_says_what_to_add(sensors: list[Sensor]) -> None:
    source, _ = source_of(*sensors)
    with pytest.raises(NoSightingSensor, match=r'kind = "sighting", latitude_deg'):
        source.posted.post(told())


def test_who_repeats_without_end_is_cut_off_and_counted() -> None:
    source, clock = source_of(people("people", **HERE))
    for _ in range(int(MOST_PER_S)):
        source.posted.post(told())
    with pytest.raises(TooManySightings, match="wait"):
        source.posted.post(told())
    assert source.posted.inbox.dropped == {"flooded": 1}
    clock.time_ns += 1_000_000_000
    assert source.posted.post(told()).refused == ""
