"""Addresses of a site file: one line of text for each way in and each way out."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

ANY_HOST = frozenset({"0.0.0.0", "::", ""})
"""Every address of this machine."""
_MQTT = frozenset({"mqtt", "mqtts"})
_WITH_PATH = _MQTT | {"http", "https"}
_USUAL_PORTS: Mapping[str, int] = {"mqtt": 1883, "mqtts": 8883, "http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """`scheme://host:port/path`; `path` is an MQTT topic, or what stands behind an HTTP server's name."""

    scheme: str
    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def is_group(host: str) -> bool:
    """Whether a host is a multicast group."""
    try:
        return ipaddress.ip_address(host).is_multicast
    except ValueError:
        return False


def parse_address(text: str, schemes: Collection[str]) -> Address:
    """What an address says. Raises ValueError, which says what is wrong and what is right."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{text!r} is no address: {error}") from None
    scheme = parts.scheme
    if scheme not in schemes:
        raise ValueError(f"{text!r} should begin with one of {', '.join(schemes)}, as in udp://0.0.0.0:8600")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{text!r} holds a password; put it into a file and name that as password_file")
    host, port = parts.hostname or "", port or _USUAL_PORTS.get(scheme, 0)
    path = unquote(parts.path) + (f"?{parts.query}" if parts.query else "")
    if not host:
        raise ValueError(f"{text!r} names no machine; 0.0.0.0 is every address of this one")
    if not port:
        raise ValueError(f"{text!r} names no port, as in {scheme}://{host}:8600")
    if scheme not in _WITH_PATH and path not in ("", "/"):
        raise ValueError(f"{text!r}: {scheme} knows nothing of {path!r}")
    if scheme in _MQTT:
        path = path.removeprefix("/") + (f"#{parts.fragment}" if text.endswith("#") or parts.fragment else "")
    return Address(scheme, host, port, path)
