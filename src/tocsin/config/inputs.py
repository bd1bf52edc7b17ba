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

from dataclasses import dataclass, replace
from enum import StrEnum

from tocsin.config.addresses import is_group, parse_address
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
        return is_group(self.host)


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
    known = [transport for transport in Transport if transport is not Transport.CAPTURE]
    address = parse_address(text, known)
    return Input(Transport(address.scheme), address.host, address.port, address.path)
