"""Caps: the most that an alert may be told as, because of what people know that no sensor does.

A cap is laid on by an operator's mark, by an operator's cancel, or by a known flight of the site file. It
holds for a time, and for the tracks that it was laid on: what joins an alert later is not covered by it, so
that a drone among birds is not taken for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tocsin.config.rules import Rule
from tocsin.model.actions import MarkedAs
from tocsin.model.alerts import AlertMessage, Level

NOTHING = 0
"""Below every level: the alert is not told at all."""


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that some alerts may be told as: `most` by zone, above all where it is not named.

    With `track_ids` it is a mark: it holds for these tracks, in the alert `alert_id` and in those that `unit`
    owns; an alert is held down once all its tracks are. Without, it is a cancel: it holds for `alert_id`
    alone, up to the level `most_cancelled` of its rules.
    """

    most: Mapping[str, int]
    until_ns: int
    words: str
    unit: str
    alert_id: str
    track_ids: frozenset[str] = frozenset()
    most_cancelled: Level = Level.WARNING

    def most_in(self, zone: str) -> int:
        """The most that may be told to a zone."""
        return self.most.get(zone, Level.WARNING)


def cap_of_mark(
    marked_as: MarkedAs, rules: Sequence[Rule], zones: Iterable[str], until_ns: int, words: str, unit: str,
    alert_id: str, track_ids: Iterable[str],
) -> Cap:  # fmt: skip
    """What an operator's mark lays on: the loudest level with a rule that is about such a thing.

    A known flight is a class that rules don't know: it stays a watch.
    """
    if marked_as is MarkedAs.KNOWN_FLIGHT:
        most = dict.fromkeys(zones, int(Level.WATCH))
    else:
        most = {zone: _loudest_about(marked_as, rules, zone) for zone in zones}
    return Cap(most, until_ns, words, unit, alert_id, frozenset(track_ids))


def cap_on(
    alert: AlertMessage, owner: str, caps: Iterable[Cap], known_flights: Mapping[str, str]
) -> Cap | None:
    """What holds an alert of the rules down; `owner` is the unit that owns it, flights go by track.

    Of what lies on one track the hardest counts, of the tracks of one alert the loudest: an alert goes on for
    those that nobody vouches for.
    """
    by_track = _of_flights(alert, known_flights)
    cancels = []
    for cap in caps:
        if not cap.track_ids:
            if cap.alert_id == alert.alert_id and alert.level <= cap.most_cancelled:
                cancels.append(cap)
        elif cap.alert_id == alert.alert_id or owner == cap.unit:
            for track_id in cap.track_ids.intersection(alert.track_ids):
                by_track[track_id] = _hardest((cap, by_track.get(track_id)), alert.zone)
    if alert.track_ids and all(track_id in by_track for track_id in alert.track_ids):
        cancels.append(max(by_track.values(), key=lambda cap: cap.most_in(alert.zone)))
    return _hardest(cancels, alert.zone) if cancels else None


def _of_flights(alert: AlertMessage, known_flights: Mapping[str, str]) -> dict[str, Cap]:
    """What the site file lays on: what an object says of itself can be forged, so it stays a watch."""
    return {
        track_id: Cap({alert.zone: Level.WATCH}, alert.expires_ns, f"known flight {flight}", "", "")
        for track_id in alert.track_ids
        if (flight := known_flights.get(track_id)) is not None
    }


def _hardest(caps: Iterable[Cap | None], zone: str) -> Cap:
    return min((cap for cap in caps if cap is not None), key=lambda cap: cap.most_in(zone))


def _loudest_about(marked_as: MarkedAs, rules: Sequence[Rule], zone: str) -> int:
    about = [
        Level[rule.level.upper()]
        for rule in rules
        if (not rule.zones or zone in rule.zones) and marked_as.value not in rule.not_classes
    ]
    return max(about, default=NOTHING)
