"""Whether the 90 % interval of the time of entry, as it was when an alert was issued, held the entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.evaluation.alert_log import LoggedAlert
from tocsin.evaluation.prediction_log import Prediction, PredictionLog
from tocsin.evaluation.ties import Ties
from tocsin.model.alerts import MessageType

NOMINAL = 0.9


@dataclass(frozen=True, slots=True)
class Arrival:
    """The first message of one level of one alert, of an object that entered the zone later; UTC seconds."""

    alert_id: str
    zone: str
    object_id: str
    level: str
    issued_s: float
    earliest_s: float
    latest_s: float
    entry_s: float
    held: bool


def arrivals(
    alerts: Iterable[LoggedAlert],
    predictions: PredictionLog,
    ties: Ties,
    entry_s: Mapping[tuple[str, str], float],
) -> list[Arrival]:
    """One for each alert and level whose track is tied to an object that entered the zone after the issue.

    `entry_s` is when each object first entered each zone. Of several tracks of an alert the one that would
    most probably enter counts, as it does for the alert.
    """
    found: dict[tuple[str, str, str], Arrival] = {}
    for alert in alerts:
        key = alert.alert_id, alert.zone, alert.level.word
        if alert.message_type is MessageType.CANCEL or key in found:
            continue
        arrival = _arrival(alert, predictions.of_instant(alert.issued_s), ties, entry_s)
        if arrival is not None:
            found[key] = arrival
    return list(found.values())


def _arrival(
    alert: LoggedAlert,
    predicted: Mapping[tuple[str, str], Prediction],
    ties: Ties,
    entry_s: Mapping[tuple[str, str], float],
) -> Arrival | None:
    candidates = [name for name in alert.track_ids if (name, alert.zone) in predicted]
    if not candidates:
        return None
    track_id = max(candidates, key=lambda name: predicted[name, alert.zone].probability)
    interval, path = predicted[track_id, alert.zone], ties.object_of(track_id, alert.issued_s)
    entered_s = None if path is None else entry_s.get((path.object_id, alert.zone))
    if path is None or entered_s is None or entered_s <= alert.issued_s:
        return None
    return Arrival(
        alert.alert_id,
        alert.zone,
        path.object_id,
        alert.level.word,
        alert.issued_s,
        interval.earliest_s,
        interval.latest_s,
        entered_s,
        held=interval.earliest_s <= entered_s <= interval.latest_s,
    )
