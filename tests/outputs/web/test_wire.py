"""The bytes of a frame are those of docs/console-api.md, at its offsets, whatever goes in."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.outputs.web.shown import START_NS, moving

from tocsin.outputs.web.wire import RECORD, FrameFlag, frame_of, records_of

ONE = np.ones(1, np.int64)


def test_each_value_stands_where_the_table_says() -> None:
    tracks = moving("a", identity="icao:3c6444")
    records = records_of(tracks, 7 * ONE, 3 * ONE, ONE)
    data = frame_of(9, START_NS, records, np.array([4, 5], np.uint32), FrameFlag.DEGRADED)
    assert len(data) == 40 + 32 + 8
    assert struct.unpack_from("<4sHHII", data) == (b"TOCS", 1, 32, 9, 2)
    assert struct.unpack_from("<dII8s", data, 16) == (START_NS / 1e6, 1, 2, bytes(8))
    record = data[40:72]
    assert struct.unpack_from("<Iii", record) == (7, -1_270_000_000, -470_000_000)
    assert struct.unpack_from("<f3hH", record, 12) == (500.0, 10, 300, -5, 42)
    assert struct.unpack_from("<4BHH", record, 24) == (1, 204, 252, 3, 15, 0b011)
    assert struct.unpack_from("<2I", data, 72) == (4, 5)


def test_what_has_no_room_stands_at_the_end_of_the_range_and_what_is_no_number_is_nothing() -> None:
    wild = replace(
        moving("a"), velocity_mps=np.array([[1e9, -1e9, np.nan]]), sigma_m=np.array([np.inf]),
        unseen_s=np.array([np.inf]), existence=np.array([1.5]), altitude_m=np.array([np.nan]),
        longitude_deg=np.array([np.nan]), latitude_deg=np.array([123.0]), is_lost=np.array([True]),
    )  # fmt: skip
    (record,) = records_of(wild, ONE, 0 * ONE, 0 * ONE)
    assert record["velocity"].tolist() == [32_767, -32_768, 0]
    assert (record["sigma_m"], record["unseen"], record["existence"]) == (65_535, 65_535, 255)
    assert (record["altitude_m"], record["longitude"], record["latitude"]) == (0.0, 0, 900_000_000)
    assert record["flags"] == 4


def test_a_record_has_no_hidden_room() -> None:
    assert RECORD.itemsize == 32 and records_of(moving(), ONE[:0], ONE[:0], ONE[:0]).tobytes() == b""


def test_the_page_is_tested_on_what_is_sent_today() -> None:
    """web/tests/wire.test.ts reads these bytes; where the wire changes on purpose, write them anew."""
    tracks = moving("a", "b", identity="icao:3c6444")
    numbers = np.array([7, 8])
    records = records_of(tracks, numbers, np.array([3, 0]), np.array([1, 0]))
    flags = FrameFlag.SNAPSHOT | FrameFlag.DEGRADED
    data = frame_of(9, START_NS, records, np.array([4], np.uint32), flags)
    kept = Path(__file__).parents[3] / "web" / "tests" / "frame.hex"
    assert data.hex() == kept.read_text().replace("\n", "")
