"""The receiver's notes before a captured 802.11 frame: does a checksum follow, and was it right?

    0 version, 2-3 length of all notes, 4-7 which notes are present (bit 31: four more such bytes follow),
    then the notes in the order of their bits, each aligned to its size; bit 0 is 8 bytes, bit 1 the flags.

Source: radiotap.org, "Radiotap" and "Defined fields".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tocsin.formats.remote_id.frame import damaged_frame

_HAS_TIME = 1 << 0
_HAS_FLAGS = 1 << 1
_MORE_PRESENT = 1 << 31
_FLAG_CHECKSUM_FOLLOWS = 0x10
_FLAG_CHECKSUM_WRONG = 0x40


@dataclass(frozen=True, slots=True)
class Reception:
    """A frame without the notes, whether its last four bytes are a checksum, whether that was found wrong."""

    frame: bytes
    has_checksum: bool
    checksum_failed: bool


def strip_radiotap(data: bytes) -> Reception:
    """Separate frame and notes; DecodeError `frame_damaged` where the notes do not fit the bytes."""
    if len(data) < 8 or data[0] != 0:
        raise damaged_frame("the radiotap header", data)
    length, present = struct.unpack_from("<HI", data, 2)
    offset, more = 8, present
    while more & _MORE_PRESENT and offset + 4 <= len(data):
        (more,) = struct.unpack_from("<I", data, offset)
        offset += 4
    if not offset <= length <= len(data):
        raise damaged_frame("the radiotap header", data)
    if not present & _HAS_FLAGS:
        return Reception(data[length:], False, False)
    if present & _HAS_TIME:
        offset = (offset + 7) // 8 * 8 + 8
    if offset >= length:
        raise damaged_frame("the radiotap header", data)
    flags = data[offset]
    return Reception(data[length:], bool(flags & _FLAG_CHECKSUM_FOLLOWS), bool(flags & _FLAG_CHECKSUM_WRONG))


def add_radiotap(frame_with_checksum: bytes) -> bytes:
    """The shortest notes that say: a checksum follows the frame."""
    return struct.pack("<BBHIB", 0, 0, 9, _HAS_FLAGS, _FLAG_CHECKSUM_FOLLOWS) + frame_with_checksum
