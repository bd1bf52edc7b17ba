"""What capture files put before a Bluetooth LE packet, by link type.

    251  nothing
    256  0 channel, 1 signal, 2 noise, 3 errors in the address, 4-7 expected address, 8-9 flags
    272  nRF sniffer: 0 board, 1-2 length, 3 version, 4-5 counter, 6 kind, 7 length of the following header,
         8 flags, 9 channel, 10 signal, 11-12 event, 13-16 time

Sources: tcpdump.org LINKTYPE_BLUETOOTH_LE_LL, _LL_WITH_PHDR, _NORDIC_BLE; the nRF Sniffer's user guide.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tocsin.formats.capture import Packet
from tocsin.formats.remote_id.frame import damaged_frame

BLUETOOTH_LE = 251
BLUETOOTH_LE_WITH_HEADER = 256
NORDIC_SNIFFER = 272
BLUETOOTH_LINK_TYPES = frozenset((BLUETOOTH_LE, BLUETOOTH_LE_WITH_HEADER, NORDIC_SNIFFER))
ACCESS_ADDRESS = b"\xd6\xbe\x89\x8e"  # of all advertising channels: 0x8E89BED6

_CODED_PHY = 2
_HEADER_BYTES = 10
_NORDIC_START_BYTES = 7
_NORDIC_FIRST_VERSION_WITH_PHY = 2
_NORDIC_PACKET_KINDS = frozenset((0x02, 0x06))  # an advertisement; any packet, in the oldest version


@dataclass(frozen=True, slots=True)
class BluetoothReception:
    """An advertisement's PDU with the checksum after it, and whether the receiver found that wrong."""

    pdu_and_checksum: bytes
    checksum_failed: bool


def strip_capture_header(packet: Packet) -> BluetoothReception | None:
    """The advertisement in a packet of one of BLUETOOTH_LINK_TYPES, or None for anything else in it.

    Raises DecodeError `frame_damaged` where the capture's own header does not fit the bytes.
    """
    if packet.link_type == BLUETOOTH_LE:
        return _reception(packet.data, is_coded=False, checksum_failed=False)
    if packet.link_type == BLUETOOTH_LE_WITH_HEADER:
        return _with_header(packet.data)
    return _from_nordic_sniffer(packet.data)


def _with_header(data: bytes) -> BluetoothReception | None:
    if len(data) < _HEADER_BYTES:
        raise damaged_frame("the capture's Bluetooth header", data)
    (flags,) = struct.unpack_from("<H", data, 8)
    checksum_judged, checksum_right = bool(flags & 0x0400), bool(flags & 0x0800)
    is_coded = flags >> 14 == _CODED_PHY
    return _reception(data[_HEADER_BYTES:], is_coded, checksum_judged and not checksum_right)


def _from_nordic_sniffer(data: bytes) -> BluetoothReception | None:
    if len(data) <= _NORDIC_START_BYTES:
        raise damaged_frame("the sniffer's header", data)
    if data[6] not in _NORDIC_PACKET_KINDS:
        return None
    start = _NORDIC_START_BYTES + data[7]
    if len(data) < start or data[7] < 2:
        raise damaged_frame("the sniffer's header", data)
    flags = data[8]
    is_coded = data[3] >= _NORDIC_FIRST_VERSION_WITH_PHY and flags >> 4 & 7 == _CODED_PHY
    return _reception(data[start:], is_coded, checksum_failed=not flags & 1)


def _reception(air: bytes, is_coded: bool, checksum_failed: bool) -> BluetoothReception | None:
    if not air.startswith(ACCESS_ADDRESS):
        return None
    start = len(ACCESS_ADDRESS) + (1 if is_coded else 0)
    return BluetoothReception(air[start:], checksum_failed)
