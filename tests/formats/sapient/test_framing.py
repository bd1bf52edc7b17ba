"""Messages are cut out of a connection however its bytes are cut; a length that can't be ends it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.formats.sapient import MOST_BYTES, SapientStream, framed


def test_the_length_is_four_bytes_little_endian() -> None:
    assert framed(b"abc") == b"\x03\x00\x00\x00abc"


@given(
    messages=st.lists(st.binary(min_size=1, max_size=400), max_size=12), cuts=st.lists(st.integers(1, 300))
)
def test_messages_come_out_as_they_were_sent(messages: list[bytes], cuts: list[int]) -> None:
    stream, wire, found = SapientStream(), b"".join(map(framed, messages)), []
    for size in [*cuts, len(wire) + 1]:
        chunk, wire = wire[:size], wire[size:]
        come, error = stream.feed(chunk)
        assert error is None
        found += come
    assert found == messages and not stream.is_within


@pytest.mark.parametrize("length", [0, MOST_BYTES + 1, 0x47455420, 2**32 - 1])
def test_a_length_that_cannot_be_ends_the_connection(length: int) -> None:
    stream = SapientStream()
    messages, error = stream.feed(framed(b"good") + struct.pack("<I", length) + framed(b"lost"))
    assert messages == [b"good"]
    assert error is not None and error.kind == "sapient_bad_length"
    assert stream.is_broken and not stream.is_within
    assert stream.feed(framed(b"later")) == ([], None)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_no_bytes_make_it_keep_more_than_one_message(chunks: list[bytes]) -> None:
    stream = SapientStream()
    for chunk in chunks:
        stream.feed(chunk)
        assert len(stream._kept) < MOST_BYTES + 4
