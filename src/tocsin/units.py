"""Unit aliases and the few conversions between what people write and what the code computes in.

Inside, everything is SI with radians, and time is UTC nanoseconds in int64. Degrees, seconds of the day,
feet and knots exist only where bytes, files or people are met: formats/, config/, outputs/, recording/.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
AnyArray = npt.NDArray[Any]

NANOSECONDS_PER_SECOND = 1_000_000_000
FOOT_M = 0.3048  # exact, international foot of 1959
NAUTICAL_MILE_M = 1852.0  # exact


def seconds_to_nanoseconds(seconds: float) -> int:
    """UTC seconds since 1970 to nanoseconds, rounded to the microsecond that float64 can hold."""
    return round(seconds * 1e6) * 1000


def nanoseconds_to_seconds(nanoseconds: int) -> float:
    """UTC nanoseconds since 1970 to seconds, to the microsecond."""
    return nanoseconds / 1e9


def seconds_to_nanoseconds_array(seconds: npt.ArrayLike) -> IntArray:
    """As `seconds_to_nanoseconds`, for arrays of any shape; every value must be finite."""
    return np.rint(np.asarray(seconds, dtype=np.float64) * 1e6).astype(np.int64) * 1000


def nanoseconds_to_seconds_array(nanoseconds: IntArray) -> FloatArray:
    """As `nanoseconds_to_seconds`, for arrays of any shape."""
    return np.asarray(nanoseconds, dtype=np.int64) / 1e9
