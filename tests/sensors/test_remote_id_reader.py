"""Remote ID: one detection for each measurement, one name for each aircraft, nothing of its operator."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.remote_id.made import LOCATIONS
from tests.sensors.made import (
    BASIC_ID,
    HERE_RAD,
    OPERATOR,
    OPERATOR_ID,
    SECOND_NS,
    SECRET,
    SERIAL,
    at,
    beacon_packet,
    location,
    receiver,
    site,
)

from tocsin.formats.capture import Packet
from tocsin.formats.remote_id import BasicId, IdentityKind, Location, OperationalStatus
from tocsin.model.detections import Detection
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.remote_id_measurements import located
from tocsin.sensors.remote_id_reader import RemoteIdReader


class Receiver:
    """A reader with its ledger."""

    def __init__(self, secret: bytes = SECRET, sensor: int | None = 0) -> None:
        self.ledger = Ledger(site(receiver()))
        self.reader = RemoteIdReader(secret, sensor, self.ledger)

    def read(self, packets: Sequence[Packet]) -> list[Detection]:
        return [row for packet in packets for row in self.reader.read(packet)]

    @property
    def refused(self) -> dict[str, int]:
        return dict(self.ledger.statuses[0].refused)


def test_a_location_becomes_a_position_with_motion_and_error() -> None:
    said = location(
        5.0, geodetic_altitude_m=300.0, vertical_speed_mps=-1.5, horizontal_accuracy_m=30.0, height_m=80.0
    )
    (row,) = Receiver().read([beacon_packet(5.3, said)])
    assert (row.time_ns, row.received_ns, row.sensor, row.scan) == (at(5.0), at(5.3), 0, -1)
    assert row.latitude_rad == pytest.approx(HERE_RAD[0] + 5e-7, abs=1e-9)
    assert row.longitude_rad == pytest.approx(HERE_RAD[1], abs=1e-9)
    assert row.altitude_m == 300.0
    assert row.velocity_east_mps == pytest.approx(10.0)
    assert row.velocity_north_mps == pytest.approx(0.0, abs=1e-12)
    assert row.velocity_up_mps == -1.5
    assert math.isnan(row.range_m) and math.isnan(row.azimuth_rad)


def test_95_percent_of_the_errors_lie_within_the_bound_that_is_told() -> None:
    row = located(location(0.0, horizontal_accuracy_m=30.0))
    assert 1.0 - math.exp(-((30.0 / row.position_sigma_m) ** 2) / 2.0) == pytest.approx(0.95)
    row = located(location(0.0, vertical_accuracy_m=45.0, geodetic_altitude_m=10.0))
    assert math.erf(45.0 / row.position_sigma_m / math.sqrt(2.0)) == pytest.approx(0.95)


def test_the_worse_of_two_accuracies_holds_and_that_of_an_unknown_height_does_not_count() -> None:
    both = {"horizontal_accuracy_m": 3.0, "vertical_accuracy_m": 45.0}
    assert located(location(0.0, geodetic_altitude_m=10.0, **both)).position_sigma_m > 20.0
    assert located(location(0.0, **both)).position_sigma_m < 2.0
    assert math.isnan(located(location(0.0)).position_sigma_m)


def test_a_barometric_height_is_never_taken_for_one_above_the_ellipsoid() -> None:
    assert math.isnan(located(location(0.0, pressure_altitude_m=500.0, height_m=100.0)).altitude_m)


def test_a_velocity_needs_speed_and_direction_but_standing_still_has_none() -> None:
    assert math.isnan(located(location(0.0, direction_rad=None)).velocity_east_mps)
    assert math.isnan(located(location(0.0, speed_mps=None)).velocity_north_mps)
    still = located(location(0.0, direction_rad=None, speed_mps=0.0))
    assert (still.velocity_east_mps, still.velocity_north_mps) == (0.0, 0.0)


@given(LOCATIONS)
def test_what_a_row_says_is_what_the_message_said(said: Location) -> None:
    row = located(said)
    assert math.isnan(row.latitude_rad) == (said.latitude_rad is None)
    if said.speed_mps is not None and said.direction_rad is not None:
        assert math.hypot(row.velocity_east_mps, row.velocity_north_mps) == pytest.approx(said.speed_mps)
    assert not row.position_sigma_m <= 0.0


def test_the_same_message_in_several_frames_is_one_measurement() -> None:
    tried = Receiver()
    frames = [beacon_packet(5.0 + 0.1 * number, location(5.0)) for number in range(9)]
    frames += [beacon_packet(6.0, BASIC_ID, location(5.0)), beacon_packet(6.1, location(6.0))]
    assert [row.time_ns for row in tried.read(frames)] == [at(5.0), at(6.0)]
    assert tried.refused == {"repeated": 9}
    assert tried.ledger.statuses[0].messages == 11


def test_a_message_sent_again_is_one_measurement_even_where_its_clock_was_set_right_between() -> None:
    right = [beacon_packet(460.0 + k + 0.1, location(460.0 + k)) for k in range(1, 8)]
    tried = Receiver()
    rows = tried.read([beacon_packet(460.0, location(5.0)), *right])
    assert (len(rows), tried.read(right)) == (8, [])


def test_an_hour_later_the_same_bytes_are_another_measurement() -> None:
    tried = Receiver()
    assert len(tried.read([beacon_packet(5.0, location(5.0)), beacon_packet(3605.0, location(5.0))])) == 2


def test_without_a_time_of_its_own_a_message_is_dated_by_receipt_and_measured_anew_every_second() -> None:
    tried = Receiver()
    said = location(5.0, tenths_after_hour=None)
    rows = tried.read([beacon_packet(second, said) for second in (5.0, 5.9, 6.0, 6.5, 7.1)])
    assert [row.time_ns for row in rows] == [at(5.0), at(6.0), at(7.1)]


def test_two_transmitters_that_say_the_same_are_two_aircraft() -> None:
    packets = [beacon_packet(5.0, location(5.0), address=f"02:00:5e:00:53:0{n}") for n in (1, 2)]
    rows = Receiver().read(packets)
    assert len({row.identity for row in rows}) == 2


def test_a_transmitter_whose_clock_is_off_is_dated_by_receipt_and_said() -> None:
    tried = Receiver()
    rows = tried.read([beacon_packet(second + 460.0, location(second)) for second in range(5)])
    assert [row.time_ns for row in rows] == [at(460.0 + second) for second in range(5)]
    (note,) = tried.reader.notes()
    assert note.startswith("receiver: the clocks of 1 of 1 transmitters are off, by up to 460 s; ")


def test_a_clock_that_stands_still_does_not_make_a_hovering_aircraft_vanish() -> None:
    rows = Receiver().read([beacon_packet(460.0 + second, location(0.0)) for second in (0.0, 0.5, 1.2, 2.3)])
    assert [row.time_ns for row in rows] == [at(460.0), at(461.2), at(462.3)]


def test_an_unknown_position_is_counted_and_never_placed_at_0_0() -> None:
    tried = Receiver()
    assert tried.read([beacon_packet(5.0, location(5.0, latitude_rad=None, longitude_rad=None))]) == []
    assert tried.refused == {"position_unknown": 1}


def test_an_aircraft_on_the_ground_is_a_detection() -> None:
    assert len(Receiver().read([beacon_packet(5.0, location(5.0, status=OperationalStatus.GROUND))])) == 1


def test_the_identity_is_a_hash_of_the_serial_with_the_secret_of_the_site() -> None:
    packets = [beacon_packet(5.0, location(5.0), BASIC_ID)]
    (row,) = Receiver().read(packets)
    assert row.identity.startswith("rid:") and len(row.identity) == 20
    assert SERIAL not in row.identity and SERIAL.encode().hex() not in row.identity
    (same,) = Receiver().read([beacon_packet(5.0, BASIC_ID, location(5.0))])
    assert same.identity == row.identity
    (other,) = Receiver(b"the secret of another site").read(packets)
    assert other.identity != row.identity


def test_one_serial_from_two_transmitters_is_one_identity() -> None:
    packets = [beacon_packet(5.0, BASIC_ID, location(5.0), address=f"02:00:5e:00:53:0{n}") for n in (1, 2)]
    assert len({row.identity for row in Receiver().read(packets)}) == 1


def test_the_identity_of_a_flight_stays_when_the_serial_is_told_later() -> None:
    rows = Receiver().read(
        [beacon_packet(5.0, location(5.0)), beacon_packet(6.0, BASIC_ID), beacon_packet(7.0, location(7.0))]
    )
    assert len({row.identity for row in rows}) == 1


def test_an_empty_name_is_none() -> None:
    nobody = BasicId(IdentityKind.NONE, BASIC_ID.aircraft_kind, "X")
    first = Receiver().read([beacon_packet(5.0, nobody, location(5.0))])
    second = Receiver().read([beacon_packet(5.0, location(5.0))])
    assert first[0].identity == second[0].identity


def test_nothing_of_the_operator_is_kept() -> None:
    tried = Receiver()
    (row,) = tried.read([beacon_packet(5.0, BASIC_ID, OPERATOR, OPERATOR_ID, location(5.0))])
    assert {name: row._asdict()[name] for name in ("latitude_rad", "longitude_rad")} == {
        "latitude_rad": pytest.approx(HERE_RAD[0] + 5e-7, abs=1e-9),
        "longitude_rad": pytest.approx(HERE_RAD[1], abs=1e-9),
    }
    kept = repr([getattr(tried.ledger.statuses[0], field.name) for field in fields(tried.ledger.statuses[0])])
    kept += repr(row) + repr(vars(tried.reader)) + repr(vars(tried.reader._measurements))
    for personal in (SERIAL, OPERATOR_ID.identity, repr(OPERATOR.operator_latitude_rad)[:8]):
        assert personal not in kept
    assert tried.ledger.decoded == {"BasicId": 1, "System": 1, "OperatorId": 1, "Location": 1}


def test_a_damaged_frame_is_counted_and_the_next_one_still_decodes() -> None:
    tried = Receiver()
    good = beacon_packet(5.0, location(5.0))
    damaged = Packet(good.time_ns, good.link_type, good.data[:-1] + bytes((good.data[-1] ^ 1,)), 1)
    assert len(tried.read([damaged, good])) == 1
    assert tried.ledger.statuses[0].decode_errors == {"bad_checksum": 1}


def test_at_a_site_without_a_receiver_positions_are_counted_and_not_used() -> None:
    tried = Receiver(sensor=None)
    assert tried.read([beacon_packet(5.0, location(5.0))]) == []
    assert tried.ledger.unassigned.refused == {"no_remote_id_sensor": 1}
    assert tried.ledger.unassigned.messages == 1


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=40))
def test_every_location_is_a_detection_or_counted(sent: list[tuple[int, int]]) -> None:
    tried = Receiver()
    packets = [
        beacon_packet(second, location(second - late)) for second, late in sorted(sent) if second >= late
    ]
    rows = tried.read(packets)
    assert len(rows) + sum(tried.refused.values()) == len(packets)
    assert len({row.time_ns for row in rows}) == len(rows)
    assert all(abs(row.received_ns - row.time_ns) <= 3 * SECOND_NS for row in rows)
