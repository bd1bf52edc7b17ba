"""What the console asks for by path beside the picture that moves, of the running service or a recording.

All methods are called in threads, so they may read files and compute.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from tocsin.outputs.web.gate import Visitor
from tocsin.outputs.web.source import Archive


class Attachment(NamedTuple):
    """A file to be kept."""

    name: str
    content: bytes


class Details(Protocol):
    """One place at one time: now, or that of a recording. Every answer is JSON, times are UTC seconds."""

    def zones(self) -> dict[str, Any]:
        """Zones as GeoJSON (RFC 7946)."""

    def coverage(self) -> dict[str, Any]:
        """What each sensor covers, as GeoJSON, with its state."""

    def track(self, track_id: str) -> dict[str, Any]:
        """One track: `TrackDetail` of web/src/model.ts. Raises Refusal where it is not there."""

    def shift(self, since_s: float | None) -> dict[str, Any]:
        """For handing over; by default of the last eight hours."""

    def report(self, alert_id: str) -> Attachment:
        """A ZIP with the evidence of an alert. Raises Refusal where there is no such alert."""

    def layers(self) -> list[str]:
        """Names of the site's own map layers."""

    def layer(self, name: str) -> bytes:
        """One of them, GeoJSON. Raises Refusal."""


class Library(Archive, Protocol):
    """An archive that can be leafed through."""

    def recordings(self) -> list[dict[str, Any]]:
        """`RecordingInfo` of each, the latest first."""

    def events(self, name: str) -> list[dict[str, Any]]:
        """What happened in one, in order of time. Raises Refusal."""

    def details(self, name: str, time_ns: int | None) -> Details:
        """One as it was at a time, by default its end. Raises Refusal."""


class ZoneKeeper(Protocol):
    """Whoever can change the zones of the running service."""

    def replace_zones(self, visitor: Visitor, payload: bytes) -> dict[str, Any]:
        """Zones as they shall be, a FeatureCollection; gives what changed. Raises Refusal, which says why."""
