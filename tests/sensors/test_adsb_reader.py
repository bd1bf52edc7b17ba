"""Mode S streams: one detection for each position, with the motion, height and error told before."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.adsb.made import SQUITTERS, squitter
from tests.sensors.made import at, site

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.formats.adsb import (
    AirbornePosition,
    AirborneVelocity,
    Position,
    ReceivedMessage,
    avr_line,
    beast_frame,
    encode_position,
    encode_status,
    encode_velocity,
    encoded_position,
)
from tocsin.model.detections import Detection
from tocsin.sensors.adsb_aircraft import MOST_AIRCRAFT, AircraftMemory
from tocsin.sensors.adsb_reader import AvrReader, BeastReader
from tocsin.sensors.ledger import Ledger

HERE = Position(-46.4, -20.1)
AIRCRAFT = "4b1234"


def adsb(**settings: float) -> Sensor:
    return Sensor(name="receiver", kind=SensorKind.ADSB, **settings)


class Receiver:
    """A reader of Beast with its ledger."""

    def __init__(self, **settings: float) -> None:
        place = site(adsb(**settings))
        self.ledger = Ledger(place)
        self.reader = BeastReader(place, 0, self.ledger)

    def read(self, seconds: float, *messages: bytes, source: str = "") -> list[Detection]:
        data = b"".join(beast_frame(ReceivedMessage(message, 0, 0)) for message in messages)
        return list(self.reader.read(data, at(seconds), source))

    @property
    def refused(self) -> dict[str, int]:
        return dict(self.ledger.statuses[0].refused)


def position(
    is_odd: bool, place: Position = HERE, height_m: float | None = 3000.0, address: str = AIRCRAFT
) -> bytes:
    return encode_position(AirbornePosition(address, encoded_position(place, is_odd), height_m))


def velocity(
    speed_mps: float | None = 100.0, difference_m: float | None = 150.0, address: str = AIRCRAFT
) -> bytes:
    return encode_velocity(AirborneVelocity(address, speed_mps, math.radians(90.0), 5.0, difference_m))


def test_a_pair_of_positions_is_one_detection_at_the_time_of_receipt() -> None:
    tried = Receiver()
    assert tried.read(1.0, position(False)) == []
    (row,) = tried.read(1.5, position(True))
    assert (row.time_ns, row.received_ns, row.sensor, row.scan) == (at(1.5), at(1.5), 0, -1)
    assert row.latitude_rad == pytest.approx(math.radians(HERE.latitude_deg), abs=1e-6)
    assert row.longitude_rad == pytest.approx(math.radians(HERE.longitude_deg), abs=1e-6)
    assert row.identity == "icao:4b1234"
    assert math.isnan(row.velocity_east_mps) and math.isnan(row.position_sigma_m)
    assert tried.refused == {"position_unpaired": 1}
    assert tried.ledger.statuses[0].messages == 2
    assert tried.ledger.decoded == {"AirbornePosition": 2}


def test_motion_error_and_height_come_from_the_other_messages() -> None:
    tried = Receiver()
    (row,) = tried.read(1.0, velocity(), encode_status(AIRCRAFT, 9, 0), position(False), position(True))
    assert row.velocity_east_mps == pytest.approx(100.0, abs=0.3)
    assert row.velocity_north_mps == pytest.approx(0.0, abs=0.3)
    assert row.velocity_up_mps == pytest.approx(5.0, abs=0.2)
    assert row.altitude_m == pytest.approx(3150.0, abs=8.0)
    assert 1.0 - math.exp(-((30.0 / row.position_sigma_m) ** 2) / 2.0) == pytest.approx(0.95)


def test_a_pressure_altitude_alone_is_no_height() -> None:
    (row,) = Receiver().read(1.0, velocity(difference_m=None), position(False), position(True))
    assert math.isnan(row.altitude_m)


def test_a_height_above_the_ellipsoid_needs_no_difference() -> None:
    sent = [
        AirbornePosition(AIRCRAFT, encoded_position(HERE, is_odd), geodetic_altitude_m=500.0)
        for is_odd in (False, True)
    ]
    (row,) = Receiver().read(1.0, *map(encode_position, sent))
    assert row.altitude_m == pytest.approx(500.0, abs=4.0)


def test_the_error_of_a_height_counts_only_where_there_is_one() -> None:
    known, unknown = Receiver(), Receiver()
    status = encode_status(AIRCRAFT, 11, 2)
    (with_height,) = known.read(1.0, velocity(), status, position(False), position(True))
    (without,) = unknown.read(1.0, status, position(False), position(True))
    assert math.erf(45.0 / with_height.position_sigma_m / math.sqrt(2.0)) == pytest.approx(0.95)
    assert without.position_sigma_m < 1.5


def test_what_was_told_long_ago_no_longer_holds() -> None:
    tried = Receiver()
    tried.read(0.0, velocity(), encode_status(AIRCRAFT, 9, 2))
    (row,) = tried.read(3.1, position(False), position(True))
    assert math.isnan(row.velocity_east_mps) and math.isnan(row.velocity_up_mps)
    assert not math.isnan(row.altitude_m) and not math.isnan(row.position_sigma_m)
    (row,) = tried.read(31.0, position(False))
    assert math.isnan(row.altitude_m) and math.isnan(row.position_sigma_m)


def test_aircraft_are_not_mixed_up() -> None:
    tried = Receiver()
    assert tried.read(1.0, velocity(address="4b0001"), position(False, address="4b0002")) == []
    assert tried.read(1.5, position(True, address="4b0003")) == []
    (row,) = tried.read(1.6, position(True, address="4b0002"))
    assert row.identity == "icao:4b0002"
    assert math.isnan(row.velocity_east_mps)


def test_the_same_message_from_two_receivers_is_one_detection() -> None:
    tried = Receiver()
    tried.read(1.0, position(False), source="one")
    assert tried.read(1.1, position(False), source="two") == []
    assert len(tried.read(1.5, position(True), source="one")) == 1
    assert tried.read(1.7, position(True), source="two") == []
    assert tried.refused == {"position_unpaired": 1, "repeated": 2}


def test_what_one_connection_left_unfinished_is_not_joined_with_anothers_bytes() -> None:
    tried = Receiver()
    even, odd = (beast_frame(ReceivedMessage(position(is_odd))) for is_odd in (False, True))
    assert list(tried.reader.read(even + odd[:9], at(1.0), "one")) == []
    assert list(tried.reader.read(odd[9:], at(1.1), "two")) == []
    assert len(list(tried.reader.read(odd[9:], at(1.2), "one"))) == 1
    assert list(tried.reader.read(even[:9], at(1.3), "one")) == []
    tried.reader.forget("one")
    assert list(tried.reader.read(even[9:], at(1.4), "one")) == []


def test_positions_on_the_ground_and_of_others_are_counted_and_not_used() -> None:
    tried = Receiver()
    relayed = [squitter(position(is_odd)[4:11].hex(), head=18 << 3 | 2) for is_odd in (False, True)]
    assert tried.read(1.0, bytes.fromhex("8c4841753aab238733c8cd4020b1"), *relayed) == []
    assert tried.refused == {"on_the_ground": 1, "measured_by_others": 2}


def test_an_address_that_is_none_of_icao_is_another_identity() -> None:
    sent = [squitter(position(is_odd)[4:11].hex(), head=18 << 3 | 1) for is_odd in (False, True)]
    (row,) = Receiver().read(1.0, *sent)
    assert row.identity == "adsb:4b1234"


def test_what_lies_beyond_the_receivers_reach_is_refused() -> None:
    tried = Receiver(max_range_m=5000.0)
    assert tried.read(1.0, position(False), position(True)) == []
    assert tried.refused == {"position_unpaired": 1, "beyond_max_range": 1}


def test_damaged_bytes_are_counted_by_kind_and_the_next_message_is_read() -> None:
    tried = Receiver()
    even = beast_frame(ReceivedMessage(position(False)))
    wrong = bytearray(position(True))
    wrong[7] ^= 1
    data = b"noise" + even + beast_frame(ReceivedMessage(bytes(wrong))) + even[:8] + even
    assert list(tried.reader.read(data, at(1.0))) == []
    assert tried.ledger.statuses[0].decode_errors == {"beast_damaged": 2, "mode_s_bad_parity": 1}
    assert len(tried.read(1.1, position(True))) == 1


def test_lines_of_text_tell_the_same() -> None:
    place = site(adsb())
    ledger = Ledger(place)
    data = b"".join(avr_line(ReceivedMessage(message)) for message in (position(False), position(True)))
    (row,) = AvrReader(place, 0, ledger).read(data, at(1.0))
    assert row.identity == "icao:4b1234"


def test_a_flood_of_addresses_is_forgotten_again() -> None:
    memory = AircraftMemory()
    for number in range(MOST_AIRCRAFT + 10):
        memory.take(AirborneVelocity(f"{number:06x}"), at(1.0))
    assert len(memory) == MOST_AIRCRAFT


@given(st.lists(SQUITTERS, max_size=20))
def test_every_position_is_a_detection_or_counted(messages: list[bytes]) -> None:
    tried = Receiver(max_range_m=1e6)
    rows = [row for second, message in enumerate(messages) for row in tried.read(second, message)]
    counted = tried.ledger.decoded
    assert len(rows) + sum(tried.refused.values()) == counted["AirbornePosition"] + counted["UnusedPosition"]
    assert sum(counted.values()) == len(messages) == tried.ledger.statuses[0].messages


def test_the_real_stream_is_three_positions_of_one_aircraft(shared_path: Callable[[str], Path]) -> None:
    data = shared_path("recordings/modes_beast.bin").read_bytes()
    place = site(adsb(latitude_deg=43.5, longitude_deg=1.4))
    ledger = Ledger(place)
    reader = BeastReader(place, 0, ledger)
    rows: list[Detection] = []
    # Without their times, one byte after the other over the 24 s that the counter spans.
    for number, byte in enumerate(data):
        rows += reader.read(bytes((byte,)), at(24.0 * number / len(data)))
    assert {row.identity for row in rows} == {"icao:48520a"}
    assert [row.latitude_rad for row in rows] == pytest.approx(
        [math.radians(degrees) for degrees in (43.644213, 43.646028, 43.656647)], abs=1e-7
    )
    for row in rows:
        # 38,000 ft of pressure altitude and 250 ft more above the ellipsoid; 395.3 knots; NACp 9, GVA 2.
        assert row.altitude_m == pytest.approx(38_250 * 0.3048)
        assert row.position_sigma_m == pytest.approx(45.0 / 1.959964)
    moving = [row for row in rows if not math.isnan(row.velocity_north_mps)]
    assert moving
    assert math.hypot(moving[0].velocity_east_mps, moving[0].velocity_north_mps) == pytest.approx(
        203.38, abs=0.1
    )
    assert ledger.statuses[0].messages == 239
    assert ledger.statuses[0].refused == {"position_unpaired": 1}
    assert not ledger.statuses[0].decode_errors
