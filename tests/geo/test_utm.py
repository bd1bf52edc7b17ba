"""UTM coordinates against PROJ, which knows nothing of ours."""

from __future__ import annotations

import math

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import InvalidInput
from tocsin.geo.utm import utm_to_geodetic


@given(
    zone=st.integers(1, 60),
    is_south=st.booleans(),
    latitude_deg=st.floats(0.0, 84.0),
    beside_deg=st.floats(-4.0, 4.0),
)
def test_what_proj_puts_on_the_grid_is_found_again_within_a_millimetre(
    zone: int, is_south: bool, latitude_deg: float, beside_deg: float
) -> None:
    latitude_deg = -latitude_deg if is_south else latitude_deg
    longitude_deg = 6 * zone - 183 + beside_deg
    grid = pyproj.Transformer.from_crs(4326, (32700 if is_south else 32600) + zone, always_xy=True)
    east_m, north_m = grid.transform(longitude_deg, latitude_deg)
    latitude_rad, longitude_rad = utm_to_geodetic(east_m, north_m, zone, is_south)
    off_rad = math.hypot(
        latitude_rad - math.radians(latitude_deg),
        math.remainder(longitude_rad - math.radians(longitude_deg), math.tau) * math.cos(latitude_rad),
    )
    assert off_rad * 6_371_009.0 < 1e-3


@pytest.mark.parametrize(
    ("east_m", "north_m", "zone"),
    [(5e5, 0.0, 0), (5e5, 0.0, 61), (math.nan, 0.0, 30), (5e5, math.inf, 30), (9e6, 0.0, 30), (5e5, 3e7, 30)],
)
def test_what_is_on_no_grid_is_refused(east_m: float, north_m: float, zone: int) -> None:
    with pytest.raises(InvalidInput, match="UTM zone"):
        utm_to_geodetic(east_m, north_m, zone, is_south=False)
