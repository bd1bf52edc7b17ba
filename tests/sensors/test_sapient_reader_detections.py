"""What nodes detect becomes rows; people, the ground, and what can't be used are refused and counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from tests.formats.sapient import made
from tests.formats.sapient.made import START_NS, R
from tests.sensors.made import SECRET, site
from tests.sensors.sapient_network import (
    HERE,
    Network,
    over,
    seconds,
    sensor,
    tracks,
)

from tocsin.config.kinds import SensorKind
from tocsin.formats.sapient import framed
from tocsin.model.detections import NO_SCAN, Detection
from tocsin.model.labels import label_word
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.sapient_reader import SapientReader


def test_a_track_of_another_system_is_a_position_with_an_identity_that_nobody_can_look_up() -> None:
    network = tracks()
    message = made.detection(over(x_error=1e-4, y_error=1e-4, z_error=30.0))
    message.detection_report.enu_velocity.east_rate = 12.0
    message.detection_report.enu_velocity.north_rate = -5.0
    (row,) = network.send(message, at_s=0.3)
    assert (row.time_ns, row.received_ns, row.sensor, row.scan) == (START_NS, seconds(0.3), 0, NO_SCAN)
    assert math.degrees(row.latitude_rad) == pytest.approx(-46.51)
    assert (row.altitude_m, row.position_sigma_m) == (300.0, 30.0)
    assert (row.velocity_east_mps, row.velocity_north_mps) == (12.0, -5.0)
    assert math.isnan(row.velocity_up_mps)
    assert row.identity.startswith("sapient:") and "MADE" not in row.identity
    (again,) = network.send(made.detection(over(), seconds(1.0)), at_s=1.0)
    (other,) = network.send(made.detection(over(), seconds(1.0), object_name="2"), at_s=1.0)
    assert again.identity == row.identity != other.identity


def test_names_that_are_new_with_each_detection_are_no_identity() -> None:
    network = Network(sensor(SensorKind.TRACKS))
    network.send(made.registration(R.NODE_TYPE_FUSION_NODE, tracking=R.TRACKING_TYPE_NONE))
    (row,) = network.send(made.detection(over()))
    assert row.identity == ""


def test_velocities_are_in_the_units_that_the_registration_names() -> None:
    network = Network(sensor(SensorKind.TRACKS))
    network.send(made.registration(R.NODE_TYPE_FUSION_NODE, speed_units=2))  # km/h
    message = made.detection(over())
    message.detection_report.enu_velocity.east_rate = 36.0
    message.detection_report.enu_velocity.up_rate = -3.6
    (row,) = network.send(message)
    assert row.velocity_east_mps == pytest.approx(10.0) and row.velocity_up_mps == pytest.approx(-1.0)


def test_plots_of_a_staring_radar_are_one_scan_for_each_look() -> None:
    network = Network(sensor())
    network.send(made.registration())
    rows: list[Detection] = []
    for look in (0.0, 2.0):
        for k, azimuth_deg in enumerate((350.0, 10.0, 200.0)):
            dated = seconds(look + 0.004 * k)
            where = made.pointed(azimuth_deg, 900.0, elevation=5.0, azimuth_error=0.5, range_error=4.0)
            rows += network.send(made.detection(where, dated, object_name=str(k)), at_s=look + 0.1)
        assert rows == [] or look > 0.0
        rows += network.due(look + 1.9)
    assert [row.scan for row in rows] == [1, 1, 1, 2, 2, 2]
    assert len({row.received_ns for row in rows}) == 2
    assert network.ledger.statuses[0].scans == 2
    assert rows[0].azimuth_rad == pytest.approx(math.radians(350.0))
    assert rows[0].range_sigma_m == 4.0 and rows[0].azimuth_sigma_rad == pytest.approx(math.radians(0.5))
    assert rows[0].elevation_rad == pytest.approx(math.radians(5.0)) and rows[0].identity


def test_plots_of_a_turning_radar_are_one_scan_for_each_turn() -> None:
    network = Network(sensor(period_s=4.0))
    network.send(made.registration(scan=R.SCAN_TYPE_SCANNING))
    rows: list[Detection] = []
    for turn in range(3):
        for k, azimuth_deg in enumerate((10.0, 120.0, 350.0)):
            at_s = 4.0 * turn + 4.0 * azimuth_deg / 360.0
            message = made.detection(made.pointed(azimuth_deg, 900.0), seconds(at_s), object_name=str(k))
            rows += network.due(at_s) + network.send(message, at_s=at_s)
    assert [row.scan for row in rows] == [1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("kind", [SensorKind.MICROPHONE, SensorKind.DIRECTION_FINDER, SensorKind.CAMERA])
def test_bearings_are_bearings_and_a_guessed_range_is_left_out(kind: SensorKind) -> None:
    network = Network(sensor(kind))
    network.send(made.registration(R.NODE_TYPE_OTHER))
    (row,) = network.send(made.detection(made.pointed(45.0, 900.0, azimuth_error=2.0)))
    assert row.azimuth_rad == pytest.approx(math.pi / 4) and math.isnan(row.range_m)
    (row,) = network.send(made.detection(made.pointed(45.0, 900.0, range_error=90.0), object_name="2"))
    assert (row.range_m, row.range_sigma_m) == (900.0, 90.0)


@pytest.mark.parametrize(
    ("name", "finer"), [("Human", "Adult"), ("Land Vehicle", "Wheeled"), ("Other", "Person"), ("Boat", "")]
)
def test_people_and_what_stands_on_the_ground_are_refused(name: str, finer: str) -> None:
    network = tracks()
    message = made.classified(made.detection(over()), (name, 0.8, finer), ("UAV", 0.2, "Fixed wing"))
    assert network.send(message) == []
    assert network.refused() == {"not_in_the_air": 1}


@pytest.mark.parametrize(
    "name", ["UAV", "Air Vehicle", "Manned fixed wing", "Bird", "Unmanned Aerial Vehicle"]
)
def test_what_flies_is_taken_whatever_else_it_might_be(name: str) -> None:
    network = tracks()
    assert network.send(made.classified(made.detection(over()), ("Human", 0.1, "Adult"), (name, 0.6, "x")))


def changed(**values: Any) -> Callable[[Any], None]:
    def change(message: Any) -> None:
        for name, value in values.items():
            setattr(message.detection_report, name, value)

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (changed(state="Object Lost"), "object_lost"),
        (changed(detection_confidence=0.0), "confidence_zero"),
        (lambda m: setattr(m.detection_report.location, "coordinate_system", 0), "units_unknown"),
        (lambda m: setattr(m.detection_report.location, "y", 20.0), "beyond_max_range"),
    ],
)
def test_a_report_that_cannot_be_used_is_counted_with_its_reason(
    change: Callable[[Any], None], reason: str
) -> None:
    network = tracks(max_range_m=50_000.0)
    message = made.detection(over())
    change(message)
    assert network.send(message) == [] and network.refused() == {reason: 1}


def test_the_same_report_again_is_no_second_measurement() -> None:
    network = tracks()
    message = made.detection(over())
    assert len(network.send(message, message)) == 1
    assert network.refused() == {"repeated": 1}


def test_a_node_whose_clock_is_wrong_is_dated_by_receipt() -> None:
    network = tracks()
    (row,) = network.send(made.detection(over(), seconds(-3600.0)), at_s=1.0)
    assert row.time_ns == row.received_ns == seconds(1.0)


def test_a_node_that_floods_is_cut_and_counted() -> None:
    known = site(sensor(SensorKind.TRACKS)).model_copy()
    slow = known.model_copy(
        update={"service": known.service.model_copy(update={"most_messages_per_s": 10.0})}
    )
    ledger = Ledger(slow)
    reader = SapientReader(slow, [0], ledger, SECRET, is_called=True)
    sent = [made.registration(R.NODE_TYPE_FUSION_NODE)]
    sent += [made.detection(over(), report=str(k)) for k in range(100)]
    data = b"".join(framed(message.SerializeToString()) for message in sent)
    assert len(list(reader.read(data, START_NS, HERE))) == 10
    assert ledger.statuses[0].refused == {"flooded": 90}


def test_the_class_of_a_report_is_the_label_of_its_detection() -> None:
    network = tracks()
    message = made.classified(made.detection(over()), ("Bird", 0.2, "Gull"), ("UAV", 0.7, "Rotary wing"))
    (row,) = network.send(message)
    assert (label_word(row.label), row.label_confidence) == ("multirotor", 0.5)
