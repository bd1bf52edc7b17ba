"""The local east-north-up frame of a place: the tangent plane of the ellipsoid there, exact at any distance.

`up` is along the place's own vertical. The Earth curves away under the plane by distance squared over
twice its radius (71 m at 30 km), so heights of far objects come from `to_geodetic`, not from `up`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy.typing as npt

from tocsin.errors import InvalidInput
from tocsin.geo.ellipsoid import ecef_to_geodetic, enu_rotation, geodetic_to_ecef
from tocsin.geo.vectors import as_vectors, rotate, transposed
from tocsin.units import FloatArray


@dataclass(frozen=True)
class LocalFrame:
    """East, north and up (m) from an origin given in WGS-84 radians and metres above the ellipsoid.

    Raises InvalidInput where the origin is not finite, the latitude is beyond a pole, or the longitude
    beyond a full turn (most often degrees given as radians).
    """

    latitude_rad: float
    longitude_rad: float
    altitude_m: float

    def __post_init__(self) -> None:
        origin = (self.latitude_rad, self.longitude_rad, self.altitude_m)
        if not all(math.isfinite(value) for value in origin):
            raise InvalidInput(f"local frame: origin {origin} is not finite; give a surveyed position")
        if abs(self.latitude_rad) > math.pi / 2 or abs(self.longitude_rad) > 2 * math.pi:
            raise InvalidInput(
                f"local frame: latitude {self.latitude_rad}, longitude {self.longitude_rad} is no place on "
                "Earth in radians; LocalFrame.from_degrees takes degrees"
            )

    @classmethod
    def from_degrees(cls, latitude_deg: float, longitude_deg: float, altitude_m: float) -> LocalFrame:
        """The frame at a position given in degrees and metres above the ellipsoid."""
        return cls(math.radians(latitude_deg), math.radians(longitude_deg), altitude_m)

    @cached_property
    def rotation(self) -> FloatArray:
        """ECEF to this frame's axes, (3, 3): rows east, north, up. Read-only."""
        rotation = enu_rotation(self.latitude_rad, self.longitude_rad)
        rotation.setflags(write=False)
        return rotation

    @cached_property
    def origin_ecef(self) -> FloatArray:
        """The origin in ECEF metres, (3,). Read-only."""
        origin = geodetic_to_ecef(self.latitude_rad, self.longitude_rad, self.altitude_m)
        origin.setflags(write=False)
        return origin

    def to_enu(
        self, latitude_rad: npt.ArrayLike, longitude_rad: npt.ArrayLike, altitude_m: npt.ArrayLike
    ) -> FloatArray:
        """Positions in this frame (m), shape (..., 3), of geodetic positions that broadcast to (...)."""
        ecef = geodetic_to_ecef(latitude_rad, longitude_rad, altitude_m)
        return rotate(self.rotation, ecef - self.origin_ecef)

    def to_geodetic(self, enu_m: npt.ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Latitude and longitude (rad) and altitude (m), each of shape (...), of positions (..., 3).

        Raises InvalidInput where the last axis is not 3 long.
        """
        enu = as_vectors(enu_m, 3, "east-north-up position")
        return ecef_to_geodetic(rotate(transposed(self.rotation), enu) + self.origin_ecef)

    def station(self, other: LocalFrame) -> tuple[FloatArray, FloatArray]:
        """Where `other`'s origin is in this frame (m), (3,), and the rotation (3, 3) from these axes to its.

        A sensor far from the site measures from its own tilted vertical: what is at `p` here is at
        `rotation @ (p - position)` there.
        """
        position_enu_m = rotate(self.rotation, other.origin_ecef - self.origin_ecef)
        # Each of these axes, seen along the other's, is one column.
        return position_enu_m, transposed(rotate(other.rotation, self.rotation)).copy()

    def rotate_velocity_from(
        self, latitude_rad: npt.ArrayLike, longitude_rad: npt.ArrayLike, velocity_enu_mps: npt.ArrayLike
    ) -> FloatArray:
        """Velocities (..., 3) along east, north and up of where each object is, in this frame's axes.

        Raises InvalidInput where the velocity's last axis is not 3 long.
        """
        velocity = as_vectors(velocity_enu_mps, 3, "velocity")
        there = enu_rotation(latitude_rad, longitude_rad)
        return rotate(self.rotation, rotate(transposed(there), velocity))

    def rotate_velocity_to(
        self, latitude_rad: npt.ArrayLike, longitude_rad: npt.ArrayLike, velocity_enu_mps: npt.ArrayLike
    ) -> FloatArray:
        """Velocities (..., 3) in this frame's axes, along east, north and up of where each object is.

        Raises InvalidInput where the velocity's last axis is not 3 long.
        """
        velocity = as_vectors(velocity_enu_mps, 3, "velocity")
        there = enu_rotation(latitude_rad, longitude_rad)
        return rotate(there, rotate(transposed(self.rotation), velocity))
