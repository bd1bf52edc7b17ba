"""Remote ID over Wi-Fi: in a vendor element of 802.11 beacons, and in Neighbour Awareness (NAN) frames.

    802.11 header: 0 kind, 1 flags, 2-3 duration, 4-9 to, 10-15 from, 16-21 network, 22-23 sequence
    beacon:        24-31 time, 32-33 interval, 34-35 capabilities, 36- elements (number, length, content)
    vendor element 221: FA 0B BC 0D, counter, payload
    NAN action:    24 04 09 50 6F 9A 13, then attributes (number, 2-byte length, content)
    attribute 3:   0-5 service, 6-7 instances, 8 control, then as control says:
                   2 bytes of bitmap, filter, response filter, information (each 1-byte length, content)
    information:   counter, payload

Sources: IEEE 802.11-2020 clause 9; ASTM F3411-22a, Wi-Fi Beacon and Wi-Fi NAN; Wi-Fi Aware 3.2 clause 9.5.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from tocsin.errors import InvalidInput
from tocsin.formats.capture import Packet
from tocsin.formats.remote_id.frame import (
    Carrier,
    RemoteIdFrame,
    address_bytes,
    address_text,
    bad_checksum,
    damaged_frame,
)
from tocsin.formats.remote_id.radiotap import Reception, add_radiotap, strip_radiotap

IEEE_802_11 = 105
IEEE_802_11_RADIOTAP = 127
WIFI_LINK_TYPES = frozenset((IEEE_802_11, IEEE_802_11_RADIOTAP))

_BEACON, _ACTION = 0x80, 0xD0
_HEADER_BYTES = 24
_BEACON_FIXED_BYTES = 12
_VENDOR_ELEMENT = 221
_REMOTE_ID_VENDOR = b"\xfa\x0b\xbc\x0d"
_NAN_ACTION = b"\x04\x09\x50\x6f\x9a\x13"
_NAN_DESTINATION = b"\x51\x6f\x9a\x01\x00\x00"
_NAN_CLUSTER = b"\x50\x6f\x9a\x01\x00\xff"
_SERVICE_DESCRIPTOR = 3
# the first six bytes of the SHA-256 of "org.opendroneid.remoteid", as Wi-Fi Aware forms every service
_REMOTE_ID_SERVICE = b"\x88\x69\x19\x9d\x92\x09"
_MAXIMUM_NAME_BYTES = 32
_MAXIMUM_PAYLOAD_BYTES = 250  # an element's content is 255 bytes at most, less vendor and counter
_HAS_FILTER, _HAS_RESPONSE_FILTER, _HAS_INFORMATION, _HAS_BITMAP = 0x04, 0x08, 0x10, 0x40


def wifi_frames(packet: Packet) -> list[RemoteIdFrame]:
    """The Remote ID transmissions in a captured 802.11 frame; none in a frame of another kind.

    Raises DecodeError with kind `bad_checksum` (a beacon or action frame damaged on the air, whoever sent
    it) or `frame_damaged` (its lengths cannot be).
    """
    if packet.link_type == IEEE_802_11_RADIOTAP:
        reception = strip_radiotap(packet.data)
    else:
        reception = _without_notes(packet.data)
    frame = reception.frame
    if frame[:1] not in (bytes((_BEACON,)), bytes((_ACTION,))):
        return []
    if reception.checksum_failed or (reception.has_checksum and not _checksum_is_right(frame)):
        raise bad_checksum(packet.data)
    if reception.has_checksum:
        frame = frame[:-4]
    if len(frame) < _HEADER_BYTES:
        raise damaged_frame("an 802.11 header", packet.data)
    transmitter = address_text(frame[10:16])
    if frame[0] == _BEACON:
        carrier, contents = Carrier.WIFI_BEACON, _vendor_contents(frame)
    else:
        carrier, contents = Carrier.WIFI_NAN, _service_contents(frame)
    return [RemoteIdFrame(transmitter, content[0], content[1:], carrier) for content in contents]


def build_beacon(payload: bytes, transmitter: str, counter: int, network: str = "") -> bytes:
    """A beacon of the network named `network`, with radiotap notes and a right checksum, to be captured."""
    name = network.encode()
    if len(name) > _MAXIMUM_NAME_BYTES:
        raise InvalidInput(f"network must be at most {_MAXIMUM_NAME_BYTES} bytes of UTF-8")
    sender = address_bytes(transmitter)
    start = struct.pack("<BBH6s6s6sH", _BEACON, 0, 0, b"\xff" * 6, sender, sender, (counter & 0xFF) << 4)
    fixed = struct.pack("<QHH", 0, 100, 0)  # an interval of 100 units of 1.024 ms
    vendor = _REMOTE_ID_VENDOR + _counted(payload, counter)
    elements = bytes((0, len(name))) + name + bytes((_VENDOR_ELEMENT, len(vendor))) + vendor
    return add_radiotap(_with_checksum(start + fixed + elements))


def build_nan(payload: bytes, transmitter: str, counter: int) -> bytes:
    """A NAN service discovery frame, with radiotap notes and a right checksum, to be captured."""
    sender = address_bytes(transmitter)
    start = struct.pack(
        "<BBH6s6s6sH", _ACTION, 0, 0, _NAN_DESTINATION, sender, _NAN_CLUSTER, (counter & 0xFF) << 4
    )
    information = _counted(payload, counter)
    descriptor = _REMOTE_ID_SERVICE + bytes((1, 0, _HAS_INFORMATION, len(information))) + information
    attribute = struct.pack("<BH", _SERVICE_DESCRIPTOR, len(descriptor)) + descriptor
    return add_radiotap(_with_checksum(start + _NAN_ACTION + attribute))


def _counted(payload: bytes, counter: int) -> bytes:
    if len(payload) > _MAXIMUM_PAYLOAD_BYTES:
        raise InvalidInput(f"payload must be at most {_MAXIMUM_PAYLOAD_BYTES} bytes")
    return bytes((counter & 0xFF,)) + payload


def _checksum(frame: bytes) -> bytes:
    return zlib.crc32(frame).to_bytes(4, "little")


def _with_checksum(frame: bytes) -> bytes:
    return frame + _checksum(frame)


def _checksum_is_right(frame: bytes) -> bool:
    return _checksum(frame[:-4]) == frame[-4:]


def _without_notes(frame: bytes) -> Reception:
    """Nothing says whether a checksum follows: where the last four bytes are one, it does."""
    return Reception(frame, len(frame) > 4 and _checksum_is_right(frame), False)


def _vendor_contents(frame: bytes) -> Iterator[bytes]:
    offset = _HEADER_BYTES + _BEACON_FIXED_BYTES
    while offset + 2 <= len(frame):
        number, length = frame[offset], frame[offset + 1]
        content = frame[offset + 2 : offset + 2 + length]
        if number == _VENDOR_ELEMENT and content.startswith(_REMOTE_ID_VENDOR):
            if len(content) < length or length == len(_REMOTE_ID_VENDOR):
                raise damaged_frame("a Remote ID element", frame)
            yield content[len(_REMOTE_ID_VENDOR) :]
        offset += 2 + length


def _service_contents(frame: bytes) -> Iterator[bytes]:
    if not frame.startswith(_NAN_ACTION, _HEADER_BYTES):
        return
    offset = _HEADER_BYTES + len(_NAN_ACTION)
    while offset + 3 <= len(frame):
        number, length = struct.unpack_from("<BH", frame, offset)
        descriptor = frame[offset + 3 : offset + 3 + length]
        if number == _SERVICE_DESCRIPTOR and descriptor.startswith(_REMOTE_ID_SERVICE):
            yield from _information(descriptor, frame)
        offset += 3 + length


def _information(descriptor: bytes, frame: bytes) -> Iterator[bytes]:
    if len(descriptor) < 9:
        raise damaged_frame("a NAN service descriptor", frame)
    control = descriptor[8]
    if not control & _HAS_INFORMATION:
        return
    offset = 9 + (2 if control & _HAS_BITMAP else 0)
    filters = bool(control & _HAS_FILTER) + bool(control & _HAS_RESPONSE_FILTER)
    for _ in range(filters):
        offset += 1 + (descriptor[offset] if offset < len(descriptor) else 0)
    length = descriptor[offset] if offset < len(descriptor) else 0
    content = descriptor[offset + 1 : offset + 1 + length]
    if not content or len(content) < length:
        raise damaged_frame("a NAN service descriptor", frame)
    yield content
