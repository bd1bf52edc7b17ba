"""Bluetooth carriers: advertisements by hand and of our own, in every kind of capture, whole and damaged."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.kinds import error_kind

from tocsin.errors import InvalidInput
from tocsin.formats.capture import Packet
from tocsin.formats.remote_id import (
    BLUETOOTH_LE,
    BLUETOOTH_LE_WITH_HEADER,
    NORDIC_SNIFFER,
    Carrier,
    Location,
    RemoteIdFrame,
    SelfId,
    bluetooth_frames,
    build_advertisement,
    encode_message,
    encode_pack,
)

TRANSMITTER = "c0:00:5e:00:53:01"
MESSAGE = encode_message(SelfId(0, "made"))
PACK = encode_pack([SelfId(0, "made"), Location()])
ACCESS = b"\xd6\xbe\x89\x8e"
SENDER = bytes.fromhex("0153005e00c0")
REMOTE_ID = bytes.fromhex("07 16 faff 0d 2a 0102")
LEGACY = b"\x42\x0e" + SENDER + REMOTE_ID
# Extended header of 9 bytes with address and set number, then a name, then Remote ID
EXTENDED = b"\x47\x16" + b"\x09\x09" + SENDER + b"\x75\x0e" + b"\x03\x09hi" + REMOTE_ID
CONNECTABLE = EXTENDED[:2] + b"\x49" + EXTENDED[3:]  # the mode stands above the length
NO_ADDRESS = b"\x47\x0c" + b"\x03\x08\x75\x0e" + REMOTE_ID


def packet(data: bytes, link_type: int = BLUETOOTH_LE) -> Packet:
    return Packet(0, link_type, data, 1)


def bits_checksum(pdu: bytes) -> bytes:
    """CRC-24 bit by bit as the specification draws it: the readable twin of the table."""
    register = 0x555555
    for byte in pdu:
        for bit in range(8):
            carry = register >> 23 ^ (byte >> bit & 1)
            register = register << 1 & 0xFFFFFF ^ (0x00065B if carry else 0)
    return int(f"{register:024b}"[::-1], 2).to_bytes(3, "little")


def on_air(pdu: bytes) -> bytes:
    return ACCESS + pdu + bits_checksum(pdu)


def kind_of(data: bytes, link_type: int = BLUETOOTH_LE) -> str | None:
    return error_kind(bluetooth_frames, packet(data, link_type))


def in_nordic_capture(air: bytes, flags: int = 1, kind: int = 2, version: int = 3) -> bytes:
    head = bytes((10, flags, 37, 50)) + bytes(6)
    return bytes((3,)) + struct.pack("<H", len(head) + len(air)) + bytes((version, 0, 0, kind)) + head + air


def in_header_capture(air: bytes, flags: int) -> bytes:
    return bytes(8) + struct.pack("<H", flags) + air


def test_advertisements_by_hand_are_read() -> None:
    for pdu, transmitter, carrier in (
        (LEGACY, TRANSMITTER, Carrier.BLUETOOTH_LEGACY),
        (EXTENDED, TRANSMITTER, Carrier.BLUETOOTH_EXTENDED),
        (CONNECTABLE, TRANSMITTER, Carrier.BLUETOOTH_EXTENDED),
        (NO_ADDRESS, "", Carrier.BLUETOOTH_EXTENDED),
    ):
        expected = [RemoteIdFrame(transmitter, 0x2A, b"\x01\x02", carrier)]
        assert bluetooth_frames(packet(on_air(pdu))) == expected


@given(st.integers(0, 255), st.binary(min_size=6, max_size=6), st.sampled_from((MESSAGE, PACK)))
def test_advertisements_of_our_own_read_back(counter: int, address: bytes, payload: bytes) -> None:
    transmitter = address.hex(":")
    carrier = Carrier.BLUETOOTH_LEGACY if payload == MESSAGE else Carrier.BLUETOOTH_EXTENDED
    found = bluetooth_frames(packet(build_advertisement(payload, transmitter, counter)))
    assert found == [RemoteIdFrame(transmitter, counter, payload, carrier)]


def test_a_legacy_advertisement_fits_into_31_bytes_and_nine_messages_into_an_extended_one() -> None:
    assert build_advertisement(MESSAGE, TRANSMITTER, 0)[5] == 6 + 31
    nine = encode_pack([Location()] * 9)
    assert bluetooth_frames(packet(build_advertisement(nine, TRANSMITTER, 0)))[0].payload == nine
    with pytest.raises(InvalidInput, match="holds 245 bytes"):
        build_advertisement(bytes(250), TRANSMITTER, 0)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_byte_damaged_on_the_air_is_never_read_as_a_message(place: int, flip: int) -> None:
    data = bytearray(build_advertisement(PACK, TRANSMITTER, 7))
    place = 4 + place % (len(data) - 4)
    data[place] ^= flip
    assert kind_of(bytes(data)) in ("bad_checksum", "frame_damaged")


def test_the_nordic_sniffer_is_read_with_and_without_coding_indicator() -> None:
    expected = [RemoteIdFrame(TRANSMITTER, 0x2A, b"\x01\x02", Carrier.BLUETOOTH_EXTENDED)]
    air = on_air(EXTENDED)
    coded = air[:4] + b"\x00" + air[4:]
    assert bluetooth_frames(packet(in_nordic_capture(air), NORDIC_SNIFFER)) == expected
    assert bluetooth_frames(packet(in_nordic_capture(coded, 0x21), NORDIC_SNIFFER)) == expected
    assert (
        bluetooth_frames(packet(in_nordic_capture(air, 0x21, kind=6, version=1), NORDIC_SNIFFER)) == expected
    )
    assert bluetooth_frames(packet(in_nordic_capture(air, kind=7), NORDIC_SNIFFER)) == []
    assert kind_of(in_nordic_capture(air, flags=0), NORDIC_SNIFFER) == "bad_checksum"
    assert kind_of(in_nordic_capture(air)[:12], NORDIC_SNIFFER) == "frame_damaged"
    assert kind_of(b"\x03\x00", NORDIC_SNIFFER) == "frame_damaged"


def test_a_capture_with_header_is_read_with_and_without_coding_indicator() -> None:
    expected = [RemoteIdFrame(TRANSMITTER, 0x2A, b"\x01\x02", Carrier.BLUETOOTH_LEGACY)]
    air = on_air(LEGACY)
    coded = air[:4] + b"\x00" + air[4:]
    link_type = BLUETOOTH_LE_WITH_HEADER
    assert bluetooth_frames(packet(in_header_capture(air, 0x0C01), link_type)) == expected
    assert bluetooth_frames(packet(in_header_capture(air, 0x0001), link_type)) == expected
    assert bluetooth_frames(packet(in_header_capture(coded, 0x8C01), link_type)) == expected
    assert kind_of(in_header_capture(air, 0x0401), link_type) == "bad_checksum"
    assert kind_of(b"\0" * 9, link_type) == "frame_damaged"


def test_a_checksum_that_the_capture_left_out_is_not_missed() -> None:
    assert len(bluetooth_frames(packet(ACCESS + LEGACY))) == 1


def test_what_is_no_advertisement_with_remote_id_holds_nothing() -> None:
    connection = b"\x00\x00\x00\x00" + LEGACY
    scan_request = on_air(b"\x03\x0c" + SENDER + SENDER)
    other_service = on_air(b"\x42\x0b" + SENDER + b"\x04\x16\x0f\x18\x64")
    other_application = on_air(LEGACY.replace(b"\xfa\xff\x0d", b"\xfa\xff\x0e"))
    for air in (connection, scan_request, other_service, other_application, b""):
        assert bluetooth_frames(packet(air)) == []


def test_lengths_that_cannot_be_are_told() -> None:
    assert kind_of(ACCESS + LEGACY[:-1]) == "frame_damaged"
    assert kind_of(ACCESS) == "frame_damaged"
    longer_structure = LEGACY.replace(REMOTE_ID, b"\x08" + REMOTE_ID[1:])
    longer_header = EXTENDED.replace(b"\x09\x09", b"\x3f\x09")
    short_address = b"\x47\x03\x02\x01\x00"
    for pdu in (longer_structure, longer_header, short_address):
        assert kind_of(on_air(pdu)) == "frame_damaged"


@given(
    st.binary(max_size=80),
    st.sampled_from(
        [b"", ACCESS, ACCESS + LEGACY, ACCESS + EXTENDED, b"\x03\x10\x00\x03\x00\x00\x02\x0a\x01"]
    ),
    st.sampled_from([BLUETOOTH_LE, BLUETOOTH_LE_WITH_HEADER, NORDIC_SNIFFER]),
)
def test_random_bytes_raise_nothing_but_decode_errors(noise: bytes, start: bytes, link_type: int) -> None:
    assert kind_of(start + noise, link_type) in (None, "frame_damaged", "bad_checksum")


@given(st.binary(max_size=70), st.sampled_from([b"\x42", b"\x47", b"\x40"]))
def test_random_advertisements_with_a_right_checksum_raise_nothing_but_decode_errors(
    noise: bytes, kind: bytes
) -> None:
    pdu = kind + bytes((len(noise),)) + noise
    assert kind_of(on_air(pdu)) in (None, "frame_damaged")
