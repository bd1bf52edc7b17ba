"""The local frame against PROJ's topocentric pipeline, and its inverses, poles and date line included."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import InvalidInput
from tocsin.geo.ellipsoid import geodetic_to_ecef
from tocsin.geo.frame import LocalFrame

SITES_DEG = [
    (37.9, 126.7, 45.0),
    (90.0, 12.0, 2800.0),
    (-90.0, -40.0, 0.0),
    (0.0, 180.0, 0.0),
    (-17.0, -180.0, 12.0),
    (52.0, 179.9999, -20.0),
]
sites = st.builds(
    LocalFrame,
    st.floats(-math.pi / 2, math.pi / 2),
    st.floats(-math.pi, math.pi),
    st.floats(-400.0, 9_000.0),
)
offsets_m = st.tuples(st.floats(-300e3, 300e3), st.floats(-300e3, 300e3), st.floats(-5e3, 30e3))


def topocentric(latitude_deg: float, longitude_deg: float, altitude_m: float) -> pyproj.Transformer:
    """PROJ's own way from longitude, latitude (degrees) and height to east, north, up."""
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=WGS84 "
        f"+step +proj=topocentric +ellps=WGS84 +lat_0={latitude_deg} +lon_0={longitude_deg} +h_0={altitude_m}"
    )


@pytest.mark.parametrize("site", SITES_DEG)
def test_east_north_up_agrees_with_pyproj_near_and_far(site: tuple[float, float, float]) -> None:
    random = np.random.default_rng(2)
    latitude_deg = np.clip(site[0] + random.uniform(-3.0, 3.0, 200), -90.0, 90.0)
    longitude_deg = (site[1] + random.uniform(-3.0, 3.0, 200) + 180.0) % 360.0 - 180.0
    altitude_m = random.uniform(-100.0, 20_000.0, 200)
    expected = np.stack(topocentric(*site).transform(longitude_deg, latitude_deg, altitude_m), axis=-1)
    found = LocalFrame.from_degrees(*site).to_enu(
        np.radians(latitude_deg), np.radians(longitude_deg), altitude_m
    )
    assert found.shape == (200, 3)
    assert np.abs(found - expected).max() < 1e-7


@given(sites, offsets_m)
def test_to_geodetic_and_back_ends_within_a_micrometre(
    frame: LocalFrame, offset: tuple[float, float, float]
) -> None:
    assert np.abs(frame.to_enu(*frame.to_geodetic(offset)) - np.array(offset)).max() < 1e-6


def test_the_origin_is_at_zero_and_up_is_height() -> None:
    frame = LocalFrame.from_degrees(37.9, 126.7, 45.0)
    latitude, longitude, altitude = frame.to_geodetic([[0.0, 0.0, 0.0], [0.0, 0.0, 2_000.0]])
    assert np.degrees(latitude) == pytest.approx(37.9, abs=1e-12)
    assert np.degrees(longitude) == pytest.approx(126.7, abs=1e-12)
    assert altitude == pytest.approx([45.0, 2_045.0], abs=1e-8)


def test_neighbours_across_the_date_line_are_near() -> None:
    frame = LocalFrame.from_degrees(10.0, 179.9999, 0.0)
    enu = frame.to_enu(math.radians(10.0), math.radians(-179.9999), 0.0)
    assert enu[0] == pytest.approx(21.9, abs=0.1)
    assert abs(enu[1]) < 1e-3


@given(sites, sites, st.tuples(*[st.floats(-50e3, 50e3)] * 3))
def test_a_station_sees_a_point_where_its_own_frame_has_it(
    frame: LocalFrame, other: LocalFrame, point: tuple[float, float, float]
) -> None:
    position, rotation = frame.station(other)
    ecef = other.origin_ecef + other.rotation.T @ np.array(point)
    in_frame = frame.rotation @ (ecef - frame.origin_ecef)
    assert np.abs(rotation @ (in_frame - position) - np.array(point)).max() < 1e-6


def test_a_station_to_the_east_has_its_vertical_tilted_eastward() -> None:
    site = LocalFrame.from_degrees(0.0, 0.0, 0.0)
    position, rotation = site.station(LocalFrame.from_degrees(0.0, 1.0, 0.0))
    assert position == pytest.approx([111_313.8, 0.0, -971.4], abs=0.1)
    its_up_in_ours = rotation.T @ np.array([0.0, 0.0, 1.0])
    assert its_up_in_ours == pytest.approx(
        [math.sin(math.radians(1)), 0.0, math.cos(math.radians(1))], abs=1e-12
    )


@given(sites, offsets_m, st.tuples(*[st.floats(-100.0, 100.0)] * 3))
def test_a_velocity_moves_the_position_the_same_way_in_both_frames(
    frame: LocalFrame, offset: tuple[float, float, float], velocity: tuple[float, float, float]
) -> None:
    latitude, longitude, altitude = frame.to_geodetic(offset)
    there = LocalFrame(float(latitude), float(longitude), float(altitude))
    moved_ecef = there.origin_ecef + there.rotation.T @ np.array(velocity)
    expected = frame.rotation @ (moved_ecef - there.origin_ecef)
    here = frame.rotate_velocity_from(latitude, longitude, velocity)
    assert np.abs(here - expected).max() < 1e-7
    assert np.abs(frame.rotate_velocity_to(latitude, longitude, here) - np.array(velocity)).max() < 1e-12


def test_velocities_of_many_objects_turn_each_by_its_own_place() -> None:
    frame = LocalFrame.from_degrees(50.0, 10.0, 0.0)
    latitude, longitude = np.radians([50.0, 50.0]), np.radians([10.0, 12.0])
    turned = frame.rotate_velocity_from(latitude, longitude, [[30.0, 0.0, 0.0], [30.0, 0.0, 0.0]])
    assert turned[0] == pytest.approx([30.0, 0.0, 0.0], abs=1e-12)
    assert turned[1] == pytest.approx(frame.rotate_velocity_from(latitude[1], longitude[1], [30.0, 0.0, 0.0]))
    assert turned[1, 1] == pytest.approx(
        30.0 * math.sin(math.radians(2)) * math.sin(math.radians(50)), abs=1e-9
    )


def test_a_place_has_the_same_bits_in_any_batch() -> None:
    frame = LocalFrame.from_degrees(37.9, 126.7, 45.0)
    enu = np.random.default_rng(3).uniform(-50e3, 50e3, (101, 3))
    places = np.stack(frame.to_geodetic(enu), axis=-1)
    back = frame.to_enu(places[:, 0], places[:, 1], places[:, 2])
    for row in range(101):
        assert np.array_equal(np.stack(frame.to_geodetic(enu[row]), axis=-1), places[row])
        assert np.array_equal(frame.to_enu(*places[row]), back[row])


@pytest.mark.parametrize(
    ("latitude", "longitude", "altitude", "words"),
    [
        (math.nan, 0.0, 0.0, "not finite"),
        (0.0, math.inf, 0.0, "not finite"),
        (0.0, 0.0, -math.inf, "not finite"),
        (37.9, 1.0, 0.0, "from_degrees"),
        (0.5, 126.7, 0.0, "from_degrees"),
        (-1.5708, 0.0, 0.0, "from_degrees"),
    ],
)
def test_an_impossible_origin_is_refused(
    latitude: float, longitude: float, altitude: float, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        LocalFrame(latitude, longitude, altitude)


def test_a_frame_is_a_value_that_nobody_can_change() -> None:
    frame = LocalFrame.from_degrees(10.0, 20.0, 30.0)
    assert frame == LocalFrame.from_degrees(10.0, 20.0, 30.0)
    assert hash(frame) == hash(LocalFrame.from_degrees(10.0, 20.0, 30.0))
    assert np.array_equal(frame.origin_ecef, geodetic_to_ecef(math.radians(10.0), math.radians(20.0), 30.0))
    with pytest.raises(FrozenInstanceError):
        frame.altitude_m = 0.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        frame.rotation[0, 0] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        frame.origin_ecef[0] = 2.0


def test_frames_and_polygons_do_not_load_numba() -> None:
    program = (
        "import sys, tocsin.geo.ellipsoid, tocsin.geo.frame, tocsin.geo.polar, tocsin.geo.polygon; "
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
