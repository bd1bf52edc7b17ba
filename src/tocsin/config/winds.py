"""The wind, as a forecast or a mast tells it: what drifts is told from what flies by it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from tocsin.config.section import Altitude, Section


class WindSection(Section):
    """The wind at one height. Between heights it is interpolated; above the highest it is as there."""

    altitude_m: Altitude = 0.0
    """Height that it is of, above the ellipsoid; of one section alone it is the wind at all heights [m]."""
    speed_mps: float = Field(..., ge=0, le=100)
    """How strong it is [m/s]."""
    from_deg: float = Field(..., ge=-360, le=360)
    """Where it comes from, clockwise from true north [deg]."""
    sigma_mps: float = Field(2.0, gt=0, le=50)
    """Error on each axis, over all of the site and for as long as the file holds, 1 sigma [m/s]."""


def check_winds(winds: Sequence[WindSection]) -> None:
    """Raises ValueError where two are of one height."""
    heights_m = [wind.altitude_m for wind in winds]
    if len(set(heights_m)) < len(heights_m):
        raise ValueError("winds: two are of the same altitude_m; give one for each height")
