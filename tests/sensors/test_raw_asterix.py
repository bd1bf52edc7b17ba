"""ASTERIX without a container: blocks are found again after damage, and receipt is made of their times."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind
from tests.sensors.made import DAY_NS, SECOND_NS, plot, radar_blocks

from tocsin.errors import DecodeError
from tocsin.formats.capture import Packet
from tocsin.sensors.raw_asterix import begins_as_asterix, raw_packets


def times_s(*time_of_day_s: float | None) -> list[float]:
    blocks = radar_blocks(*(plot(0.0, time_of_day_s=time_s) for time_s in time_of_day_s))
    return [packet.time_ns / SECOND_NS for packet in raw_packets(io.BytesIO(blocks))]


def test_time_of_day_is_taken_as_of_the_first_of_january_1970_and_the_day_after_midnight() -> None:
    assert times_s(3.0, 4.0) == [3.0, 4.0]
    assert times_s(86_399.0, 1.0, 2.0) == [86_399.0, 86_401.0, 86_402.0]


def test_a_block_older_than_the_one_before_or_without_time_is_received_with_it() -> None:
    assert times_s(30.0, 28.0, None, 31.0) == [30.0, 30.0, 30.0, 31.0]


def test_a_damaged_time_ahead_of_all_others_is_not_believed_but_a_pause_is() -> None:
    assert times_s(30.0, 9000.0, 31.0) == [30.0, 30.0, 31.0]
    assert times_s(30.0, 9000.0, 9001.0, 9002.0) == [30.0, 30.0, 9001.0, 9002.0]


@pytest.mark.parametrize("garbage", [b"\x00\x00\x00\x30\x00", b"\x00\x30\x00\x06\x07"])
def test_after_damage_reading_goes_on_at_the_next_block(garbage: bytes) -> None:
    """Also where the garbage looks like the beginning of a block that reaches into the next one."""
    good = radar_blocks(plot(1.0), plot(2.0))
    stream = io.BytesIO(good + garbage + good)
    found: list[Packet] = []
    with pytest.raises(DecodeError, match="5 bytes of the file are no ASTERIX data block") as caught:
        found.extend(raw_packets(stream))
    assert caught.value.kind == "asterix_damaged"
    stream.seek(0)
    reader = raw_packets(stream)
    assert [next(reader).data for _ in range(4)] == [radar_blocks(plot(s)) for s in (1.0, 2.0, 1.0, 2.0)]
    assert error_kind(next, reader) == "asterix_damaged"


def test_only_blocks_that_can_be_read_make_a_file_of_asterix() -> None:
    assert begins_as_asterix(radar_blocks(plot(1.0)))
    assert begins_as_asterix(b"\x15\x00\x05ab" + radar_blocks(plot(1.0)))
    assert not begins_as_asterix(b"\x15\x00\x05ab")
    assert not begins_as_asterix(b"\x30\x00\x05ab")


@given(st.binary(max_size=300), st.binary(max_size=40), st.integers(0, 60))
def test_no_bytes_stop_the_reading(garbage: bytes, more: bytes, cut: int) -> None:
    good = radar_blocks(plot(1.0), plot(2.0))
    content = good[:cut] + garbage + good + more
    found: list[Packet] = []
    assert error_kind(lambda: found.extend(raw_packets(io.BytesIO(content)))) in (None, "asterix_damaged")
    assert all(0 <= packet.time_ns < 2 * DAY_NS for packet in found)
    assert begins_as_asterix(content) in (True, False)
