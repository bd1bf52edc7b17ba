"""Polar coordinates: known directions, their ranges, round trips, and angles within one turn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.errors import InvalidInput
from tocsin.geo.polar import enu_to_polar, polar_to_enu, wrap_angle

coordinates_m = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("enu", "azimuth_deg", "elevation_deg"),
    [
        ((0.0, 100.0, 0.0), 0.0, 0.0),
        ((100.0, 0.0, 0.0), 90.0, 0.0),
        ((0.0, -100.0, 0.0), 180.0, 0.0),
        ((-100.0, 0.0, 0.0), 270.0, 0.0),
        ((-0.0, -100.0, 0.0), 180.0, 0.0),
        ((60.0, 80.0, 100.0), 36.86989764584402, 45.0),
        ((0.0, 0.0, 5.0), 0.0, 90.0),
        ((-0.0, -0.0, -5.0), 0.0, -90.0),
        ((0.0, 0.0, 0.0), 0.0, 0.0),
    ],
)
def test_azimuth_runs_clockwise_from_north_and_elevation_up(
    enu: tuple[float, float, float], azimuth_deg: float, elevation_deg: float
) -> None:
    distance, azimuth, elevation = enu_to_polar(enu)
    assert distance == pytest.approx(math.hypot(*enu))
    assert np.degrees(azimuth) == pytest.approx(azimuth_deg, abs=1e-12)
    assert np.degrees(elevation) == pytest.approx(elevation_deg, abs=1e-12)


@given(coordinates_m, coordinates_m, coordinates_m)
@example(-1e-300, 1.0, 0.0)
@example(-1e-17, 1.0, 0.0)
def test_polar_and_back_is_the_same_place_and_the_angles_are_in_range(
    east: float, north: float, up: float
) -> None:
    distance, azimuth, elevation = enu_to_polar([east, north, up])
    assert 0.0 <= azimuth < 2 * math.pi
    assert -math.pi / 2 <= elevation <= math.pi / 2
    assert np.abs(polar_to_enu(distance, azimuth, elevation) - [east, north, up]).max() <= 1e-9


def test_shapes_broadcast_and_wrong_ones_are_refused() -> None:
    assert polar_to_enu(np.ones((4, 1)), np.zeros(3), 0.5).shape == (4, 3, 3)
    assert [part.shape for part in enu_to_polar(np.ones((4, 2, 3)))] == [(4, 2)] * 3
    with pytest.raises(InvalidInput, match="east-north-up position"):
        enu_to_polar(np.ones((3, 2)))


@given(st.floats(-1e4, 1e4))
@example(math.pi)
@example(-math.pi)
@example(3 * math.pi)
@example(-3 * math.pi)
@example(math.nextafter(math.pi, 4.0))
@example(math.nextafter(-math.pi, -4.0))
def test_a_wrapped_angle_is_in_one_turn_and_points_the_same_way(angle: float) -> None:
    wrapped = float(wrap_angle(angle))
    assert -math.pi < wrapped <= math.pi
    # math.remainder is exact; at half a turn either sign is the same direction.
    difference = abs(wrapped - math.remainder(angle, 2 * math.pi))
    assert min(difference, abs(difference - 2 * math.pi)) < 1e-11


@given(st.floats(-math.pi, math.pi, exclude_min=True))
@example(math.nextafter(-math.pi, 0.0))
@example(math.pi)
def test_an_angle_within_the_turn_keeps_its_bits(angle: float) -> None:
    assert float(wrap_angle(angle)) == angle


def test_odd_multiples_of_half_a_turn_and_their_neighbours_stay_within_the_turn() -> None:
    halves = (2.0 * np.arange(-2_000, 2_001) + 1.0) * np.pi
    near = np.concatenate([halves, np.nextafter(halves, np.inf), np.nextafter(halves, -np.inf)])
    wrapped = wrap_angle(near)
    assert ((wrapped > -np.pi) & (wrapped <= np.pi)).all()
    assert np.pi - np.abs(wrapped).min() < 1e-11


def test_absurdly_large_angles_stay_within_the_turn_too() -> None:
    odd = 2.0 * np.random.default_rng(4).integers(-(2**50), 2**50, 200_000) + 1.0
    wrapped = wrap_angle(odd * np.pi)
    assert ((wrapped > -np.pi) & (wrapped <= np.pi)).all()


def test_half_a_turn_is_positive_and_arrays_keep_their_shape() -> None:
    assert wrap_angle([[-math.pi, math.pi]]).tolist() == [[math.pi, math.pi]]
