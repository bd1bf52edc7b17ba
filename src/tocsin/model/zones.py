"""Zones: the places whose people are warned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.geo.frame import LocalFrame
from tocsin.geo.polygon import Polygon
from tocsin.units import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A polygon with a floor and a ceiling above the ellipsoid.

    `vertices_enu_m` is (n, 2), east and north in the site's tangent plane, `polygon_deg` the same as
    (latitude, longitude) pairs. `floor_up_m` and `ceiling_up_m` are heights in the tangent plane, at the
    zone's middle.
    """

    name: str
    vertices_enu_m: FloatArray
    polygon_deg: tuple[tuple[float, float], ...]
    floor_up_m: float
    ceiling_up_m: float
    required_lead_s: float
    language: str

    @classmethod
    def of(
        cls,
        frame: LocalFrame,
        name: str,
        polygon_deg: tuple[tuple[float, float], ...],
        floor_m: float,
        ceiling_m: float,
        required_lead_s: float,
        language: str,
    ) -> Zone:
        """Places a zone of a site file in the site's tangent plane."""
        latitude, longitude = np.radians(np.asarray(polygon_deg, dtype=np.float64)).T
        vertices = frame.to_enu(latitude, longitude, np.full(len(latitude), floor_m))
        floor_up_m = float(vertices[:, 2].mean())
        return cls(
            name,
            np.ascontiguousarray(Polygon(vertices[:, :2]).vertices_m),
            polygon_deg,
            floor_up_m,
            floor_up_m + ceiling_m - floor_m,
            required_lead_s,
            language,
        )
