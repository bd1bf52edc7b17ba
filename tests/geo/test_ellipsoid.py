"""WGS-84 against pyproj (PROJ), and round trips everywhere an aircraft can be and far beyond."""

from __future__ import annotations

import math

import numpy as np
import pyproj
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.errors import InvalidInput
from tocsin.geo.ellipsoid import (
    SEMI_MAJOR_AXIS_M,
    SEMI_MINOR_AXIS_M,
    ecef_to_geodetic,
    enu_rotation,
    geodetic_to_ecef,
)
from tocsin.units import FloatArray

TO_ECEF = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978")
TOLERANCE_M = 1e-6

latitudes_rad = st.floats(-math.pi / 2, math.pi / 2)
longitudes_rad = st.floats(-math.pi, math.pi)
altitudes_m = st.floats(-10_000.0, 1_000_000.0)


def sample_places() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Places over the whole Earth, with the poles, the equator and the date line among them."""
    random = np.random.default_rng(1)
    special = np.radians([-90.0, -89.9999999, 0.0, 1e-9, 45.0, 89.9999999, 90.0])
    latitude = np.concatenate([special, random.uniform(-math.pi / 2, math.pi / 2, 500)])
    longitude = np.concatenate(
        [[math.pi, -math.pi, 0.0, 3.1, -3.1, 1.0, 2.0], random.uniform(-3.14, 3.14, 500)]
    )
    altitude = np.concatenate([np.zeros(7), random.uniform(-10_000.0, 1_000_000.0, 500)])
    return latitude, longitude, altitude


def test_the_axes_are_those_of_the_standard() -> None:
    assert SEMI_MAJOR_AXIS_M == 6_378_137.0
    assert abs(SEMI_MINOR_AXIS_M - 6_356_752.314245) < 1e-6


def test_ecef_agrees_with_pyproj() -> None:
    latitude, longitude, altitude = sample_places()
    expected = np.stack(TO_ECEF.transform(latitude, longitude, altitude, radians=True), axis=-1)
    assert np.abs(geodetic_to_ecef(latitude, longitude, altitude) - expected).max() < 1e-8


def test_geodetic_of_what_pyproj_placed_is_where_it_was_placed() -> None:
    latitude, longitude, altitude = sample_places()
    ecef = np.stack(TO_ECEF.transform(latitude, longitude, altitude, radians=True), axis=-1)
    found_latitude, found_longitude, found_altitude = ecef_to_geodetic(ecef)
    radius_m = SEMI_MAJOR_AXIS_M + np.abs(altitude)
    turn = np.angle(np.exp(1j * (found_longitude - longitude)))
    assert np.abs((found_latitude - latitude) * radius_m).max() < TOLERANCE_M
    assert np.abs(turn * radius_m * np.cos(latitude)).max() < TOLERANCE_M
    assert np.abs(found_altitude - altitude).max() < TOLERANCE_M


@given(latitudes_rad, longitudes_rad, altitudes_m)
@example(math.pi / 2, 0.3, -10_000.0)
@example(-math.pi / 2, math.pi, 1_000_000.0)
@example(0.0, -math.pi, 0.0)
def test_a_round_trip_ends_within_a_micrometre(latitude: float, longitude: float, altitude: float) -> None:
    ecef = geodetic_to_ecef(latitude, longitude, altitude)
    back_latitude, back_longitude, back_altitude = ecef_to_geodetic(ecef)
    assert abs(float(back_latitude) - latitude) * 7.4e6 < TOLERANCE_M
    assert abs(float(back_altitude) - altitude) < TOLERANCE_M
    assert np.linalg.norm(geodetic_to_ecef(back_latitude, back_longitude, back_altitude) - ecef) < TOLERANCE_M


@pytest.mark.parametrize("altitude_m", [-5_000_000.0, 20_200_000.0, 36_000_000.0])
def test_round_trips_hold_from_deep_inside_the_earth_to_satellites(altitude_m: float) -> None:
    latitude, longitude, _ = sample_places()
    ecef = geodetic_to_ecef(latitude, longitude, altitude_m)
    assert np.abs(geodetic_to_ecef(*ecef_to_geodetic(ecef)) - ecef).max() < TOLERANCE_M


def test_the_centre_of_the_earth_has_no_answer_and_spoils_no_neighbour() -> None:
    places = np.array([[0.0, 0.0, 0.0], [SEMI_MAJOR_AXIS_M, 0.0, 0.0], [np.nan, 0.0, 7e6]])
    latitude, longitude, altitude = ecef_to_geodetic(places)
    assert np.isnan(latitude).tolist() == [True, False, True]
    assert np.isnan(longitude).tolist() == [True, False, True]
    assert np.isnan(altitude).tolist() == [True, False, True]
    assert [latitude[1], longitude[1], altitude[1]] == [0.0, 0.0, 0.0]


def test_shapes_broadcast() -> None:
    ecef = geodetic_to_ecef(np.zeros((4, 1)), np.zeros(5), 100.0)
    assert ecef.shape == (4, 5, 3)
    assert [values.shape for values in ecef_to_geodetic(ecef)] == [(4, 5)] * 3
    assert geodetic_to_ecef(0.1, 0.2, 3.0).shape == (3,)
    assert enu_rotation(np.zeros((2, 1)), np.zeros(3)).shape == (2, 3, 3, 3)


def test_positions_of_two_coordinates_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"ECEF position: shape \(4, 2\)"):
        ecef_to_geodetic(np.zeros((4, 2)))


def test_a_place_has_the_same_bits_in_any_batch() -> None:
    latitude, longitude, altitude = sample_places()
    together = geodetic_to_ecef(latitude, longitude, altitude)
    back = np.stack(ecef_to_geodetic(together), axis=-1)
    for row in range(0, len(latitude), 7):
        assert np.array_equal(geodetic_to_ecef(latitude[row], longitude[row], altitude[row]), together[row])
        assert np.array_equal(np.stack(ecef_to_geodetic(together[row]), axis=-1), back[row])


@given(latitudes_rad, longitudes_rad)
def test_local_axes_are_right_handed_and_point_east_north_and_up(latitude: float, longitude: float) -> None:
    rotation = enu_rotation(latitude, longitude)
    assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-15)
    assert np.allclose(np.cross(rotation[0], rotation[1]), rotation[2], atol=1e-15)
    here = geodetic_to_ecef(latitude, longitude, 0.0)
    assert np.allclose(geodetic_to_ecef(latitude, longitude, 1000.0) - here, rotation[2] * 1000.0, atol=1e-6)
    northward = geodetic_to_ecef(latitude + 1e-6, longitude, 0.0) - here
    assert northward @ rotation[1] == pytest.approx(np.linalg.norm(northward), rel=1e-6)
