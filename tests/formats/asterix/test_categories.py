"""Which categories are read, which are only recognised, and which editions there are of each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import InvalidInput
from tocsin.formats.asterix import DEFAULT_EDITIONS, UnusedRecord, decode_datagram, decode_placed
from tocsin.formats.asterix.editions import category_type
from tocsin.formats.asterix.records import join_record

EVERY_CATEGORY = sorted(DEFAULT_EDITIONS)


def block(category: int, body: bytes) -> bytes:
    return bytes((category,)) + (3 + len(body)).to_bytes(2, "big") + body


@pytest.mark.parametrize("category", [10, 15, 16, 247])
def test_a_category_of_no_use_here_is_recognised(category: int) -> None:
    edition = DEFAULT_EDITIONS[category]
    bare = join_record({"010": b"\x19\xc9"}, category, edition)
    named = (
        join_record({"010": b"\x19\xca", "140": b"\x07\x08\x00"}, category, edition)
        if category != 15
        else bare
    )
    messages, errors = decode_datagram(block(category, bare + named))
    assert errors == []
    assert messages[0] == UnusedRecord(25, 201, 1)
    assert len(messages) == 2
    assert decode_placed(block(category, bare + named)) == (messages, [])


@pytest.mark.parametrize("category", [10, 15, 16, 247])
def test_what_is_damaged_of_it_is_told(category: int) -> None:
    for body in (b"\x80\x19", b"\x80", b"\x00"):
        assert [error.kind for error in decode_datagram(block(category, body))[1]] == ["asterix_damaged"]


@pytest.mark.parametrize("category", EVERY_CATEGORY)
def test_the_default_edition_is_the_newest_that_there_is(category: int) -> None:
    with pytest.raises(
        InvalidInput, match=f"category {category:03d} has no edition '9.9': take one of"
    ) as told:
        decode_datagram(block(category, b"\x80\x19\xc9"), {category: "9.9"})
    assert str(told.value).endswith(DEFAULT_EDITIONS[category])
    assert category_type(category, DEFAULT_EDITIONS[category]).cv_category == category


@given(st.binary(max_size=200), st.sampled_from(EVERY_CATEGORY), st.sampled_from([b"", b"\x80", b"\x81\x80"]))
def test_random_bytes_of_every_category_raise_nothing_and_are_not_passed_over(
    noise: bytes, category: int, start: bytes
) -> None:
    data = block(category, start + noise)
    for decode in (decode_datagram, decode_placed):
        messages, errors = decode(data)
        assert len(messages) + len(errors) >= 1
        assert all(error.kind.startswith(("asterix_", "not_asterix")) for error in errors)
