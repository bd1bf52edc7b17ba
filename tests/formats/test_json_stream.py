"""JSON out of a stream: however it is cut, whatever was lost, the next whole message comes out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.formats.json_stream import JsonStream

OBJECTS = st.lists(
    st.dictionaries(
        st.text(max_size=6), st.text(max_size=8) | st.lists(st.integers(), max_size=3), max_size=3
    )
    | st.lists(st.text(max_size=6), max_size=3),
    max_size=6,
)


def framed(*chunks: bytes, most_bytes: int = 10_000) -> list[Any]:
    stream = JsonStream(most_bytes)
    return [json.loads(message) for chunk in chunks for message in stream.add(chunk)]


@given(
    OBJECTS, st.sampled_from(["", "\n", "\r\n", " "]), st.sampled_from([None, 2]), st.lists(st.integers(1, 9))
)
def test_messages_come_out_however_a_stream_is_cut(
    messages: list[Any], between: str, indent: int | None, cuts: list[int]
) -> None:
    data = between.join(json.dumps(message, indent=indent) for message in messages).encode()
    chunks, at = [], 0
    for length in cuts:
        chunks.append(data[at : at + length])
        at += length
    assert framed(*chunks, data[at:]) == messages


def test_braces_and_quotes_inside_of_text_end_nothing() -> None:
    assert framed(rb'{"a":"}{\"]["}{"b":"\\"}') == [{"a": '}{"]['}, {"b": "\\"}]


@pytest.mark.parametrize("damaged", [b'{"a":[1', b'{"a":"b', b'{"a":"\\', b'{"a":{"b":', b"boot: ready]}"])
def test_a_message_after_a_damaged_one_comes_out(damaged: bytes) -> None:
    stream = JsonStream(10_000)
    assert list(stream.add(damaged + b'\n{"next":1}')) == [b'{"next":1}']
    assert stream.skipped > 0


def test_what_is_incomplete_is_kept_up_to_a_bound() -> None:
    stream = JsonStream(100)
    for _ in range(1000):
        assert list(stream.add(b"[[[[[[[[[[")) == []
        assert len(stream._open) < 100
    assert list(stream.add(b'\n{"next":1}')) == [b'{"next":1}']


@given(st.lists(st.binary(max_size=30), max_size=20))
def test_any_bytes_raise_nothing_and_are_bounded(chunks: list[bytes]) -> None:
    stream = JsonStream(50)
    for chunk in chunks:
        assert all(len(message) <= 50 for message in stream.add(chunk))
        assert len(stream._open) < 50


def test_line_ends_and_spaces_between_messages_are_nothing_skipped() -> None:
    stream = JsonStream(100)
    assert list(stream.add(b"{} \r\n []\n")) == [b"{}", b"[]"]
    assert stream.skipped == 0
