"""Who is told of alerts: the site file's `[[receivers]]`, each one line of text for the way and a format.

https://sirens.example.org/alerts    each message is posted, and confirmed by a status of 2xx
mqtts://broker/alerts                each message is published with QoS 1, and confirmed by the broker
tls://tak.example.org:8089           Cursor on Target to a server that we call; tcp: without encryption
file:/srv/alerts                     each message is a file in this folder, beside a feed of what is current
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import PurePath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from tocsin.config.addresses import ANY_HOST, Address, parse_address
from tocsin.config.logins import CERTIFICATE_KEYS, Login, check_certificate, check_unused
from tocsin.config.section import LanguageTag, Name, Section


class ReceiverTransport(StrEnum):
    """The ways that alerts go."""

    HTTP = "http"
    HTTPS = "https"
    MQTT = "mqtt"
    MQTTS = "mqtts"
    TCP = "tcp"
    TLS = "tls"
    FILE = "file"


class AlertFormat(StrEnum):
    """What a message is written as."""

    CAP = "cap"
    JSON = "json"
    SPEECH = "speech"
    COT = "cot"


_TEXTUAL = (AlertFormat.CAP, AlertFormat.JSON, AlertFormat.SPEECH)
ALERT_FORMATS_OF = {
    ReceiverTransport.HTTP: _TEXTUAL,
    ReceiverTransport.HTTPS: _TEXTUAL,
    ReceiverTransport.MQTT: (*_TEXTUAL, AlertFormat.COT),
    ReceiverTransport.MQTTS: (*_TEXTUAL, AlertFormat.COT),
    ReceiverTransport.TCP: (AlertFormat.COT,),
    ReceiverTransport.TLS: (AlertFormat.COT,),
    ReceiverTransport.FILE: (*_TEXTUAL, AlertFormat.COT),
}
"""What may go over each; the first is the usual one."""
ENCRYPTED_WAYS = frozenset({ReceiverTransport.HTTPS, ReceiverTransport.MQTTS, ReceiverTransport.TLS})
_BROKERS = (ReceiverTransport.MQTT, ReceiverTransport.MQTTS)
_SERVERS = (ReceiverTransport.HTTP, ReceiverTransport.HTTPS)
_FILE = f"{ReceiverTransport.FILE}:"


def parse_receiver(text: str) -> Address:
    """What a receiver's `to` says; of a folder, only `path` is set. ValueError says what would be right."""
    if text.startswith(_FILE):
        path = text.removeprefix(_FILE)
        if path.startswith("//") or not PurePath(path).name:
            raise ValueError(f"{text!r} names no folder, as in {_FILE}/srv/alerts")
        return Address(ReceiverTransport.FILE, path=path)
    way = parse_address(text, list(ReceiverTransport))
    if way.host in ANY_HOST:
        raise ValueError(f"{text!r} names every address of this machine; name the one that is to receive")
    if way.scheme in _BROKERS and (not way.path or set(way.path) & set("+#")):
        raise ValueError(f"{text!r} names no topic, as in {way.scheme}://{way.host}/alerts, without + and #")
    return way


def _readable_receiver(text: str) -> str:
    parse_receiver(text)
    return text


class Receiver(Section):
    """A system that is told of alerts, until it has confirmed each."""

    name: Name
    """Unique among the receivers; what the log and `tocsin receivers list` call it."""
    to: Annotated[str, AfterValidator(_readable_receiver)]
    """Where alerts go, as in `https://server/alerts`, `mqtts://broker/alerts`, `tls://tak-server:8089` or
    `file:/srv/alerts`, a folder."""
    format: AlertFormat | None = None
    """What is sent; absent: `cap`, or `cot` over tcp and tls."""
    min_level: Literal["watch", "advisory", "warning"] = "watch"
    """An alert goes out once it is as loud as this; from then on all of it, down to the all-clear."""
    zones: tuple[str, ...] = ()
    """Alerts for these zones go out; empty: for all."""
    languages: tuple[LanguageTag, ...] = ()
    """Languages of `speech` and `json`; empty: those of the zone and the site. CAP always holds these."""
    drafts: bool = False
    """Whether it gets, as CAP status Draft, what no operator has confirmed where the site is Actual."""
    heartbeat: bool = False
    """Whether http gets a heartbeat each ten seconds; mqtt and folders always do."""
    retain: bool = False
    """Whether a broker keeps open alerts for who subscribes later, each in a topic of its own."""
    user: str = ""
    """Name under which tocsin logs in; without one, a password_file of http holds a bearer token."""
    password_file: str = ""
    """File with the password or token, and nothing else."""
    ca_file: str = ""
    """File with the certificates by which the other side is trusted; empty: those of this machine."""
    certificate_file: str = ""
    """File (PEM) with the certificate that tocsin shows the other side of an encrypted way."""
    private_key_file: str = ""
    """File (PEM) with the key of that certificate; empty: it is in the same file."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        way, allowed = self.way, ALERT_FORMATS_OF[ReceiverTransport(self.way.scheme)]
        if self.bytes_of not in allowed:
            raise ValueError(f"{way.scheme} does not carry {self.bytes_of}; it carries {', '.join(allowed)}")
        if way.scheme not in ENCRYPTED_WAYS:
            encrypted = " or ".join(sorted(ENCRYPTED_WAYS))
            check_unused(self, ("ca_file", *CERTIFICATE_KEYS), f"a receiver of {encrypted}")
        check_certificate(self)
        if self.user and not self.password_file:
            raise ValueError("user needs password_file")
        if self.password_file and way.scheme not in (*_BROKERS, *_SERVERS):
            raise ValueError(f"{way.scheme} knows no passwords; leave user and password_file out")
        if self.retain and way.scheme not in _BROKERS:
            raise ValueError("retain is for brokers (mqtt, mqtts)")
        if self.heartbeat and way.scheme not in _SERVERS:
            raise ValueError("heartbeat is for http and https; brokers and folders always get one")
        return self

    @property
    def way(self) -> Address:
        """Where alerts go."""
        return parse_receiver(self.to)

    @property
    def bytes_of(self) -> AlertFormat:
        """What is sent, as told or as usual."""
        return self.format or ALERT_FORMATS_OF[ReceiverTransport(self.way.scheme)][0]

    @property
    def login(self) -> Login:
        """How tocsin and the other side know each other."""
        return Login.of(self)


def check_receivers(receivers: Iterable[Receiver], zones: Iterable[str]) -> None:
    """Raises ValueError, which names two receivers that spoil each other, or a zone that there is not."""
    known, places = list(receivers), set(zones)
    for k, receiver in enumerate(known):
        if missing := sorted(set(receiver.zones) - places):
            raise ValueError(
                f"receivers: {receiver.name!r} names a zone {missing[0]!r} that is not in the file"
            )
        for other in known[:k]:
            if receiver.name == other.name:
                raise ValueError(
                    f"receivers: the name {receiver.name!r} is given twice; names must be unique"
                )
            if receiver.way == other.way and receiver.way.scheme == ReceiverTransport.FILE:
                raise ValueError(
                    f"receivers: {other.name!r} and {receiver.name!r} can't both have {receiver.to}"
                )
