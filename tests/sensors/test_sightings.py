"""Sightings: the direction of a person, carried over to the sensor, and what it is worth there."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.nodes.made import SIGHTINGS

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.formats.nodes import NodeMessage, Sighting
from tocsin.model.detections import Detection
from tocsin.model.labels import label_word
from tocsin.sensors.sightings import bearing_of

# Half of its range is 1,500 m, its azimuths are good to 15 degrees, its elevations too.
SENSOR = Sensor(name="people", kind=SensorKind.SIGHTING, latitude_deg=0.0, longitude_deg=0.0)
DEGREES_PER_M = 1 / 111_319.49  # along the equator


def seen(**values: Any) -> Sighting:
    said: dict[str, Any] = {"latitude_deg": 0.0, "longitude_deg": 0.0, "what": "drone", "sure": "likely"}
    if "direction" not in values:
        said["azimuth_deg"] = 0.0
    return Sighting(v=1, **said | values)


def bearing(**values: Any) -> Detection:
    row = bearing_of(seen(**values), SENSOR)
    assert isinstance(row, Detection), row
    return row


def sigma_deg(**values: Any) -> float:
    return math.degrees(bearing(**values).azimuth_sigma_rad)


def test_at_the_sensor_a_direction_is_taken_as_it_is() -> None:
    row = bearing(azimuth_deg=75.0, elevation_deg=20.0)
    assert math.degrees(row.azimuth_rad) == pytest.approx(75.0)
    assert math.degrees(row.elevation_rad) == pytest.approx(20.0)
    assert math.degrees(row.azimuth_sigma_rad) == pytest.approx(15.0)
    assert math.degrees(row.elevation_sigma_rad) == pytest.approx(15.0)


def test_without_an_elevation_there_is_none() -> None:
    row = bearing()
    assert math.isnan(row.elevation_rad) and math.isnan(row.elevation_sigma_rad)


def test_a_point_of_the_compass_is_less_sure_than_an_azimuth() -> None:
    assert math.degrees(bearing(direction="NE").azimuth_rad) == pytest.approx(45.0)
    assert sigma_deg(direction="NE") == pytest.approx(math.hypot(15.0, 45.0 / math.sqrt(12.0)))


def test_who_stands_aside_sees_it_under_another_angle_and_so_much_less_sure() -> None:
    east_of_it = bearing(longitude_deg=1500 * math.tan(math.radians(20)) * DEGREES_PER_M)
    assert math.degrees(east_of_it.azimuth_rad) == pytest.approx(20.0, abs=0.01)
    assert math.degrees(east_of_it.azimuth_sigma_rad) == pytest.approx(math.hypot(15.0, 20.0), abs=0.01)


def test_who_stands_behind_or_before_the_sensor_sees_it_in_the_same_direction() -> None:
    for offset_m in (-1000, 1000):
        row = bearing(azimuth_deg=90.0, longitude_deg=offset_m * DEGREES_PER_M, elevation_deg=30.0)
        assert math.degrees(row.azimuth_rad) == pytest.approx(90.0)
        assert math.degrees(row.azimuth_sigma_rad) == pytest.approx(15.0)
        assert math.degrees(row.elevation_sigma_rad) > 16.0
        assert (row.elevation_rad > math.radians(30)) == (offset_m < 0)


@pytest.mark.parametrize("offset_deg", [1501 * DEGREES_PER_M, 0.5, 90.0, 179.9, 180.0])
def test_who_stands_farther_away_than_half_of_the_range_tells_nothing(offset_deg: float) -> None:
    assert bearing_of(seen(longitude_deg=offset_deg), SENSOR) == "observer_too_far"


def test_no_error_is_larger_than_half_a_turn() -> None:
    anywhere = SENSOR.model_copy(update={"azimuth_sigma_deg": 180.0, "elevation_sigma_deg": 180.0})
    row = bearing_of(seen(longitude_deg=0.01, elevation_deg=30.0), anywhere)
    assert isinstance(row, Detection)
    assert (row.azimuth_sigma_rad, row.elevation_sigma_rad) == (math.pi, math.pi)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"what": "bird"}, "said_to_be_a_bird"),
        ({"what": "helicopter"}, "said_to_be_a_helicopter"),
        ({"sure": "unsure"}, "unsure"),
    ],
)
def test_what_a_person_does_not_say_for_sure_to_be_a_drone_is_no_evidence(
    values: dict[str, str], reason: str
) -> None:
    assert bearing_of(seen(**values), SENSOR) == reason


@pytest.mark.parametrize("what", ["drone", "fixed_wing", "unknown"])
def test_what_may_be_a_drone_is_evidence(what: str) -> None:
    assert isinstance(bearing_of(seen(what=what, sure="certain"), SENSOR), Detection)


@given(SIGHTINGS, st.floats(0, 1499), st.floats(0, 2 * math.pi))
def test_every_usable_sighting_is_a_bearing_that_is_no_sharper_than_the_sensors(
    said: NodeMessage, offset_m: float, towards_rad: float
) -> None:
    place = {
        "latitude_deg": offset_m * math.cos(towards_rad) * DEGREES_PER_M * 0.99,
        "longitude_deg": offset_m * math.sin(towards_rad) * DEGREES_PER_M * 0.99,
    }
    row = bearing_of(
        Sighting.model_validate(said.model_dump() | place | {"sure": "likely", "what": "drone"}), SENSOR
    )
    assert isinstance(row, Detection)
    assert 0.0 <= row.azimuth_rad <= math.tau
    assert math.radians(15.0) - 1e-12 <= row.azimuth_sigma_rad <= math.pi
    assert not row.elevation_sigma_rad < math.radians(15.0) - 1e-12
    assert math.isnan(row.latitude_rad) and math.isnan(row.range_m)


def test_what_the_person_saw_is_the_label_of_the_bearing() -> None:
    row = bearing(what="fixed_wing", sure="certain")
    assert (label_word(row.label), row.label_confidence) == ("fixed_wing", 0.9)
