"""`sighting`: what a person saw or heard in the air, and in which direction from where.

    {"v": 1, "latitude_deg": 51.0, "longitude_deg": 4.0, "direction": "NE", "what": "drone", "sure": "likely"}

The direction is an azimuth or one of 16 points of the compass. Where the person stands is used to say how
well the direction holds at the sensor, and then forgotten.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from tocsin.formats.nodes.message import AzimuthDeg, ElevationDeg, LatitudeDeg, LongitudeDeg, NodeMessage

Direction = Literal[
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"
]
_DEGREES = {
    "N": 0.0, "NNE": 22.5, "NE": 45.0, "ENE": 67.5, "E": 90.0, "ESE": 112.5, "SE": 135.0, "SSE": 157.5,
    "S": 180.0, "SSW": 202.5, "SW": 225.0, "WSW": 247.5, "W": 270.0, "WNW": 292.5, "NW": 315.0, "NNW": 337.5,
}  # fmt: skip


class Sighting(NodeMessage):
    """What a person saw or heard in the air."""

    latitude_deg: LatitudeDeg
    """Where the person stands, WGS-84 [deg]."""
    longitude_deg: LongitudeDeg
    """Where the person stands, WGS-84 [deg]."""
    azimuth_deg: AzimuthDeg | None = None
    """Direction to it, clockwise from true north [deg]; this or `direction`."""
    direction: Direction | None = None
    """Direction to it as a point of the compass; this or `azimuth_deg`."""
    elevation_deg: ElevationDeg | None = None
    """How high it stood, up from the horizontal [deg]."""
    what: Literal["drone", "fixed_wing", "helicopter", "bird", "unknown"]
    """What it looked or sounded like."""
    sure: Literal["certain", "likely", "unsure"]
    """How sure the person is that it was there and what it was."""

    @model_validator(mode="after")
    def _has_one_direction(self) -> Self:
        if (self.azimuth_deg is None) == (self.direction is None):
            raise ValueError("give azimuth_deg or direction, and not both")
        return self

    @property
    def bearing_deg(self) -> float:
        """Direction to it, clockwise from true north [deg]."""
        return _DEGREES[self.direction or "N"] if self.azimuth_deg is None else self.azimuth_deg
