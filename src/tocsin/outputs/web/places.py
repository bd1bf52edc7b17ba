"""What stands still on the map, as GeoJSON (RFC 7946): zones, and what sensors cover."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tocsin.config.site import Sensor, Site, ZoneSection
from tocsin.geo.frame import LocalFrame

_CORNERS = 72
ZONE_KEYS = ("name", "floor_m", "ceiling_m", "required_lead_s", "language")
"""Properties of a zone, beside its outline."""


def zone_collection(site: Site) -> dict[str, Any]:
    """A polygon for each zone of a site; `version` goes back with zones that are to take their place."""
    return {**_collection([_zone(zone) for zone in site.zones]), "version": version_of(site.zones)}


def coverage_collection(site: Site, states: Mapping[str, str]) -> dict[str, Any]:
    """A ring for each sensor that stands somewhere, from its least to its greatest range.

    `states` is what each sensor is; one without a place has no geometry.
    """
    return _collection([_sensor(sensor, site, states.get(sensor.name, "")) for sensor in site.sensors])


def version_of(zones: tuple[ZoneSection, ...]) -> str:
    """Changes with the zones: who sends an older one has not seen the latest."""
    content = json.dumps([zone.model_dump(mode="json") for zone in zones], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _zone(zone: ZoneSection) -> dict[str, Any]:
    ring = [[longitude, latitude] for latitude, longitude in zone.polygon]
    return {
        "type": "Feature",
        "id": zone.name,
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        "properties": {name: getattr(zone, name) for name in ZONE_KEYS},
    }


def _sensor(sensor: Sensor, site: Site, state: str) -> dict[str, Any]:
    known = sensor.filled()
    return {
        "type": "Feature",
        "id": sensor.name,
        "geometry": _ring(known, site),
        "properties": {
            "name": sensor.name,
            "kind": sensor.kind.value,
            "state": state,
            "moves": sensor.moves,
            "longitude_deg": sensor.longitude_deg,
            "latitude_deg": sensor.latitude_deg,
            "min_range_m": known.min_range_m,
            "max_range_m": known.max_range_m,
        },
    }


def _ring(known: Sensor, site: Site) -> dict[str, Any] | None:
    if known.latitude_deg is None or known.longitude_deg is None or known.max_range_m is None:
        return None
    altitude_m = site.site.altitude_m if known.altitude_m is None else known.altitude_m
    frame = LocalFrame.from_degrees(known.latitude_deg, known.longitude_deg, altitude_m)
    rings = [_circle(frame, known.max_range_m)]
    if known.min_range_m > 0.0:
        rings.append(_circle(frame, known.min_range_m)[::-1])  # a hole goes clockwise
    return {"type": "Polygon", "coordinates": rings}


def _circle(frame: LocalFrame, radius_m: float) -> list[list[float]]:
    """Counterclockwise and closed, longitude and latitude; around the pole or the date line it wraps."""
    angle = np.linspace(0.0, 2.0 * math.pi, _CORNERS + 1)
    drop_m = -(radius_m**2) / (2.0 * 6_371_000.0)
    enu = np.column_stack([radius_m * np.cos(angle), radius_m * np.sin(angle), np.full(len(angle), drop_m)])
    latitude, longitude, _ = frame.to_geodetic(enu)
    degrees: list[list[float]] = np.round(np.degrees(np.stack([longitude, latitude], axis=1)), 6).tolist()
    return degrees
