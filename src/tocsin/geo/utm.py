"""Universal Transverse Mercator grid coordinates to geodetic ones, on WGS-84.

Krüger's series in the third flattening, to its fourth power: Karney, 'Transverse Mercator with an accuracy of
a few nanometers', J. Geodesy 85 (2011), equations 11 to 15 and 36; conformal to geodetic latitude after
Deakin. Within a zone and its neighbours the error is far below a millimetre.
"""

from __future__ import annotations

import math

from tocsin.errors import InvalidInput
from tocsin.geo.ellipsoid import FLATTENING, SEMI_MAJOR_AXIS_M

_SCALE = 0.9996  # on the central meridian
_FALSE_EASTING_M = 500_000.0
_FALSE_NORTHING_SOUTH_M = 10_000_000.0
_MOST_NORTHING_M = 10_000_000.0
_FARTHEST_EAST_M = 1_000_000.0  # from the central meridian: two zones at the equator

_N = FLATTENING / (2.0 - FLATTENING)
_RADIUS_M = _SCALE * SEMI_MAJOR_AXIS_M / (1.0 + _N) * (1.0 + _N**2 / 4.0 + _N**4 / 64.0)
_BETA = (
    _N / 2.0 - 2.0 / 3.0 * _N**2 + 37.0 / 96.0 * _N**3 - _N**4 / 360.0,
    _N**2 / 48.0 + _N**3 / 15.0 - 437.0 / 1440.0 * _N**4,
    17.0 / 480.0 * _N**3 - 37.0 / 840.0 * _N**4,
    4397.0 / 161280.0 * _N**4,
)
_DELTA = (
    2.0 * _N - 2.0 / 3.0 * _N**2 - 2.0 * _N**3 + 116.0 / 45.0 * _N**4,
    7.0 / 3.0 * _N**2 - 8.0 / 5.0 * _N**3 - 227.0 / 45.0 * _N**4,
    56.0 / 15.0 * _N**3 - 136.0 / 35.0 * _N**4,
    4279.0 / 630.0 * _N**4,
)


def utm_to_geodetic(easting_m: float, northing_m: float, zone: int, is_south: bool) -> tuple[float, float]:
    """Latitude and longitude (rad) of a place on the grid of a zone, 1 to 60.

    Raises InvalidInput for a zone that there isn't, or coordinates that are none of that zone's.
    """
    x_m = easting_m - _FALSE_EASTING_M
    y_m = northing_m - (_FALSE_NORTHING_SOUTH_M if is_south else 0.0)
    if not 1 <= zone <= 60:
        raise InvalidInput(f"UTM zone {zone}: there are zones 1 to 60")
    if not (abs(x_m) <= _FARTHEST_EAST_M and abs(y_m) <= _MOST_NORTHING_M):
        raise InvalidInput(
            f"UTM zone {zone}: easting {easting_m} and northing {northing_m} are not on its grid"
        )
    xi, eta = y_m / _RADIUS_M, x_m / _RADIUS_M
    sphere_xi = xi - sum(
        beta * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, beta in enumerate(_BETA, start=1)
    )
    sphere_eta = eta - sum(
        beta * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, beta in enumerate(_BETA, start=1)
    )
    conformal_rad = math.asin(math.sin(sphere_xi) / math.cosh(sphere_eta))
    latitude_rad = conformal_rad + sum(
        delta * math.sin(2 * j * conformal_rad) for j, delta in enumerate(_DELTA, start=1)
    )
    central_rad = math.radians(6 * zone - 183)
    longitude_rad = central_rad + math.atan2(math.sinh(sphere_eta), math.cos(sphere_xi))
    return latitude_rad, math.remainder(longitude_rad, math.tau)
