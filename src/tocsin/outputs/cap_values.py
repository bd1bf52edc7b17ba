"""How single values are written in CAP 1.2: times, texts, identifiers, polygons, heights and judgements.

Source: OASIS, Common Alerting Protocol Version 1.2, 1 July 2010, clause 3.2.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

from cap_tools.models import Certainty, ResponseType, Severity, Urgency
from xsdata.models.datatype import XmlDateTime

from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.units import FOOT_M, NANOSECONDS_PER_SECOND

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")

# Clause 3.2.2: urgency, severity and certainty are the words by which receivers filter.
_URGENCY = {Level.WATCH: Urgency.FUTURE, Level.ADVISORY: Urgency.EXPECTED, Level.WARNING: Urgency.IMMEDIATE}
_SEVERITY = {Level.WATCH: Severity.MINOR, Level.ADVISORY: Severity.MODERATE, Level.WARNING: Severity.SEVERE}
_RESPONSE = {
    Level.WATCH: ResponseType.MONITOR,
    Level.ADVISORY: ResponseType.PREPARE,
    Level.WARNING: ResponseType.SHELTER,
}
_LIKELY, _POSSIBLE = 0.5, 0.05


class CapTime(XmlDateTime):
    """A time in UTC as clause 3.3.2 wants it: whole seconds, and '-00:00' where XML would write 'Z'."""

    __slots__ = ()

    @classmethod
    def of(cls, time_ns: int) -> CapTime:
        """The second in which a time lies."""
        moment = datetime.fromtimestamp(time_ns // NANOSECONDS_PER_SECOND, UTC)
        return cls(*moment.timetuple()[:6], 0, 0)

    def __str__(self) -> str:
        return f"{super().__str__().removesuffix('Z')}-00:00"


def xml_text(text: str) -> str:
    """Text without what XML 1.0 (clause 2.2) can't hold at all; the serializer escapes the rest."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def sender_name(site_name: str) -> str:
    """An identifier of the site without the spaces, commas, '<' and '&' that clause 3.2.1 forbids in one.

    The hash keeps apart sites whose names differ only in what had to go.
    """
    plain = unicodedata.normalize("NFKD", site_name).encode("ascii", "ignore").decode("ascii")
    words = _NOT_IN_NAMES.sub("-", plain).strip("-").lower()
    digest = hashlib.sha256(site_name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"tocsin-{words}-{digest}" if words else f"tocsin-{digest}"


def polygon_text(polygon_deg: tuple[tuple[float, float], ...]) -> str:
    """(latitude, longitude) pairs as 'lat,lon lat,lon ...', closed: the first pair comes again at the end."""
    pairs = [f"{latitude:.6f},{longitude:.6f}" for latitude, longitude in polygon_deg]
    return " ".join(pairs if pairs[0] == pairs[-1] else [*pairs, pairs[0]])


def feet(height_m: float) -> Decimal:
    """A height in whole feet."""
    return Decimal(round(height_m / FOOT_M))


def urgency(message: AlertMessage) -> Urgency:
    """How soon people must act."""
    return Urgency.PAST if message.message_type is MessageType.CANCEL else _URGENCY[message.level]


def severity(message: AlertMessage) -> Severity:
    """How bad it can be; what is over can do little."""
    return Severity.MINOR if message.message_type is MessageType.CANCEL else _SEVERITY[message.level]


def certainty(message: AlertMessage) -> Certainty:
    """How sure the entry is: observed once inside, likely above one half (the words of clause 3.2.2)."""
    entry_ns = message.predicted_entry_ns
    if message.entry_probability > _LIKELY:
        is_inside = (
            entry_ns is not None and entry_ns <= message.issued_ns and message.entry_probability > 0.95
        )
        return Certainty.OBSERVED if is_inside else Certainty.LIKELY
    return Certainty.POSSIBLE if message.entry_probability >= _POSSIBLE else Certainty.UNLIKELY


def response(message: AlertMessage) -> ResponseType:
    """What people should do; of a test nothing."""
    if message.is_test:
        return ResponseType.NONE
    return ResponseType.ALL_CLEAR if message.all_clear else _RESPONSE[message.level]
