"""UDP datagrams out of captured packets (Ethernet, Linux cooked, raw IP) and into Ethernet frames.

dpkt reads the layers. UDP and IP checksums are not judged: a capture taken on the sending machine shows
them before the network card has filled them in.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import dpkt

from tocsin.errors import DecodeError
from tocsin.formats.capture import Packet

ETHERNET = 1
RAW_IP_LINK_TYPES = frozenset((12, 14, 101, 228, 229))  # DLT_RAW by system, LINKTYPE_RAW, _IPV4, _IPV6
LINUX_COOKED = 113
LINUX_COOKED_2 = 276
DATAGRAM_LINK_TYPES = RAW_IP_LINK_TYPES | {ETHERNET, LINUX_COOKED, LINUX_COOKED_2}
_LAYER_ERRORS = (dpkt.Error, ValueError, IndexError, KeyError, AttributeError, TypeError, struct.error)


@dataclass(frozen=True, slots=True)
class Datagram:
    """One UDP datagram: UTC nanoseconds of receipt, address of the sender, where it was sent to, content."""

    time_ns: int
    source: str
    destination: str
    destination_port: int
    payload: bytes = field(repr=False)


def datagram(packet: Packet) -> Datagram | None:
    """The UDP datagram in a packet, or None where it holds something else.

    Raises DecodeError with kind `link_type_not_read`, `packet_damaged` (layers that cannot be read),
    `datagram_truncated` (the capture kept a part only) or `fragment_not_read` (a part of a larger one).
    """
    internet = _internet_layer(packet)
    if not isinstance(internet, dpkt.ip.IP | dpkt.ip6.IP6) or _protocol(internet) != dpkt.ip.IP_PROTO_UDP:
        return None
    if _is_fragment(internet):
        raise DecodeError("fragment_not_read", "a fragment of a larger datagram", packet.data)
    transport = internet.data
    if not isinstance(transport, dpkt.udp.UDP) or transport.ulen < dpkt.udp.UDP_HDR_LEN:
        raise DecodeError("packet_damaged", "a UDP header that cannot be read", packet.data)
    content_bytes = transport.ulen - dpkt.udp.UDP_HDR_LEN
    payload = bytes(transport.data)
    if len(payload) < content_bytes:
        message = f"{len(payload)} of {content_bytes} bytes of a datagram: capture without a length limit"
        raise DecodeError("datagram_truncated", message, packet.data)
    source, destination = (str(ip_address(bytes(address))) for address in (internet.src, internet.dst))
    return Datagram(packet.time_ns, source, destination, transport.dport, payload[:content_bytes])


def ethernet_frame(payload: bytes, source: tuple[str, int], destination: tuple[str, int]) -> bytes:
    """A payload in UDP, IPv4 and Ethernet, lengths and checksums right, between (address, port) pairs."""
    transport = dpkt.udp.UDP(
        sport=source[1], dport=destination[1], ulen=dpkt.udp.UDP_HDR_LEN + len(payload), data=payload
    )
    internet = dpkt.ip.IP(
        src=ip_address(source[0]).packed,
        dst=ip_address(destination[0]).packed,
        p=dpkt.ip.IP_PROTO_UDP,
        len=dpkt.ip.IP_HDR_LEN + len(transport),
        data=transport,
    )
    return bytes(dpkt.ethernet.Ethernet(type=dpkt.ethernet.ETH_TYPE_IP, data=internet))


def _internet_layer(packet: Packet) -> Any:
    if packet.link_type not in DATAGRAM_LINK_TYPES:
        message = f"link type {packet.link_type} is not one of {sorted(DATAGRAM_LINK_TYPES)}"
        raise DecodeError("link_type_not_read", message, packet.data)
    try:
        if packet.link_type == ETHERNET:
            return dpkt.ethernet.Ethernet(packet.data).data
        if packet.link_type == LINUX_COOKED:
            return dpkt.sll.SLL(packet.data).data
        if packet.link_type == LINUX_COOKED_2:
            return dpkt.sll2.SLL2(packet.data).data
        is_version_6 = packet.data[0] >> 4 == 6
        return dpkt.ip6.IP6(packet.data) if is_version_6 else dpkt.ip.IP(packet.data)
    except _LAYER_ERRORS as error:
        raise DecodeError("packet_damaged", "network headers that cannot be read", packet.data) from error


def _protocol(internet: Any) -> int | None:
    """The protocol that the internet layer carries; a broken chain of IPv6 extension headers names none."""
    return getattr(internet, "p", None)


def _is_fragment(internet: Any) -> bool:
    if isinstance(internet, dpkt.ip6.IP6):
        return bool(internet.nxt == dpkt.ip.IP_PROTO_FRAGMENT)
    return bool(internet.mf or internet.offset)
