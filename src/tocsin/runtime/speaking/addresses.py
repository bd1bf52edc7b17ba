"""Where simulated bytes may go: to addresses of the site file on this machine, elsewhere only if asked to."""

from __future__ import annotations

import ipaddress
import socket

from tocsin.config.inputs import Input
from tocsin.config.site import Sensor
from tocsin.errors import InvalidInput

_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def allowed_host(sensor: Sensor, way: Input, to_network: bool) -> str:
    """The host to speak to, or to stand at. Raises `InvalidInput` for one that is not on this machine.

    What listens on every address is reached by loopback. A multicast group
    is let through: its datagrams get no farther than this machine unless they are told to.
    """
    host = _EVERY_ADDRESS.get(way.host, way.host)
    if to_network or way.is_group or _is_here(host):
        return host
    what = f"sensor {sensor.name!r}: {sensor.input} is not this machine's loopback"
    raise InvalidInput(
        f"{what}, and simulated bytes stay on this machine; give an input at 127.0.0.1, or --to-network if "
        "those who listen there know that it is an exercise"
    )


def _is_here(host: str) -> bool:
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(str(address).partition("%")[0]).is_loopback for address in found)
