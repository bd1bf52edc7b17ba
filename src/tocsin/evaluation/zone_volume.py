"""When an object really entered a zone, and how near it came, on a path that is straight between rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.config.site import Site
from tocsin.evaluation.paths import TruePath
from tocsin.geo.polygon import Polygon
from tocsin.units import BoolArray, FloatArray

_PARTS_OF_A_STEP = 16


@dataclass(frozen=True, slots=True, eq=False)
class ZoneVolume:
    """A zone as the site file gives it: a polygon in the site's plane, floor and ceiling as altitudes."""

    name: str
    polygon: Polygon
    floor_m: float
    ceiling_m: float
    required_lead_s: float

    def contains(self, places_m: FloatArray) -> BoolArray:
        """Which places (..., 3) (east, north, altitude) are in it; its faces belong to it."""
        altitude = places_m[..., 2]
        return (
            self.polygon.contains(places_m[..., :2])
            & (altitude >= self.floor_m)
            & (altitude <= self.ceiling_m)
        )

    def distance_m(self, places_m: FloatArray) -> FloatArray:
        """Distance (...) of places (..., 3) from it, in space; 0 inside."""
        aside = np.maximum(self.polygon.signed_distance(places_m[..., :2]), 0.0)
        altitude = places_m[..., 2]
        above = np.maximum(np.maximum(self.floor_m - altitude, altitude - self.ceiling_m), 0.0)
        return np.hypot(aside, above)


def zone_volumes(site: Site) -> tuple[ZoneVolume, ...]:
    """The zones of a site, in the order of its file."""
    return tuple(
        ZoneVolume(
            zone.name, Polygon(placed.vertices_enu_m), zone.floor_m, zone.ceiling_m, zone.required_lead_s
        )
        for zone, placed in zip(site.zones, site.placed_zones(), strict=True)
    )


def entry_time_s(path: TruePath, zone: ZoneVolume) -> float | None:
    """When the object was first in the zone, or None where it never was."""
    inside = zone.contains(path.place_m)
    for row in _segments_that_may_enter(path, zone, inside):
        start, end = path.place_m[row], path.place_m[row + 1]
        fraction = _first_fraction_inside(start, end, zone)
        if fraction is not None:
            return float(path.time_s[row] + fraction * (path.time_s[row + 1] - path.time_s[row]))
    return float(path.time_s[np.argmax(inside)]) if inside.any() else None


def comes_within(path: TruePath, zone: ZoneVolume, from_s: float, to_s: float, distance_m: float) -> bool:
    """Whether the object was at most so far from the zone at any time from `from_s` to `to_s`.

    Steps of the path that end near enough to matter are looked at in sixteen parts.
    """
    between = path.time_s[(path.time_s > from_s) & (path.time_s < to_s)]
    times = np.concatenate([[from_s], between, [to_s]])
    places = path.at(times)
    distance = np.full(len(times), np.inf)
    there = np.isfinite(places[:, 0])
    distance[there] = zone.distance_m(places[there])
    if (distance <= distance_m).any():
        return True
    lengths = np.linalg.norm(np.diff(places, axis=0), axis=1)
    near = np.flatnonzero(np.minimum(distance[:-1], distance[1:]) <= distance_m + lengths)
    share = np.arange(1, _PARTS_OF_A_STEP)[:, np.newaxis] / _PARTS_OF_A_STEP
    parts = path.at((times[near] * (1 - share) + times[near + 1] * share).ravel())
    return bool((zone.distance_m(parts[np.isfinite(parts[:, 0])]) <= distance_m).any())


def _segments_that_may_enter(path: TruePath, zone: ZoneVolume, inside: BoolArray) -> list[int]:
    """Rows from which the next step meets the zone's box, up to the first row that is in the zone."""
    rows = path.segments
    if inside.any():
        rows = rows[rows <= np.argmax(inside)]
    low = np.minimum(path.place_m[rows], path.place_m[rows + 1])
    high = np.maximum(path.place_m[rows], path.place_m[rows + 1])
    zone_low = np.append(zone.polygon.vertices_m.min(axis=0), zone.floor_m)
    zone_high = np.append(zone.polygon.vertices_m.max(axis=0), zone.ceiling_m)
    return [int(row) for row in rows[((low <= zone_high) & (high >= zone_low)).all(axis=1)]]


def _first_fraction_inside(start: FloatArray, end: FloatArray, zone: ZoneVolume) -> float | None:
    """Share of the way from start to end (3,) at which the zone is entered: at an end or at a face."""
    faces = np.concatenate(
        [_edge_fractions(start[:2], end[:2], zone.polygon), _height_fractions(start, end, zone)]
    )
    cuts = np.unique(np.concatenate([[0.0], faces[(faces > 0.0) & (faces < 1.0)], [1.0]]))
    middles = 0.5 * (cuts[:-1] + cuts[1:])[:, np.newaxis]
    inside = zone.contains(start * (1 - middles) + end * middles)
    return float(cuts[np.argmax(inside)]) if inside.any() else None


def _edge_fractions(start: FloatArray, end: FloatArray, polygon: Polygon) -> FloatArray:
    """Shares of the way at which the lines of the polygon's edges are crossed, within those edges or not."""
    edges = np.roll(polygon.vertices_m, -1, axis=0) - polygon.vertices_m
    offsets = polygon.vertices_m - start
    way = end - start
    across = way[0] * edges[:, 1] - way[1] * edges[:, 0]
    toward = offsets[:, 0] * edges[:, 1] - offsets[:, 1] * edges[:, 0]
    crossed = across != 0.0
    fractions: FloatArray = toward[crossed] / across[crossed]
    return fractions


def _height_fractions(start: FloatArray, end: FloatArray, zone: ZoneVolume) -> FloatArray:
    climb = end[2] - start[2]
    if climb == 0.0:
        return np.empty(0)
    fractions: FloatArray = (np.array([zone.floor_m, zone.ceiling_m]) - start[2]) / climb
    return fractions
