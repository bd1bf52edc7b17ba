"""The alerts of a recording, as whoever judges them needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from xml.etree import ElementTree

from tocsin.errors import InvalidTable
from tocsin.model.alerts import Level, MessageType
from tocsin.recording.recording import Recording

USUAL_EXPIRY_S = 900.0
"""How long a message counts where its CAP file doesn't tell."""

_CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"

PolygonDegrees = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class LoggedAlert:
    """One message. `expires_s` is that of its CAP file, the latest where languages differ.

    `polygons_deg` are those of its CAP file as (latitude, longitude), empty where it has none.
    """

    alert_id: str
    version: int
    issued_s: float
    expires_s: float
    level: Level
    zone: str
    track_ids: tuple[str, ...]
    message_type: MessageType
    polygons_deg: tuple[PolygonDegrees, ...] = ()


class CapContent(NamedTuple):
    """What an evaluation reads of a CAP 1.2 message."""

    expires_s: float | None
    polygons_deg: tuple[PolygonDegrees, ...]


def alert_log(recording: Recording) -> list[LoggedAlert]:
    """All messages in the order of issue. Raises `InvalidTable` on a level or type that is none."""
    log = []
    for number, row in enumerate(recording.alerts().to_pylist(), 1):
        try:
            level, message_type = Level[row["level"].upper()], MessageType(row["message_type"])
        except (KeyError, ValueError, AttributeError) as error:
            raise InvalidTable(f"alerts, row {number}: {error} is no level or message type") from None
        expires_s, polygons_deg = read_cap(recording.cap(row["cap_file"]) or b"")
        log.append(
            LoggedAlert(
                row["alert_id"],
                row["version"],
                row["issued_s"],
                row["issued_s"] + USUAL_EXPIRY_S if expires_s is None else expires_s,
                level,
                row["zone"],
                tuple(row["track_ids"]),
                message_type,
                polygons_deg,
            )
        )
    return sorted(log, key=lambda alert: (alert.issued_s, alert.alert_id, alert.version))


def by_alert(alerts: Iterable[LoggedAlert]) -> list[list[LoggedAlert]]:
    """The messages of each alert and zone, by version."""
    groups: dict[tuple[str, str], list[LoggedAlert]] = defaultdict(list)
    for alert in alerts:
        groups[alert.alert_id, alert.zone].append(alert)
    return [sorted(group, key=lambda alert: alert.version) for group in groups.values()]


def read_cap(message: bytes) -> CapContent:
    """When a message expires (clause 3.2.2) and the polygons of its first language (clause 3.2.4)."""
    try:
        infos = ElementTree.fromstring(message).findall(f"{_CAP}info")
    except ElementTree.ParseError:
        return CapContent(None, ())
    areas = infos[0].findall(f"{_CAP}area/{_CAP}polygon") if infos else []
    polygons = (_polygon(element.text or "") for element in areas)
    return CapContent(_expires_s(infos), tuple(polygon for polygon in polygons if polygon))


def _expires_s(infos: list[ElementTree.Element]) -> float | None:
    """The latest, UTC seconds, or None where it isn't said or not with its offset from UTC."""
    texts = [(element.text or "").strip() for info in infos for element in info.findall(f"{_CAP}expires")]
    try:
        times = [datetime.fromisoformat(text) for text in texts]
    except ValueError:
        return None
    return max((time.timestamp() for time in times if time.tzinfo is not None), default=None)


def _polygon(text: str) -> PolygonDegrees:
    """From 'latitude,longitude latitude,longitude ...'; empty where it is none."""
    try:
        pairs = [tuple(map(float, pair.split(","))) for pair in text.split()]
        return tuple((latitude, longitude) for latitude, longitude in pairs)
    except ValueError:
        return ()
