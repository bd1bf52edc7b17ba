"""JSON of receivers: every form says what the frame said; unknown stays unknown; operators are not read."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind
from tests.formats.remote_id.made import LOCATIONS
from tests.formats.remote_id_json.made import (
    ADDRESS,
    BASIC_ID,
    DRAGONSYNC,
    ESP32,
    MESH_MAPPER,
    OPEN_DRONE_ID,
    OPERATOR_DEG,
    SERIAL,
    VECTOR,
    as_bytes,
    vector_of,
)

from tocsin.errors import DecodeError
from tocsin.formats.remote_id import IdentityKind, Location
from tocsin.formats.remote_id_json import MOST_BYTES, RemoteIdReport, decode_remote_id_json

SAID = Location(
    latitude_rad=451_234_567 * math.radians(1e-7),
    longitude_rad=-125_000_000 * math.radians(1e-7),
    geodetic_altitude_m=1300.0,
    direction_rad=math.radians(200),
    speed_mps=15.5,
    vertical_speed_mps=1.5,
    horizontal_accuracy_m=10.0,
    vertical_accuracy_m=3.0,
    tenths_after_hour=7545,
)
WITHOUT_ACCURACY = replace(SAID, horizontal_accuracy_m=None, vertical_accuracy_m=None, tenths_after_hour=None)
FORMS = {
    "open_drone_id": (OPEN_DRONE_ID, SAID),
    "esp32": (ESP32, WITHOUT_ACCURACY),
    "dragonsync": (DRAGONSYNC, SAID),
    "mesh_mapper": (
        MESH_MAPPER,
        Location(
            latitude_rad=451_234_570 * math.radians(1e-7),
            longitude_rad=SAID.longitude_rad,
            geodetic_altitude_m=1300.0,
        ),
    ),
}
EVERY_FORM = pytest.mark.parametrize(("message", "said"), FORMS.values(), ids=FORMS)


def read(message: Any) -> RemoteIdReport:
    report = decode_remote_id_json(as_bytes(message))
    assert report is not None
    return report


def place(message: Any) -> Location:
    report = read(message)
    assert report.location is not None
    return report.location


def vector(**values: object) -> Location:
    return place([{"Location/Vector Message": VECTOR | values}])


def state(**values: object) -> Location:
    return place(DRAGONSYNC | values)


@EVERY_FORM
def test_every_form_tells_who_is_where(message: Any, said: Location) -> None:
    report = read(message)
    assert report.address == ADDRESS
    assert [(name.identity_kind, name.identity) for name in report.names] == [
        (IdentityKind.SERIAL_NUMBER, SERIAL)
    ]
    assert report.location == said
    assert report.unusable == ""


@EVERY_FORM
def test_nothing_of_an_operator_is_read(message: Any, said: Location) -> None:
    report = read(message)
    kept = repr([getattr(report, name) for name in RemoteIdReport.__slots__])
    kept += repr([(name.identity, name) for name in report.names])
    for personal in (*map(abs, OPERATOR_DEG), *(abs(math.radians(angle)) for angle in OPERATOR_DEG)):
        assert str(personal)[:8] not in kept
    assert "MADEUPOPERATOR" not in kept and "survey" not in kept


@EVERY_FORM
def test_neither_serial_nor_address_stands_in_a_repr(message: Any, said: Location) -> None:
    assert SERIAL not in repr(read(message)) and ADDRESS not in repr(read(message))


@given(LOCATIONS)
def test_what_a_decoder_writes_of_a_message_reads_back_as_the_message(said: Location) -> None:
    carried = Location(
        latitude_rad=said.latitude_rad,
        longitude_rad=said.longitude_rad,
        geodetic_altitude_m=said.geodetic_altitude_m,
        direction_rad=said.direction_rad,
        speed_mps=said.speed_mps,
        vertical_speed_mps=said.vertical_speed_mps,
        horizontal_accuracy_m=said.horizontal_accuracy_m,
        vertical_accuracy_m=said.vertical_accuracy_m,
        tenths_after_hour=said.tenths_after_hour,
    )
    assert place([{"Location/Vector Message": vector_of(said)}]) == carried


@pytest.mark.parametrize(
    ("unknown", "field"),
    [
        ({"geodetic_altitude": "Undefined"}, "geodetic_altitude_m"),
        ({"geodetic_altitude": 65531.0}, "geodetic_altitude_m"),
        ({"geodetic_altitude": -1000.0}, "geodetic_altitude_m"),
        ({"speed": "Unknown"}, "speed_mps"),
        ({"speed": 255.0}, "speed_mps"),
        ({"speed": -1}, "speed_mps"),
        ({"vert_speed": "63.0 m/s"}, "vertical_speed_mps"),
        ({"direction": 361}, "direction_rad"),
        ({"direction": "Unknown"}, "direction_rad"),
        ({"direction": True}, "direction_rad"),
        ({"direction": None}, "direction_rad"),
        ({"direction": [90]}, "direction_rad"),
        ({"timestamp": "Unknown"}, "tenths_after_hour"),
        ({"timestamp": "99 min 0 s"}, "tenths_after_hour"),
        ({"timestamp": "2031-04-02T20:00:00Z"}, "tenths_after_hour"),
        ({"timestamp": 3601}, "tenths_after_hour"),
        ({"horizontal_accuracy": ">=18.52 km (10 NM) or Unknown"}, "horizontal_accuracy_m"),
        ({"horizontal_accuracy": 10}, "horizontal_accuracy_m"),
        ({"horizontal_accuracy": "<10 m/s"}, "horizontal_accuracy_m"),
        ({"vertical_accuracy": "Reserved"}, "vertical_accuracy_m"),
    ],
)
def test_what_is_unknown_or_garbage_is_unknown_and_the_rest_holds(
    unknown: dict[str, object], field: str
) -> None:
    assert vector(**unknown) == replace(SAID, **{field: None})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "tenths"),
    [
        ("0 min 0.0 s", 0),
        ("59 min 59.9 s", 35_999),
        ("59 min 12.299999999999955 s", 35_523),
        ("1.0 h 0 min 0.0 s", 36_000),
        ("754.5", 7545),
        (754.5, 7545),
    ],
)
def test_the_time_after_the_hour_is_read_in_every_form(told: object, tenths: int) -> None:
    assert vector(timestamp=told).tenths_after_hour == tenths


def test_classes_of_accuracy_are_read_with_their_unit() -> None:
    assert vector(horizontal_accuracy="<18.52 km (10 NM)").horizontal_accuracy_m == 18_520
    assert vector(horizontal_accuracy="< 30 m").horizontal_accuracy_m == 30
    assert vector(vertical_accuracy="<4 m").vertical_accuracy_m == 10, "the narrowest class that holds it"


@pytest.mark.parametrize(
    "nowhere", [{"latitude": 0, "longitude": 0}, {"latitude": "Unknown"}, {"longitude": None}]
)
def test_a_place_that_is_not_told_is_none_and_never_0_0(nowhere: dict[str, object]) -> None:
    assert vector(**nowhere).latitude_rad is None and vector(**nowhere).longitude_rad is None


@pytest.mark.parametrize("beyond", [{"latitude": 90.1}, {"longitude": -180.1}, {"latitude": 1e14}])
def test_a_place_outside_the_earth_is_an_error(beyond: dict[str, object]) -> None:
    payload = as_bytes([{"Location/Vector Message": VECTOR | beyond}])
    assert error_kind(decode_remote_id_json, payload) == "remote_id_json_out_of_range"


@pytest.mark.parametrize(
    ("zero", "field"),
    [
        ({"alt": 0.0}, "geodetic_altitude_m"),
        ({"speed": 0.0}, "speed_mps"),
        ({"vspeed": 0.0}, "vertical_speed_mps"),
        ({"direction": 0.0}, "direction_rad"),
        ({"alt": 65531.0}, "geodetic_altitude_m"),
        ({"horizontal_accuracy": ""}, "horizontal_accuracy_m"),
    ],
)
def test_a_zero_of_dragonsync_says_nothing(zero: dict[str, object], field: str) -> None:
    assert state(**zero) == replace(SAID, **{field: None})  # type: ignore[arg-type]


def test_dragonsync_tells_when_it_heard_a_drone() -> None:
    assert read(DRAGONSYNC).observed_ns == 1_932_926_400_500_000_000
    for nothing in (None, 0, -5, "soon", 1e12):
        assert read(DRAGONSYNC | {"observed_at": nothing}).observed_ns is None
    assert state(timestamp="", rid_timestamp="").tenths_after_hour is None
    assert state(rid_timestamp=None).tenths_after_hour == 7545


def test_an_address_in_the_place_of_a_serial_is_no_name() -> None:
    digits = ADDRESS.replace(":", "").upper()
    report = read(DRAGONSYNC | {"id": f"drone-{digits}", "mac": "", "id_type": ""})
    assert (report.names, report.address) == ((), ADDRESS)


def test_a_drone_without_a_serial_goes_by_its_registration() -> None:
    report = read(DRAGONSYNC | {"id": "drone-unknown", "caa_id": "MADEUP-REG"})
    assert [(name.identity_kind, name.identity) for name in report.names] == [
        (IdentityKind.REGISTRATION, "MADEUP-REG")
    ]


@pytest.mark.parametrize(
    ("id_type", "kind"),
    [
        ("CAA Assigned Registration ID", IdentityKind.REGISTRATION),
        ("UTM Assigned UUID", IdentityKind.TRAFFIC_MANAGEMENT),
        ("Specific Session ID", IdentityKind.SESSION),
        ("", IdentityKind.SERIAL_NUMBER),
    ],
)
def test_the_kind_of_a_name_is_read(id_type: str, kind: IdentityKind) -> None:
    (name,) = read([{"Basic ID": BASIC_ID | {"id_type": id_type}}]).names
    assert name.identity_kind is kind


@pytest.mark.parametrize(
    "nobody",
    [{"id_type": "None"}, {"id": ""}, {"id": "NONE"}, {"id": "x" * 65}, {"id": 7}, {"id_type": "Other"}],
)
def test_no_name_is_none(nobody: dict[str, object]) -> None:
    assert read([{"Basic ID": BASIC_ID | nobody}]).names == ()


@pytest.mark.parametrize("mac", ["02-00-5E-00-53-01", "02005e005301", f"{ADDRESS.upper()} (public)"])
def test_an_address_is_the_same_in_every_spelling(mac: str) -> None:
    assert read([{"Basic ID": BASIC_ID | {"MAC": mac}}]).address == ADDRESS


@pytest.mark.parametrize("mac", ["", "00:00:00:00:00:00", "02:00:5e", "somebody", 7, None])
def test_what_is_no_address_is_none(mac: object) -> None:
    assert read([{"Basic ID": BASIC_ID | {"MAC": mac}}]).address == ""


def test_the_height_of_another_form_than_remote_id_is_not_taken() -> None:
    assert place(MESH_MAPPER | {"id_type": "DJI"}).geodetic_altitude_m is None
    assert place(MESH_MAPPER | {"drone_altitude": 0}).geodetic_altitude_m is None


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ([*OPEN_DRONE_ID, {"Signal Info": {"center_hz": 5.8e9}}], "signal_without_position"),
        (DRAGONSYNC | {"id": "drone-alert"}, "signal_without_position"),
        ({"uid": "fpv", "signal_type": "fpv", "lat": 1.0, "lon": 2.0}, "signal_without_position"),
        (DRAGONSYNC | {"track_type": "aircraft"}, "not_remote_id"),
    ],
)
def test_where_a_receiver_stands_is_never_taken_for_an_aircraft(message: Any, reason: str) -> None:
    report = read(message)
    assert (report.unusable, report.location) == (reason, None)


def test_a_heartbeat_is_no_report() -> None:
    assert decode_remote_id_json(b'{"heartbeat":"Device is active and running."}') is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"online", "not_json"),
        (b"", "not_json"),
        (b'{"id":', "truncated"),
        (b"[NaN]", "not_json"),
        (b"[" * 16_000, "not_json"),
        (b"{}", "unknown"),
        (b"[]", "unknown"),
        (b"5", "unknown"),
        (b'{"time":5}', "unknown"),
        (b'[{"Basic ID":7}]', "invalid"),
        (b'{"Location/Vector Message":[1,2]}', "invalid"),
        (b" " * (MOST_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_report_is_counted_by_kind(data: bytes, kind: str) -> None:
    assert error_kind(decode_remote_id_json, data) == f"remote_id_json_{kind}"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=200) | JSON.map(as_bytes))
def test_any_bytes_raise_nothing_but_a_decode_error(data: bytes) -> None:
    with suppress(DecodeError):
        decode_remote_id_json(data)


@given(st.sampled_from(list(FORMS)), st.data())
def test_any_json_under_a_known_key_raises_nothing_but_a_decode_error(
    form: str, chosen: st.DataObject
) -> None:
    message = json.loads(json.dumps(FORMS[form][0]))
    part = message
    while isinstance(part, list) or (isinstance(part, dict) and chosen.draw(st.booleans())):
        key = chosen.draw(st.sampled_from(list(part) if isinstance(part, dict) else list(range(len(part)))))
        if not isinstance(part[key], dict | list):
            break
        part = part[key]
    part[chosen.draw(st.sampled_from(list(part)))] = chosen.draw(JSON)
    with suppress(DecodeError):
        decode_remote_id_json(as_bytes(message))
