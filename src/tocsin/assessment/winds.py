"""The wind at each track: what the site file tells of it, or any.

The error of a forecast is one for the whole site, so that looks at an object don't average it out; that its
looks together count as two (`classify`) has it in already.
"""

from __future__ import annotations

import numpy as np

from tocsin.assessment.classes import WIND_SIGMA_MPS
from tocsin.config.site import Site
from tocsin.units import FloatArray


def any_wind(count: int) -> FloatArray:
    """The wind at so many tracks where nobody knows it, (n, 3)."""
    return np.tile([0.0, 0.0, WIND_SIGMA_MPS], (count, 1))


class Winds:
    """The wind over one site. `is_told` is False where the site file says nothing of it."""

    def __init__(self, site: Site) -> None:
        told = sorted(site.winds, key=lambda wind: wind.altitude_m)
        self.is_told = bool(told)
        self._altitude_m = np.array([wind.altitude_m for wind in told]) - site.site.altitude_m
        towards_rad = np.radians([wind.from_deg + 180.0 for wind in told])
        speed = np.array([wind.speed_mps for wind in told])
        sigma = np.array([wind.sigma_mps for wind in told])
        self._parts = np.array([speed * np.sin(towards_rad), speed * np.cos(towards_rad), sigma])

    def at(self, state: FloatArray, covariance: FloatArray) -> FloatArray:
        """Wind towards east and north and its sigma on each axis [m/s], (n, 3), for tracks (n, 6), (n, 6, 6).

        Where the height is not known, neither is which wind blows there: half of what it changes within a
        sigma above and below is taken for error. Heights are above the tangent plane of the site.
        """
        if not self.is_told:
            return any_wind(len(state))
        up, sigma_m = state[:, 2], np.sqrt(covariance[:, 2, 2])
        wind = self._interpolated(up)
        if len(self._altitude_m) > 1:
            changes = [self._interpolated(up + side * sigma_m)[:, :2] - wind[:, :2] for side in (-1.0, 1.0)]
            variance = 0.25 * sum((change**2).sum(axis=1) for change in changes)
            wind[:, 2] = np.sqrt(wind[:, 2] ** 2 + variance)
        return wind

    def _interpolated(self, up_m: FloatArray) -> FloatArray:
        return np.stack([np.interp(up_m, self._altitude_m, part) for part in self._parts], axis=1)
