"""Where objects are expected to fly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.model.columns import Columns
from tocsin.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class PathPoints(Columns):
    """Points of expected ways, (n,) but `place_enu_m`, which is (n, 3) in the site's tangent plane.

    Those of one track lie together, in the order of `after_s`, seconds from `time_ns`. The place is the
    median of what may come, along and across the way; half of it is within 0.67 of `sigma_along_m` and
    `sigma_across_m`. `course_rad` is clockwise from north.
    """

    time_ns: IntArray
    track_id: npt.NDArray[np.object_]
    after_s: FloatArray
    place_enu_m: FloatArray
    sigma_along_m: FloatArray
    sigma_across_m: FloatArray
    course_rad: FloatArray

    @classmethod
    def empty(cls) -> PathPoints:
        """No way."""
        none = np.zeros(0)
        return cls(np.zeros(0, np.int64), np.empty(0, object), none, np.zeros((0, 3)), none, none, none)
