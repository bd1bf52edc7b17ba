"""Packet captures: pcap and pcapng read packet by packet to the nanosecond, pcap written.

Sources: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. dpkt knows the headers; the walk over them is
ours, because dpkt's readers turn times into floats (which hold no nanoseconds since 1970), know one
interface per capture only, and hand out a cut packet as if it were whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO, Literal

import dpkt

from tocsin.errors import DecodeError
from tocsin.units import NANOSECONDS_PER_SECOND

MAXIMUM_PACKET_BYTES = 262_144  # libpcap's MAXIMUM_SNAPLEN: a longer one is a damaged length
MAXIMUM_BLOCK_BYTES = 16 * 1024 * 1024  # of pcapng, libpcap's limit
_ByteOrder = Literal["little", "big"]
_BYTE_ORDERS: dict[int, _ByteOrder] = {0x1A2B3C4D: "big", 0x4D3C2B1A: "little"}
_PCAPNG_MAGIC = b"\n\r\r\n"  # reads the same in both byte orders
_NANOSECOND_MAGICS = frozenset((dpkt.pcap.TCPDUMP_MAGIC_NANO, dpkt.pcap.PMUDPCT_MAGIC_NANO))
_LITTLE_ENDIAN_MAGICS = frozenset(
    (dpkt.pcap.PMUDPCT_MAGIC, dpkt.pcap.PMUDPCT_MAGIC_NANO, dpkt.pcap.PACPDOM_MAGIC)
)


@dataclass(frozen=True, slots=True)
class Packet:
    """One captured packet: UTC nanoseconds, the number of its link type, its bytes, its place (from 1)."""

    time_ns: int
    link_type: int
    data: bytes = field(repr=False)
    number: int


def packets(stream: BinaryIO) -> Iterator[Packet]:
    """Yield every readable packet of a capture, then raise if something of it was not readable.

    A caller counts and goes on by catching the error around its loop: all packets have come by then.
    The stream need not be seekable. Simple Packet Blocks of pcapng carry no time and are passed over.

    Raises DecodeError with kind `not_a_capture` (neither pcap nor pcapng), `capture_truncated` (it ends
    within a packet) or `capture_damaged` (lengths or blocks that cannot be).
    """
    magic = stream.read(4)
    if magic == _PCAPNG_MAGIC:
        yield from _pcapng_packets(stream)
    elif len(magic) == 4 and int.from_bytes(magic, "big") in dpkt.pcap.MAGIC_TO_PKT_HDR:
        yield from _pcap_packets(stream, magic)
    else:
        raise DecodeError("not_a_capture", "neither a pcap nor a pcapng capture: give one of these", magic)


def write_pcap(stream: BinaryIO, link_type: int, timed_data: Iterable[tuple[int, bytes]]) -> None:
    """Write pairs of UTC nanoseconds and packet bytes as a pcap with nanosecond times."""
    writer = dpkt.pcap.Writer(stream, snaplen=MAXIMUM_PACKET_BYTES, linktype=link_type, nano=True)
    for time_ns, data in timed_data:
        # Decimal, because a float of seconds since 1970 is good to about 200 ns only
        writer.writepkt_time(data, Decimal(time_ns) / NANOSECONDS_PER_SECOND)


def _truncated(wanted: int, got: bytes) -> DecodeError:
    message = f"the capture ends within a packet: {len(got)} of {wanted} bytes are there"
    return DecodeError("capture_truncated", message, got)


def _pcap_packets(stream: BinaryIO, magic: bytes) -> Iterator[Packet]:
    start = magic + stream.read(dpkt.pcap.FileHdr.__hdr_len__ - len(magic))
    if len(start) < dpkt.pcap.FileHdr.__hdr_len__:
        raise _truncated(dpkt.pcap.FileHdr.__hdr_len__, start)
    number_of_kind = int.from_bytes(magic, "big")
    little_endian = number_of_kind in _LITTLE_ENDIAN_MAGICS
    file_header = dpkt.pcap.LEFileHdr(start) if little_endian else dpkt.pcap.FileHdr(start)
    header_type = dpkt.pcap.MAGIC_TO_PKT_HDR[number_of_kind]
    tick_ns = 1 if number_of_kind in _NANOSECOND_MAGICS else 1000
    link_type = file_header.linktype & 0xFFFF  # the upper bits tell the length of a frame check sequence
    number = 0
    while start := stream.read(header_type.__hdr_len__):
        if len(start) < header_type.__hdr_len__:
            raise _truncated(header_type.__hdr_len__, start)
        header = header_type(start)
        if header.caplen > MAXIMUM_PACKET_BYTES:
            message = f"packet {number + 1} claims {header.caplen} bytes: the rest of the capture is lost"
            raise DecodeError("capture_damaged", message, start)
        data = stream.read(header.caplen)
        if len(data) < header.caplen:
            raise _truncated(header.caplen, data)
        number += 1
        time_ns = header.tv_sec * NANOSECONDS_PER_SECOND + header.tv_usec * tick_ns
        yield Packet(time_ns, link_type, data, number)


@dataclass(frozen=True, slots=True)
class _Interface:
    link_type: int
    ticks_per_second: int
    offset_s: int


def _pcapng_packets(stream: BinaryIO) -> Iterator[Packet]:
    order = _section_byte_order(stream)
    interfaces: list[_Interface] = []
    unreadable: list[bytes] = []
    number = 0
    while start := stream.read(8):
        kind = int.from_bytes(start[:4], order)
        if kind == dpkt.pcapng.PCAPNG_BT_SHB:
            order = _section_byte_order(stream, start[4:])
            interfaces = []
            continue
        block = _block(stream, start, order)
        try:
            if kind == dpkt.pcapng.PCAPNG_BT_IDB:
                interfaces.append(_interface(block, order))
            elif kind in (dpkt.pcapng.PCAPNG_BT_EPB, dpkt.pcapng.PCAPNG_BT_PB):
                number += 1
                yield _enhanced_packet(block, kind, order, interfaces, number)
        except (dpkt.Error, ValueError, IndexError):
            unreadable.append(block)
    if unreadable:
        message = f"{len(unreadable)} blocks of the capture are damaged; the others were read"
        raise DecodeError("capture_damaged", message, unreadable[0])


def _section_byte_order(stream: BinaryIO, length: bytes = b"") -> _ByteOrder:
    """Read the rest of a section header whose type (and perhaps length) was read; give its byte order."""
    length = length or stream.read(4)
    mark = stream.read(4)
    order = _BYTE_ORDERS.get(int.from_bytes(mark, "big"))
    if order is None or len(length) < 4:
        raise DecodeError("capture_damaged", "a section of the capture tells no byte order", length + mark)
    _block(stream, _PCAPNG_MAGIC + length, order, already_read=mark)
    return order


def _block(stream: BinaryIO, start: bytes, order: _ByteOrder, already_read: bytes = b"") -> bytes:
    if len(start) < 8:
        raise _truncated(8, start)
    length = int.from_bytes(start[4:8], order)
    if length % 4 or not 12 <= length <= MAXIMUM_BLOCK_BYTES:
        message = f"a block of the capture claims {length} bytes: the rest of it is lost"
        raise DecodeError("capture_damaged", message, start)
    block = start + already_read
    block += stream.read(length - len(block))
    if len(block) < length:
        raise _truncated(length, block)
    return block


def _interface(block: bytes, order: _ByteOrder) -> _Interface:
    ng = dpkt.pcapng
    is_little = order == "little"
    description = (ng.InterfaceDescriptionBlockLE if is_little else ng.InterfaceDescriptionBlock)(block)
    ticks_per_second, offset_s = 1_000_000, 0
    for option in description.opts:
        if option.code == ng.PCAPNG_OPT_IF_TSRESOL:
            resolution = option.data[0]
            ticks_per_second = (2 if resolution & 0x80 else 10) ** (resolution & 0x7F)
        elif option.code == ng.PCAPNG_OPT_IF_TSOFFSET:
            offset_s = int.from_bytes(option.data[:8], order, signed=True)
    return _Interface(description.linktype, ticks_per_second, offset_s)


def _enhanced_packet(
    block: bytes, kind: int, order: _ByteOrder, interfaces: list[_Interface], number: int
) -> Packet:
    """An Enhanced Packet Block, or its forerunner the Packet Block, whose interface number is shorter."""
    wide = kind == dpkt.pcapng.PCAPNG_BT_EPB
    interface = interfaces[int.from_bytes(block[8 : 12 if wide else 10], order)]
    ticks = int.from_bytes(block[12:16], order) << 32 | int.from_bytes(block[16:20], order)
    captured_bytes = int.from_bytes(block[20:24], order)
    if len(block) < 32 or captured_bytes > len(block) - 32:
        raise ValueError("a packet longer than its block")
    time_ns = ticks * NANOSECONDS_PER_SECOND // interface.ticks_per_second
    time_ns += interface.offset_s * NANOSECONDS_PER_SECOND
    return Packet(time_ns, interface.link_type, block[28 : 28 + captured_bytes], number)
