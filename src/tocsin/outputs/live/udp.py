"""Datagrams to a machine or a multicast group, a message each."""

from __future__ import annotations

import asyncio
import socket

from tocsin.model.link import Link
from tocsin.outputs.live.outlet import Outlet, send_pictures

# In one go, they would overrun what a receiver's socket holds.
_AT_ONCE, _PAUSE_S = 50, 0.005


class _Sender(asyncio.DatagramProtocol):
    def __init__(self, link: Link) -> None:
        self._link = link

    def error_received(self, exc: Exception) -> None:
        self._link.trouble = str(exc)


def _set_hops(sender: socket.socket, hops: int) -> None:
    if sender.family == socket.AF_INET6:
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, hops)
    else:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, hops)


async def send_datagrams(outlet: Outlet) -> None:
    """Sends until it is cancelled. That nobody listens is told where the network tells it, and ends nothing.

    Groups are reached as far as the output says, else as the operating system has it: the own network.
    """
    where = (outlet.way.host, outlet.way.port)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Sender(outlet.link), remote_addr=where)
    if outlet.multicast_hops is not None:
        _set_hops(transport.get_extra_info("socket"), outlet.multicast_hops)
    outlet.link.open()

    async def put(messages: list[bytes]) -> None:
        if transport.is_closing():
            raise ConnectionError(f"{outlet.way} was closed")
        outlet.link.trouble = ""
        for start in range(0, len(messages), _AT_ONCE):
            for message in messages[start : start + _AT_ONCE]:
                transport.sendto(message)
            await asyncio.sleep(_PAUSE_S)

    try:
        await send_pictures(outlet.tally, outlet.encoder, outlet.newest, put)
    finally:
        transport.close()
