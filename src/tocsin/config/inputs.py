"""How a sensor's bytes come: the site file's `input`, one line of text, as what it says.

    udp://0.0.0.0:8600                     datagrams to a port of this machine
    udp://239.1.1.1:8600                   datagrams to a multicast group
    tcp://10.0.0.7:30005                   a stream from a server that we call, again and again
    tcp-listen://0.0.0.0:4000              streams from whoever calls us
    tls://10.0.0.7:8089                    as tcp, encrypted
    tls-listen://0.0.0.0:8089              as tcp-listen, encrypted
    mqtt://broker:1883/tocsin/mic-1/#      messages of a broker; mqtts: with TLS; no topic: the usual one
    http://receiver:8080/aircraft.json     asked for once a period; https: with TLS
    serial:///dev/ttyUSB0?baud=115200      a serial line, opened again when it is plugged in again
    file:///srv/radar/detections.csv       a file that grows: what is added to it
    file:///srv/radar/                     a folder into which files are put
    capture                                only replayed files

What the bytes are is the sensor's `format`; each kind of sensor has a usual one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from tocsin.config.addresses import is_group, parse_address
from tocsin.config.kinds import SensorKind


class Transport(StrEnum):
    """The ways that bytes come."""

    CAPTURE = "capture"
    UDP = "udp"
    TCP = "tcp"
    TCP_LISTEN = "tcp-listen"
    TLS = "tls"
    TLS_LISTEN = "tls-listen"
    MQTT = "mqtt"
    MQTTS = "mqtts"
    HTTP = "http"
    HTTPS = "https"
    SERIAL = "serial"
    FILE = "file"


class InputFormat(StrEnum):
    """What the bytes of a live input are."""

    ASTERIX = "asterix"
    NODE = "node"
    BEAST = "beast"
    AVR = "avr"
    AIRCRAFT_JSON = "aircraft_json"
    COT = "cot"
    REMOTE_ID_JSON = "remote_id_json"
    CSV = "csv"
    PARQUET = "parquet"
    SAPIENT = "sapient"


CONNECTIONS = frozenset({Transport.TCP, Transport.TCP_LISTEN, Transport.TLS, Transport.TLS_LISTEN})
"""Ways in on which something can be answered."""
STREAMS = CONNECTIONS | {Transport.SERIAL, Transport.FILE}
"""Ways in whose bytes come in pieces that mean nothing by themselves."""


SHARED_FORMATS = frozenset(
    {InputFormat.ASTERIX, InputFormat.NODE, InputFormat.SAPIENT, InputFormat.CSV, InputFormat.PARQUET}
)
"""What says itself of whom it is, so that several sensors may share a way in."""

CONVERSATIONS = frozenset({InputFormat.SAPIENT})
"""What is answered, and so needs a connection."""


USUAL_BAUD, _HIGHEST_BAUD = 115_200, 12_000_000
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
    """One way in.

    `path` is an MQTT topic, what stands behind an HTTP server's name, a device, a file, or with a slash at
    its end a folder; `baud` is of serial lines.
    """

    transport: Transport
    host: str = ""
    port: int = 0
    path: str = ""
    baud: int = 0

    @property
    def is_called(self) -> bool:
        """Whether others call us."""
        return self.transport in (Transport.TCP_LISTEN, Transport.TLS_LISTEN)

    @property
    def is_group(self) -> bool:
        """Whether the host is a multicast group that has to be joined."""
        return is_group(self.host)


def usual_format(kind: SensorKind, way: Input) -> InputFormat | None:
    """What a sensor of this kind mostly speaks over a way in; None where nothing is usual."""
    if way.transport is Transport.FILE:
        return InputFormat.PARQUET if way.path.endswith("/") else InputFormat.CSV
    return USUAL_FORMATS.get(kind)


def check_carried(way: Input, kind_of_bytes: InputFormat) -> None:
    """Raises ValueError, which says what would be right, where a format does not come over a way in."""
    is_folder = way.transport is Transport.FILE and way.path.endswith("/")
    if way.transport is Transport.FILE and not is_folder and kind_of_bytes is not InputFormat.CSV:
        raise ValueError(f"a file that grows holds csv, not {kind_of_bytes}; a folder ends with a slash")
    if (kind_of_bytes is InputFormat.PARQUET) != is_folder:
        raise ValueError("parquet files come by a folder, as in file:///srv/radar/, and nothing else does")
    if kind_of_bytes is InputFormat.CSV and way.transport in (Transport.HTTP, Transport.HTTPS):
        raise ValueError("csv comes as lines over time, not as a page: tcp, udp, mqtt, serial or file")
    if kind_of_bytes in CONVERSATIONS and way.transport not in CONNECTIONS:
        raise ValueError(
            f"{kind_of_bytes} is answered and needs a connection, as in tcp-listen://0.0.0.0:5020; "
            f"{way.transport} is none"
        )


def with_usual_topic(way: Input, kind_of_bytes: InputFormat) -> Input:
    """The same way in, for MQTT with the format's topic where none is named. Raises ValueError for none."""
    if way.transport not in (Transport.MQTT, Transport.MQTTS) or way.path:
        return way
    if kind_of_bytes not in USUAL_TOPICS:
        raise ValueError(f"the input names no topic, as in {way.transport}://{way.host}/my-sensor/#")
    return replace(way, path=USUAL_TOPICS[kind_of_bytes])


def parse_input(text: str) -> Input:
    """What a site file's `input` says. Raises ValueError, which says what is wrong and what is right."""
    if text in ("", Transport.CAPTURE):
        return Input(Transport.CAPTURE)
    if text.startswith(f"{Transport.SERIAL}:"):
        return _serial_line(text, urlsplit(text))
    if text.startswith(f"{Transport.FILE}:"):
        return _file(text, urlsplit(text))
    known = [transport for transport in Transport if transport is not Transport.CAPTURE]
    address = parse_address(text, known)
    return Input(Transport(address.scheme), address.host, address.port, address.path)


def _serial_line(text: str, parts: SplitResult) -> Input:
    if parts.netloc or not parts.path.strip("/"):
        raise ValueError(f"{text!r} names no device, as in serial:///dev/ttyUSB0?baud=115200")
    name, _, rate = parts.query.partition("=")
    if not parts.query:
        return Input(Transport.SERIAL, path=unquote(parts.path), baud=USUAL_BAUD)
    if name != "baud" or not rate.isdecimal() or not 0 < int(rate) <= _HIGHEST_BAUD:
        raise ValueError(f"{text!r}: behind the device stands its rate and nothing else, as in ?baud=115200")
    return Input(Transport.SERIAL, path=unquote(parts.path), baud=int(rate))


def _file(text: str, parts: SplitResult) -> Input:
    if parts.netloc or not parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"{text!r} names no file or folder, as in file:///srv/radar/detections.csv")
    return Input(Transport.FILE, path=unquote(parts.path))
