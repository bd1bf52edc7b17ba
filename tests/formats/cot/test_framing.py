"""Events cut out of connections and datagrams: in whatever pieces, and through whatever damage."""

from __future__ import annotations

import pytest
import takproto
from hypothesis import given
from hypothesis import strategies as st
from takproto import TAKProtoVer
from tests.formats.adsb.test_beast import cut
from tests.formats.cot.made import AIRCRAFT, PERSON

from tocsin.formats.cot import CotStream, RawEvent, decode_event, split_datagram
from tocsin.formats.cot.xml_reading import MOST_BYTES

BARE = AIRCRAFT.partition(b"?>\n")[2]
IN_STREAM = bytes(takproto.xml2proto(BARE, TAKProtoVer.STREAM))
IN_DATAGRAM = bytes(takproto.xml2proto(BARE, TAKProtoVer.MESH))
PROTOBUF = RawEvent(IN_DATAGRAM[3:], is_protobuf=True)
XML = RawEvent(BARE, is_protobuf=False)


def fed(*chunks: bytes, stream: CotStream | None = None) -> tuple[list[RawEvent], list[str]]:
    stream = stream or CotStream()
    events: list[RawEvent] = []
    kinds: list[str] = []
    for chunk in chunks:
        found, errors = stream.feed(chunk)
        events += found
        kinds += [error.kind for error in errors]
        assert all(error.data == b"" for error in errors)
        assert len(stream._kept) <= MOST_BYTES + 4
    return events, kinds


@given(
    st.lists(
        st.sampled_from([(BARE, [XML]), (AIRCRAFT, [XML]), (PERSON, [RawEvent(PERSON, False)]),
                         (IN_STREAM, [PROTOBUF]), (b"\n\n", [])]),
        max_size=6,
    ),
    st.lists(st.integers(0, 4000), max_size=6),
)  # fmt: skip
def test_events_are_cut_out_in_whatever_pieces(
    parts: list[tuple[bytes, list[RawEvent]]], places: list[int]
) -> None:
    data = b"".join(part for part, _ in parts)
    assert fed(*cut(data, places)) == ([event for _, events in parts for event in events], [])


def test_one_byte_after_the_other_is_as_good() -> None:
    data = AIRCRAFT + IN_STREAM + b"\n" + BARE
    assert fed(*(bytes((byte,)) for byte in data)) == ([XML, PROTOBUF, XML], [])


def test_an_event_that_was_cut_off_is_counted_and_the_next_one_is_read() -> None:
    assert fed(BARE[:200] + BARE) == ([XML], ["cot_truncated"])
    assert fed(BARE[:200], AIRCRAFT) == ([XML], ["cot_truncated"])


def test_what_is_no_event_is_counted_and_the_next_one_is_read() -> None:
    assert fed(b"<auth><cot/></auth>" + BARE) == ([XML], ["cot_noise"])
    assert fed(b"HTTP/1.1 400 Bad Request\r\n\r\n" + BARE) == ([XML], ["cot_noise"])
    assert fed(b"\xbf\xff\xff\xff\x01 noise" + BARE) == ([XML], ["cot_noise"])


def test_an_event_larger_than_allowed_is_passed_over() -> None:
    large = BARE.replace(b"MADEUP1", b"x" * MOST_BYTES)
    assert fed(large + BARE) == ([XML], ["cot_oversized"])
    events, kinds = fed(*cut(large, range(0, len(large), 1000)), BARE)
    assert events == [XML]
    assert kinds[0] == "cot_oversized" and set(kinds) <= {"cot_oversized", "cot_noise"}


def test_a_protobuf_message_larger_than_allowed_is_passed_over_to_its_end() -> None:
    size = MOST_BYTES + 1
    varint = bytes((size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14))
    large = b"\xbf" + varint + b"<event " * (size // 7) + b"x" * (size % 7)
    for chunks in ([large + IN_STREAM], cut(large + IN_STREAM, range(0, size, 900))):
        assert fed(*chunks) == ([PROTOBUF], ["cot_oversized"])


def test_the_end_of_a_long_event_is_searched_once() -> None:
    stream = CotStream()
    fed(b"<event >" + b"x" * 1000, stream=stream)
    assert stream._searched > 900


@pytest.mark.parametrize("data", [b"<event >" * 100_000, b"\xbf" * 100_000, b"<" * 100_000, b" " * 100_000,
                                  b"<?xml " * 50_000, b"\xbf\x00" * 50_000])  # fmt: skip
def test_floods_of_beginnings_end_soon_and_keep_little(data: bytes) -> None:
    fed(data, data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [(BARE, [XML]), (AIRCRAFT, [XML]), (b"\xbf\x00\xbf" + AIRCRAFT, [XML]), (IN_DATAGRAM, [PROTOBUF]),
     (BARE + BARE, [XML, XML]), (b"", [])],
)  # fmt: skip
def test_datagrams_are_told_apart(data: bytes, expected: list[RawEvent]) -> None:
    assert split_datagram(data) == (expected, [])


@pytest.mark.parametrize("data", [BARE[:-1], BARE + b"<event ", b"\xbf\x20abc"])
def test_a_datagram_that_ends_within_an_event_is_counted(data: bytes) -> None:
    assert [error.kind for error in split_datagram(data)[1]] == ["cot_truncated"]


@given(
    st.lists(st.binary(max_size=60) | st.sampled_from([BARE[:90], BARE, b"\xbf", b"</event>"]), max_size=8)
)
def test_after_any_bytes_the_second_event_at_the_latest_is_read(noise: list[bytes]) -> None:
    # A length of three bytes is believed, so that much may be passed over.
    events, _ = fed(*noise, b" " * 2**21, BARE, BARE)
    assert events and events[-1].data.endswith(BARE)
    for event in events:
        assert len(event.data) <= MOST_BYTES


def test_both_encodings_tell_the_same() -> None:
    assert decode_event(PROTOBUF) == decode_event(XML)
