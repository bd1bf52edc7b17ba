"""Who may send to a way in that waits: by address, before anything of it is read."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

WRONG_SENDER = "wrong_sender"
_MOST_REMEMBERED = 1024


class Senders:
    """The addresses and networks that may; none of them is anybody."""

    def __init__(self, networks: Sequence[str] = ()) -> None:
        self._networks = [ipaddress.ip_network(text, strict=False) for text in networks]
        self.may_send = lru_cache(_MOST_REMEMBERED)(self._may_send)

    def _may_send(self, address: str) -> bool:
        """Whether an address, as sockets tell it, is one of them."""
        if not self._networks:
            return True
        try:
            told = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(told, ipaddress.IPv6Address) and told.ipv4_mapped is not None:
            told = told.ipv4_mapped
        return any(told in network for network in self._networks)


ANYBODY = Senders()
