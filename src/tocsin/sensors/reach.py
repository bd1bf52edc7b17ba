"""How far a sensor that reports positions can reach: what lies beyond is no report of it.

A position of ADS-B that is read from the wrong pair of messages lies hundreds of kilometres off, and networks
report the aircraft of half a continent.
"""

from __future__ import annotations

import math

from tocsin.config.site import Site

BEYOND_REACH = "beyond_max_range"
"""Reason under which such positions are counted."""
_EARTH_RADIUS_M = 6_371_009.0
_SLACK = 1.01  # of a sphere against the ellipsoid, and of heights


class Reach:
    """A circle around the sensor, or around the site where the sensor has no place of its own."""

    def __init__(self, site: Site, sensor: int) -> None:
        settings = site.sensors[sensor].filled()
        latitude_deg, longitude_deg = settings.latitude_deg, settings.longitude_deg
        if latitude_deg is None or longitude_deg is None:
            latitude_deg, longitude_deg = site.site.latitude_deg, site.site.longitude_deg
        self._latitude_rad = math.radians(latitude_deg)
        self._longitude_rad = math.radians(longitude_deg)
        limit_rad = (settings.max_range_m or math.inf) * _SLACK / _EARTH_RADIUS_M
        self._most = math.sin(min(limit_rad, math.pi) / 2.0) ** 2
        self._cosine = math.cos(self._latitude_rad)

    def holds(self, latitude_rad: float, longitude_rad: float) -> bool:
        """Whether a place lies within it."""
        north = math.sin((latitude_rad - self._latitude_rad) / 2.0)
        east = math.sin((longitude_rad - self._longitude_rad) / 2.0)
        haversine = north * north + self._cosine * math.cos(latitude_rad) * east * east
        return haversine <= self._most
