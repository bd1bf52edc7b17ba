"""What a probe finds: for each line of bytes, how well each format explains them, and what follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tocsin.sensors.live.inbox import Arrival

_SURE, _PROBABLE = 0.9, 0.5
_HEAD_BYTES = 32
MOST_BYTES = 4 * 1024 * 1024
"""So much is looked at: what it is shows in less, and every format tries all of it."""


class Sureness(StrEnum):
    """How sure it is that bytes are of a format."""

    SURE = "sure"
    PROBABLE = "probable"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True)
class Material:
    """What came over one line. `is_stream`: the pieces of one source belong together."""

    arrivals: Sequence[Arrival]
    is_stream: bool

    def wholes(self) -> list[bytes]:
        """Each message, or of streams all that came from one source."""
        if not self.is_stream:
            return [arrival.data for arrival in self.arrivals]
        return [b"".join(pieces) for pieces in self.by_source().values()]

    def by_source(self) -> dict[str, list[bytes]]:
        """The pieces in order, by who sent them."""
        sources: dict[str, list[bytes]] = {}
        for arrival in self.arrivals:
            sources.setdefault(arrival.source, []).append(arrival.data)
        return sources

    @property
    def bytes(self) -> int:
        """How much came."""
        return sum(len(arrival.data) for arrival in self.arrivals)


@dataclass(slots=True)
class Finding:
    """What one format makes of the bytes.

    `decoded` counts messages by type, `refused` those that can be read and are of no use, `undecodable` what
    can't be read by kind of error. `explained_bytes` are those of all messages that can be read. `sensors`
    are the sensors that send them as keys of the site file, as far as the bytes tell.
    """

    format: str
    decoded: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    undecodable: Counter[str] = field(default_factory=Counter)
    explained_bytes: int = 0
    evidence: dict[str, dict[str, int]] = field(default_factory=dict)
    sensors: list[dict[str, Any]] = field(default_factory=list)
    remark: str = ""

    @property
    def messages(self) -> int:
        """All that can be read."""
        return self.decoded.total() + self.refused.total()

    def share(self, of_bytes: int) -> float:
        """How much of the bytes this format explains, from 0 to 1."""
        return min(self.explained_bytes / of_bytes, 1.0) if of_bytes else 0.0

    def note(self, name: str, counts: Mapping[str, int]) -> None:
        """Adds evidence, the most frequent first."""
        if counts:
            self.evidence[name] = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, slots=True)
class Group:
    """One line of bytes: a port, a topic's first word, or a file.

    `findings` are those of all formats that could read anything, the best first; `block` is what the site
    file needs, `head` the first bytes in hexadecimal where no format explains them.
    """

    name: str
    arrivals: int
    bytes: int
    senders: int
    seconds: float
    findings: tuple[Finding, ...]
    block: str = ""
    head: str = ""

    @property
    def best(self) -> Finding | None:
        """The format that these bytes are of; None where it stays unknown."""
        if not self.findings or self.sureness(self.findings[0]) is Sureness.UNLIKELY:
            return None
        return self.findings[0]

    def sureness(self, finding: Finding) -> Sureness:
        """How sure it is that the bytes are of this format."""
        share = finding.share(self.bytes)
        if share >= _SURE:
            return Sureness.SURE
        return Sureness.PROBABLE if share >= _PROBABLE else Sureness.UNLIKELY

    def as_json(self) -> dict[str, Any]:
        """As JSON has it."""
        best = self.best
        return {
            "name": self.name,
            "arrivals": self.arrivals,
            "bytes": self.bytes,
            "senders": self.senders,
            "seconds": round(self.seconds, 3),
            "format": None if best is None else best.format,
            "findings": [
                {
                    "format": finding.format,
                    "sureness": self.sureness(finding).value,
                    "share_of_bytes": round(finding.share(self.bytes), 4),
                    "decoded": dict(finding.decoded),
                    "refused": dict(finding.refused),
                    "undecodable": dict(finding.undecodable),
                    "evidence": finding.evidence,
                    "remark": finding.remark,
                }
                for finding in self.findings
            ],
            "block": self.block,
            "first_bytes_hex": self.head,
        }


@dataclass(frozen=True, slots=True)
class Probe:
    """All that was found at an address or in a file; `remarks` are plain sentences."""

    address: str
    groups: tuple[Group, ...]
    remarks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As JSON has it."""
        groups = [group.as_json() for group in self.groups]
        return {"address": self.address, "groups": groups, "remarks": list(self.remarks)}


def head_of(material: Material) -> str:
    """The first bytes in hexadecimal."""
    return next((arrival.data[:_HEAD_BYTES].hex(" ") for arrival in material.arrivals if arrival.data), "")
