"""Where tracks go: the site file's `[[outputs]]`, each one line of text for the way and a format.

udp://10.0.0.9:8600            datagrams to a machine, or to a multicast group
tcp://tak.example.org:8087     a stream to a server that we call, again and again
tls://tak.example.org:8089     the same, encrypted
tcp-listen://0.0.0.0:8600      a stream for whoever calls us
mqtt://broker/air-picture      messages to a topic of a broker; mqtts: with TLS
file:/var/lib/tocsin/sky.geojson    GeoJSON is written anew each time, anything else is appended
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from tocsin.config.addresses import ANY_HOST, Address, is_group, parse_address
from tocsin.config.logins import CERTIFICATE_KEYS, Login, check_certificate, check_unused
from tocsin.config.section import Name, Probability, Section


class OutputTransport(StrEnum):
    """The ways that tracks go."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    TCP_LISTEN = "tcp-listen"
    MQTT = "mqtt"
    MQTTS = "mqtts"
    FILE = "file"


class OutputFormat(StrEnum):
    """What the bytes of an output are."""

    CAT062 = "cat062"
    COT = "cot"
    JSON = "json"
    GEOJSON = "geojson"
    SAPIENT = "sapient"


_STREAMED = (OutputFormat.COT, OutputFormat.CAT062, OutputFormat.JSON)
_PUBLISHED = (OutputFormat.JSON, OutputFormat.GEOJSON, OutputFormat.COT)
FORMATS_OF = {
    OutputTransport.UDP: (OutputFormat.CAT062, OutputFormat.COT, OutputFormat.JSON),
    OutputTransport.TCP: (*_STREAMED, OutputFormat.SAPIENT),
    OutputTransport.TLS: (*_STREAMED, OutputFormat.SAPIENT),
    OutputTransport.TCP_LISTEN: _STREAMED,
    OutputTransport.MQTT: _PUBLISHED,
    OutputTransport.MQTTS: _PUBLISHED,
    OutputTransport.FILE: (OutputFormat.GEOJSON, OutputFormat.CAT062, OutputFormat.JSON, OutputFormat.COT),
}
"""What may go over each; the first is the usual one."""
ENCRYPTED = (OutputTransport.TLS, OutputTransport.MQTTS)
_FORMATS_OF_FILES = {
    ".geojson": OutputFormat.GEOJSON,
    ".jsonl": OutputFormat.JSON,
    ".ast": OutputFormat.CAT062,
    ".xml": OutputFormat.COT,
}
_FILE = f"{OutputTransport.FILE}:"
_WILDCARDS = "+#"


def parse_output(text: str) -> Address:
    """What an output's `to` says; of a file, only `path` is set. ValueError says what would be right."""
    if text.startswith(_FILE):
        path = text.removeprefix(_FILE)
        if path.startswith("//"):
            raise ValueError(f"{text!r} should be {_FILE}/{path.lstrip('/')}, with one slash or none")
        if not PurePath(path).name:
            raise ValueError(f"{text!r} names no file, as in {_FILE}/var/lib/tocsin/sky.geojson")
        return Address(OutputTransport.FILE, path=path)
    way = parse_address(text, list(OutputTransport))
    if way.scheme in (OutputTransport.MQTT, OutputTransport.MQTTS):
        if not way.path:
            raise ValueError(f"{text!r} names no topic, as in {way.scheme}://{way.host}/air-picture")
        if set(way.path) & set(_WILDCARDS):
            raise ValueError(f"{text!r}: what is sent has one topic, without + and #")
    elif way.scheme != OutputTransport.TCP_LISTEN and way.host in ANY_HOST:
        raise ValueError(f"{text!r} names every address of this machine; name the one that is to receive")
    return way


def _readable_output(text: str) -> str:
    parse_output(text)
    return text


class Output(Section):
    """A peer or a file that is told of the tracks, at most once a second."""

    name: Name
    """Unique among the outputs; what the log and `tocsin outputs list` call it."""
    to: Annotated[str, AfterValidator(_readable_output)]
    """Where tracks go, as in `udp://10.0.0.9:8600`, `tcp://server:8087`, `tcp-listen://0.0.0.0:8600`,
    `mqtts://broker/topic` or `file:/srv/sky.geojson`."""
    format: OutputFormat | None = None
    """What is sent; absent: what its way, or the ending of its file, mostly carries."""
    period_s: float = Field(1.0, ge=1, le=3600)
    """Time between two pictures [s]."""
    min_existence: Probability = 0.0
    """A track goes out once it exists with at least this probability; from then on until it ends."""
    classes: tuple[str, ...] = ()
    """A track goes out once its most probable class is one of these; empty: any class, and unknown."""
    user: str = ""
    """Name under which tocsin logs in to the output's broker."""
    password_file: str = ""
    """File with the password for the output's broker, and nothing else."""
    ca_file: str = ""
    """File with the certificates by which the other side is trusted; empty: those of this machine."""
    certificate_file: str = ""
    """File (PEM) with the certificate that tocsin shows the other side of an encrypted output."""
    private_key_file: str = ""
    """File (PEM) with the key of that certificate; empty: it is in the same file."""
    multicast_hops: int | None = Field(None, ge=0, le=255)
    """How many networks datagrams to a multicast group may cross (TTL); 0: this machine alone; absent: 1."""
    system_area_code: int | None = Field(None, ge=0, le=255)
    """SAC by which tocsin names itself in CAT062 (EUROCONTROL, data item I062/010)."""
    system_identification_code: int | None = Field(None, ge=0, le=255)
    """SIC by which tocsin names itself in CAT062."""
    service_identification: int | None = Field(None, ge=0, le=255)
    """The service of tocsin that CAT062 is of (data item I062/015); absent: not sent."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        way, allowed = self.way, FORMATS_OF[OutputTransport(self.way.scheme)]
        if self.bytes_of not in allowed:
            raise ValueError(f"{way.scheme} does not carry {self.bytes_of}; it carries {', '.join(allowed)}")
        codes = (self.system_area_code, self.system_identification_code)
        if self.bytes_of is OutputFormat.CAT062 and None in codes:
            raise ValueError(
                "cat062 needs system_area_code and system_identification_code, to name its sender"
            )
        if self.bytes_of is not OutputFormat.CAT062 and (*codes, self.service_identification) != (None,) * 3:
            raise ValueError(f"codes of ASTERIX mean nothing in {self.bytes_of}; leave them out")
        if way.scheme not in ENCRYPTED:
            check_unused(self, CERTIFICATE_KEYS, f"an output of {' or '.join(ENCRYPTED)}")
        if self.multicast_hops is not None and not is_group(way.host):
            raise ValueError("multicast_hops is for datagrams to a multicast group, as udp://239.2.3.1:6969")
        check_certificate(self)
        return self

    @property
    def way(self) -> Address:
        """Where tracks go."""
        return parse_output(self.to)

    @property
    def bytes_of(self) -> OutputFormat:
        """What is sent, as told or as usual."""
        if self.format is not None:
            return self.format
        way = self.way
        if way.scheme != OutputTransport.FILE:
            return FORMATS_OF[OutputTransport(way.scheme)][0]
        suffix = PurePath(way.path).suffix
        if suffix not in _FORMATS_OF_FILES:
            known = ", ".join(_FORMATS_OF_FILES)
            raise ValueError(f"the file's ending {suffix!r} is none of {known}: give a format")
        return _FORMATS_OF_FILES[suffix]

    @property
    def track_code(self) -> tuple[int, int] | None:
        """SAC and SIC that our tracks bear there."""
        if self.system_area_code is None or self.system_identification_code is None:
            return None
        return self.system_area_code, self.system_identification_code

    @property
    def login(self) -> Login:
        """How tocsin and the other side know each other."""
        return Login.of(self)
