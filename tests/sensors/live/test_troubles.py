"""What goes wrong on the way, for every format: each trouble is counted under its own word and makes nothing.

The wrong sender is told before the bytes are looked at, so its word is the same for all: test_senders.py.
Beast and AVR tell no time and no version, aircraft.json and the JSON of Remote ID no version: what is not in
the table cannot be told of them. What of Beast and AVR is replayed much later is like new.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.sensors.live.clocks import SetClock
from tests.sensors.live.test_readers import KINDS, sensor
from tests.sensors.made import SECRET, START_NS, at, location, plot, radar_blocks, site
from tests.sensors.test_adsb_reader import position
from tests.sensors.test_aircraft_json_reader import ENTRY
from tests.sensors.test_cot_reader import EVENT
from tests.sensors.test_remote_id_json_reader import decoded

from tocsin.config.inputs import InputFormat
from tocsin.formats.adsb import Position, ReceivedMessage, avr_line, beast_frame
from tocsin.formats.cot import encode_xml
from tocsin.sensors.live.source import LiveSource

ASTERIX, NODE, BEAST, AVR = InputFormat.ASTERIX, InputFormat.NODE, InputFormat.BEAST, InputFormat.AVR
AIRCRAFT, COT, REMOTE_ID = InputFormat.AIRCRAFT_JSON, InputFormat.COT, InputFormat.REMOTE_ID_JSON
WAYS = {
    ASTERIX: "udp://127.0.0.1:8600",
    NODE: "mqtt://broker/tocsin/#",
    BEAST: "tcp://127.0.0.1:30005",
    AVR: "tcp://127.0.0.1:30002",
    AIRCRAFT: "http://127.0.0.1/aircraft.json",
    COT: "udp://127.0.0.1:8087",
    REMOTE_ID: "mqtt://broker/wardragon/#",
}


def mode_s(seconds: float) -> list[ReceivedMessage]:
    place = Position(-46.4 + seconds * 1e-4, -20.1)
    return [ReceivedMessage(position(is_odd, place), 0, 0) for is_odd in (False, True)]


def aircraft_json(seconds: float, *entries: object) -> bytes:
    now_s = START_NS / 1e9 + seconds
    return json.dumps({"now": now_s, "aircraft": entries or [ENTRY | {"seen_pos": 0.0}]}).encode()


def heard(seconds: float, **more: object) -> bytes:
    return json.dumps({"v": 1, "time": at(seconds) / 1e9, "heard": True} | more).encode()


def cot(seconds: float) -> bytes:
    return encode_xml(replace(EVENT, time_ns=at(seconds)))


GOOD: dict[InputFormat, Callable[[float], bytes]] = {
    ASTERIX: lambda seconds: radar_blocks(plot(seconds)),
    NODE: heard,
    BEAST: lambda seconds: b"".join(map(beast_frame, mode_s(seconds))),
    AVR: lambda seconds: b"".join(map(avr_line, mode_s(seconds))),
    AIRCRAFT: aircraft_json,
    COT: cot,
    REMOTE_ID: lambda seconds: json.dumps(decoded(location(seconds))).encode(),
}
"""A message, or a few, that make one detection, measured so many seconds after the start."""


EARLY_ADSB = bytes.fromhex("150013 f110 1901 7820 00800000ff000000 3c66")
TABLE: list[tuple[InputFormat, str, bytes, dict[str, int]]] = [
    (ASTERIX, "truncated", GOOD[ASTERIX](5.0)[:-1], {"asterix_truncated": 1}),
    (ASTERIX, "oversized", b"\x30\x00\x10" + bytes(13), {"asterix_damaged": 1}),
    (ASTERIX, "wrong edition", EARLY_ADSB, {"asterix_damaged": 1, "asterix_not_from_a_radar": 1}),
    (ASTERIX, "replayed", GOOD[ASTERIX](0.0), {"repeated": 1}),
    (ASTERIX, "from the future", GOOD[ASTERIX](65.0), {"from_the_future": 1}),
    (NODE, "truncated", heard(5.0)[:-1], {"node_message_truncated": 1}),
    (NODE, "oversized", heard(5.0) + b" " * 5000, {"node_message_too_large": 1}),
    (NODE, "wrong edition", heard(5.0, v=2), {"node_message_version": 1}),
    (NODE, "replayed", heard(0.0), {"repeated": 1}),
    (NODE, "from the future", heard(65.0), {"from_the_future": 1}),
    (BEAST, "truncated", GOOD[BEAST](5.0)[:12], {"beast_truncated": 1}),
    (BEAST, "oversized", bytes(80) + b"\x1a", {"beast_damaged": 1, "beast_truncated": 1}),
    (BEAST, "wrong edition", b"\x1a\x39" + bytes(21), {"beast_unknown_type": 1}),
    (BEAST, "replayed", GOOD[BEAST](0.0), {"repeated": 2}),
    (AVR, "truncated", GOOD[AVR](5.0)[:12], {"avr_truncated": 1}),
    (AVR, "oversized", b"*" + b"8D" * 50 + b";", {"avr_damaged": 1}),
    (AVR, "replayed", GOOD[AVR](0.0), {"repeated": 2}),
    (AIRCRAFT, "truncated", aircraft_json(5.0)[:-1], {"aircraft_json_truncated": 1}),
    (AIRCRAFT, "oversized", aircraft_json(5.0, *[7] * 50_001), {"aircraft_json_oversized": 1}),
    (AIRCRAFT, "replayed", aircraft_json(0.0), {"repeated": 1}),
    (AIRCRAFT, "from the future", aircraft_json(65.0), {"from_the_future": 1}),
    (COT, "truncated", cot(5.0)[:-9], {"cot_truncated": 1}),
    (COT, "oversized", cot(5.0).replace(b"<point", b" " * 70_000 + b"<point"), {"cot_oversized": 1}),
    (COT, "wrong edition", cot(5.0).replace(b'version="2.0"', b'version="3.0"'), {"cot_version": 1}),
    (COT, "wrong edition", b"\xbf\x02\xbf" + bytes(20), {"cot_version": 1}),
    (COT, "replayed", cot(0.0), {"repeated": 1}),
    (COT, "from the future", cot(65.0), {"from_the_future": 1}),
    (REMOTE_ID, "truncated", GOOD[REMOTE_ID](5.0)[:-1], {"remote_id_json_truncated": 1}),
    (REMOTE_ID, "oversized", GOOD[REMOTE_ID](5.0) + b" " * 20_000, {"remote_id_json_too_large": 1}),
    (REMOTE_ID, "replayed", GOOD[REMOTE_ID](0.0), {"repeated": 1}),
    (REMOTE_ID, "from the future", GOOD[REMOTE_ID](65.0), {"from_the_future": 1}),
]


def counted(kind_of_bytes: InputFormat, *between: bytes) -> tuple[Counter[str], int]:
    """What was counted by reason, and how many detections there were, with good messages around."""
    settings = {"format": kind_of_bytes, "max_range_m": 1e6}
    source = LiveSource(
        site(sensor("it", KINDS[kind_of_bytes], WAYS[kind_of_bytes], **settings)), clock := SetClock(START_NS)
    )
    inbox, good = source.channels[0].inbox, GOOD[kind_of_bytes]
    for received_s, data in ((0.2, good(0.0)), *((0.3, data) for data in between), (8.2, good(8.0))):
        clock.time_ns = at(received_s)
        inbox.put(data, topic := "tocsin/it/heard")
        if kind_of_bytes in (BEAST, AVR):
            inbox.end(topic)
    detections = sum(len(batch) for batch in source.batches(at(60.0)))
    counts: Counter[str] = Counter()
    for status in (*source.statuses, source.unassigned):
        counts += status.refused + status.decode_errors
    return counts, detections


def test_all_formats_of_messages_are_here() -> None:
    # Rows name the sensor of each: test_table_reader.py. Conversations begin with a greeting: test_sapient*.
    others = {InputFormat.CSV, InputFormat.PARQUET, InputFormat.SAPIENT}
    assert set(GOOD) == set(InputFormat) - others


@pytest.mark.parametrize("kind_of_bytes", GOOD)
def test_the_table_has_every_format_and_its_good_messages_are_good(
    kind_of_bytes: InputFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_IDENTITY_SECRET", SECRET.decode())
    counts, detections = counted(kind_of_bytes)
    assert detections >= 2 and set(counts) <= {"position_unpaired"}  # a first half of Mode S pairs
    told = {trouble for known, trouble, _, _ in TABLE if known is kind_of_bytes}
    assert told >= {"truncated", "oversized", "replayed"}


@pytest.mark.parametrize(("kind_of_bytes", "trouble", "data", "words"), TABLE)
def test_each_trouble_is_counted_under_its_word_and_makes_nothing(
    kind_of_bytes: InputFormat, trouble: str, data: bytes, words: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("TOCSIN_IDENTITY_SECRET", SECRET.decode())
    usual, detections = counted(kind_of_bytes)
    counts, with_trouble = counted(kind_of_bytes, data)
    assert counts - usual == Counter(words)
    assert with_trouble == detections
