"""How a sensor's bytes come: the site file's `input`, one line of text, as what it says.

    udp://0.0.0.0:8600                     datagrams to a port of this machine
    udp://239.1.1.1:8600                   datagrams to a multicast group
    tcp://10.0.0.7:30005                   a stream from a server that we call, again and again
    tcp-listen://0.0.0.0:4000              streams from whoever calls us
    mqtt://broker:1883/tocsin/mic-1/#      messages of a broker; mqtts: with TLS; no topic: the usual one
    http://receiver:8080/aircraft.json     asked for once a period; https: with TLS
    capture                                only replayed files

What the bytes are is the sensor's `format`; each kind of sensor has a usual one.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from tocsin.config.kinds import SensorKind


class Transport(StrEnum):
    """The ways that bytes come."""

    CAPTURE = "capture"
    UDP = "udp"
    TCP = "tcp"
    TCP_LISTEN = "tcp-listen"
    MQTT = "mqtt"
    MQTTS = "mqtts"
    HTTP = "http"
    HTTPS = "https"


class InputFormat(StrEnum):
    """What the bytes of a live input are."""

    ASTERIX = "asterix"
    NODE = "node"
    BEAST = "beast"
    AVR = "avr"
    AIRCRAFT_JSON = "aircraft_json"
    COT = "cot"
    REMOTE_ID_JSON = "remote_id_json"
    SAPIENT = "sapient"


SHARED_FORMATS = frozenset({InputFormat.ASTERIX, InputFormat.NODE, InputFormat.SAPIENT})
"""What says itself of whom it is, so that several sensors may share a way in."""

CONVERSATIONS = frozenset({InputFormat.SAPIENT})
"""What is answered, and so needs a connection."""


_USUAL_PORTS = {Transport.MQTT: 1883, Transport.MQTTS: 8883, Transport.HTTP: 80, Transport.HTTPS: 443}
_WITH_PATH = {Transport.MQTT, Transport.MQTTS, Transport.HTTP, Transport.HTTPS}
USUAL_FORMATS = {
    SensorKind.RADAR: InputFormat.ASTERIX,
    SensorKind.TRACKS: InputFormat.ASTERIX,
    SensorKind.REMOTE_ID: InputFormat.REMOTE_ID_JSON,
    SensorKind.MICROPHONE: InputFormat.NODE,
    SensorKind.DIRECTION_FINDER: InputFormat.NODE,
    SensorKind.CAMERA: InputFormat.NODE,
    SensorKind.SIGHTING: InputFormat.NODE,
}
"""What a sensor of each kind mostly speaks; a kind that is not here has to say its format."""


USUAL_TOPICS = {InputFormat.NODE: "tocsin/#", InputFormat.REMOTE_ID_JSON: "wardragon/#"}
"""What is listened to where an MQTT input names no topic."""


@dataclass(frozen=True, slots=True)
class Input:
    """One way in. `path` is an MQTT topic, or what stands behind an HTTP server's name."""

    transport: Transport
    host: str = ""
    port: int = 0
    path: str = ""

    @property
    def is_group(self) -> bool:
        """Whether the host is a multicast group that has to be joined."""
        try:
            return ipaddress.ip_address(self.host).is_multicast
        except ValueError:
            return False


def with_usual_topic(way: Input, kind_of_bytes: InputFormat) -> Input:
    """The same way in, for MQTT with the format's topic where none is named. Raises ValueError for none."""
    if way.transport not in (Transport.MQTT, Transport.MQTTS) or way.path:
        return way
    if kind_of_bytes not in USUAL_TOPICS:
        raise ValueError(f"the input names no topic, as in {way.transport}://{way.host}/my-sensor/#")
    return replace(way, path=USUAL_TOPICS[kind_of_bytes])


def check_answerable(way: Input, kind_of_bytes: InputFormat) -> None:
    """Raises ValueError for a way in over which nothing can be answered, where answers are expected."""
    if kind_of_bytes in CONVERSATIONS and way.transport not in (Transport.TCP, Transport.TCP_LISTEN):
        raise ValueError(
            f"{kind_of_bytes} is answered and needs a connection, as in tcp-listen://0.0.0.0:5020; "
            f"{way.transport} is none"
        )


def parse_input(text: str) -> Input:
    """What a site file's `input` says. Raises ValueError, which says what is wrong and what is right."""
    if text in ("", Transport.CAPTURE):
        return Input(Transport.CAPTURE)
    known = ", ".join(transport for transport in Transport if transport is not Transport.CAPTURE)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{text!r} is no address: {error}") from None
    if parts.scheme not in set(Transport):
        raise ValueError(f"{text!r} should begin with one of {known}, as in udp://0.0.0.0:8600")
    transport = Transport(parts.scheme)
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{text!r} holds a password; put it into a file and name that as password_file")
    host, port = parts.hostname or "", port or _USUAL_PORTS.get(transport, 0)
    path = unquote(parts.path) + (f"?{parts.query}" if parts.query else "")
    if not host:
        raise ValueError(f"{text!r} names no machine; 0.0.0.0 is every address of this one")
    if not port:
        raise ValueError(f"{text!r} names no port, as in {parts.scheme}://{host}:8600")
    if transport not in _WITH_PATH and path not in ("", "/"):
        raise ValueError(f"{text!r}: {transport} knows nothing of {path!r}")
    if transport in (Transport.MQTT, Transport.MQTTS):
        path = path.removeprefix("/") + (f"#{parts.fragment}" if text.endswith("#") or parts.fragment else "")
    return Input(transport, host, port, path)
