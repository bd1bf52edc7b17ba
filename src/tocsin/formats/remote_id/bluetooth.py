"""Remote ID over Bluetooth LE: advertisements, legacy (one message) and extended (a pack).

    on the air:  0-3 access address, [coded PHY only: 4 coding indicator], PDU, 3 bytes of checksum
    PDU:         0 type in bits 0-3, 1 length, content
    legacy:      0-5 sender's address, reversed, then structures
    extended:    0 length of the extended header in bits 0-5, 1 which fields are present, fields, structures
    structures:  1-byte length, kind, content; kind 16 (hex) with FA FF 0D is Remote ID: counter, payload

Sources: Bluetooth Core 5.4, volume 6 part B, clauses 2.1, 2.3 and 3.1.1; ASTM F3411-22a, Bluetooth transport.
"""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.errors import InvalidInput
from tocsin.formats.capture import Packet
from tocsin.formats.remote_id.bluetooth_capture import ACCESS_ADDRESS, strip_capture_header
from tocsin.formats.remote_id.frame import (
    ADDRESS_BYTES,
    Carrier,
    RemoteIdFrame,
    address_bytes,
    address_text,
    bad_checksum,
    damaged_frame,
)
from tocsin.formats.remote_id.layout import MESSAGE_BYTES

_CHECKSUM_BYTES = 3
_LEGACY_TYPES = frozenset((0, 2, 4, 6))  # ADV_IND, ADV_NONCONN_IND, SCAN_RSP, ADV_SCAN_IND
_NOT_CONNECTABLE, _EXTENDED = 2, 7
_RANDOM_SENDER = 0x40
_HAS_ADDRESS = 0x01
_SERVICE_DATA = b"\x16\xfa\xff\x0d"
_MAXIMUM_STRUCTURE_BYTES = 245  # a PDU of 255, less extended header, address and the length byte


def bluetooth_frames(packet: Packet) -> list[RemoteIdFrame]:
    """The Remote ID transmissions in a captured advertisement; none in a packet of another kind.

    Raises DecodeError with kind `bad_checksum` (an advertisement damaged on the air, whoever sent it) or
    `frame_damaged` (its lengths cannot be).
    """
    reception = strip_capture_header(packet)
    if reception is None:
        return []
    air = reception.pdu_and_checksum
    size = 2 + air[1] if len(air) >= 2 else 2
    pdu, checksum = air[:size], air[size : size + _CHECKSUM_BYTES]
    if reception.checksum_failed or (len(checksum) == _CHECKSUM_BYTES and _checksum(pdu) != checksum):
        raise bad_checksum(packet.data)
    if len(pdu) < size:
        raise damaged_frame("an advertisement", packet.data)
    kind = pdu[0] & 0x0F
    if kind in _LEGACY_TYPES:
        carrier, sender, structures = Carrier.BLUETOOTH_LEGACY, pdu[2:8], pdu[8:]
    elif kind == _EXTENDED:
        carrier = Carrier.BLUETOOTH_EXTENDED
        sender, structures = _extended(pdu[2:], packet.data)
    else:
        return []
    transmitter = address_text(sender[::-1])
    contents = _service_contents(structures, packet.data)
    return [RemoteIdFrame(transmitter, content[0], content[1:], carrier) for content in contents]


def build_advertisement(payload: bytes, transmitter: str, counter: int) -> bytes:
    """An advertisement on the air (link type 251): legacy for one message, extended for a pack."""
    structure = _SERVICE_DATA + bytes((counter & 0xFF,)) + payload
    if len(structure) > _MAXIMUM_STRUCTURE_BYTES:
        raise InvalidInput(f"an advertisement holds {_MAXIMUM_STRUCTURE_BYTES} bytes, not {len(structure)}")
    structure = bytes((len(structure),)) + structure
    sender = address_bytes(transmitter)[::-1]
    if len(payload) == MESSAGE_BYTES:
        kind, content = _NOT_CONNECTABLE, sender + structure
    else:
        kind, content = _EXTENDED, bytes((1 + ADDRESS_BYTES, _HAS_ADDRESS)) + sender + structure
    pdu = bytes((kind | _RANDOM_SENDER, len(content))) + content
    return ACCESS_ADDRESS + pdu + _checksum(pdu)


def _extended(content: bytes, data: bytes) -> tuple[bytes, bytes]:
    """Sender's address (empty where left out) and structures of an extended advertisement."""
    length = content[0] & 0x3F if content else 0
    extended_header, structures = content[1 : 1 + length], content[1 + length :]
    has_address = bool(extended_header) and bool(extended_header[0] & _HAS_ADDRESS)
    if len(extended_header) < length or (has_address and length < 1 + ADDRESS_BYTES):
        raise damaged_frame("an extended advertising header", data)
    return extended_header[1 : 1 + ADDRESS_BYTES] if has_address else b"", structures


def _service_contents(structures: bytes, data: bytes) -> Iterator[bytes]:
    offset = 0
    while offset < len(structures):
        length = structures[offset]
        content = structures[offset + 1 : offset + 1 + length]
        if content.startswith(_SERVICE_DATA):
            if len(content) < length or length == len(_SERVICE_DATA):
                raise damaged_frame("a Remote ID structure", data)
            yield content[len(_SERVICE_DATA) :]
        offset += 1 + length


def _checksum_table() -> tuple[int, ...]:
    """CRC-24 with polynomial 0x65B, bits in the order of transmission (0xDA6000 reversed)."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0xDA6000 if value & 1 else 0)
        table.append(value)
    return tuple(table)


_TABLE = _checksum_table()


def _checksum(pdu: bytes) -> bytes:
    register = 0xAAAAAA  # 0x555555, the start value of advertising channels, reversed
    for byte in pdu:
        register = register >> 8 ^ _TABLE[(register ^ byte) & 0xFF]
    return register.to_bytes(_CHECKSUM_BYTES, "little")
