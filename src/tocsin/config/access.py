"""Who may speak for a sensor: addresses, certificates, keys; which of them its way in can have."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from tocsin.config.inputs import InputFormat, Transport
from tocsin.config.logins import CERTIFICATE_KEYS, check_certificate, check_unused

if TYPE_CHECKING:
    from tocsin.config.site import Sensor

_LISTENING = frozenset({Transport.UDP, Transport.TCP_LISTEN, Transport.TLS_LISTEN})
_ENCRYPTED = frozenset({Transport.TLS, Transport.TLS_LISTEN, Transport.MQTTS})
OF_THE_WAY_IN = ("senders", "user", "password_file", "ca_file", "certificate_file", "private_key_file")
"""Settings that hold for a way in, and so for all sensors that share it."""


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is no address or network, as 10.0.0.7 or 10.0.0.0/8") from None
    return text


Network = Annotated[str, AfterValidator(_network)]


def check_access(sensor: Sensor) -> None:
    """Raises ValueError, which names the key that this sensor's input has no use for, or lacks."""
    live = sensor.live_input
    transport = Transport.CAPTURE if live is None else live[0].transport
    if sensor.senders and transport not in _LISTENING:
        raise ValueError(
            f"senders is for an input of {_words(_LISTENING)}: others are called, not waited for"
        )
    if transport not in _ENCRYPTED:
        check_unused(sensor, CERTIFICATE_KEYS, f"an input of {_words(_ENCRYPTED)}")
    check_certificate(sensor)
    if transport is Transport.TLS_LISTEN and not sensor.certificate_file:
        raise ValueError("an input of tls-listen needs certificate_file, with which it shows who it is")
    if sensor.message_key_file and (live is None or live[1] is not InputFormat.NODE):
        raise ValueError("message_key_file is for an input of nodes; others have TLS or senders")


def protections(sensor: Sensor) -> list[str]:
    """What keeps others from speaking for a sensor, each in a few words."""
    live = sensor.live_input
    transport = Transport.CAPTURE if live is None else live[0].transport
    is_called = transport is Transport.TLS_LISTEN
    found = {
        "TLS": transport in _ENCRYPTED or transport is Transport.HTTPS,
        "certificates of callers": is_called and bool(sensor.ca_file),
        "password": bool(sensor.password_file),
        "sealed messages": bool(sensor.message_key_file),
        f"senders {' '.join(sensor.senders)}": bool(sensor.senders),
    }
    return [words for words, holds in found.items() if holds]


def _words(transports: frozenset[Transport]) -> str:
    return " or ".join(sorted(transports))
