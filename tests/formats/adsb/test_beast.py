"""Beast framing: in whatever pieces the bytes come, and through whatever damage."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.adsb.made import EVEN, MESSAGES, ODD

from tocsin.errors import InvalidInput
from tocsin.formats.adsb import TICKS_PER_SECOND, BeastStream, ReceivedMessage, beast_frame

FRAME = bytes.fromhex("1a33 00000000000a 80") + EVEN
LONGEST_KEPT = 2 + 2 * 21


def fed(stream: BeastStream, *chunks: bytes) -> tuple[list[ReceivedMessage], list[str]]:
    messages: list[ReceivedMessage] = []
    kinds: list[str] = []
    for chunk in chunks:
        found, errors = stream.feed(chunk)
        messages += found
        kinds += [error.kind for error in errors]
    return messages, kinds


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


def test_a_frame_is_read_by_its_layout() -> None:
    assert fed(BeastStream(), FRAME) == ([ReceivedMessage(EVEN, 10, 128)], [])


def test_a_doubled_1a_is_one() -> None:
    frame = bytes.fromhex("1a32 1a1a0000000000 1a1a 1a1a1a1a020304051a1a".replace(" ", ""))
    assert fed(BeastStream(), frame) == (
        [ReceivedMessage(bytes.fromhex("1a1a020304051a"), 0x1A << 40, 0x1A)],
        [],
    )


@given(st.lists(MESSAGES, max_size=8), st.lists(st.integers(0, 500), max_size=8))
def test_whatever_is_written_reads_back_in_whatever_pieces(
    sent: list[ReceivedMessage], places: list[int]
) -> None:
    data = b"".join(beast_frame(message) for message in sent)
    assert fed(BeastStream(), *cut(data, places)) == (sent, [])


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=4))
def test_any_bytes_are_read_and_little_of_them_is_kept(data: bytes, places: list[int]) -> None:
    stream = BeastStream()
    fed(stream, *cut(data, places))
    assert len(stream._kept) <= LONGEST_KEPT


@given(MESSAGES, st.binary(max_size=60).filter(lambda noise: not noise.endswith(b"\x1a")))
def test_after_any_noise_the_second_frame_at_the_latest_is_read(
    message: ReceivedMessage, noise: bytes
) -> None:
    frame = beast_frame(message)
    messages, _ = fed(BeastStream(), noise + frame + frame)
    assert messages and messages[-1] == message


def test_a_cut_off_frame_is_counted_and_the_next_one_is_read() -> None:
    assert fed(BeastStream(), FRAME[:12] + FRAME) == ([ReceivedMessage(EVEN, 10, 128)], ["beast_damaged"])


def test_a_cut_off_frame_with_a_doubled_1a_before_a_type_is_not_taken_for_a_start() -> None:
    tail = bytes.fromhex("1a1a33") + bytes(21)
    assert fed(BeastStream(), tail + FRAME) == ([ReceivedMessage(EVEN, 10, 128)], ["beast_damaged"])


def test_types_that_are_not_mode_s_are_told_and_the_receivers_status_is_passed_over() -> None:
    receiver_id = bytes.fromhex("1ae3 0102030405060708")
    status = bytes.fromhex("1a34") + bytes(21)
    assert fed(BeastStream(), receiver_id + status + FRAME) == (
        [ReceivedMessage(EVEN, 10, 128)],
        ["beast_unknown_type"],
    )


def test_a_stream_of_nothing_but_1a_ends() -> None:
    stream = BeastStream()
    assert fed(stream, b"\x1a" * 100_001)[0] == []
    assert len(stream._kept) <= LONGEST_KEPT


@pytest.mark.parametrize(
    "message", [ReceivedMessage(b"123"), ReceivedMessage(EVEN, 1 << 48), ReceivedMessage(EVEN, -1),
                ReceivedMessage(EVEN, 0, 256)]
)  # fmt: skip
def test_what_has_no_room_is_refused(message: ReceivedMessage) -> None:
    with pytest.raises(InvalidInput):
        beast_frame(message)


def test_the_real_stream_is_239_frames_over_24_seconds(shared_path: Callable[[str], Path]) -> None:
    data = shared_path("recordings/modes_beast.bin").read_bytes()
    messages, kinds = fed(BeastStream(), data)
    assert (len(messages), kinds) == (239, [])
    assert [len(message.data) for message in messages].count(14) == 54
    assert fed(BeastStream(), *(bytes((byte,)) for byte in data))[0] == messages
    assert b"".join(map(beast_frame, messages)) == data
    ticks = [message.ticks or 0 for message in messages]
    assert (ticks[-1] - ticks[0]) / TICKS_PER_SECOND == pytest.approx(23.9, abs=0.1)


def test_odd_and_even_come_one_after_the_other() -> None:
    sent = [ReceivedMessage(EVEN, 1, 2), ReceivedMessage(ODD, 3, 4)]
    assert fed(BeastStream(), b"".join(map(beast_frame, sent))) == (sent, [])
