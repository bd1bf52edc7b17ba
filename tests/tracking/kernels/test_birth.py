from __future__ import annotations

import math

import numpy as np
import pytest
from tests.tracking import twin
from tests.tracking.made import STRAIGHT, changed, looks_of, mask_of, sensor_model, works_of
from tests.tracking.plain import plain

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    NORTH,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_NORTH,
    VELOCITY_UP,
    Record,
)
from tocsin.units import FloatArray

birth = plain("birth")
SIGMA = np.array([30.0, 0.01, 0.015, 1.0, 20.0, 15.0, 10.0, 2.0, 2.0, 1.0])
SAMPLES = 200_000


def tilted() -> Record:
    """Displaced, and leaning by 4 degrees."""
    c, s = math.cos(0.07), math.sin(0.07)
    rotation = np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    return sensor_model(position=np.array([400.0, -300.0, 50.0]), rotation=rotation)


def made(
    sensor: Record, mask: int, values: dict[int, float], motion: Record = STRAIGHT
) -> tuple[FloatArray, FloatArray]:
    measured = np.zeros(COMPONENTS)
    measured[list(values)] = list(values.values())
    state, covariance = np.full(6, np.nan), np.full((6, 6), np.nan)
    birth.born(sensor, motion, looks_of(measured, SIGMA, mask)[0], state, covariance, works_of()[0])
    return state, covariance


def assert_like(samples: FloatArray, state: FloatArray, covariance: FloatArray) -> None:
    """Samples (n, 3) of positions have this mean and covariance, to a twentieth of what they spread."""
    spread = np.cov(samples.T)
    scale = np.sqrt(np.diag(spread))
    np.testing.assert_allclose((state[:3] - samples.mean(axis=0)) / scale, 0.0, atol=0.05)
    np.testing.assert_allclose((covariance[:3, :3] - spread) / np.outer(scale, scale), 0.0, atol=0.05)


def cartesian(sensor: Record, slant: FloatArray, azimuth: FloatArray, elevation: FloatArray) -> FloatArray:
    ground = slant * np.cos(elevation)
    local = np.stack([ground * np.sin(azimuth), ground * np.cos(azimuth), slant * np.sin(elevation)], axis=-1)
    return np.asarray(local @ sensor.rotation + sensor.position)


def test_a_radar_with_elevation_places_an_object_as_converted_samples_do() -> None:
    rng, sensor = np.random.default_rng(1), tilted()
    state, covariance = made(
        sensor, mask_of(RANGE, AZIMUTH, ELEVATION), {RANGE: 4000.0, AZIMUTH: 0.8, ELEVATION: 0.2},
        changed(STRAIGHT, altitude_sigma_m=1e6),
    )  # fmt: skip
    errors = SIGMA[:3, None] * rng.normal(size=(3, SAMPLES))
    assert_like(cartesian(sensor, 4000.0 + errors[0], 0.8 + errors[1], 0.2 + errors[2]), state, covariance)


def test_the_expected_height_counts_beside_a_measured_elevation() -> None:
    rng, sensor = np.random.default_rng(2), sensor_model()
    motion = changed(STRAIGHT, altitude_up_m=600.0, altitude_sigma_m=60.0)
    mask, values = mask_of(RANGE, AZIMUTH, ELEVATION), {RANGE: 4000.0, AZIMUTH: 0.8, ELEVATION: 0.18}
    state, covariance = made(sensor, mask, values, motion)
    errors = SIGMA[:3, None] * rng.normal(size=(3, 5 * SAMPLES))
    samples = cartesian(sensor, 4000.0 + errors[0], 0.8 + errors[1], 0.18 + errors[2])
    weight = np.exp(-0.5 * ((samples[:, 2] - twin.prior_up(motion, samples.T)) / 60.0) ** 2)
    assert_like(samples[rng.random(len(samples)) < weight], state, covariance)


def test_a_radar_without_elevation_leaves_the_height_to_what_is_expected() -> None:
    rng, sensor = np.random.default_rng(3), sensor_model(position=np.array([400.0, -300.0, 50.0]))
    state, covariance = made(sensor, mask_of(RANGE, AZIMUTH), {RANGE: 6000.0, AZIMUTH: -2.0})
    slant = 6000.0 + SIGMA[RANGE] * rng.normal(size=SAMPLES)
    azimuth = -2.0 + SIGMA[AZIMUTH] * rng.normal(size=SAMPLES)
    height = STRAIGHT.altitude_up_m - 50.0 + STRAIGHT.altitude_sigma_m * rng.normal(size=SAMPLES)
    samples = cartesian(sensor, slant, azimuth, np.arcsin(height / slant))
    scale = samples.std(axis=0)
    np.testing.assert_allclose((state[:3] - samples.mean(axis=0)) / scale, 0.0, atol=0.25)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)[:3]) / scale, 1.0, atol=0.15)


def test_a_height_above_the_range_is_no_error() -> None:
    state, covariance = made(sensor_model(), mask_of(RANGE, AZIMUTH), {RANGE: 200.0, AZIMUTH: 1.0})
    # Where on the arc isn't known: in the mean it is nearer.
    assert np.isfinite(state).all() and 120.0 < np.linalg.norm(state[:3]) < 200.0
    np.linalg.cholesky(covariance)


@pytest.mark.parametrize("with_height", [False, True])
def test_a_position_report_is_taken_as_it_is(with_height: bool) -> None:
    mask = mask_of(EAST, NORTH, *([UP] if with_height else []))
    state, covariance = made(tilted(), mask, {EAST: 700.0, NORTH: -900.0, UP: 321.0})
    up, sigma = (321.0, SIGMA[UP]) if with_height else (twin.prior_up(STRAIGHT, [700.0, -900.0]), 300.0)
    np.testing.assert_allclose(state, [700.0, -900.0, up, 0.0, 0.0, 0.0])
    speeds = (STRAIGHT.speed_sigma_mps, STRAIGHT.speed_sigma_mps, STRAIGHT.vertical_speed_sigma_mps)
    expected = np.diag(np.square([SIGMA[EAST], SIGMA[NORTH], sigma, *speeds]))
    np.testing.assert_allclose(covariance, expected)


def test_a_reported_velocity_is_weighed_against_the_expected_speeds() -> None:
    mask = mask_of(EAST, NORTH, VELOCITY_EAST, VELOCITY_NORTH, VELOCITY_UP)
    state, covariance = made(tilted(), mask, {VELOCITY_EAST: 20.0, VELOCITY_NORTH: -10.0, VELOCITY_UP: 3.0})
    share = 25.0**2 / (25.0**2 + 2.0**2)
    np.testing.assert_allclose(state[3:5], [20.0 * share, -10.0 * share])
    assert state[5] == pytest.approx(3.0 * 9.0 / 10.0)
    assert covariance[3, 3] == pytest.approx(25.0**2 * (1 - share))


def test_a_range_rate_tells_the_speed_along_the_line_of_sight_alone() -> None:
    sensor = sensor_model()
    mask, flat = (
        mask_of(RANGE, AZIMUTH, RANGE_RATE),
        changed(STRAIGHT, altitude_up_m=0.0, altitude_sigma_m=0.1),
    )
    state, covariance = made(sensor, mask, {RANGE: 5000.0, AZIMUTH: math.pi / 2, RANGE_RATE: -20.0}, flat)
    assert state[3] == pytest.approx(-20.0, rel=0.01)
    assert math.sqrt(covariance[3, 3]) == pytest.approx(1.0, rel=0.01)
    assert (state[4], covariance[4, 4]) == pytest.approx((0.0, 625.0), abs=0.1)


@pytest.mark.parametrize(
    ("mask", "makes"),
    [
        (mask_of(RANGE, AZIMUTH), True), (mask_of(EAST, NORTH), True), (mask_of(AZIMUTH, ELEVATION), False),
        (mask_of(RANGE), False), (mask_of(EAST), False), (mask_of(RANGE, ELEVATION), False),
    ],
)  # fmt: skip
def test_only_what_places_an_object_makes_a_track(mask: int, makes: bool) -> None:
    assert birth.can_make_a_track(mask) is makes


def test_a_place_that_azimuth_hardly_tells_is_as_sure_as_it_says() -> None:
    """30 km, 1 degree and 5 m: on the tangent instead of the arc, errors would be twice as large as said."""
    motion, sigma = changed(STRAIGHT, altitude_sigma_m=10.0), SIGMA.copy()
    sigma[RANGE], sigma[AZIMUTH] = 5.0, math.radians(1.0)
    rng, sensor, squares = np.random.default_rng(4), sensor_model(), []
    state, covariance = np.zeros(6), np.zeros((6, 6))
    for _ in range(400):
        azimuth = np.array(rng.uniform(-3.0, 3.0))
        flat = 30_000.0 * np.array([np.sin(azimuth), np.cos(azimuth)])
        up = twin.prior_up(motion, flat) + 10.0 * rng.normal()
        true = cartesian(sensor, np.array(30_000.0), azimuth, np.arcsin(up / 30_000.0))
        measured = np.zeros(COMPONENTS)
        measured[RANGE] = 30_000.0 + sigma[RANGE] * rng.normal()
        measured[AZIMUTH] = azimuth + sigma[AZIMUTH] * rng.normal()
        look = looks_of(measured, sigma, mask_of(RANGE, AZIMUTH))[0]
        birth.born(sensor, motion, look, state, covariance, works_of()[0])
        squares.append((state[:3] - true) @ np.linalg.solve(covariance[:3, :3], state[:3] - true) / 3.0)
    assert np.mean(squares) == pytest.approx(1.0, abs=0.15)
