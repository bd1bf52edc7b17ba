"""The WGS-84 ellipsoid: geodetic coordinates to Earth-centred, Earth-fixed (ECEF) ones and back.

Heights are metres above the ellipsoid, latitudes geodetic. NaN in a row gives NaN in that row.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tocsin.geo.vectors import as_vectors
from tocsin.units import FloatArray

# NGA.STND.0036_1.0.0_WGS84 (2014), table 3.1: the two defining parameters of the ellipsoid.
SEMI_MAJOR_AXIS_M = 6_378_137.0
INVERSE_FLATTENING = 298.257223563
# Derived as in the same standard, chapter 3.4.
FLATTENING = 1.0 / INVERSE_FLATTENING
SEMI_MINOR_AXIS_M = SEMI_MAJOR_AXIS_M * (1.0 - FLATTENING)
ECCENTRICITY_SQUARED = FLATTENING * (2.0 - FLATTENING)
SECOND_ECCENTRICITY_SQUARED = ECCENTRICITY_SQUARED / (1.0 - ECCENTRICITY_SQUARED)

# Nearer to the Earth's centre than this, several latitudes fit one point; no place on Earth is anywhere near.
LEAST_GEOCENTRIC_RADIUS_M = 1_000_000.0
# One step leaves 1 cm at 1,000 km, two leave rounding only; the third keeps that so far from the surface.
_BOWRING_STEPS = 3


def geodetic_to_ecef(
    latitude_rad: npt.ArrayLike, longitude_rad: npt.ArrayLike, altitude_m: npt.ArrayLike
) -> FloatArray:
    """ECEF position in metres, shape (..., 3), of geodetic positions that broadcast to shape (...)."""
    latitude, longitude, altitude = (
        np.asarray(values, dtype=np.float64) for values in (latitude_rad, longitude_rad, altitude_m)
    )
    sine, cosine = np.sin(latitude), np.cos(latitude)
    prime_vertical_m = SEMI_MAJOR_AXIS_M / np.sqrt(1.0 - ECCENTRICITY_SQUARED * sine * sine)
    axis_distance_m = (prime_vertical_m + altitude) * cosine
    x = axis_distance_m * np.cos(longitude)
    y = axis_distance_m * np.sin(longitude)
    z = (prime_vertical_m * (1.0 - ECCENTRICITY_SQUARED) + altitude) * sine
    return np.stack(np.broadcast_arrays(x, y, z), axis=-1)


def ecef_to_geodetic(ecef_m: npt.ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Latitude and longitude (rad) and altitude (m), each of shape (...), of ECEF positions (..., 3) in m.

    Bowring, 'Transformation from spatial to geographical coordinates', Survey Review 23 (1976), three steps
    instead of one; the altitude after Bowring, 'The accuracy of geodetic latitude and height equations',
    Survey Review 28 (1985), which holds at the poles too. Longitudes are in [-pi, pi], and as
    `arctan2` has it on the Earth's axis. Points within 1,000 km of the Earth's centre have no answer: NaN.

    Raises InvalidInput where the last axis is not 3 long.
    """
    ecef = as_vectors(ecef_m, 3, "ECEF position")
    x, y, z = ecef[..., 0], ecef[..., 1], ecef[..., 2]
    axis_distance_m = np.hypot(x, y)
    deep = np.hypot(axis_distance_m, z) < LEAST_GEOCENTRIC_RADIUS_M
    axis_distance_m = np.where(deep, np.nan, axis_distance_m)
    latitude = _latitude(axis_distance_m, z)
    sine, cosine = np.sin(latitude), np.cos(latitude)
    altitude = (
        axis_distance_m * cosine
        + z * sine
        - SEMI_MAJOR_AXIS_M * np.sqrt(1.0 - ECCENTRICITY_SQUARED * sine * sine)
    )
    longitude = np.where(deep, np.nan, np.arctan2(y, x))
    return latitude, longitude, altitude


def enu_rotation(latitude_rad: npt.ArrayLike, longitude_rad: npt.ArrayLike) -> FloatArray:
    """Rotation from ECEF to local axes, shape (..., 3, 3): its rows are east, north and up in ECEF."""
    latitude, longitude = np.broadcast_arrays(
        np.asarray(latitude_rad, dtype=np.float64), np.asarray(longitude_rad, dtype=np.float64)
    )
    sin_lat, cos_lat = np.sin(latitude), np.cos(latitude)
    sin_lon, cos_lon = np.sin(longitude), np.cos(longitude)
    east = np.stack((-sin_lon, cos_lon, np.zeros_like(sin_lon)), axis=-1)
    north = np.stack((-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat), axis=-1)
    up = np.stack((cos_lat * cos_lon, cos_lat * sin_lon, sin_lat), axis=-1)
    return np.stack((east, north, up), axis=-2)


def _latitude(axis_distance_m: FloatArray, z_m: FloatArray) -> FloatArray:
    """Geodetic latitude of points in a meridian plane, by Bowring's iteration on the reduced latitude."""
    reduced = np.arctan2(z_m, axis_distance_m * (1.0 - FLATTENING))
    latitude = reduced
    for _ in range(_BOWRING_STEPS):
        latitude = np.arctan2(
            z_m + SECOND_ECCENTRICITY_SQUARED * SEMI_MINOR_AXIS_M * np.sin(reduced) ** 3,
            axis_distance_m - ECCENTRICITY_SQUARED * SEMI_MAJOR_AXIS_M * np.cos(reduced) ** 3,
        )
        reduced = np.arctan2((1.0 - FLATTENING) * np.sin(latitude), np.cos(latitude))
    return latitude
