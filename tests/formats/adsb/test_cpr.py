"""Compact position reporting: published zones and positions, both ways of decoding, another decoder."""

from __future__ import annotations

import pytest
import rs1090
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.formats.adsb.made import ENCODED, EVEN, ODD, PLACES, metres_between

from tocsin.formats.adsb import AirbornePosition, EncodedPosition, Position, encode_position, encoded_position
from tocsin.formats.adsb.cpr import longitude_zones, position_near, position_of_pair

EVEN_CODE = EncodedPosition(is_odd=False, latitude=93000, longitude=51372)
ODD_CODE = EncodedPosition(is_odd=True, latitude=74158, longitude=50194)


def test_the_published_pair_is_where_it_is_said_to_be() -> None:
    newest_even = position_of_pair(EVEN_CODE, ODD_CODE)
    assert newest_even == pytest.approx((52.2572021484375, 3.91937255859375), abs=1e-12)
    assert position_of_pair(ODD_CODE, EVEN_CODE) == pytest.approx((52.26578, 3.93892), abs=1e-5)
    assert position_near(EVEN_CODE, Position(52.258, 3.918)) == pytest.approx(newest_even)


@pytest.mark.parametrize(
    ("latitude_deg", "zones"),
    [(0.0, 59), (1e-12, 59), (10.4704712, 59), (10.4704714, 58), (-10.4704714, 58), (44.1945494, 43),
     (44.1945496, 42), (59.9545927, 30), (59.9545928, 29), (86.5353699, 3), (86.5353700, 2), (86.99999999, 2),
     (87.0, 2), (87.0001, 1), (90.0, 1), (-90.0, 1)],
)  # fmt: skip
def test_the_zones_change_where_the_published_table_says(latitude_deg: float, zones: int) -> None:
    assert longitude_zones(latitude_deg) == zones


@given(PLACES, st.floats(-0.02, 0.02), st.floats(-0.02, 0.02), st.booleans())
def test_a_pair_tells_where_the_newer_one_was_within_the_steps_of_17_bits(
    place: Position, north: float, east: float, is_odd: bool
) -> None:
    before = Position(max(-89.9, min(89.9, place.latitude_deg + north)), place.longitude_deg + east)
    assume(abs(place.latitude_deg) < 85.0)
    found = position_of_pair(encoded_position(place, is_odd), encoded_position(before, not is_odd))
    if found is not None:
        assert metres_between(found, place) < 8.0
    else:
        limits = [longitude_zones(place.latitude_deg + step) for step in (-0.021, 0.021)]
        assert limits[0] != limits[1]


@given(PLACES, st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.booleans())
def test_one_message_tells_the_place_near_another(
    place: Position, north: float, east: float, is_odd: bool
) -> None:
    assume(abs(place.latitude_deg) < 85.0)
    near = Position(place.latitude_deg + north, place.longitude_deg + east)
    found = position_near(encoded_position(place, is_odd), near)
    assert found is not None
    assert metres_between(found, place) < 8.0


@given(ENCODED, ENCODED, PLACES)
def test_any_codes_give_a_place_on_earth_or_none(
    one: EncodedPosition, other: EncodedPosition, place: Position
) -> None:
    for found in (position_of_pair(one, other), position_near(one, place)):
        if found is not None:
            assert -90.0 <= found.latitude_deg <= 90.0
            assert -180.0 <= found.longitude_deg < 180.0


def by_rs1090(*messages: bytes) -> Position | None:
    """The position that rs1090 gives the last of these, sent 0.1 s apart."""
    answer = rs1090.decode([message.hex() for message in messages], [0.1 * n for n in range(len(messages))])
    found = dict(answer[-1])
    if "latitude" not in found:
        return None
    return Position(float(str(found["latitude"])), float(str(found["longitude"])))


@given(PLACES, st.booleans())
def test_rs1090_reads_a_pair_as_we_do(place: Position, is_odd: bool) -> None:
    assume(abs(place.latitude_deg) < 86.9)  # at 87 degrees exactly, tables differ
    codes = encoded_position(place, not is_odd), encoded_position(place, is_odd)
    theirs = by_rs1090(*(encode_position(AirbornePosition("4b1234", code)) for code in codes))
    ours = position_of_pair(codes[1], codes[0])
    assert (theirs is None) == (ours is None)
    if theirs is not None and ours is not None:
        assert metres_between(ours, theirs) < 1e-3


def test_rs1090_reads_the_published_pair_as_we_do() -> None:
    assert by_rs1090(EVEN, ODD) == pytest.approx(position_of_pair(ODD_CODE, EVEN_CODE), abs=1e-9)
