"""AVR lines: in whatever pieces the bytes come, and through whatever damage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.adsb.made import DATA, EVEN, IDENTIFICATION, TICKS
from tests.formats.adsb.test_beast import cut

from tocsin.errors import InvalidInput
from tocsin.formats.adsb import AvrStream, ReceivedMessage, avr_line
from tocsin.formats.adsb.avr import LONGEST_LINE_BYTES

MESSAGES = st.builds(ReceivedMessage, DATA, st.none() | TICKS, st.none())


def fed(*chunks: bytes) -> tuple[list[ReceivedMessage], list[str]]:
    stream = AvrStream()
    messages: list[ReceivedMessage] = []
    kinds: list[str] = []
    for chunk in chunks:
        found, errors = stream.feed(chunk)
        messages += found
        kinds += [error.kind for error in errors]
        assert len(stream._kept) <= LONGEST_LINE_BYTES
    return messages, kinds


def test_lines_with_and_without_a_counter_are_read() -> None:
    data = b"*8D4840D6202CC371C32CE0576098;\r\n@016CE3671C2A8d40621d58c382d690c8ac2863a7;\n*0000;\n"
    assert fed(data) == (
        [
            ReceivedMessage(IDENTIFICATION),
            ReceivedMessage(EVEN, 0x016CE3671C2A),
            ReceivedMessage(bytes(2)),
        ],
        [],
    )


@given(st.lists(MESSAGES, max_size=6), st.lists(st.integers(0, 300), max_size=6))
def test_whatever_is_written_reads_back_in_whatever_pieces(
    sent: list[ReceivedMessage], places: list[int]
) -> None:
    data = b"".join(avr_line(message) for message in sent)
    assert fed(*cut(data, places)) == (sent, [])


@given(st.binary(max_size=300) | st.text("*@;08dD\n", max_size=300).map(str.encode))
def test_after_any_bytes_the_second_line_at_the_latest_is_read(noise: bytes) -> None:
    line = avr_line(ReceivedMessage(EVEN))
    assert fed(noise, line, line)[0][-1:] == [ReceivedMessage(EVEN)]


@pytest.mark.parametrize(
    "damaged",
    [b"*8D40621D58;", b"*8D40621D58C382D690C8AC2863A", b"8D40621D;", b"*;", b"@12*;", b"x" * 90 + b";"],
)
def test_a_damaged_line_is_counted_and_the_next_one_is_read(damaged: bytes) -> None:
    messages, kinds = fed(damaged + b"*8D40621D58C382D690C8AC2863A7;\n")
    assert messages == [ReceivedMessage(EVEN)]
    assert set(kinds) == {"avr_damaged"}


def test_a_line_without_end_is_not_kept() -> None:
    assert fed(*[b"*" + b"0" * 100] * 20, b";*8D40621D58C382D690C8AC2863A7;")[0] == [ReceivedMessage(EVEN)]


@pytest.mark.parametrize("message", [ReceivedMessage(b"123"), ReceivedMessage(EVEN, 1 << 48)])
def test_what_has_no_room_is_refused(message: ReceivedMessage) -> None:
    with pytest.raises(InvalidInput):
        avr_line(message)
