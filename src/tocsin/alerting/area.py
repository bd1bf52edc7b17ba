"""The part of a zone that a message is for: what lies under the predicted path, not the whole zone.

An object is expected along a straight line from where it is, spread by the error of its track, which grows
with time. The area is the hull of the corridor of one sigma on both sides and a kilometre, cut by the zone:
nine in ten of those who will be within a kilometre of the path live in it, up to a sigma of 1.2 km (of a
normal error, 0.083 sigma are left out on either side, of the kilometre that counts). Where nothing is
known of where the object is, the whole zone is warned. A Cancel is for all who were told. An area that has
become much too wide, or that no longer holds where the object passes, is news.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tocsin.alerting.kernels.corridor import corridors
from tocsin.config.site import Site
from tocsin.geo.clipping import area_m2, clipped, convex_hull, is_simple, without_near_corners
from tocsin.geo.polygon import Polygon
from tocsin.model.alerts import AlertMessage, AreaDegrees, MessageType
from tocsin.model.assessments import Assessments
from tocsin.model.zones import Zone
from tocsin.units import FloatArray

MARGIN_M = 1000.0
"""What falls or is dropped lands beside the path; the measure of over-warning counts the same."""
_SPREAD_SIGMAS = 1.0
_LOOKS_AHEAD_S = 900.0
_WHOLE_SHARE = 0.95
_CORNERS_APART_M = 1.0
_ANGLES = np.arange(16) * (2.0 * np.pi / 16)
_CIRCLE = np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)]) / np.cos(np.pi / 16)  # around the unit circle
WHOLE_ZONE: AreaDegrees = ()


_NARROWER, _COVERED = 0.6, 0.8


@dataclass(slots=True)
class _Told:
    """What one alert has warned, as outlines (n, 2), None for the whole zone: `ever` holds all of it."""

    now: FloatArray | None
    ever: FloatArray | None


@dataclass(frozen=True, slots=True)
class _Ground:
    """A zone as it is cut."""

    zone: Zone
    area_m2: float
    centre_m: FloatArray
    limits: FloatArray
    """How objects are followed around its centre, as `corridors` takes it."""

    @classmethod
    def of(cls, zone: Zone) -> _Ground:
        polygon = Polygon(zone.vertices_enu_m)
        circle = polygon.bounding_circle
        limits = np.array([circle.radius_m, _LOOKS_AHEAD_S, MARGIN_M, _SPREAD_SIGMAS])
        return cls(zone, polygon.area_m2, circle.centre_m, limits)


class Areas:
    """Adds the area to the messages of one site; remembers for each open alert who was told."""

    def __init__(self, site: Site) -> None:
        self._frame = site.frame
        self._grounds = {zone.name: _Ground.of(zone) for zone in site.placed_zones()}
        self._told: dict[str, _Told] = {}

    def warm_up(self) -> None:
        """Loads, or compiles, what works areas out, before anybody waits for a message."""
        for ground in self._grounds.values():
            points_m = _corridors(ground, np.zeros((1, 6)), np.eye(6)[np.newaxis])
            _part(ground, convex_hull(points_m))
            is_simple(ground.zone.vertices_enu_m)

    def rezone(self, site: Site) -> None:
        """Zones are others, or lie elsewhere; who was told of an open alert is still known."""
        self._grounds = {zone.name: _Ground.of(zone) for zone in site.placed_zones()}

    def forget(self, alert_id: str) -> None:
        """An alert that ended without a word from here."""
        self._told.pop(alert_id, None)

    def fill(self, messages: Sequence[AlertMessage], assessments: Assessments) -> list[AlertMessage]:
        """The same messages with their areas, from the picture that called for them."""
        if not messages:
            return []
        rows = {track_id: row for row, track_id in enumerate(assessments.track_id.tolist())}
        outlines = [self._outline(message, assessments, rows) for message in messages]
        areas = self._degrees([message.zone for message in messages], outlines)
        return [replace(message, area=area) for message, area in zip(messages, areas, strict=True)]

    def is_outdated(self, alert_id: str, zone_name: str, states: FloatArray, covariances: FloatArray) -> bool:
        """Whether the area of an alert's last message no longer fits where its objects are expected to pass.

        Objects are (n, 6) and (n, 6, 6) in the site's plane.
        """
        told = self._told.get(alert_id)
        if told is None:
            return False
        ground = self._grounds[zone_name]
        return _is_outdated(ground, told.now, _warned(ground, states, covariances))

    def _outline(
        self, message: AlertMessage, assessments: Assessments, rows: dict[str, int]
    ) -> FloatArray | None:
        """What a message is for (n, 2), None for the whole zone."""
        ground = self._grounds[message.zone]
        if message.message_type is MessageType.CANCEL:
            told = self._told.pop(message.alert_id, None)
            return told.ever if told else None
        known = [rows[track_id] for track_id in message.track_ids if track_id in rows]
        present = np.array(known, dtype=np.int64)
        outline_m = _warned(ground, assessments.state[present], assessments.covariance[present])
        self._remember(message, ground, outline_m)
        return outline_m

    def _remember(self, message: AlertMessage, ground: _Ground, outline_m: FloatArray | None) -> None:
        told, ever = self._told.get(message.alert_id), outline_m
        if told is not None and ever is not None:
            ever = (
                None if told.ever is None else _part(ground, convex_hull(np.concatenate([told.ever, ever])))
            )
        self._told[message.alert_id] = _Told(outline_m, ever)

    def _degrees(self, zones: Sequence[str], outlines: Sequence[FloatArray | None]) -> list[AreaDegrees]:
        """All at once: to turn one corner to degrees takes nearly as long as to turn hundreds."""
        parts = [np.empty((0, 2)) if outline_m is None else outline_m for outline_m in outlines]
        ends = np.cumsum([len(part) for part in parts])
        floor_m = np.repeat([self._grounds[zone].zone.floor_up_m for zone in zones], np.diff(ends, prepend=0))
        places = np.column_stack([np.concatenate(parts), floor_m])
        latitude_rad, longitude_rad, _ = self._frame.to_geodetic(places)
        places_rad = np.column_stack([latitude_rad, longitude_rad])
        corners: list[FloatArray] = np.split(np.round(np.degrees(places_rad), 6), ends[:-1])
        return [_area(one) for one in corners]


def _area(corners: FloatArray) -> AreaDegrees:
    """The whole zone where it is made of parts of a hollow one, or rounded so that it touches itself."""
    if not len(corners) or not is_simple(corners):
        return WHOLE_ZONE
    return tuple((latitude, longitude) for latitude, longitude in corners.tolist())


def _warned(ground: _Ground, states: FloatArray, covariances: FloatArray) -> FloatArray | None:
    """What objects (n, 6) and (n, 6, 6) may come near to, (k, 2); None for the whole zone."""
    return _part(ground, convex_hull(_corridors(ground, states, covariances))) if len(states) else None


def _is_outdated(ground: _Ground, told: FloatArray | None, wanted: FloatArray | None) -> bool:
    if wanted is None:
        return told is not None
    wanted_m2 = area_m2(wanted)
    if wanted_m2 < _NARROWER * (ground.area_m2 if told is None else area_m2(told)):
        return True
    return told is not None and area_m2(clipped(wanted, convex_hull(told))) < _COVERED * wanted_m2


def _part(ground: _Ground, hull_m: FloatArray) -> FloatArray | None:
    """The zone within a hull; None where that is nearly all of it, or nothing."""
    part = without_near_corners(clipped(ground.zone.vertices_enu_m, hull_m), _CORNERS_APART_M)
    is_whole = len(part) < 3 or area_m2(part) > _WHOLE_SHARE * ground.area_m2
    return None if is_whole else part


def _corridors(ground: _Ground, states: FloatArray, covariances: FloatArray) -> FloatArray:
    """Points (m, 2) around where objects (n, 6) and (n, 6, 6) pass, until they have left a zone behind."""
    return corridors(states, covariances, ground.centre_m, ground.limits, _CIRCLE)
