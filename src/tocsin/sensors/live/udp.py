"""Datagrams: to a port of this machine, or of a multicast group."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct

from tocsin.config.inputs import Input
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import Inbox

_RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024  # a burst of a second from a busy radar


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, inbox: Inbox, link: Link, closed: asyncio.Event) -> None:
        self._inbox, self._link, self._closed = inbox, link, closed

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._inbox.put(data, f"{addr[0]}:{addr[1]}")

    def error_received(self, exc: Exception) -> None:
        self._link.trouble = str(exc)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._closed.set()


async def receive_datagrams(way: Input, inbox: Inbox, link: Link) -> None:
    """Puts datagrams into the inbox until it is cancelled. Raises OSError where the port can't be had."""
    receiver, closed = _bound(way), asyncio.Event()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Receiver(inbox, link, closed), sock=receiver)
    link.open()
    try:
        await closed.wait()
    finally:
        transport.close()


def _bound(way: Input) -> socket.socket:
    family = socket.AF_INET6 if ":" in way.host else socket.AF_INET
    receiver = socket.socket(family, socket.SOCK_DGRAM)
    try:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        receiver.setblocking(False)
        if way.is_group:
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        receiver.bind((way.host, way.port))
        if way.is_group:
            _join(receiver, way.host)
    except OSError:
        receiver.close()
        raise
    return receiver


def _join(receiver: socket.socket, group: str) -> None:
    address = ipaddress.ip_address(group)
    if address.version == 4:
        anywhere = struct.pack("4sl", address.packed, socket.INADDR_ANY)
        receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, anywhere)
    else:
        anywhere = address.packed + struct.pack("@I", 0)
        receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, anywhere)
