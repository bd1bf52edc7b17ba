"""ASTERIX data blocks one after the other in a file, without a container that says when they were received.

Time of day is all that such a file tells: it is taken as of 1 January 1970, the next day after midnight. A
block counts as received when the newest thing in it was measured, or with the one before if that is later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from tocsin.errors import DecodeError
from tocsin.formats.asterix import UnusedRecord, decode_placed, time_of_day_to_ns
from tocsin.formats.capture import Packet
from tocsin.units import NANOSECONDS_PER_SECOND

NO_LINK = -1
"""Stands where a packet of a capture has its link type."""
_READ_CATEGORIES = (48, 34)
_HEADER_BYTES = 3
_BLOCKS_TO_RECOGNISE = 16
_NOON_NS = 43_200 * NANOSECONDS_PER_SECOND  # any time of day is nearest to the noon of its own day
_LEAP_NS = 60 * NANOSECONDS_PER_SECOND


def begins_as_asterix(start: bytes) -> bool:
    """Whether the first bytes of a file are data blocks of which at least one can be read."""
    position = 0
    for _ in range(_BLOCKS_TO_RECOGNISE):
        end = _end_of_block(start, position)
        if end is None:
            break
        if start[position] in _READ_CATEGORIES and decode_placed(start[position:end])[0]:
            return True
        position = end
    return False


def raw_packets(stream: BinaryIO) -> Iterator[Packet]:
    """Yields each data block as a packet; what is no block is passed over up to the next one.

    Raises DecodeError `asterix_damaged` at the end if anything was passed over. The file is read at once.
    """
    content = stream.read()
    receipt = _Receipt()
    position = number = passed_over = 0
    while position < len(content):
        end = _end_of_block(content, position)
        if end is None:
            begin, position = position, _next_block(content, position + 1)
            passed_over += position - begin
            continue
        number += 1
        yield Packet(receipt.of(content[position:end]), NO_LINK, content[position:end], number)
        position = end
    if passed_over:
        message = f"{passed_over} bytes of the file are no ASTERIX data block; the others were read"
        raise DecodeError("asterix_damaged", message)


class _Receipt:
    """Makes times of receipt; a leap of more than a minute counts only when the next block confirms it."""

    def __init__(self) -> None:
        self._latest_ns: int | None = None
        self._leaps = False

    def of(self, block: bytes) -> int:
        messages, _ = decode_placed(block)
        near_ns = _NOON_NS if self._latest_ns is None else self._latest_ns
        dated = (message for message in messages if not isinstance(message, UnusedRecord))
        times_s = (message.time_of_day_s for message in dated)
        newest_ns = max(
            (time_of_day_to_ns(time_s, near_ns) for time_s in times_s if time_s is not None), default=None
        )
        if newest_ns is not None:
            leaps = self._latest_ns is not None and newest_ns > self._latest_ns + _LEAP_NS
            if not leaps or self._leaps:
                self._latest_ns = max(newest_ns, self._latest_ns or 0)
            self._leaps = leaps
        return self._latest_ns or 0


def _end_of_block(content: bytes, position: int) -> int | None:
    """Where the block that begins here ends; None where its length cannot be."""
    length = int.from_bytes(content[position + 1 : position + _HEADER_BYTES], "big")
    end = position + length
    return end if length > _HEADER_BYTES and end <= len(content) else None


def _next_block(content: bytes, position: int) -> int:
    """Where the next block of a category that is read begins, with one or the end after it; or the end."""
    while position < len(content):
        if content[position] in _READ_CATEGORIES:
            end = _end_of_block(content, position)
            if end == len(content) or (end is not None and content[end] in _READ_CATEGORIES):
                break
        position += 1
    return position
