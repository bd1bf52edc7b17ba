"""Events in protobuf, made by takproto from XML: they tell what the XML told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import takproto
from hypothesis import given
from hypothesis import strategies as st
from takproto.proto import TakMessage
from tests.formats.cot.made import AIRCRAFT, EVENTS, PERSON
from tests.formats.kinds import error_kind

from tocsin.formats.cot import CotEvent, decode_protobuf, decode_xml, encode_xml

HEADER_BYTES = 3


def payload(xml: bytes) -> bytes:
    return bytes(takproto.xml2proto(xml))[HEADER_BYTES:]


def message(**values: Any) -> bytes:
    made: Any = TakMessage()
    for name, value in ({"uid": "x", "type": "a-u-A", "sendTime": 1} | values).items():
        setattr(made.cotEvent, name, value)
    return bytes(made.SerializeToString())


def test_an_event_of_an_aircraft_is_read() -> None:
    assert decode_protobuf(payload(AIRCRAFT)) == decode_xml(AIRCRAFT)


@given(EVENTS)
def test_xml_and_protobuf_tell_the_same(sent: CotEvent) -> None:
    xml = encode_xml(replace(sent, uid="made up"))
    ours, theirs = decode_xml(xml), decode_protobuf(payload(xml))
    assert ours is not None and theirs is not None
    # takproto cuts times off where rounding leaves them just below a millisecond.
    assert abs(theirs.time_ns - ours.time_ns) <= 1_000_000
    assert replace(theirs, time_ns=0, stale_ns=0) == replace(ours, time_ns=0, stale_ns=0)


def test_a_track_that_stands_as_xml_is_read() -> None:
    made: Any = TakMessage()
    made.ParseFromString(message())
    made.cotEvent.detail.xmlDetail = '<remarks>x</remarks><track course="90" speed="10" slope="1"/>'
    event = decode_protobuf(made.SerializeToString())
    assert event is not None
    assert event.speed_mps == 10.0
    made.cotEvent.detail.xmlDetail = "<not xml"
    event = decode_protobuf(made.SerializeToString())
    assert event is not None
    assert (event.speed_mps, event.course_rad) == (None, None)


def test_an_event_of_no_aircraft_and_a_message_without_an_event_are_left() -> None:
    assert decode_protobuf(payload(PERSON)) is None
    assert decode_protobuf(b"") is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"\xff" * 9, "cot_not_protobuf"), (message()[:-1], "cot_not_protobuf"),
     (message(uid=""), "cot_damaged"),
     (message(lat=91.0), "cot_out_of_range"), (message(lon=float("nan")), "cot_out_of_range"),
     (message(sendTime=2**64 - 1), "cot_out_of_range"), (message(staleTime=2**63), "cot_out_of_range")],
)  # fmt: skip
def test_what_is_no_event_is_an_error_by_kind(data: bytes, kind: str) -> None:
    assert error_kind(decode_protobuf, data) == kind


def test_999999_is_unknown_in_protobuf() -> None:
    event = decode_protobuf(message(hae=999999.0, ce=999999.0, le=999999.0))
    assert event is not None
    assert (event.altitude_m, event.horizontal_error_m, event.vertical_error_m) == (None, None, None)


@given(st.binary(max_size=60), st.integers(0, 200), st.integers(0, 60))
def test_any_damage_is_read_or_an_error_of_its_own(noise: bytes, start: int, length: int) -> None:
    data = payload(AIRCRAFT)
    kinds = {"cot_not_protobuf", "cot_damaged", "cot_out_of_range", None}
    assert error_kind(decode_protobuf, data[:start] + noise + data[start + length :]) in kinds
