"""Messages of nodes: strict forms, bounded sizes, exact times, and no error but the decoder's own."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind
from tests.formats.nodes.made import NODE_MESSAGES_MADE

from tocsin.errors import DecodeError
from tocsin.formats.nodes import (
    MOST_BYTES,
    NODE_MESSAGES,
    Bearing,
    Heard,
    NodeMessage,
    Sighting,
    Status,
    decode_as,
    encode_node_message,
)

HEARD = {"v": 1, "heard": True}
BEARING = {"v": 1, "azimuth_deg": 81.5}
STATUS = {"v": 1, "listening": True}
SIGHTING = {
    "v": 1,
    "latitude_deg": 51.0,
    "longitude_deg": 4.0,
    "direction": "NE",
    "what": "drone",
    "sure": "likely",
}
LEAST: dict[type[NodeMessage], dict[str, Any]] = {
    Heard: HEARD,
    Bearing: BEARING,
    Status: STATUS,
    Sighting: SIGHTING,
}
KINDS = pytest.mark.parametrize("kind", LEAST, ids=lambda kind: kind.__name__)


def kind_of_error(kind: type[NodeMessage], message: object) -> str | None:
    return error_kind(decode_as, kind, json.dumps(message).encode())


def refusal(kind: type[NodeMessage], message: object) -> str:
    with pytest.raises(DecodeError) as caught:
        decode_as(kind, json.dumps(message).encode())
    return str(caught.value)


def time_ns(time: object) -> int | None:
    return decode_as(Heard, json.dumps(HEARD | {"time": time}).encode()).time_ns


@given(NODE_MESSAGES_MADE)
def test_whatever_is_written_reads_back(message: NodeMessage) -> None:
    payload = encode_node_message(message)
    assert len(payload) <= MOST_BYTES
    assert decode_as(type(message), payload) == message


@KINDS
def test_the_least_message_is_short(kind: type[NodeMessage]) -> None:
    message = decode_as(kind, json.dumps(LEAST[kind]).encode())
    assert message.time_ns is None
    assert set(json.loads(encode_node_message(message))) == set(LEAST[kind])


@KINDS
def test_every_needed_key_is_needed(kind: type[NodeMessage]) -> None:
    for key in LEAST[kind]:
        rest = {name: value for name, value in LEAST[kind].items() if name != key}
        assert kind_of_error(kind, rest) == ("node_message_version" if key == "v" else "node_message_invalid")


@KINDS
def test_an_unknown_key_is_refused_and_not_repeated(kind: type[NodeMessage]) -> None:
    text = refusal(kind, LEAST[kind] | {"operator_name": "somebody"})
    assert text.startswith("another key: ")
    assert "operator" not in text and "somebody" not in text


@pytest.mark.parametrize("version", [0, 2, "1", None, 1.5, True])
@KINDS
def test_another_version_is_counted_as_such(kind: type[NodeMessage], version: object) -> None:
    assert kind_of_error(kind, LEAST[kind] | {"v": version}) == "node_message_version"


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (Heard, {"heard": 1}),
        (Heard, {"heard": "true"}),
        (Heard, {"heard": None}),
        (Heard, {"confidence": 1.01}),
        (Heard, {"level_db": "8"}),
        (Bearing, {"azimuth_deg": 361}),
        (Bearing, {"azimuth_deg": "12"}),
        (Bearing, {"elevation_deg": -90.5}),
        (Bearing, {"azimuth_sigma_deg": 0}),
        (Bearing, {"elevation_sigma_deg": 181}),
        (Status, {"listening": "yes"}),
        (Status, {"battery_percent": 101}),
        (Status, {"latitude_deg": 51.0}),
        (Status, {"longitude_deg": 4.0}),
        (Status, {"altitude_m": 10.0}),
        (Status, {"software": "a\u001b[31m"}),
        (Status, {"software": "a" * 81}),
        (Sighting, {"latitude_deg": 91.0}),
        (Sighting, {"direction": "north"}),
        (Sighting, {"azimuth_deg": 45.0}),
        (Sighting, {"direction": None}),
        (Sighting, {"what": "ufo"}),
        (Sighting, {"sure": True}),
    ],
)
def test_a_value_that_cannot_be_is_refused(kind: type[NodeMessage], wrong: dict[str, Any]) -> None:
    assert kind_of_error(kind, LEAST[kind] | wrong) == "node_message_invalid"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
def test_only_finite_numbers_are_numbers(number: str) -> None:
    assert error_kind(decode_as, Bearing, b'{"v":1,"azimuth_deg":' + number.encode() + b"}") is not None


@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"heard", b"[" * 4000, b'{"v":1,"heard":true} {}'])
def test_what_is_no_json_is_counted_as_such(payload: bytes) -> None:
    assert error_kind(decode_as, Heard, payload) == "node_message_not_json"


@pytest.mark.parametrize("payload", [b"{", b'{"v": 1, "he', b'{"v": 1, "heard": true'])
def test_what_is_cut_off_is_counted_as_such(payload: bytes) -> None:
    assert error_kind(decode_as, Heard, payload) == "node_message_truncated"


@pytest.mark.parametrize("value", [[], 1, "heard", None, [HEARD]])
def test_json_that_is_no_object_is_refused(value: object) -> None:
    assert kind_of_error(Heard, value) == "node_message_invalid"


def test_a_message_may_have_4096_bytes_and_no_more() -> None:
    payload = json.dumps(HEARD).encode()
    assert decode_as(Heard, payload.ljust(MOST_BYTES)).heard
    assert error_kind(decode_as, Heard, payload.ljust(MOST_BYTES + 1)) == "node_message_too_large"


def test_an_error_keeps_no_more_bytes_than_a_message_may_have() -> None:
    with pytest.raises(DecodeError) as caught:
        decode_as(Heard, b" " * 1_000_000)
    assert len(caught.value.data) == MOST_BYTES


def test_a_refusal_names_the_key_and_not_the_value() -> None:
    text = refusal(Sighting, SIGHTING | {"latitude_deg": 1234.5678, "what": "secretive"})
    assert "latitude_deg: " in text and "what: " in text
    assert "1234" not in text and "secretive" not in text


@pytest.mark.parametrize(
    ("time", "nanoseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2031-04-02T20:00:00Z", 1_932_926_400_000_000_000),
        ("2031-04-02T20:00:00.5Z", 1_932_926_400_500_000_000),
        ("2031-04-02T20:00:00.000000001Z", 1_932_926_400_000_000_001),
        ("2031-04-02T20:00:00.25+00:00", 1_932_926_400_250_000_000),
        ("2000-02-29T23:59:59Z", 951_868_799_000_000_000),
        (1_932_926_400, 1_932_926_400_000_000_000),
        (1_932_926_400.25, 1_932_926_400_250_000_000),
        (0, 0),
        (None, None),
    ],
)
def test_a_time_is_iso_8601_or_seconds_since_1970(time: object, nanoseconds: int | None) -> None:
    assert time_ns(time) == nanoseconds


@pytest.mark.parametrize(
    "time",
    [
        "2031-04-02 20:00:00Z",
        "2031-04-02T20:00:00",
        "2031-04-02T20:00:00+02:00",
        "2031-04-02T20:00Z",
        "20310402T200000Z",
        "2031-02-29T20:00:00Z",
        "2031-04-02T24:00:00Z",
        "2031-04-02T20:00:60Z",
        "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "2500-01-01T00:00:00Z",
        "2031-04-02T20:00:00.1234567890Z",
        "٢٠٣١-04-02T20:00:00Z",
        "1932926400",
        "",
        -1,
        9.1e9,
        True,
        [],
    ],
)
def test_a_time_that_could_be_read_in_two_ways_is_refused(time: object) -> None:
    assert kind_of_error(Heard, HEARD | {"time": time}) == "node_message_invalid"


@pytest.mark.parametrize(
    ("direction", "degrees"), [("N", 0), ("NNE", 22.5), ("SE", 135), ("W", 270), ("NNW", 337.5)]
)
def test_a_point_of_the_compass_is_an_azimuth(direction: str, degrees: float) -> None:
    message = decode_as(Sighting, json.dumps(SIGHTING | {"direction": direction}).encode())
    assert message.bearing_deg == degrees


def test_an_azimuth_goes_as_it_is_told() -> None:
    told = {key: value for key, value in SIGHTING.items() if key != "direction"} | {"azimuth_deg": 81.5}
    assert decode_as(Sighting, json.dumps(told).encode()).bearing_deg == 81.5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@KINDS
@given(data=st.binary(max_size=200))
def test_any_bytes_raise_nothing_but_a_decode_error(kind: type[NodeMessage], data: bytes) -> None:
    with suppress(DecodeError):
        decode_as(kind, data)


@KINDS
@given(changes=st.data())
def test_any_json_under_a_known_key_raises_nothing_but_a_decode_error(
    kind: type[NodeMessage], changes: st.DataObject
) -> None:
    key = changes.draw(st.sampled_from(sorted(kind.model_fields)))
    payload = json.dumps(LEAST[kind] | {key: changes.draw(JSON)}).encode()
    with suppress(DecodeError):
        decode_as(kind, payload)


def test_the_kinds_are_those_of_the_topics() -> None:
    assert tuple(NODE_MESSAGES) == ("heard", "bearing", "status", "sighting")
    assert set(NODE_MESSAGES.values()) == set(LEAST)
