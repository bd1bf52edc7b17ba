"""`status`: how a node is, every half minute and whenever it begins or ceases to listen.

    {"v": 1, "listening": true, "battery_percent": 80, "clock_offset_s": 0.02, "software": "my node 1.2"}

The position is for nodes that move; one that stands has its place in the site file.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from tocsin.formats.nodes.message import AltitudeM, LatitudeDeg, LongitudeDeg, NodeMessage


class Status(NodeMessage):
    """How a node is, and where, if it moves."""

    listening: bool
    """false: its silence says nothing, and its `heard: false` is not used."""
    battery_percent: Annotated[float, Field(ge=0, le=100)] | None = None
    """What is left in its battery [%]."""
    clock_offset_s: Annotated[float, Field(ge=-1e9, le=1e9)] | None = None
    """Its clock minus UTC, as far as it knows from NTP or GNSS [s]."""
    software: Annotated[str, Field(max_length=80, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")] | None = None
    """Name and version of what runs on it."""
    latitude_deg: LatitudeDeg | None = None
    """Where it is, WGS-84 [deg]."""
    longitude_deg: LongitudeDeg | None = None
    """Where it is, WGS-84 [deg]."""
    altitude_m: AltitudeM | None = None
    """Where it is, above the ellipsoid [m]."""

    @model_validator(mode="after")
    def _has_a_whole_position(self) -> Self:
        if (self.latitude_deg is None) != (self.longitude_deg is None):
            raise ValueError("latitude_deg and longitude_deg go together")
        if self.altitude_m is not None and self.latitude_deg is None:
            raise ValueError("altitude_m needs latitude_deg and longitude_deg")
        return self
