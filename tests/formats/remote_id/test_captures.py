"""Whole captures, ours with damage and real ones: what is readable comes, what is damaged is counted."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tocsin.errors import DecodeError
from tocsin.formats.capture import Packet, packets, write_pcap
from tocsin.formats.remote_id import (
    BLUETOOTH_LE,
    IEEE_802_11_RADIOTAP,
    Location,
    build_advertisement,
    build_beacon,
    decode_payload,
    encode_message,
    encode_pack,
    remote_id_frames,
    split_payload,
)

TRANSMITTER = "0a:00:5e:00:53:01"


class Tally:
    """What a capture held: counts by name of message or kind of error, and the distinct Location messages."""

    def __init__(self, content: bytes) -> None:
        self.counts: Counter[str] = Counter()
        self.locations: set[bytes] = set()
        try:
            for packet in packets(io.BytesIO(content)):
                self.add(packet)
        except DecodeError as error:
            self.counts[error.kind] += 1

    def add(self, packet: Packet) -> None:
        try:
            frames = remote_id_frames(packet)
        except DecodeError as error:
            self.counts[error.kind] += 1
            return
        for frame in frames:
            messages, errors = decode_payload(frame.payload)
            self.counts.update(type(message).__name__ for message in messages)
            self.counts.update(error.kind for error in errors)
            self.counts[frame.carrier] += 1
            self.counts["several"] += len(messages) > 1
            if Location in map(type, messages):
                self.locations |= {data for data in split_payload(frame.payload) if data[0] >> 4 == 1}


def flight(count: int) -> list[Location]:
    return [
        Location(latitude_rad=0.8, longitude_rad=0.1, tenths_after_hour=10 * second)
        for second in range(count)
    ]


def test_a_capture_of_ours_with_every_kind_of_damage_gives_all_that_is_left() -> None:
    beacons = [
        build_beacon(encode_pack([where]), TRANSMITTER, number) for number, where in enumerate(flight(9))
    ]
    beacons[1] = beacons[1][:60] + b"\x00\xff" + beacons[1][62:]
    out_of_range = bytearray(encode_message(flight(1)[0]))
    out_of_range[8] = 0x7F
    beacons[2] = build_beacon(bytes(out_of_range), TRANSMITTER, 2)
    beacons[3] = beacons[3][:5]
    beacons[4] = build_beacon(b"\xf2\x19\x00", TRANSMITTER, 4)
    beacons[5] = beacons[0]
    stream = io.BytesIO()
    write_pcap(stream, IEEE_802_11_RADIOTAP, list(enumerate(beacons)))
    tally = Tally(stream.getvalue()[:-3])
    assert tally.counts == {
        "Location": 4,
        "wifi_beacon": 6,
        "several": 0,
        "bad_checksum": 1,
        "remote_id_out_of_range": 1,
        "frame_damaged": 1,
        "remote_id_empty_pack": 1,
        "capture_truncated": 1,
    }
    assert len(tally.locations) == 3


def test_bluetooth_frames_of_ours_are_read_from_a_capture() -> None:
    where = flight(3)
    adverts = [build_advertisement(encode_message(where[0]), TRANSMITTER, 0)]
    adverts += [build_advertisement(encode_pack(where), TRANSMITTER, 1)]
    stream = io.BytesIO()
    write_pcap(stream, BLUETOOTH_LE, list(enumerate(adverts)))
    counts = Tally(stream.getvalue()).counts
    assert counts == {"Location": 4, "bluetooth_legacy": 1, "bluetooth_extended": 1, "several": 1}


def test_a_link_that_carries_no_remote_id_is_told() -> None:
    with pytest.raises(DecodeError, match="link type 1 is not one of") as caught:
        remote_id_frames(Packet(0, 1, b"", 1))
    assert caught.value.kind == "link_type_not_read"


def test_the_real_flight_is_read_whole(shared_path: Callable[[str], Path]) -> None:
    tally = Tally(shared_path("recordings/remote_id_parrot_anafi.pcapng").read_bytes())
    assert tally.counts == {
        "Location": 1140,
        "wifi_beacon": 1140,
        "several": 385,
        "BasicId": 385,
        "System": 385,
        "OperatorId": 385,
    }
    assert len(tally.locations) == 124


def test_the_real_beacons_are_read_whole(shared_path: Callable[[str], Path]) -> None:
    tally = Tally(shared_path("recordings/remote_id_wifi_beacon.pcap").read_bytes())
    assert tally.counts["Location"] == tally.counts["wifi_beacon"] == 21
    assert not [
        kind for kind in tally.counts if "damaged" in kind or "checksum" in kind or "remote_id" in kind
    ]


def test_damaged_frames_of_the_real_bluetooth_capture_are_counted_and_the_others_read(
    shared_path: Callable[[str], Path],
) -> None:
    counts = Tally(shared_path("recordings/remote_id_bluetooth5.pcapng").read_bytes()).counts
    assert counts["bad_checksum"] == 30
    assert counts["bluetooth_extended"] == 274 - 30
    assert counts["remote_id_empty_pack"] == 19
    assert counts["Location"] == 222
    assert sum(count for kind, count in counts.items() if "range" in kind or "reserved" in kind) == 0
