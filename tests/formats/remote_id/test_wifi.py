"""Wi-Fi carriers: a beacon and a NAN frame by hand, frames of our own, damage on the air and in the file."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind

from tocsin.errors import InvalidInput
from tocsin.formats.capture import Packet
from tocsin.formats.remote_id import (
    IEEE_802_11,
    IEEE_802_11_RADIOTAP,
    Carrier,
    Location,
    RemoteIdFrame,
    SelfId,
    build_beacon,
    build_nan,
    encode_pack,
    wifi_frames,
)

NOTES_BYTES = 9
TRANSMITTER = "0a:00:5e:00:53:01"
PAYLOAD = encode_pack([SelfId(0, "made"), Location()])
# Beacon of the network "m" from TRANSMITTER, time 0, interval 100, a foreign and a Remote ID vendor element
BEACON = bytes.fromhex(
    "80000000 ffffffffffff 0a005e005301 0a005e005301 1000"
    "0000000000000000 6400 0000"
    "0001 6d"
    "dd04 0050f201"
    "dd07 fa0bbc0d 2a 0102"
)
# NAN action frame: somebody else's service, then Remote ID with bitmap, filter and response filter before it
NAN = bytes.fromhex(
    "d0000000 516f9a010000 0a005e005301 506f9a0100ff 1000"
    "0409506f9a13"
    "03 0900 010203040506 0100 00"
    "03 1500 8869199d9209 0100 5c ffff 02aabb 01cc 04 2a010203"
    "0e 0400 01000200"
)


def packet(data: bytes, link_type: int = IEEE_802_11_RADIOTAP) -> Packet:
    return Packet(0, link_type, data, 1)


def with_notes(frame: bytes, flags: int) -> bytes:
    return struct.pack("<BBHIB", 0, 0, 9, 2, flags) + frame


def kind_of(data: bytes, link_type: int = IEEE_802_11_RADIOTAP) -> str | None:
    return error_kind(wifi_frames, packet(data, link_type))


def test_a_beacon_by_hand_is_read_with_and_without_notes_and_checksum() -> None:
    expected = [RemoteIdFrame(TRANSMITTER, 0x2A, b"\x01\x02", Carrier.WIFI_BEACON)]
    checksum = zlib.crc32(BEACON).to_bytes(4, "little")
    assert wifi_frames(packet(with_notes(BEACON, 0))) == expected
    assert wifi_frames(packet(with_notes(BEACON + checksum, 0x10))) == expected
    assert wifi_frames(packet(BEACON, IEEE_802_11)) == expected
    assert wifi_frames(packet(BEACON + checksum, IEEE_802_11)) == expected


def test_a_nan_frame_by_hand_is_read() -> None:
    expected = [RemoteIdFrame(TRANSMITTER, 0x2A, b"\x01\x02\x03", Carrier.WIFI_NAN)]
    assert wifi_frames(packet(NAN, IEEE_802_11)) == expected


@given(st.binary(min_size=25, max_size=228), st.integers(0, 255), st.binary(min_size=6, max_size=6))
def test_frames_of_our_own_read_back(payload: bytes, counter: int, address: bytes) -> None:
    transmitter = address.hex(":")
    beacon = wifi_frames(packet(build_beacon(payload, transmitter, counter, network="drone")))
    nan = wifi_frames(packet(build_nan(payload, transmitter, counter)))
    assert beacon == [RemoteIdFrame(transmitter, counter, payload, Carrier.WIFI_BEACON)]
    assert nan == [RemoteIdFrame(transmitter, counter, payload, Carrier.WIFI_NAN)]


@given(st.sampled_from((build_beacon, build_nan)), st.integers(0, 10_000), st.integers(1, 255))
def test_a_byte_damaged_on_the_air_is_never_read_as_a_message(
    build: Callable[[bytes, str, int], bytes], place: int, flip: int
) -> None:
    frame = bytearray(build(PAYLOAD, TRANSMITTER, 7))
    place = NOTES_BYTES + place % (len(frame) - NOTES_BYTES)
    frame[place] ^= flip
    if place == NOTES_BYTES and frame[place] not in (0x80, 0xD0):
        assert wifi_frames(packet(bytes(frame))) == []
    else:
        assert kind_of(bytes(frame)) == "bad_checksum"


def test_the_word_of_the_receiver_that_a_checksum_was_wrong_is_taken() -> None:
    good = BEACON + zlib.crc32(BEACON).to_bytes(4, "little")
    assert kind_of(with_notes(good, 0x50)) == "bad_checksum"
    assert kind_of(with_notes(BEACON, 0x40)) == "bad_checksum"


def test_frames_of_other_kinds_and_foreign_beacons_hold_nothing() -> None:
    foreign = BEACON[: 24 + 12 + 3 + 6]
    data_frame = b"\x08" + BEACON[1:]
    other_action = NAN[:24] + b"\x04\x0a" + NAN[26:]
    without_information = bytearray(NAN)
    without_information[24 + 6 + 12 + 3 + 8] = 0
    for frame in (foreign, data_frame, other_action, bytes(without_information), b""):
        assert wifi_frames(packet(frame, IEEE_802_11)) == []


def test_lengths_that_cannot_be_are_told() -> None:
    assert kind_of(BEACON[:-1], IEEE_802_11) == "frame_damaged"
    assert kind_of(BEACON[:20], IEEE_802_11) == "frame_damaged"
    cut_by_the_sender = BEACON[:-2] + zlib.crc32(BEACON[:-2]).to_bytes(4, "little")
    assert kind_of(with_notes(cut_by_the_sender, 0x10)) == "frame_damaged"
    for cut in range(8, 22):
        assert kind_of(NAN[:-cut], IEEE_802_11) == "frame_damaged"
    assert kind_of(b"\0\0\x09\0") == "frame_damaged"
    assert kind_of(b"\0\0\xff\0\x02\0\0\0\0" + BEACON) == "frame_damaged"


def test_what_does_not_fit_is_not_built() -> None:
    with pytest.raises(InvalidInput, match="payload must be at most 250 bytes"):
        build_beacon(bytes(251), TRANSMITTER, 0)
    with pytest.raises(InvalidInput, match="payload must be at most 250 bytes"):
        build_nan(bytes(251), TRANSMITTER, 0)
    with pytest.raises(InvalidInput, match="an address is 6"):
        build_beacon(PAYLOAD, "0a:00:5e", 0)
    with pytest.raises(InvalidInput, match="network must be at most 32"):
        build_beacon(PAYLOAD, TRANSMITTER, 0, network="x" * 33)


@given(st.binary(max_size=120), st.sampled_from([b"", BEACON[:36], NAN[:30], NAN[:45]]), st.booleans())
def test_random_bytes_raise_nothing_but_decode_errors(noise: bytes, start: bytes, has_notes: bool) -> None:
    data = with_notes(start + noise, 0) if has_notes else start + noise
    for link_type in (IEEE_802_11, IEEE_802_11_RADIOTAP):
        assert kind_of(data, link_type) in (None, "frame_damaged", "bad_checksum")
