"""What nodes say of themselves: how they are, where they stand, that they have moved or gone."""

from __future__ import annotations

import math

import pytest
from tests.formats.sapient import made
from tests.formats.sapient.made import NODE, R, S
from tests.sensors.sapient_network import (
    LATITUDE_DEG,
    LONGITUDE_DEG,
    Network,
    seconds,
    sensor,
)

from tocsin.config.kinds import SensorKind


def test_a_status_is_what_the_sensor_says_of_itself() -> None:
    network = Network(sensor())
    network.send(made.registration(), made.status(made.located(-46.4, -20.2, 55.0)), at_s=2.0)
    told = network.ledger.statuses[0].self_report
    assert told is not None and told.latitude_rad == pytest.approx(math.radians(-46.4))
    assert (told.received_ns, told.is_listening, told.battery_percent) == (seconds(2.0), True, 71.0)
    assert (told.altitude_m, told.software) == (55.0, "2.3.4")
    network.send(made.status(system=S.SYSTEM_ERROR), at_s=3.0)
    told = network.ledger.statuses[0].self_report
    assert told is not None and not told.is_listening and told.altitude_m == 55.0


def test_who_says_goodbye_has_gone() -> None:
    network = Network(sensor())
    network.send(made.registration(), made.status(system=S.SYSTEM_GOODBYE), made.status())
    assert network.refused() == {"not_registered": 1}


def test_a_radar_that_moved_measures_from_where_it_says() -> None:
    network = Network(sensor())
    network.send(made.registration(), made.status(made.located(-46.4, -20.25, 100.0)))
    network.send(made.detection(made.pointed(90.0, 5000.0, elevation=2.0)))
    (row,) = network.due(3.0)
    east_m = 6_378_137.0 * math.radians(math.degrees(row.longitude_rad) + 20.25) * math.cos(row.latitude_rad)
    assert math.degrees(row.latitude_rad) == pytest.approx(-46.4, abs=1e-3)
    assert east_m == pytest.approx(5000.0, rel=0.01)
    assert row.altitude_m == pytest.approx(100.0 + 5000.0 * math.sin(math.radians(2.0)), abs=4.0)
    assert math.isnan(row.range_m) and row.position_sigma_m > 100.0  # 2 deg of elevation at 5 km


def test_a_bearing_of_a_node_that_moved_is_refused_and_of_one_that_did_not_is_taken() -> None:
    network = Network(sensor(SensorKind.CAMERA))
    network.send(made.registration(R.NODE_TYPE_CAMERA), made.status(made.located(-46.4, -20.25)))
    assert network.send(made.detection(made.pointed(90.0))) == []
    assert network.refused() == {"node_moved": 1}
    network.send(made.status(made.located(LATITUDE_DEG + 0.0005, LONGITUDE_DEG)))
    assert len(network.send(made.detection(made.pointed(90.0), object_name="2"))) == 1


def test_a_node_that_stands_nowhere_places_nothing_until_it_says_where() -> None:
    network = Network(sensor(placed=False))
    network.send(made.registration(), made.detection(made.pointed(90.0, 5000.0)))
    assert network.refused() == {"sensor_position_unknown": 1}
    network.send(made.status(made.located(-46.4, -20.25)))
    (row,) = network.send(made.detection(made.pointed(90.0, 5000.0), object_name="2"))
    assert math.isfinite(row.latitude_rad) and math.isnan(row.altitude_m)


def test_where_a_person_stands_is_not_kept() -> None:
    network = Network(sensor(SensorKind.SIGHTING))
    network.send(made.registration(R.NODE_TYPE_HUMAN), made.status(made.located(-46.4, -20.25, 10.0)))
    told = network.ledger.statuses[0].self_report
    assert told is not None and told.latitude_rad is None and told.altitude_m is None
    assert network.reader._nodes[NODE].place is None
    assert len(network.send(made.detection(made.pointed(90.0)))) == 1
