"""How much more was warned than had to be: area times time of warnings, against where the objects still went.

A warning is in force from its issue to its next message, its expiry, its lowering or its Cancel, over the
polygon of its CAP message. What had to be warned is the part of the zone within 1 km of the path on which the
alert's threats truly flew from then on; once they have passed, nothing. The zone is cut into squares for it.
What had to be warned and no polygon held is missed, so that a small polygon in the wrong place is no success.
What comes after the truth's end is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.evaluation.alert_log import LoggedAlert, PolygonDegrees, by_alert
from tocsin.evaluation.paths import TruePath
from tocsin.evaluation.ties import Ties
from tocsin.evaluation.zone_volume import ZoneVolume
from tocsin.geo.frame import LocalFrame
from tocsin.geo.polygon import Polygon
from tocsin.model.alerts import Level, MessageType
from tocsin.units import BoolArray, FloatArray

NEAR_PATH_M = 1000.0
_SQUARES = 1500
_PATH_STEP_S = 5.0


@dataclass(frozen=True, slots=True)
class OverWarned:
    """Area times time [km2 s] that was warned, and that had to be; runs are pooled by adding them."""

    warned_km2_s: float
    needed_km2_s: float
    missed_km2_s: float = 0.0
    """Of what had to be warned, what lay outside the polygons of the warnings in force."""

    @property
    def missed_share(self) -> float | None:
        """0 is best; None where nothing had to be warned."""
        return self.missed_km2_s / self.needed_km2_s if self.needed_km2_s > 0 else None

    @property
    def ratio(self) -> float | None:
        """1 is just what had to be; None where nothing had to be warned."""
        return self.warned_km2_s / self.needed_km2_s if self.needed_km2_s > 0 else None


def over_warned(
    alerts: Iterable[LoggedAlert], ties: Ties, zones: Sequence[ZoneVolume], frame: LocalFrame
) -> OverWarned:
    """Summed over all warnings of a run."""
    by_name = {zone.name: _Squares(zone) for zone in zones}
    threats = {path.object_id: path for path in ties.paths if path.threat}
    ends_s = max((float(path.time_s[-1]) for path in ties.paths), default=-np.inf)
    warned = needed = missed = 0.0
    for messages in by_alert(alerts):
        squares = by_name.get(messages[0].zone)
        if squares is None:
            continue
        objects = set().union(*(ties.objects(message) for message in messages))
        passed_s = squares.last_needed_s([threats[name] for name in sorted(objects & threats.keys())])
        for message, until_s in _in_force(messages):
            lasts_s = max(min(until_s, ends_s) - message.issued_s, 0.0)
            polygons = [_polygon(corners, frame) for corners in message.polygons_deg]
            needed_s = np.clip(passed_s - message.issued_s, 0.0, lasts_s)
            warned += _area_m2(polygons, squares) * lasts_s
            needed += squares.square_m2 * float(needed_s.sum())
            missed += squares.square_m2 * float(needed_s[~squares.within(polygons)].sum())
    return OverWarned(warned / 1e6, needed / 1e6, missed / 1e6)


class _Squares:
    """A zone as squares of one size, by their middles (n, 2)."""

    def __init__(self, zone: ZoneVolume) -> None:
        self.area_m2 = zone.polygon.area_m2
        side_m = float(np.sqrt(self.area_m2 / _SQUARES))
        low, high = zone.polygon.vertices_m.min(axis=0), zone.polygon.vertices_m.max(axis=0)
        east, north = (np.arange(a + side_m / 2, b, side_m) for a, b in zip(low, high, strict=True))
        middles = np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)
        self.middles_m: FloatArray = middles[zone.polygon.contains(middles)]
        self.square_m2 = self.area_m2 / max(len(self.middles_m), 1)

    def last_needed_s(self, paths: Sequence[TruePath]) -> FloatArray:
        """When the last of the objects was last within 1 km of each square (n,); -inf where none ever was."""
        last_s = np.full(len(self.middles_m), -np.inf)
        for path in paths:
            times_s = np.arange(path.time_s[0], path.time_s[-1] + _PATH_STEP_S, _PATH_STEP_S)
            places = path.at(np.minimum(times_s, path.time_s[-1]))[:, :2]
            near = self._within(places)
            any_near = near.any(axis=0)
            latest = times_s[len(times_s) - 1 - near[::-1].argmax(axis=0)]
            last_s = np.maximum(last_s, np.where(any_near, latest, -np.inf))
        return last_s

    def within(self, polygons: Sequence[Polygon]) -> BoolArray:
        """Which squares (n,) have their middle in one of the polygons; all where there is none."""
        inside = np.full(len(self.middles_m), not polygons)
        for polygon in polygons:
            inside |= polygon.contains(self.middles_m)
        return inside

    def _within(self, places_m: FloatArray) -> BoolArray:
        """Which of places (k, 2) are within 1 km of which squares, (k, n)."""
        offset = places_m[:, np.newaxis] - self.middles_m[np.newaxis]
        near: BoolArray = (offset**2).sum(axis=-1) <= NEAR_PATH_M**2
        return near


def _area_m2(polygons: Sequence[Polygon], squares: _Squares) -> float:
    """Of a message's polygons; of the zone where it has none."""
    return sum(polygon.area_m2 for polygon in polygons) if polygons else squares.area_m2


def _polygon(corners_deg: PolygonDegrees, frame: LocalFrame) -> Polygon:
    latitude, longitude = np.radians(np.asarray(corners_deg, dtype=np.float64)).T
    return Polygon(frame.to_enu(latitude, longitude, np.zeros(len(latitude)))[:, :2])


def _in_force(messages: Sequence[LoggedAlert]) -> Iterator[tuple[LoggedAlert, float]]:
    """Each message of level warning of one alert, and until when it stood."""
    for number, message in enumerate(messages):
        if message.level is not Level.WARNING or message.message_type is MessageType.CANCEL:
            continue
        following = messages[number + 1].issued_s if number + 1 < len(messages) else np.inf
        yield message, min(message.expires_s, following)
