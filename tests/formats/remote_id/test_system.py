"""System messages: a vector by hand, round trips, refusals, and no operator in any text."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from tests.formats.remote_id.made import SYSTEMS

from tocsin.errors import DecodeError, InvalidInput
from tocsin.formats.remote_id import Classification, EuropeanCategory, OperatorPosition, System
from tocsin.formats.remote_id.system import decode_system, encode_system

# European, live position 10.5 N 20.25 W, 3 aircraft within 250 m from 0 to 120 m, open category, C2, operator
# 50 m up, one hour into 2019
VECTOR = bytes.fromhex("42 05 402c4206 6018eef3 0300 19 c008 d007 13 3408 100e0000 00")


def changed(position: int, value: int) -> bytes:
    data = bytearray(VECTOR)
    data[position] = value
    return bytes(data)


def test_a_vector_is_read_and_written_by_the_layout_of_the_standard() -> None:
    message = decode_system(VECTOR)
    assert message == System(
        operator_position=OperatorPosition.LIVE,
        operator_latitude_rad=105_000_000 * math.radians(1e-7),
        operator_longitude_rad=-202_500_000 * math.radians(1e-7),
        operator_altitude_m=50.0,
        area_count=3,
        area_radius_m=250.0,
        area_ceiling_m=120.0,
        area_floor_m=0.0,
        classification=Classification.EUROPEAN,
        category=EuropeanCategory.OPEN,
        european_class=2,
        time_ns=(1_546_300_800 + 3600) * 10**9,
    )
    assert encode_system(message) == VECTOR


@given(SYSTEMS)
def test_whatever_is_written_reads_back(message: System) -> None:
    assert decode_system(encode_system(message)) == message


def test_the_operator_stands_in_no_repr() -> None:
    shown = repr(decode_system(VECTOR))
    assert "operator_latitude" not in shown
    assert "operator_longitude" not in shown
    assert "operator_altitude" not in shown


@pytest.mark.parametrize(
    ("position", "value", "kind"),
    [
        (1, 0x07, "remote_id_reserved"),
        (1, 0x09, "remote_id_reserved"),
        (17, 0x18, "remote_id_reserved"),
        (17, 0x43, "remote_id_reserved"),
        (5, 0x7F, "remote_id_out_of_range"),
        (9, 0x7F, "remote_id_out_of_range"),
    ],
)
def test_values_that_the_standard_does_not_allow_are_refused_by_kind(
    position: int, value: int, kind: str
) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_system(changed(position, value))
    assert caught.value.kind == kind
    assert not any(letter.isdigit() for letter in str(caught.value))


def test_outside_the_european_classification_category_and_class_mean_nothing() -> None:
    message = decode_system(changed(1, 0x01))
    assert message.category is None
    assert message.european_class is None


def test_what_does_not_fit_is_not_written() -> None:
    with pytest.raises(InvalidInput, match="area_radius_m must lie between 0 and 2550"):
        encode_system(System(area_radius_m=3000.0))
    with pytest.raises(InvalidInput, match="time_ns"):
        encode_system(System(time_ns=0))
