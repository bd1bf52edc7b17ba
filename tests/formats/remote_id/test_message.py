"""Payloads: single messages and packs; one bad message takes no good one with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind
from tests.formats.remote_id.made import MESSAGES

from tocsin.errors import InvalidInput
from tocsin.formats.remote_id import (
    Location,
    Message,
    SelfId,
    decode_message,
    decode_payload,
    encode_message,
    encode_pack,
    split_payload,
)


@given(MESSAGES)
def test_a_single_message_reads_back(message: Message) -> None:
    data = encode_message(message)
    assert len(data) == 25
    assert decode_message(data) == message
    assert decode_payload(data) == ([message], [])


@given(st.lists(MESSAGES, min_size=1, max_size=9), st.binary(max_size=60))
def test_a_pack_reads_back_whatever_fills_up_the_frame_behind_it(
    messages: list[Message], filling: bytes
) -> None:
    pack = encode_pack(messages)
    assert len(pack) == 3 + 25 * len(messages)
    assert decode_payload(pack + filling) == (messages, [])
    assert split_payload(pack) == [encode_message(message) for message in messages]


def test_one_bad_message_of_a_pack_is_told_and_the_others_survive() -> None:
    good = [SelfId(0, "one"), SelfId(0, "two"), SelfId(0, "three")]
    pack = bytearray(encode_pack(good))
    pack[3 + 25] = 0x72
    messages, errors = decode_payload(bytes(pack))
    assert messages == [good[0], good[2]]
    assert [error.kind for error in errors] == ["remote_id_reserved"]
    assert errors[0].data == bytes(pack[28:53])


def test_older_versions_are_read_and_later_ones_are_not_guessed_at() -> None:
    data = bytearray(encode_message(Location()))
    for version in (0, 1):
        data[0] = 0x10 | version
        assert decode_message(bytes(data)) == Location()
    data[0] = 0x13
    messages, errors = decode_payload(bytes(data))
    assert messages == []
    assert [error.kind for error in errors] == ["remote_id_reserved"]


def test_packs_that_contradict_themselves_are_told_by_kind() -> None:
    pack = encode_pack([Location(), Location()])
    assert error_kind(split_payload, b"") == "remote_id_damaged"
    assert error_kind(split_payload, pack[3:27]) == "remote_id_damaged"
    assert error_kind(split_payload, pack[:-1]) == "remote_id_damaged"
    assert error_kind(split_payload, pack[:2]) == "remote_id_damaged"
    assert error_kind(split_payload, pack[:1] + b"\x18" + pack[2:]) == "remote_id_damaged"
    assert error_kind(split_payload, pack[:2] + b"\x0a" + pack[3:] * 5) == "remote_id_damaged"
    assert error_kind(split_payload, pack[:2] + b"\x00" + pack[3:]) == "remote_id_empty_pack"


def test_a_pack_in_a_pack_is_refused() -> None:
    pack = bytearray(encode_pack([Location()]))
    pack[3] = 0xF2
    messages, errors = decode_payload(bytes(pack))
    assert messages == []
    assert [error.kind for error in errors] == ["remote_id_reserved"]


@pytest.mark.parametrize("count", [0, 10])
def test_a_pack_of_no_or_too_many_messages_is_not_written(count: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 9 messages"):
        encode_pack([Location()] * count)


@given(
    st.binary(max_size=240),
    st.sampled_from([b"", b"\xf2\x19", b"\xf2\x19\x02", b"\x12", b"\x42", b"\x02", b"\x32"]),
)
def test_random_bytes_give_messages_or_decode_errors_and_nothing_else(noise: bytes, start: bytes) -> None:
    messages, errors = decode_payload(start + noise)
    assert len(messages) + len(errors) >= 1
    assert all(error.kind.startswith("remote_id_") for error in errors)


@given(st.binary(min_size=24, max_size=24), st.integers(0, 5))
def test_what_decodes_is_written_as_something_that_decodes_to_the_same(
    noise: bytes, message_type: int
) -> None:
    messages, _ = decode_payload(bytes((message_type << 4 | 2,)) + noise)
    for message in messages:
        assert decode_message(encode_message(message)) == message
