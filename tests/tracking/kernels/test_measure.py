from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tracking import twin
from tests.tracking.made import mask_of, random_covariance, sensor_model
from tests.tracking.plain import plain

from tocsin.tracking.kernels.layout import AZIMUTH, COMPONENTS, ELEVATION, RANGE, SensorModel
from tocsin.units import FloatArray

SIGMA = np.array([30.0, 0.01, 0.02, 1.5, 25.0, 25.0, 35.0, 2.0, 2.0, 1.0])
measure = plain("measure")
seeds = st.integers(0, 2**31)


def drawn(seed: int, **changes: Any) -> tuple[np.random.Generator, SensorModel, FloatArray]:
    """A sensor anywhere, tilted any way, and an object some kilometres from it."""
    rng = np.random.default_rng(seed)
    sensor = sensor_model(seed, **changes)
    state = np.concatenate([sensor.position + rng.normal(0.0, 3000.0, 3), rng.normal(0.0, 30.0, 3)])
    return rng, sensor, state


@pytest.mark.parametrize("component", range(COMPONENTS))
@given(seeds, st.floats(-15.0, 5.0))
def test_every_component_and_its_gradient_are_those_of_the_definition(
    component: int, seed: int, dt_s: float
) -> None:
    _, sensor, state = drawn(seed)
    place, local, gradient = np.empty(6), np.empty(6), np.full(6, np.nan)
    measure.relative(sensor, state, dt_s, place)
    measure.gradient(sensor, component, place, dt_s, local, gradient)
    value = measure.predicted(component, place, state, dt_s)
    assert value == pytest.approx(
        float(np.real(twin.expected(sensor, component, state, dt_s))), rel=1e-9, abs=1e-9
    )
    exact = twin.jacobian(lambda x: twin.expected(sensor, component, x, dt_s), state)
    np.testing.assert_allclose(gradient, exact, rtol=1e-7, atol=1e-9 * np.abs(exact).max())


@given(seeds, st.floats(300.0, 350.0))
def test_the_travel_time_solves_its_equation(seed: int, speed_mps: float) -> None:
    _, sensor, state = drawn(seed, propagation_speed_mps=speed_mps)
    assert measure.travel_time(sensor, state) == pytest.approx(twin.travel_time(sensor, state), rel=1e-10)


def test_light_takes_no_time_and_what_outruns_its_sound_is_taken_as_heard_at_once() -> None:
    _, sensor, state = drawn(1)
    assert measure.travel_time(sensor, state) == 0.0
    state[3] = 400.0
    assert measure.travel_time(sensor._replace(propagation_speed_mps=340.0), state) == 0.0


def conditioned(
    sensor: SensorModel,
    prior: FloatArray,
    covariance: FloatArray,
    measured: FloatArray,
    mask: int,
    offset_s: float,
    gate: float = 1e9,
) -> tuple[FloatArray, FloatArray, float, float]:
    mean, spread = np.empty(6), np.empty((6, 6))
    distance, log_likelihood = measure.condition(
        sensor, prior, covariance, measured, SIGMA, mask, offset_s, gate, mean, spread
    )
    return mean, spread, distance, log_likelihood


@given(seeds, st.integers(1, (1 << COMPONENTS) - 1), st.floats(-2.0, 0.0), st.sampled_from([math.inf, 340.0]))
def test_one_component_after_another_equals_the_joint_update(
    seed: int, mask: int, offset_s: float, speed_mps: float
) -> None:
    rng, sensor, prior = drawn(seed, propagation_speed_mps=speed_mps)
    covariance = random_covariance(rng, 60.0, 8.0)
    truth = prior + np.linalg.cholesky(covariance) @ rng.normal(size=6)
    dt_s = offset_s - twin.travel_time(sensor, prior)
    exact = [float(np.real(twin.expected(sensor, c, truth, dt_s))) for c in range(COMPONENTS)]
    measured = exact + SIGMA * rng.normal(size=COMPONENTS)
    mean, spread, distance, log_likelihood = conditioned(sensor, prior, covariance, measured, mask, offset_s)
    expected = twin.condition(sensor, prior, covariance, measured, SIGMA, mask, offset_s)
    scale = np.sqrt(np.diag(expected[1]))
    np.testing.assert_allclose((mean - expected[0]) / scale, 0.0, atol=1e-9 * max(1.0, expected[2]))
    np.testing.assert_allclose((spread - expected[1]) / np.outer(scale, scale), 0.0, atol=1e-9)
    assert distance == pytest.approx(expected[2], rel=1e-8, abs=1e-9)
    assert log_likelihood == pytest.approx(expected[3], rel=1e-9, abs=1e-8)
    np.testing.assert_array_equal(spread, spread.T)


def test_azimuths_on_both_sides_of_north_are_close() -> None:
    sensor = sensor_model()
    covariance = np.diag([100.0] * 3 + [1.0] * 3)
    prior = np.array([-1.0, 2000.0, 50.0, 0.0, 0.0, 0.0])
    measured = np.zeros(COMPONENTS)
    for azimuth in (0.001, 0.001 + 2 * math.pi, 0.001 - 2 * math.pi):
        measured[AZIMUTH] = azimuth
        mean, _, distance, _ = conditioned(sensor, prior, covariance, measured, mask_of(AZIMUTH), 0.0)
        assert distance < 0.05
        assert -1.0 < mean[0] < 2.0


@given(st.floats(-50.0, 50.0))
def test_wrapping_gives_the_same_direction_within_half_a_turn(angle: float) -> None:
    wrapped = measure.wrap(angle)
    assert -math.pi < wrapped <= math.pi
    assert math.cos(wrapped) == pytest.approx(math.cos(angle), abs=1e-12)
    assert math.sin(wrapped) == pytest.approx(math.sin(angle), abs=1e-12)


@given(seeds, st.floats(0.5, 30.0))
def test_beyond_the_gate_the_distance_is_infinite_and_within_it_is_told(seed: int, gate: float) -> None:
    rng, sensor, prior = drawn(seed)
    covariance, mask = random_covariance(rng, 60.0, 8.0), mask_of(RANGE, AZIMUTH, ELEVATION)
    measured = np.array([float(np.real(twin.expected(sensor, c, prior, 0.0))) for c in range(COMPONENTS)])
    measured[RANGE] += rng.normal(0.0, 300.0)
    free = twin.condition(sensor, prior, covariance, measured, SIGMA, mask, 0.0)[2]
    _, _, distance, log_likelihood = conditioned(sensor, prior, covariance, measured, mask, 0.0, gate)
    if free > gate:
        assert distance == math.inf and log_likelihood == -math.inf
    else:
        assert distance == pytest.approx(free, rel=1e-7)
