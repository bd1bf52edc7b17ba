"""95 % bounds of a position as one sigma."""

from __future__ import annotations

import math

# 95 % of a normal error are within so many sigma: on the plane (a Rayleigh radius) and on one axis.
_PLANE_95 = math.sqrt(-2.0 * math.log(0.05))
_AXIS_95 = 1.959964


def sigma_of_bounds_m(horizontal_m: float | None, vertical_m: float | None) -> float:
    """One sigma for each axis: the worst of what is told of plane and height; NaN where nothing is.

    A row has one sigma for all three axes, so a height that is told with its error counts too.
    """
    told = [
        *([] if horizontal_m is None else [horizontal_m / _PLANE_95]),
        *([] if vertical_m is None else [vertical_m / _AXIS_95]),
    ]
    return max(told, default=math.nan)
