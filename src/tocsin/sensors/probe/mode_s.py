"""Whether bytes are a stream of Mode S messages, as Beast or as AVR."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from tocsin.config.inputs import InputFormat
from tocsin.config.kinds import SensorKind
from tocsin.errors import DecodeError
from tocsin.formats.adsb import (
    AirbornePosition,
    AvrStream,
    BeastStream,
    ReceivedMessage,
    avr_line,
    beast_frame,
    decode_squitters,
)
from tocsin.sensors.probe.finding import Finding, Material

_UNUSED = "not_ads_b"
"""Replies to radars and the like: whole, and without a position."""


class _Stream(Protocol):
    def feed(self, data: bytes) -> tuple[list[ReceivedMessage], list[DecodeError]]: ...


def look_for_beast(material: Material) -> Finding:
    """Cuts frames; what they take up is explained."""
    return _look(material, InputFormat.BEAST, BeastStream, beast_frame)


def look_for_avr(material: Material) -> Finding:
    """Cuts lines; what they take up is explained."""
    return _look(material, InputFormat.AVR, AvrStream, avr_line)


def _look(
    material: Material,
    kind_of_bytes: InputFormat,
    make_stream: Callable[[], _Stream],
    written: Callable[[ReceivedMessage], bytes],
) -> Finding:
    finding = Finding(kind_of_bytes)
    aircraft: set[str] = set()
    for pieces in material.by_source().values():
        messages, errors = make_stream().feed(b"".join(pieces))
        finding.undecodable.update(error.kind for error in errors)
        finding.explained_bytes += sum(len(written(message)) for message in messages)
        aircraft |= _count(finding, messages)
    finding.note("seen", {"aircraft": len(aircraft)} if aircraft else {})
    if finding.messages:
        kind = SensorKind.ADSB.value
        finding.sensors = [{"name": kind, "kind": kind, "format": kind_of_bytes.value}]
    return finding


def _count(finding: Finding, messages: Sequence[ReceivedMessage]) -> set[str]:
    """Counts messages, and gives the addresses of those who say where they are."""
    aircraft = set()
    for squitter in decode_squitters([message.data for message in messages]):
        if isinstance(squitter, DecodeError):
            finding.undecodable[squitter.kind] += 1
        elif squitter is None:
            finding.refused[_UNUSED] += 1
        else:
            finding.decoded[type(squitter).__name__] += 1
            if isinstance(squitter, AirbornePosition):
                aircraft.add(squitter.address)
    return aircraft
