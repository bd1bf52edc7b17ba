"""Extended squitters: published messages, round trips, whose positions are used, any content."""

from __future__ import annotations

import math
from typing import Any

import pytest
import rs1090
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.adsb.made import (
    AIRSPEED,
    ENCODED,
    EVEN,
    IDENTIFICATION,
    ODD,
    SQUITTERS,
    VELOCITY,
    squitter,
)

from tocsin.errors import DecodeError, InvalidInput
from tocsin.formats.adsb import (
    AirbornePosition,
    AirborneVelocity,
    EncodedPosition,
    PositionAccuracy,
    UnusedPosition,
    decode_squitters,
    encode_position,
    encode_status,
    encode_velocity,
)
from tocsin.formats.adsb.squitter import FOOT_PER_MINUTE_MPS, KNOT_MPS
from tocsin.units import FOOT_M

POSITION_HEX = "58c382d690c8ac"


def read(data: bytes) -> object:
    (found,) = decode_squitters([data])
    return found.kind if isinstance(found, DecodeError) else found


def test_the_published_positions_are_read() -> None:
    height_m = 38_000 * FOOT_M
    assert decode_squitters([EVEN, ODD]) == [
        AirbornePosition("40621d", EncodedPosition(False, 93000, 51372), pressure_altitude_m=height_m),
        AirbornePosition("40621d", EncodedPosition(True, 74158, 50194), pressure_altitude_m=height_m),
    ]


def test_the_published_velocity_is_read() -> None:
    found = read(VELOCITY)
    assert isinstance(found, AirborneVelocity)
    assert found.address == "485020"
    assert found.speed_mps == pytest.approx(159.20 * KNOT_MPS, rel=1e-4)
    assert found.course_rad == pytest.approx(math.radians(182.88), abs=1e-4)
    assert found.climb_mps == pytest.approx(-832 * FOOT_PER_MINUTE_MPS)
    assert found.geodetic_above_pressure_m == pytest.approx(550 * FOOT_M)


def test_a_speed_through_the_air_is_none_over_ground() -> None:
    found = read(AIRSPEED)
    assert isinstance(found, AirborneVelocity)
    assert (found.speed_mps, found.course_rad) == (None, None)
    assert found.climb_mps == pytest.approx(-2304 * FOOT_PER_MINUTE_MPS)


def test_the_accuracy_of_the_operational_status_and_of_the_target_state_is_read() -> None:
    # Both were sent by one aircraft with NACp 9 and GVA 2.
    assert read(bytes.fromhex("8d48520af82300060049b898ba5f")) == PositionAccuracy("48520a", 30.0, 45.0)
    assert read(bytes.fromhex("8d48520aea4a5867c53c08219a7d")) == PositionAccuracy("48520a", 30.0, None)


def test_a_target_state_of_another_subtype_has_its_accuracy_elsewhere() -> None:
    assert read(squitter("e84a5867c53c08")) is None
    assert read(squitter("ea4a5867c53c08")) is not None


def test_a_height_above_the_ellipsoid_is_told_from_a_pressure_altitude() -> None:
    found = read(squitter("a0" + POSITION_HEX[2:]))
    assert isinstance(found, AirbornePosition)
    assert (found.pressure_altitude_m, found.geodetic_altitude_m) == (None, 38_000 * FOOT_M)


def test_what_is_no_squitter_or_says_nothing_of_position_tells_nothing() -> None:
    replies = [bytes.fromhex("02e18ca8f1d2ed"), bytes.fromhex("a0001838ca3e51f0a8000047a36a"), b"\0\0"]
    assert decode_squitters([IDENTIFICATION, *replies, squitter("00000000000000")]) == [None] * 5


@pytest.mark.parametrize(
    ("control", "address"), [(0, "4b1234"), (1, "~4b1234"), (6, "4b1234"), (2, None), (3, None), (5, None)]
)
def test_only_what_an_aircraft_says_of_itself_is_used(control: int, address: str | None) -> None:
    found = read(squitter(POSITION_HEX, head=18 << 3 | control))
    if address is None:
        assert found == UnusedPosition("measured_by_others")
    else:
        assert isinstance(found, AirbornePosition)
        assert found.address == address


def test_a_position_on_the_ground_is_told_and_not_used() -> None:
    assert read(bytes.fromhex("8c4841753aab238733c8cd4020b1")) == UnusedPosition("on_the_ground")


@pytest.mark.parametrize("head", [17 << 3 | 5, 18 << 3])
def test_a_wrong_parity_is_an_error_of_both_formats(head: int) -> None:
    data = bytearray(squitter(POSITION_HEX, head))
    data[9] ^= 4
    assert read(bytes(data)) == "mode_s_bad_parity"


def test_no_height_takes_the_position_with_it() -> None:
    found = decode_squitters([squitter(f"58{code:03x}2d690c8ac") for code in range(4096)])
    places = {one.encoded for one in found if isinstance(one, AirbornePosition)}
    assert places == {EncodedPosition(False, 93000, 51372)}
    assert all(isinstance(one, AirbornePosition) for one in found)


def test_twice_the_speed_of_sound_is_told_in_units_of_four_knots() -> None:
    subtype_2 = bytearray(VELOCITY[4:11])
    subtype_2[0] = 19 << 3 | 2
    found = read(squitter(subtype_2.hex()))
    assert isinstance(found, AirborneVelocity)
    assert found.speed_mps == pytest.approx(4 * 159.20 * KNOT_MPS, rel=1e-4)


@pytest.mark.parametrize("message_hex", ["99440009400017", "99400009400017", "99440000083817"])
def test_a_speed_that_is_unknown_on_one_axis_is_unknown(message_hex: str) -> None:
    found = read(squitter(message_hex))
    assert isinstance(found, AirborneVelocity)
    assert found.speed_mps is None


@given(ENCODED, st.integers(0, 4095), st.sampled_from([11, 18, 20, 22]))
def test_rs1090_reads_positions_as_we_do(encoded: EncodedPosition, altitude_code: int, kind: int) -> None:
    bits = (
        kind << 51 | altitude_code << 36 | encoded.is_odd << 34 | encoded.latitude << 17 | encoded.longitude
    )
    data = squitter(f"{bits:014x}")
    theirs: Any = rs1090.decode(data.hex())
    ours = read(data)
    assert isinstance(ours, AirbornePosition)
    if theirs is not None:
        assert (theirs["parity"] == "odd", theirs["lat_cpr"], theirs["lon_cpr"]) == ours.encoded
        height_ft = None if theirs["altitude"] is None else theirs["altitude"] * FOOT_M
        assert height_ft in (ours.pressure_altitude_m, ours.geodetic_altitude_m)


# rs1090 knows no height above 50,000 ft.
HEIGHTS = st.none() | st.integers(0, 2040).map(lambda steps: (steps * 25 - 1000) * FOOT_M)


@given(ENCODED, HEIGHTS, st.booleans())
def test_a_position_that_is_written_reads_back(
    encoded: EncodedPosition, height_m: float | None, is_pressure: bool
) -> None:
    name = "pressure_altitude_m" if is_pressure or height_m is None else "geodetic_altitude_m"
    sent = AirbornePosition("4b1234", encoded, **{name: height_m})
    found = read(encode_position(sent))
    assert isinstance(found, AirbornePosition)
    assert (found.address, found.encoded) == (sent.address, sent.encoded)
    assert found.pressure_altitude_m == pytest.approx(sent.pressure_altitude_m)
    assert found.geodetic_altitude_m == pytest.approx(sent.geodetic_altitude_m)


@given(st.floats(0.0, 500.0), st.floats(0.0, math.tau), st.floats(-100.0, 100.0), st.floats(-900.0, 900.0))
def test_a_velocity_that_is_written_reads_back_within_its_steps(
    speed_mps: float, course_rad: float, climb_mps: float, above_m: float
) -> None:
    found = read(encode_velocity(AirborneVelocity("4b1234", speed_mps, course_rad, climb_mps, above_m)))
    assert isinstance(found, AirborneVelocity)
    assert found.speed_mps is not None and found.course_rad is not None
    assert found.speed_mps * math.sin(found.course_rad) == pytest.approx(
        speed_mps * math.sin(course_rad), abs=KNOT_MPS / 2 + 1e-6
    )
    assert found.speed_mps * math.cos(found.course_rad) == pytest.approx(
        speed_mps * math.cos(course_rad), abs=KNOT_MPS / 2 + 1e-6
    )
    assert found.climb_mps == pytest.approx(climb_mps, abs=32 * FOOT_PER_MINUTE_MPS + 1e-6)
    assert found.geodetic_above_pressure_m == pytest.approx(above_m, abs=12.5 * FOOT_M + 1e-6)


def test_what_is_unknown_is_written_as_unknown() -> None:
    assert read(encode_velocity(AirborneVelocity("4b1234"))) == AirborneVelocity("4b1234")


@pytest.mark.parametrize(
    ("nac_p", "bound_m"), [(0, None), (1, 18520.0), (8, 92.6), (9, 30.0), (10, 10.0), (11, 3.0), (12, None)]
)
def test_accuracy_categories_are_bounds_in_metres(nac_p: int, bound_m: float | None) -> None:
    assert read(encode_status("4b1234", nac_p, 1)) == PositionAccuracy("4b1234", bound_m, 150.0)


def test_what_has_no_room_is_refused() -> None:
    with pytest.raises(InvalidInput):
        encode_velocity(AirborneVelocity("4b1234", 600.0, 0.0))
    with pytest.raises(InvalidInput):
        encode_position(AirbornePosition("4b1234", EncodedPosition(False, 0, 0), 20_000.0))


@given(st.lists(SQUITTERS | st.binary(max_size=20), max_size=20))
def test_any_content_is_read_or_an_error_of_its_own(messages: list[bytes]) -> None:
    found = decode_squitters(messages)
    assert len(found) == len(messages)
    for one in found:
        if isinstance(one, AirborneVelocity):
            assert one.speed_mps is None or 0.0 <= one.speed_mps < 4000.0
            assert one.course_rad is None or 0.0 <= one.course_rad <= math.tau
        if isinstance(one, DecodeError):
            assert one.kind in {"mode_s_bad_parity"}
