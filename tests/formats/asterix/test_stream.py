"""ASTERIX on a connection: however it is cut, the same blocks come out; nonsense is told and left behind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.formats.adsb.test_beast import cut
from tests.formats.asterix.test_datagram import PLOT_RECORD, SERVICE_RECORD, block

from tocsin.formats.asterix import AsterixStream

BLOCKS = block(48, PLOT_RECORD) + block(34, SERVICE_RECORD) + block(48, PLOT_RECORD * 2)


@given(st.lists(st.integers(0, 500), max_size=8))
def test_blocks_come_out_whole_however_they_are_cut(places: list[int]) -> None:
    stream, found = AsterixStream(), []
    for chunk in cut(BLOCKS, places):
        blocks, errors = stream.feed(chunk)
        found.append(blocks)
        assert errors == []
    assert b"".join(found) == BLOCKS and stream.end() is None


def test_a_length_that_cannot_be_is_told_and_what_comes_next_is_a_beginning() -> None:
    stream = AsterixStream()
    blocks, (error,) = stream.feed(BLOCKS + b"\x30\x00\x02 and more")
    assert (blocks, error.kind) == (BLOCKS, "asterix_damaged")
    assert stream.feed(BLOCKS) == (BLOCKS, [])


def test_what_is_cut_off_is_told_at_the_end() -> None:
    stream = AsterixStream()
    assert stream.feed(BLOCKS[:-1])[1] == []
    error = stream.end()
    assert error is not None and error.kind == "asterix_truncated"
    assert stream.feed(BLOCKS) == (BLOCKS, [])


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_any_bytes_raise_nothing_and_less_than_a_block_is_kept(chunks: list[bytes]) -> None:
    stream = AsterixStream()
    for chunk in chunks:
        stream.feed(chunk)
        assert len(stream._kept) < 65_535
