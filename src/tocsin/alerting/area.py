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

from tocsin.config.site import Site
from tocsin.geo.clipping import clipped, convex_hull
from tocsin.geo.polygon import BoundingCircle, Polygon, is_simple
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
_LOOK_EVERY_NS = 10_000_000_000


@dataclass(slots=True)
class _Told:
    """What one alert has warned, as outlines (n, 2), None for the whole zone: `ever` holds all of it."""

    now: FloatArray | None
    ever: FloatArray | None
    looked_ns: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """A zone as it is cut."""

    zone: Zone
    area_m2: float
    circle: BoundingCircle

    @classmethod
    def of(cls, zone: Zone) -> _Ground:
        polygon = Polygon(zone.vertices_enu_m)
        return cls(zone, polygon.area_m2, polygon.bounding_circle)


class Areas:
    """Adds the area to the messages of one site; remembers for each open alert who was told."""

    def __init__(self, site: Site) -> None:
        self._frame = site.frame
        self._grounds = {zone.name: _Ground.of(zone) for zone in site.placed_zones()}
        self._told: dict[str, _Told] = {}

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
        return [self._filled(message, assessments, rows) for message in messages]

    def is_outdated(
        self, now_ns: int, alert_id: str, zone_name: str, objects: Sequence[tuple[FloatArray, FloatArray]]
    ) -> bool:
        """Whether the area of an alert's last message no longer fits where its objects are expected to pass.

        Looked at every ten seconds at most; objects are state (6,) and covariance (6, 6) in the site's plane.
        """
        told = self._told.get(alert_id)
        if told is None or now_ns - told.looked_ns < _LOOK_EVERY_NS:
            return False
        told.looked_ns = now_ns
        ground = self._grounds[zone_name]
        return _is_outdated(ground, told.now, _warned(ground, objects))

    def _filled(self, message: AlertMessage, assessments: Assessments, rows: dict[str, int]) -> AlertMessage:
        ground = self._grounds[message.zone]
        if message.message_type is MessageType.CANCEL:
            told = self._told.pop(message.alert_id, None)
            return replace(message, area=self._degrees(ground.zone, told.ever if told else None))
        present = [rows[track_id] for track_id in message.track_ids if track_id in rows]
        outline_m = _warned(
            ground, [(assessments.state[row], assessments.covariance[row]) for row in present]
        )
        self._remember(message, ground, outline_m)
        return replace(message, area=self._degrees(ground.zone, outline_m))

    def _remember(self, message: AlertMessage, ground: _Ground, outline_m: FloatArray | None) -> None:
        told, ever = self._told.get(message.alert_id), outline_m
        if told is not None and ever is not None:
            ever = (
                None if told.ever is None else _part(ground, convex_hull(np.concatenate([told.ever, ever])))
            )
        self._told[message.alert_id] = _Told(outline_m, ever, message.issued_ns)

    def _degrees(self, zone: Zone, outline_m: FloatArray | None) -> AreaDegrees:
        if outline_m is None:
            return WHOLE_ZONE
        places = np.column_stack([outline_m, np.full(len(outline_m), zone.floor_up_m)])
        latitude_rad, longitude_rad, _ = self._frame.to_geodetic(places)
        corners = np.round(np.degrees(np.column_stack([latitude_rad, longitude_rad])), 6)
        if not is_simple(corners):  # parts of a hollow zone, or rounded so that it touches itself
            return WHOLE_ZONE
        return tuple((latitude, longitude) for latitude, longitude in corners.tolist())


def _warned(ground: _Ground, objects: Sequence[tuple[FloatArray, FloatArray]]) -> FloatArray | None:
    """What objects, by state and covariance, may come near to, (n, 2); None for the whole zone."""
    if not objects:
        return None
    corridors = [corridor(state, covariance, ground) for state, covariance in objects]
    return _part(ground, convex_hull(np.concatenate(corridors)))


def _is_outdated(ground: _Ground, told: FloatArray | None, wanted: FloatArray | None) -> bool:
    if wanted is None:
        return told is not None
    wanted_m2 = _area_m2(wanted)
    if wanted_m2 < _NARROWER * (ground.area_m2 if told is None else _area_m2(told)):
        return True
    return told is not None and _area_m2(clipped(wanted, convex_hull(told))) < _COVERED * wanted_m2


def _area_m2(outline_m: FloatArray) -> float:
    """Of an outline that may touch itself; 0 of none."""
    east, north = outline_m.T
    return 0.5 * abs(float(east @ np.roll(north, -1) - north @ np.roll(east, -1))) if len(outline_m) else 0.0


def _part(ground: _Ground, hull_m: FloatArray) -> FloatArray | None:
    """The zone within a hull; None where that is nearly all of it, or nothing."""
    part = _apart(clipped(ground.zone.vertices_enu_m, hull_m))
    is_whole = len(part) < 3 or _area_m2(part) > _WHOLE_SHARE * ground.area_m2
    return None if is_whole else part


def _apart(outline_m: FloatArray) -> FloatArray:
    """Without corners that are hardly apart: files round them to a tenth of a metre."""
    steps_m = np.hypot(*(outline_m - np.roll(outline_m, 1, axis=0)).T)
    apart: FloatArray = outline_m[steps_m > _CORNERS_APART_M]
    return apart


def corridor(state: FloatArray, covariance: FloatArray, ground: _Ground) -> FloatArray:
    """Points (n, 2) around where an object passes, from now until it has left a zone behind [m].

    `state` is (6,), east-north-up place and velocity, `covariance` (6, 6) of it.
    """
    circle = ground.circle
    way_m = float(np.hypot(*(circle.centre_m - state[:2]))) + circle.radius_m
    speed_mps = float(np.hypot(state[3], state[4]))
    until_s = min(way_m / max(speed_mps, 0.1), _LOOKS_AHEAD_S)
    times_s = np.array([0.0, until_s])  # sigma is convex in time: between, nothing is farther out
    middles = state[:2] + times_s[:, np.newaxis] * state[3:5]
    points: FloatArray = middles[:, np.newaxis] + _around(covariance, times_s) + MARGIN_M * _CIRCLE
    return points.reshape(-1, 2)


def _around(covariance: FloatArray, times_s: FloatArray) -> FloatArray:
    """Points (n, 16, 2) of the ellipse of likely places around the middle at each time (n,)."""
    transition = np.concatenate(
        [np.broadcast_to(np.eye(2), (len(times_s), 2, 2)), times_s[:, None, None] * np.eye(2)], axis=2
    )
    plane = covariance[np.ix_([0, 1, 3, 4], [0, 1, 3, 4])]
    spread = transition @ plane @ transition.transpose(0, 2, 1)
    outward = _CIRCLE @ spread
    widths_m = np.sqrt(np.maximum((outward * _CIRCLE).sum(axis=-1), 1e-12))
    points: FloatArray = _SPREAD_SIGMAS * outward / widths_m[:, :, np.newaxis]
    return points
