"""Radiotap: the flags are found behind alignment, times and further words of presence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind

from tocsin.errors import DecodeError
from tocsin.formats.remote_id.radiotap import Reception, add_radiotap, strip_radiotap

FRAME = b"frame"


@pytest.mark.parametrize(
    "notes",
    [
        "00 00 0900 02000000 10",
        "00 00 0a00 06000000 10 02",
        "00 00 1100 03000000 ffffffffffffffff 10",
        # a second word of presence: the time is aligned to 16
        "00 00 1900 03000080 00000000 00000000 ffffffffffffffff 10",
    ],
)
def test_the_flags_are_found_wherever_they_stand(notes: str) -> None:
    assert strip_radiotap(bytes.fromhex(notes) + FRAME) == Reception(FRAME, True, False)


def test_without_flags_nothing_is_claimed() -> None:
    assert strip_radiotap(bytes.fromhex("00 00 0900 04000000 02") + FRAME) == Reception(FRAME, False, False)


def test_a_wrong_checksum_is_said() -> None:
    assert strip_radiotap(bytes.fromhex("00 00 0900 02000000 50") + FRAME) == Reception(FRAME, True, True)


def test_notes_of_our_own_read_back() -> None:
    assert strip_radiotap(add_radiotap(FRAME)) == Reception(FRAME, True, False)


@pytest.mark.parametrize(
    "notes", ["", "01 00 0900 02000000 10", "00 00 0800 02000000", "00 00 ff00 02000000 10"]
)
def test_notes_that_do_not_fit_are_refused(notes: str) -> None:
    with pytest.raises(DecodeError, match="the radiotap header"):
        strip_radiotap(bytes.fromhex(notes))


@given(st.binary(max_size=40))
def test_random_bytes_raise_nothing_but_decode_errors(noise: bytes) -> None:
    assert error_kind(strip_radiotap, b"\0\0" + noise) in (None, "frame_damaged")
