"""The console's binary frames: how tracks look on the websocket.

Version 1, little-endian, as docs/console-api.md has it: a header of 40 bytes, `count` records of 32 bytes,
`removed` numbers of 4 bytes.

    header   0 "TOCS"  4 u16 version  6 u16 stride  8 u32 sequence  12 u32 flags  16 f64 time [UTC ms]
             24 u32 count  28 u32 removed  32 8 bytes of zero
    record   0 u32 number  4 i32 longitude  8 i32 latitude [1e-7 deg]  12 f32 altitude [m]
             16 i16 velocity east, north, up [0.1 m/s]  22 u16 one sigma [m]  24 u8 class
             25 u8 its probability [1/255]  26 u8 existence [1/255]  27 u8 level
             28 u16 unseen for [0.1 s]  30 u16 flags
"""

from __future__ import annotations

import struct
from enum import IntFlag

import numpy as np
import numpy.typing as npt

from tocsin.outputs.web.source import MovingTracks
from tocsin.units import FloatArray, IntArray

VERSION = 1
HEADER = struct.Struct("<4sHHIIdII8x")
RECORD = np.dtype(
    [
        ("number", "<u4"),
        ("longitude", "<i4"),
        ("latitude", "<i4"),
        ("altitude_m", "<f4"),
        ("velocity", "<i2", (3,)),
        ("sigma_m", "<u2"),
        ("class_number", "u1"),
        ("class_probability", "u1"),
        ("existence", "u1"),
        ("level", "u1"),
        ("unseen", "<u2"),
        ("flags", "<u2"),
    ]
)
_MAGIC = b"TOCS"

Records = npt.NDArray[np.void]


class FrameFlag(IntFlag):
    """Of a frame."""

    SNAPSHOT = 1
    DEGRADED = 2


class TrackFlag(IntFlag):
    """Of a record."""

    COOPERATIVE = 1
    MARKED = 2
    LOST = 4


def records_of(tracks: MovingTracks, number: IntArray, level: IntArray, is_marked: IntArray) -> Records:
    """All records in one go, in the order of the tracks; what is out of range stands at its end.

    `number`, `level` and `is_marked` are (n,).
    """
    records = np.zeros(len(tracks), dtype=RECORD)
    records["number"] = number
    records["longitude"] = _whole(tracks.longitude_deg * 1e7, -1_800_000_000, 1_800_000_000)
    records["latitude"] = _whole(tracks.latitude_deg * 1e7, -900_000_000, 900_000_000)
    records["altitude_m"] = np.nan_to_num(tracks.altitude_m)
    records["velocity"] = _whole(tracks.velocity_mps * 10.0, -32_768, 32_767)
    records["sigma_m"] = _whole(tracks.sigma_m, 0, 65_535)
    records["class_number"] = np.clip(tracks.class_number, 0, 255)
    records["class_probability"] = _whole(tracks.class_probability * 255.0, 0, 255)
    records["existence"] = _whole(tracks.existence * 255.0, 0, 255)
    records["level"] = level
    records["unseen"] = _whole(tracks.unseen_s * 10.0, 0, 65_535)
    records["flags"] = (
        TrackFlag.COOPERATIVE * tracks.is_cooperative
        + TrackFlag.MARKED * is_marked
        + TrackFlag.LOST * tracks.is_lost
    )
    return records


def frame_of(
    sequence: int, time_ns: int, records: Records, removed: npt.NDArray[np.uint32], flags: FrameFlag
) -> bytes:
    """A frame as it goes out."""
    header = HEADER.pack(
        _MAGIC, VERSION, RECORD.itemsize, sequence, int(flags), time_ns / 1e6, len(records), len(removed)
    )
    return b"".join((header, records.tobytes(), removed.astype("<u4").tobytes()))


def _whole(values: FloatArray, low: int, high: int) -> FloatArray:
    """Rounded and kept in a range; what is no number is 0."""
    whole: FloatArray = np.clip(np.rint(np.nan_to_num(values, posinf=high, neginf=low)), low, high)
    return whole
