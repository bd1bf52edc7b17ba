"""Events in XML: of aircraft they are read, of anything else they are left, and nothing is resolved."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.cot.made import AIRCRAFT, CHAT, PERSON, TIME_NS
from tests.formats.kinds import error_kind

from tocsin.errors import DecodeError
from tocsin.formats.cot import CotEvent, decode_xml, is_air
from tocsin.formats.cot.xml_reading import DEEPEST, MOST_BYTES

KINDS = {
    "cot_oversized", "cot_not_xml", "cot_forbidden_xml", "cot_too_deep", "cot_damaged", "cot_out_of_range"
}  # fmt: skip


def read(data: bytes) -> CotEvent:
    event = decode_xml(data)
    assert event is not None
    return event


def with_value(name: str, value: str) -> bytes:
    """The aircraft's event with another value of an attribute."""
    before, _, after = AIRCRAFT.partition(f' {name}="'.encode())
    return before + f' {name}="{value}"'.encode() + after.partition(b'"')[2]


def test_an_event_of_an_aircraft_is_read() -> None:
    assert read(AIRCRAFT) == CotEvent(
        uid="ICAO-4B1234",
        kind="a-n-A-C-F",
        time_ns=TIME_NS,
        latitude_rad=math.radians(46.512345),
        longitude_rad=math.radians(-6.612345),
        altitude_m=3000.5,
        horizontal_error_m=10.0,
        vertical_error_m=None,
        speed_mps=129.3,
        course_rad=math.radians(92.1),
        stale_ns=1_767_225_720_000_000_000,
    )


@pytest.mark.parametrize("data", [PERSON, CHAT])
def test_an_event_of_no_aircraft_is_left_at_its_first_tag(data: bytes) -> None:
    assert decode_xml(data) is None
    assert decode_xml(data[: data.find(b">") + 1] + b"<<< what comes is not even looked at") is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("a-f-A", True), ("a-h-A-M-F-Q", True), ("a-.-A-C", True), ("a-u-A", True), ("a-f-G-U-C", False),
     ("a-f-G-A", False), ("a-f", False), ("a-f-AX", False), ("a-f-S", False), ("b-t-f", False), ("", False),
     ("t-x-d-d", False), ("a--A", False), ("b-a-A", False), ("xa-f-A", False), ("a-f-\nA", False)],
)  # fmt: skip
def test_only_types_of_the_air_are_of_aircraft(kind: str, expected: bool) -> None:
    assert is_air(kind) is expected


def test_no_error_and_no_repr_tells_whose_event_it_was() -> None:
    damaged = with_value("lat", "here").replace(b"ICAO-4B1234", b"ANDROID-made-up-person")
    with pytest.raises(DecodeError) as caught:
        decode_xml(damaged)
    told = repr(caught.value) + repr(caught.value.data) + repr(vars(caught.value)) + repr(read(AIRCRAFT))
    assert "made-up-person" not in told and "4B1234" not in told and caught.value.data == b""


@pytest.mark.parametrize("text", ["9999999", "9999999.0", "999999", "NaN", "", "1e9"])
def test_what_stands_for_unknown_is_unknown(text: str) -> None:
    for name in ("hae", "ce", "le"):
        assert getattr(read(with_value(name, text)), {"hae": "altitude_m", "ce": "horizontal_error_m"}.get(
            name, "vertical_error_m")) is None  # fmt: skip


def test_an_error_of_nothing_is_unknown() -> None:
    assert read(with_value("ce", "0.0")).horizontal_error_m is None


@pytest.mark.parametrize(("name", "text"), [("speed", "-1"), ("speed", "NaN"), ("course", "999")])
def test_a_motion_that_cannot_be_is_unknown(name: str, text: str) -> None:
    event = read(with_value(name, text))
    assert (event.speed_mps if name == "speed" else event.course_rad) is None


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [("2026-01-01T00:00:00Z", 1_767_225_600 * 10**9),
     ("2026-01-01T01:00:00.5+01:00", 1_767_225_600_500_000_000),
     ("2026-01-01T00:00:00", 1_767_225_600 * 10**9),
     ("2026-01-01T00:00:00.123456789Z", 1_767_225_600_123_456_000)],
)  # fmt: skip
def test_times_are_utc_to_the_microsecond(text: str, time_ns: int) -> None:
    assert read(with_value("time", text)).time_ns == time_ns


@pytest.mark.parametrize(
    ("data", "kind"),
    [(with_value("time", "now"), "cot_damaged"), (with_value("time", "2026-02-30T00:00:00Z"), "cot_damaged"),
     (with_value("time", "1969-12-31T23:59:59Z"), "cot_out_of_range"),
     (with_value("time", "9999-12-31T23:59:59Z"), "cot_out_of_range"),
     (with_value("stale", "never"), "cot_damaged"), (with_value("uid", ""), "cot_damaged"),
     (with_value("lat", "90.1"), "cot_out_of_range"), (with_value("lon", "-180.1"), "cot_out_of_range"),
     (with_value("lat", "NaN"), "cot_damaged"), (with_value("lat", "1e999"), "cot_out_of_range"),
     (with_value("lat", "1" * 41), "cot_damaged"), (with_value("lat", "4_6"), "cot_damaged"),
     (AIRCRAFT.replace(b"<point", b"<paint"), "cot_damaged"),
     (AIRCRAFT.replace(b"event", b"advent"), "cot_damaged"),
     (AIRCRAFT[:-3], "cot_not_xml"), (AIRCRAFT + b"<event/>", "cot_not_xml"), (b"", "cot_not_xml"),
     (AIRCRAFT.replace(b"MADEUP1", b"\xff"), "cot_not_xml"), (AIRCRAFT + b" " * MOST_BYTES, "cot_oversized")],
)  # fmt: skip
def test_what_is_no_event_is_an_error_by_kind(data: bytes, kind: str) -> None:
    assert error_kind(decode_xml, data) == kind


@pytest.mark.parametrize(
    "declared",
    [b"<!DOCTYPE event>", b'<!DOCTYPE event SYSTEM "file:///etc/hostname">',
     b'<!DOCTYPE event [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
     b'<!DOCTYPE event [<!ENTITY a SYSTEM "http://192.0.2.1/">]>'],
)  # fmt: skip
def test_a_document_type_is_refused_before_anything_of_it_is_used(declared: bytes) -> None:
    data = declared + AIRCRAFT.partition(b"?>")[2].replace(b"MADEUP1", b"&a;")
    assert error_kind(decode_xml, data) == "cot_forbidden_xml"


def test_an_entity_that_nobody_declared_is_no_xml() -> None:
    assert error_kind(decode_xml, AIRCRAFT.replace(b"MADEUP1", b"&a;")) == "cot_not_xml"


def test_a_declared_encoding_is_not_looked_up() -> None:
    assert read(AIRCRAFT.replace(b"UTF-8", b"zip")) == read(AIRCRAFT)


def test_levels_are_bounded() -> None:
    deep = AIRCRAFT.replace(b"<remarks>", b"<a>" * DEEPEST + b"</a>" * DEEPEST + b"<remarks>")
    assert error_kind(decode_xml, deep) == "cot_too_deep"


@given(st.binary(max_size=100), st.integers(0, len(AIRCRAFT)), st.integers(0, 100))
def test_any_damage_is_read_or_an_error_of_its_own(noise: bytes, start: int, length: int) -> None:
    assert error_kind(decode_xml, AIRCRAFT[:start] + noise + AIRCRAFT[start + length :]) in KINDS | {None}
