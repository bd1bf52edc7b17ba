"""Nodes: what they hear becomes detections of the sensor that their topic names, and of no other."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sensors.made import SECOND_NS, at, site

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.formats.nodes import NODE_MESSAGES
from tocsin.model.detections import HEARD, HEARD_ABSENT, NOT_HEARD, Detection
from tocsin.model.labels import NO_LABEL, label_word
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.node_reader import NodeReader
from tocsin.sensors.rows import Rows


def placed(name: str, kind: SensorKind, **values: Any) -> Sensor:
    return Sensor(name=name, kind=kind, latitude_deg=-46.5, longitude_deg=-20.25, **values)


MAST = placed("Mast 3", SensorKind.MICROPHONE)
FINDER = placed("finder/roof", SensorKind.DIRECTION_FINDER)
RADAR = placed("radar", SensorKind.RADAR)
PEOPLE = placed("people", SensorKind.SIGHTING)
LOST = Sensor(name="lost", kind=SensorKind.MICROPHONE)
SENSORS = (MAST, FINDER, RADAR, PEOPLE, LOST)
SIGHTING: dict[str, Any] = {
    "latitude_deg": -46.5,
    "longitude_deg": -20.25,
    "azimuth_deg": 90,
    "what": "drone",
    "sure": "certain",
}


class Nodes:
    """A reader with its ledger."""

    def __init__(self, *sensors: int) -> None:
        self.ledger = Ledger(site(*SENSORS))
        self.reader = NodeReader(site(*SENSORS), sensors or None, self.ledger)

    def say(self, topic: str, received_s: float = 5.0, **message: object) -> list[Detection]:
        payload = json.dumps({"v": 1} | message).encode()
        return list(self.reader.read(payload, at(received_s), f"tocsin/{topic}"))

    def refused(self, sensor: int | None = 0) -> dict[str, int]:
        return dict(self.ledger.of(sensor).refused)


def seconds(after_the_start: float) -> float:
    return at(after_the_start) / SECOND_NS


@pytest.mark.parametrize(("heard", "said"), [(True, HEARD), (False, NOT_HEARD)])
def test_a_microphone_hears_or_does_not_hear(heard: bool, said: int) -> None:
    (row,) = Nodes().say("Mast 3/heard", 5.5, time=seconds(5.25), heard=heard)
    assert (row.time_ns, row.received_ns, row.sensor, row.heard) == (at(5.25), at(5.5), 0, said)
    assert math.isnan(row.azimuth_rad) and math.isnan(row.latitude_rad)


def test_a_receiver_of_signal_strength_hears_too_and_a_radar_does_not() -> None:
    nodes = Nodes()
    assert len(nodes.say("finder/roof/heard", heard=True)) == 1
    assert nodes.say("radar/heard", heard=True) == []
    assert nodes.refused(2) == {"not_of_this_kind_of_sensor": 1}


def test_a_bearing_has_the_errors_that_are_told_and_else_those_of_the_site_file() -> None:
    (row,) = Nodes().say(
        "Mast 3/bearing", azimuth_deg=-80, elevation_deg=12, azimuth_sigma_deg=4, elevation_sigma_deg=9
    )
    told = (row.azimuth_rad, row.elevation_rad, row.azimuth_sigma_rad, row.elevation_sigma_rad)
    assert told == pytest.approx([math.radians(angle) for angle in (-80, 12, 4, 9)])
    assert row.heard == HEARD_ABSENT
    (row,) = Nodes().say("Mast 3/bearing", azimuth_deg=10)
    assert math.isnan(row.elevation_rad) and math.isnan(row.azimuth_sigma_rad)


def test_two_bearings_of_one_look_are_two_detections_of_one_time() -> None:
    nodes = Nodes()
    rows = [*nodes.say("Mast 3/bearing", time=seconds(5), azimuth_deg=10),
            *nodes.say("Mast 3/bearing", time=seconds(5), azimuth_deg=50)]  # fmt: skip
    assert [row.time_ns for row in rows] == [at(5), at(5)]


def test_bearings_of_one_time_are_one_scan_and_the_next_look_is_another() -> None:
    nodes = Nodes()
    rows = [
        row
        for time_s, azimuth_deg in ((5, 10), (5, 50), (6, 10))
        for row in nodes.say("Mast 3/bearing", time_s, time=seconds(time_s), azimuth_deg=azimuth_deg)
    ]
    first, second, third = [row.scan for row in rows]
    assert first == second < third
    assert nodes.ledger.of(0).scans == 2


def test_without_a_clock_what_comes_within_half_a_period_is_one_look() -> None:
    nodes = Nodes()  # a microphone looks every second
    rows = [
        row for time_s in (5.0, 5.2, 5.4, 6.0) for row in nodes.say("Mast 3/bearing", time_s, azimuth_deg=10)
    ]
    scans = [row.scan for row in rows]
    assert scans[0] == scans[1] == scans[2] < scans[3]


def test_without_a_time_a_message_is_dated_by_receipt_and_may_be_said_again() -> None:
    nodes = Nodes()
    rows = [row for second in (5, 6, 7) for row in nodes.say("Mast 3/heard", second, heard=False)]
    assert [row.time_ns for row in rows] == [at(5), at(6), at(7)]


def test_a_message_delivered_twice_is_one() -> None:
    nodes = Nodes()
    assert [len(nodes.say("Mast 3/heard", second, time=seconds(5), heard=True)) for second in (5, 5.5)] == [
        1,
        0,
    ]
    assert nodes.refused() == {"repeated": 1}
    assert len(nodes.say("finder/roof/heard", 5.6, time=seconds(5), heard=True)) == 1


def test_a_node_whose_clock_is_off_is_dated_by_receipt_and_said() -> None:
    nodes = Nodes()
    rows = [row for n in range(5) for row in nodes.say("Mast 3/heard", n, time=seconds(n - 3600), heard=True)]
    assert [row.time_ns for row in rows] == [at(n) for n in range(5)]
    assert nodes.reader.notes() == ["Mast 3: its clock is off by 3600 s; its messages are dated by receipt"]


def test_a_message_of_an_unknown_name_is_counted_and_makes_no_sensor() -> None:
    nodes = Nodes()
    assert nodes.say("Mast 4/heard", heard=True) == []
    assert (nodes.refused(None), nodes.ledger.unassigned.messages) == ({"unknown_sensor": 1}, 1)
    assert len(nodes.ledger.statuses) == len(SENSORS)
    assert nodes.reader.notes() == ["1 messages of nodes that are not in the site file: 'Mast 4'"]


def test_of_many_unknown_names_only_some_are_kept_and_none_at_length() -> None:
    nodes = Nodes()
    for number in range(1000):
        nodes.say(f"{number}{'x' * 500}/heard", heard=True)
    assert nodes.refused(None) == {"unknown_sensor": 1000}
    assert len(nodes.reader.notes()[0]) < 2000


def test_a_reader_of_one_sensor_takes_no_message_of_another() -> None:
    nodes = Nodes(0)
    assert len(nodes.say("Mast 3/heard", heard=True)) == 1
    assert nodes.say("finder/roof/heard", heard=True) == []
    assert nodes.refused(None) == {"unknown_sensor": 1}


@pytest.mark.parametrize(
    "source", ["", "heard", "tocsin", "tocsin/Mast 3", "tocsin/Mast 3/alarm", "192.0.2.1:99"]
)
def test_a_source_that_is_no_topic_is_an_error_and_no_detection(source: str) -> None:
    nodes = Nodes()
    assert list(nodes.reader.read(b'{"v":1,"heard":true}', at(5), source)) == []
    counted = nodes.ledger.unassigned.decode_errors + nodes.ledger.statuses[0].decode_errors
    assert counted + nodes.ledger.unassigned.refused in (
        {"node_topic_unknown": 1},
        {"unknown_sensor": 1},
    )


def test_what_cannot_be_read_is_counted_for_the_sensor_whose_topic_it_is() -> None:
    nodes = Nodes()
    assert list(nodes.reader.read(b"{", at(5), "tocsin/Mast 3/heard")) == []
    assert nodes.say("Mast 3/heard", heard="perhaps") == []
    assert nodes.ledger.statuses[0].decode_errors == {"node_message_truncated": 1, "node_message_invalid": 1}
    assert nodes.ledger.statuses[0].messages == 0


def test_a_status_is_no_detection_but_what_is_known_of_the_node() -> None:
    nodes = Nodes()
    place = {"latitude_deg": -46.25, "longitude_deg": -20.5, "altitude_m": 30}
    said = {"listening": True, "battery_percent": 80, "clock_offset_s": -0.5, "software": "node 1"}
    assert nodes.say("Mast 3/status", 5, **said, **place) == []
    told = nodes.ledger.statuses[0].self_report
    assert told is not None
    assert (told.received_ns, told.is_listening, told.battery_percent) == (at(5), True, 80)
    assert (told.clock_offset_s, told.software, told.altitude_m) == (-0.5, "node 1", 30)
    assert told.latitude_rad == pytest.approx(math.radians(-46.25))
    assert told.longitude_rad == pytest.approx(math.radians(-20.5))
    assert nodes.ledger.statuses[1].self_report is None
    assert nodes.refused() == {}


def test_the_silence_of_a_node_that_does_not_listen_says_nothing() -> None:
    nodes = Nodes()
    nodes.say("Mast 3/status", listening=False)
    assert nodes.say("Mast 3/heard", heard=False) == []
    assert nodes.refused() == {"not_listening": 1}
    assert len(nodes.say("Mast 3/heard", heard=True)) == 1
    nodes.say("Mast 3/status", listening=True)
    assert len(nodes.say("Mast 3/heard", heard=False)) == 1


def test_a_sensor_without_a_place_hears_nothing_anywhere() -> None:
    nodes = Nodes()
    assert nodes.say("lost/heard", heard=True) == []
    assert nodes.refused(4) == {"sensor_position_unknown": 1}


def test_a_sighting_is_a_bearing_of_the_sensor_of_that_kind() -> None:
    nodes = Nodes()
    (row,) = nodes.say("people/sighting", 6, time=seconds(5), **SIGHTING)
    assert (row.sensor, row.time_ns) == (3, at(5))
    assert row.azimuth_rad == pytest.approx(math.pi / 2)
    assert nodes.say("Mast 3/sighting", **SIGHTING) == []
    assert nodes.refused() == {"not_of_this_kind_of_sensor": 1}


def test_a_late_sighting_is_late_and_never_taken_for_a_present_one() -> None:
    nodes = Nodes()
    rows = [
        row for n in range(9) for row in nodes.say("people/sighting", 600 + n, time=seconds(n), **SIGHTING)
    ]
    assert [row.time_ns for row in rows] == [at(n) for n in range(9)]
    door = Rows(nodes.ledger)
    assert [*door.add(rows), *door.flush()] == []
    assert nodes.refused(3) == {"received_too_late": 9}


def test_where_a_person_stands_is_kept_nowhere() -> None:
    nodes = Nodes()
    stands = {"latitude_deg": -46.501234567, "longitude_deg": -20.251234567}
    (row,) = nodes.say("people/sighting", time=seconds(5), **SIGHTING | stands)
    kept = repr(row) + repr(vars(nodes.reader)) + repr(vars(nodes.reader._recent))
    kept += repr(
        [getattr(nodes.ledger.statuses[3], field.name) for field in fields(nodes.ledger.statuses[3])]
    )
    for place in (46.501234567, 20.251234567):
        assert str(place)[:8] not in kept
        assert str(math.radians(place))[:8] not in kept
    assert math.isnan(row.latitude_rad)


TOPICS = st.sampled_from(["tocsin/Mast 3/", "tocsin/people/", "tocsin/finder/roof/", "tocsin/x/", "/", ""])


@given(st.binary(max_size=100), st.builds(str.__add__, TOPICS, st.sampled_from([*NODE_MESSAGES, "", "x"])))
def test_any_bytes_under_any_topic_are_counted_once_and_raise_nothing(data: bytes, source: str) -> None:
    nodes = Nodes()
    rows = list(nodes.reader.read(data, at(5), source))
    statuses = [*nodes.ledger.statuses, nodes.ledger.unassigned]
    assert len(rows) + sum(s.decode_errors.total() + s.refused.total() for s in statuses) == 1


def test_what_a_node_takes_an_object_for_goes_with_its_bearing_or_what_it_hears() -> None:
    nodes = Nodes()
    (row,) = nodes.say("Mast 3/bearing", azimuth_deg=80, what="multirotor", confidence=0.8)
    assert (label_word(row.label), row.label_confidence) == ("multirotor", 0.8)
    (row,) = nodes.say("Mast 3/heard", heard=True, what="drone")
    assert label_word(row.label) == "drone" and math.isnan(row.label_confidence)
    (row,) = nodes.say("Mast 3/heard", heard=False, what="drone")
    assert row.label == NO_LABEL


def test_a_node_that_speaks_of_people_is_not_heard() -> None:
    nodes = Nodes()
    assert nodes.say("Mast 3/bearing", azimuth_deg=80, what="person") == []
    assert nodes.ledger.of(0).decode_errors == {"node_message_invalid": 1}
