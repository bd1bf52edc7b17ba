"""Range, azimuth and elevation, as sensors see the sky, and angles brought into one turn.

Azimuth runs clockwise from north, elevation up from the horizontal plane of the frame.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tocsin.geo.vectors import as_vectors
from tocsin.units import FloatArray

FULL_TURN_RAD = 2.0 * np.pi


def enu_to_polar(enu_m: npt.ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Range (m), azimuth and elevation (rad), each of shape (...), of positions (..., 3) in metres.

    Azimuths are in [0, 2 pi), elevations in [-pi/2, pi/2]. An angle that the position does not fix is 0:
    the azimuth overhead, both angles at the origin. Raises InvalidInput where the last axis is not 3 long.
    """
    enu = as_vectors(enu_m, 3, "east-north-up position")
    east, north, up = enu[..., 0], enu[..., 1], enu[..., 2]
    ground_m = np.hypot(east, north)
    # `+ 0.0` makes a negative zero positive: behind it lies half a turn for arctan2.
    azimuth = np.mod(np.arctan2(east + 0.0, north + 0.0), FULL_TURN_RAD)
    # A hair west of north, the remainder rounds up to the whole turn.
    azimuth = np.where(azimuth >= FULL_TURN_RAD, 0.0, azimuth)
    return np.hypot(ground_m, up), azimuth, np.arctan2(up, ground_m)


def polar_to_enu(
    range_m: npt.ArrayLike, azimuth_rad: npt.ArrayLike, elevation_rad: npt.ArrayLike
) -> FloatArray:
    """Position east, north, up (m), shape (..., 3), of ranges and angles that broadcast to shape (...)."""
    distance, azimuth, elevation = (
        np.asarray(values, dtype=np.float64) for values in (range_m, azimuth_rad, elevation_rad)
    )
    ground_m = distance * np.cos(elevation)
    east, north, up = ground_m * np.sin(azimuth), ground_m * np.cos(azimuth), distance * np.sin(elevation)
    return np.stack(np.broadcast_arrays(east, north, up), axis=-1)


def wrap_angle(angle_rad: npt.ArrayLike) -> FloatArray:
    """Angles (...) less whole turns, in (-pi, pi]; one that is there already keeps its bits. Finite input."""
    angle = np.asarray(angle_rad, dtype=np.float64)
    turns = np.ceil((angle - np.pi) / FULL_TURN_RAD)
    wrapped = np.minimum(angle - turns * FULL_TURN_RAD, np.pi)
    # Rounding can leave the half-open end; half a turn back is half a turn forth.
    wrapped = np.where(wrapped <= -np.pi, np.pi, wrapped)
    return np.where((angle > -np.pi) & (angle <= np.pi), angle, wrapped)
