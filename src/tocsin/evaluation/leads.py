"""The contract's words on alerts, to the letter: warned, false, lead, reversal.

Which object an alert is tied to stands in `ties`. Distance from a zone is in space.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tocsin.evaluation.alert_log import LoggedAlert, by_alert
from tocsin.evaluation.paths import TruePath
from tocsin.evaluation.ties import Ties
from tocsin.evaluation.zone_volume import ZoneVolume, comes_within, entry_time_s
from tocsin.model.alerts import Level, MessageType

NEAR_ZONE_M = 1000.0


@dataclass(frozen=True, slots=True)
class ZoneOutcome:
    """What one object and one zone came to. Times are UTC seconds; None: never.

    `watch_s`, `advisory_s`, `warning_s` are when a message of just that level was first issued for the
    zone and tied to the object. `lead_s` needs an entry and a warning; a warning that comes after the entry
    has a negative lead.
    """

    object_id: str
    object_class: str
    threat: bool
    zone: str
    required_lead_s: float
    entry_s: float | None
    watch_s: float | None
    advisory_s: float | None
    warning_s: float | None
    lead_s: float | None
    warned: bool


@dataclass(frozen=True, slots=True)
class RaisedWarning:
    """An alert that reached `warning`: from its first message of that level to its expiry or Cancel.

    `without_track`: that message named no track.
    """

    alert_id: str
    zone: str
    issued_s: float
    expires_s: float
    false: bool
    without_track: bool = False


def zone_outcomes(
    alerts: Iterable[LoggedAlert], ties: Ties, zones: Sequence[ZoneVolume], delivery_delay_s: float
) -> list[ZoneOutcome]:
    """One row for each object that entered a zone or had an alert for it, by object and zone."""
    first: dict[tuple[str, str], dict[Level, float]] = defaultdict(dict)
    for alert in alerts:
        if alert.message_type is not MessageType.CANCEL:
            for object_id in ties.objects(alert):
                first[object_id, alert.zone].setdefault(alert.level, alert.issued_s)
    outcomes = []
    for path in ties.paths:
        for zone in zones:
            entry_s, issued = entry_time_s(path, zone), first.get((path.object_id, zone.name), {})
            if entry_s is not None or issued:
                outcomes.append(_outcome(path, zone, entry_s, issued, delivery_delay_s))
    return outcomes


def warnings(
    alerts: Iterable[LoggedAlert], paths: Sequence[TruePath], zones: Sequence[ZoneVolume]
) -> list[RaisedWarning]:
    """Every warning and whether it was false, in the order of issue.

    False: no threat was in the zone or within 1 km of it between issue and expiry. Messages of level warning
    that renew it move the expiry; a Cancel ends it; a lower level does neither.
    """
    by_name = {zone.name: zone for zone in zones}
    threats = [path for path in paths if path.threat]
    found = []
    for messages in by_alert(alerts):
        loud = [m for m in messages if m.level is Level.WARNING and m.message_type is not MessageType.CANCEL]
        if not loud:
            continue
        issued_s, zone = loud[0].issued_s, by_name.get(loud[0].zone)
        cancels = [m.issued_s for m in messages if m.message_type is MessageType.CANCEL]
        expires_s = min([loud[-1].expires_s, *cancels])
        near = zone is not None and any(
            comes_within(path, zone, issued_s, expires_s, NEAR_ZONE_M) for path in threats
        )
        trackless = not loud[0].track_ids
        found.append(RaisedWarning(loud[0].alert_id, loud[0].zone, issued_s, expires_s, not near, trackless))
    return sorted(found, key=lambda warning: (warning.issued_s, warning.alert_id, warning.zone))


def reversals(alerts: Iterable[LoggedAlert]) -> int:
    """How often a level went down after up, or up after down, within one alert; Cancel is no level."""
    count = 0
    for messages in by_alert(alerts):
        levels = [m.level for m in messages if m.message_type is not MessageType.CANCEL]
        moves = [after > before for before, after in pairwise(levels) if after != before]
        count += sum(one != other for one, other in pairwise(moves))
    return count


def _outcome(
    path: TruePath, zone: ZoneVolume, entry_s: float | None, issued: dict[Level, float], delay_s: float
) -> ZoneOutcome:
    warning_s = issued.get(Level.WARNING)
    ahead_s = None if entry_s is None or warning_s is None else entry_s - warning_s
    return ZoneOutcome(
        path.object_id,
        path.object_class,
        path.threat,
        zone.name,
        zone.required_lead_s,
        entry_s,
        issued.get(Level.WATCH),
        issued.get(Level.ADVISORY),
        warning_s,
        lead_s=None if ahead_s is None else ahead_s - delay_s,
        warned=ahead_s is not None and ahead_s >= zone.required_lead_s,
    )
