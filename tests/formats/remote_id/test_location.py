"""Location messages: vectors by hand from the standard's layout, unknown values, ranges, times."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind
from tests.formats.remote_id.made import LOCATIONS

from tocsin.errors import DecodeError, InvalidInput
from tocsin.formats.remote_id import HeightReference, Location, OperationalStatus, location_time_ns
from tocsin.formats.remote_id.location import decode_location, encode_location

# Airborne, height above ground, course 200 (20 + 180), 15.5 m/s, climbing 1.5 m/s, 45.1234567 N 12.5 W,
# pressure altitude 1234.5 m, geodetic 1300 m, height 100 m, better than 10 m horizontally, 3 m vertically,
# 25 m in pressure altitude, 1 m/s in speed, measured 12 min 34.5 s after the hour to 0.3 s
FLYING = bytes.fromhex("12 26 14 3e 03 074be51a c0a68cf8 7511 f811 9808 5a 33 791d 03 00")
UNKNOWN = bytes.fromhex("12 02 b5 ff 7e 00000000 00000000 0000 0000 0000 00 00 ffff 00 00")
UNKNOWN_FAST = bytes.fromhex("12 03 b5 ff 7e 00000000 00000000 0000 0000 0000 00 00 ffff 00 00")
HOUR_NS = 3600 * 10**9


def changed(position: int, value: int) -> bytes:
    data = bytearray(FLYING)
    data[position] = value
    return bytes(data)


def test_a_flying_aircraft_is_read_by_the_layout_of_the_standard() -> None:
    assert decode_location(FLYING) == Location(
        status=OperationalStatus.AIRBORNE,
        latitude_rad=451_234_567 * math.radians(1e-7),
        longitude_rad=-125_000_000 * math.radians(1e-7),
        geodetic_altitude_m=1300.0,
        pressure_altitude_m=1234.5,
        height_m=100.0,
        height_reference=HeightReference.GROUND,
        direction_rad=math.radians(200),
        speed_mps=15.5,
        vertical_speed_mps=1.5,
        horizontal_accuracy_m=10.0,
        vertical_accuracy_m=3.0,
        pressure_altitude_accuracy_m=25.0,
        speed_accuracy_mps=1.0,
        tenths_after_hour=7545,
        time_accuracy_s=0.3,
    )


def test_the_vector_is_also_what_is_written() -> None:
    assert encode_location(decode_location(FLYING)) == FLYING


def test_every_unknown_of_the_standard_is_none() -> None:
    assert decode_location(UNKNOWN_FAST) == Location()
    assert encode_location(Location()) == UNKNOWN_FAST


def test_the_fastest_of_the_slow_range_is_not_the_unknown_speed() -> None:
    assert decode_location(UNKNOWN).speed_mps == 63.75


@given(LOCATIONS)
def test_whatever_is_written_reads_back(location: Location) -> None:
    assert decode_location(encode_location(location)) == location


@pytest.mark.parametrize(
    ("code", "flags", "degrees"), [(0, 0, 0), (179, 0, 179), (0, 2, 180), (179, 2, 359), (180, 2, 0)]
)
def test_the_course_takes_its_half_circle_from_the_flags(code: int, flags: int, degrees: int) -> None:
    data = bytearray(FLYING)
    data[1], data[2] = 0x20 | flags, code
    assert decode_location(bytes(data)).direction_rad == pytest.approx(math.radians(degrees))


@pytest.mark.parametrize(
    ("position", "value", "kind"),
    [
        (1, 0x50, "remote_id_reserved"),
        (2, 182, "remote_id_out_of_range"),
        (4, 0x7D, "remote_id_out_of_range"),
        (4, 0x80, "remote_id_out_of_range"),
        (8, 0x7F, "remote_id_out_of_range"),
        (12, 0x7F, "remote_id_out_of_range"),
        (19, 0x0D, "remote_id_reserved"),
        (19, 0x70, "remote_id_reserved"),
        (20, 0x05, "remote_id_reserved"),
        (20, 0x70, "remote_id_reserved"),
        (22, 0x8D, "remote_id_out_of_range"),
    ],
)
def test_values_that_the_standard_does_not_allow_are_refused_by_kind(
    position: int, value: int, kind: str
) -> None:
    data = changed(position, value)
    with pytest.raises(DecodeError) as caught:
        decode_location(data)
    assert caught.value.kind == kind
    assert caught.value.data == data


def test_the_code_of_the_unknown_course_is_no_course_in_the_other_half_circle() -> None:
    data = bytearray(FLYING)
    data[1], data[2] = 0x20, 181
    assert error_kind(decode_location, bytes(data)) == "remote_id_out_of_range"


def test_an_error_text_names_no_position() -> None:
    with pytest.raises(DecodeError, match="a position is outside the range") as caught:
        decode_location(changed(8, 0x7F))
    assert not any(letter.isdigit() for letter in str(caught.value))


@pytest.mark.parametrize(
    "change",
    [
        {"latitude_rad": 1.6, "longitude_rad": 0.1},
        {"latitude_rad": 0.1, "longitude_rad": math.nan},
        {"geodetic_altitude_m": 31768.0},
        {"height_m": -1000.0},
        {"speed_mps": 255.0},
        {"speed_mps": -1.0},
        {"vertical_speed_mps": 63.0},
        {"direction_rad": math.inf},
        {"tenths_after_hour": 36_001},
        {"time_accuracy_s": 1.6},
    ],
)
def test_values_without_room_in_the_message_are_not_written(change: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        encode_location(replace(Location(), **change))  # type: ignore[arg-type]


@given(st.integers(0, 35_999), st.integers(400_000, 500_000), st.integers(-1700, 1700))
def test_a_time_after_the_hour_finds_its_hour_from_the_time_of_receipt(
    tenths: int, hour: int, delay_s: int
) -> None:
    measured_ns = hour * HOUR_NS + tenths * 10**8
    assert location_time_ns(tenths, measured_ns + delay_s * 10**9) == measured_ns


def test_a_message_from_before_the_full_hour_is_not_placed_an_hour_late() -> None:
    assert location_time_ns(35_995, 500_000 * HOUR_NS + 10**8) == 500_000 * HOUR_NS - 5 * 10**8


def test_the_last_tenth_is_the_next_full_hour() -> None:
    assert location_time_ns(36_000, 500_000 * HOUR_NS) == 500_000 * HOUR_NS
