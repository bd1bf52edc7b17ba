"""Compact position reporting of airborne aircraft: 17 bits of latitude and of longitude within a zone.

Even messages divide a meridian into 60 zones and odd ones into 59; a parallel has `longitude_zones` even
zones and one odd zone less. Both kinds together tell the zone (`position_of_pair`); one alone tells it
within half a zone, 180 nautical miles, of a place that is known (`position_near`).
Source: RTCA DO-260B, A.1.7 (airborne encoding, Nb = 17). Degrees, as there.
"""

from __future__ import annotations

import math
from typing import NamedTuple

_STEPS = 1 << 17
_POLE_ZONES = 15  # NZ: latitude zones between equator and pole
_ZONE_SHAPE = 1.0 - math.cos(math.pi / (2 * _POLE_ZONES))
_LAST_WITH_TWO_DEG = 87.0


class EncodedPosition(NamedTuple):
    """What a message says of where it is; latitude and longitude in [0, 2**17)."""

    is_odd: bool
    latitude: int
    longitude: int


class Position(NamedTuple):
    """WGS-84, degrees; the longitude in [-180, 180)."""

    latitude_deg: float
    longitude_deg: float


def longitude_zones(latitude_deg: float) -> int:
    """NL: how many even zones the parallel has, 59 at the equator and 1 at the poles."""
    if abs(latitude_deg) >= _LAST_WITH_TWO_DEG:
        return 2 if abs(latitude_deg) == _LAST_WITH_TWO_DEG else 1
    cosine = math.cos(math.radians(latitude_deg))
    # Rounding must not leave the domain just below 87 degrees; at the equator the formula gives one too many.
    width_rad = math.acos(max(1.0 - _ZONE_SHAPE / (cosine * cosine), -1.0))
    return min(math.floor(math.tau / width_rad), 4 * _POLE_ZONES - 1)


def position_of_pair(newer: EncodedPosition, older: EncodedPosition) -> Position | None:
    """Where the newer one is; None if both are of one kind, lie across a zone's border or beyond a pole."""
    if newer.is_odd == older.is_odd:
        return None
    even, odd = (older, newer) if newer.is_odd else (newer, older)
    index = math.floor((59 * even.latitude - 60 * odd.latitude) / _STEPS + 0.5)
    even_deg = _latitude_deg(index % 60 + even.latitude / _STEPS, is_odd=False)
    odd_deg = _latitude_deg(index % 59 + odd.latitude / _STEPS, is_odd=True)
    zones = longitude_zones(even_deg)
    if max(abs(even_deg), abs(odd_deg)) > 90.0 or zones != longitude_zones(odd_deg):
        return None
    count = max(zones - newer.is_odd, 1)
    index = math.floor((even.longitude * (zones - 1) - odd.longitude * zones) / _STEPS + 0.5)
    longitude_deg = 360.0 / count * (index % count + newer.longitude / _STEPS)
    return Position(odd_deg if newer.is_odd else even_deg, _wrapped(longitude_deg))


def position_near(encoded: EncodedPosition, place: Position) -> Position | None:
    """Where it is, if within 180 nautical miles of a place; None beyond a pole."""
    zone_deg = _zone_deg(encoded.is_odd)
    latitude_deg = _nearest(encoded.latitude, zone_deg, place.latitude_deg)
    if abs(latitude_deg) > 90.0:
        return None
    count = max(longitude_zones(latitude_deg) - encoded.is_odd, 1)
    longitude_deg = _nearest(encoded.longitude, 360.0 / count, place.longitude_deg)
    return Position(latitude_deg, _wrapped(longitude_deg))


def encoded_position(place: Position, is_odd: bool) -> EncodedPosition:
    """What an aircraft at a place sends."""
    zone_deg = _zone_deg(is_odd)
    latitude = math.floor(_STEPS * (place.latitude_deg % zone_deg) / zone_deg + 0.5)
    seen_deg = zone_deg * (latitude / _STEPS + math.floor(place.latitude_deg / zone_deg))
    width_deg = 360.0 / max(longitude_zones(seen_deg) - is_odd, 1)
    longitude = math.floor(_STEPS * (place.longitude_deg % width_deg) / width_deg + 0.5)
    return EncodedPosition(is_odd, latitude % _STEPS, longitude % _STEPS)


def _zone_deg(is_odd: bool) -> float:
    return 360.0 / (4 * _POLE_ZONES - is_odd)


def _latitude_deg(zones: float, is_odd: bool) -> float:
    latitude_deg = _zone_deg(is_odd) * zones
    return latitude_deg - 360.0 if latitude_deg >= 270.0 else latitude_deg


def _nearest(steps: int, zone_deg: float, near_deg: float) -> float:
    """The angle at so many steps into a zone that is nearest to another angle."""
    share = steps / _STEPS
    return zone_deg * (math.floor(near_deg / zone_deg - share + 0.5) + share)


def _wrapped(longitude_deg: float) -> float:
    return (longitude_deg + 180.0) % 360.0 - 180.0
