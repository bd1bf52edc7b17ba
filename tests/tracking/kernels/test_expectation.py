"""What a sensor expects of a mode and a detection makes of it, against the joint extended Kalman update."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tracking import twin
from tests.tracking.made import changed, looks_of, mask_of, random_covariance, sensor_model, works_of
from tests.tracking.plain import plain

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    ELEVATION,
    EXPECTATION,
    HIT,
    MEASURED,
    MODE,
    RANGE,
    Record,
    records,
)
from tocsin.units import FloatArray

SIGMA = np.array([30.0, 0.01, 0.02, 1.5, 25.0, 25.0, 35.0, 2.0, 2.0, 1.0])
module = plain("expectation")
seeds = st.integers(0, 2**31)
masks = st.sets(st.integers(0, COMPONENTS - 1), min_size=1, max_size=MEASURED).map(
    lambda chosen: mask_of(*chosen)
)


def expected_of(sensor: Record, state: FloatArray, covariance: FloatArray, look: Record) -> Record:
    expectation = records(EXPECTATION, 1)[0]
    module.expect(expectation, sensor, state, covariance, look, works_of()[0])
    return expectation


def distance_of(expectation: Record, look: Record, gate: float = 1e9) -> tuple[float, Record]:
    """Squared Mahalanobis distance of a detection, and the hit."""
    hit = records(HIT, 1)[0]
    return float(module.innovations(expectation, look, gate, hit)), hit


def log_likelihood(expectation: Record, distance: float) -> float:
    return math.log(expectation.scale) - 0.5 * distance


def improved(
    state: FloatArray, covariance: FloatArray, hits: list[tuple[Record, Record, int, float]]
) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance after hits: (expectation, hit, components, weight); what these lack is the miss."""
    mode, shift = records(MODE, 1)[0], np.zeros(6)
    mode.state, mode.covariance = state, covariance
    for expectation, hit, components, weight in hits:
        assert expectation.count == components
        module.add_hit(expectation, hit, weight, mode, shift, np.empty(6))
    return state + shift, mode.covariance - np.outer(shift, shift)


def drawn(
    seed: int, mask: int, offset_s: float = 0.0, speed_mps: float = math.inf, spread: float = 1.0
) -> tuple[Record, FloatArray, FloatArray, Record]:
    """A sensor anywhere, a track some kilometres from it, and a detection of it."""
    rng, sensor = np.random.default_rng(seed), sensor_model(seed, propagation_speed_mps=speed_mps)
    state = np.concatenate([sensor.position + rng.normal(0.0, 3000.0, 3), rng.normal(0.0, 30.0, 3)])
    covariance = random_covariance(rng, 60.0, 8.0)
    truth = state + spread * np.linalg.cholesky(covariance) @ rng.normal(size=6)
    dt_s = offset_s - twin.travel_time(sensor, state)
    exact = [float(np.real(twin.expected(sensor, c, truth, dt_s))) for c in range(COMPONENTS)]
    look = looks_of(exact + SIGMA * rng.normal(size=COMPONENTS), SIGMA, mask, offset_s)[0]
    return sensor, state, covariance, look


def assert_alike(
    first: tuple[FloatArray, FloatArray], second: tuple[FloatArray, FloatArray], tolerance: float
) -> None:
    scale = np.sqrt(np.diag(second[1]))
    np.testing.assert_allclose((first[0] - second[0]) / scale, 0.0, atol=tolerance)
    np.testing.assert_allclose((first[1] - second[1]) / np.outer(scale, scale), 0.0, atol=tolerance)


@given(seeds, masks, st.floats(-2.0, 0.0), st.sampled_from([math.inf, 340.0]))
def test_one_component_after_another_equals_the_joint_update(
    seed: int, mask: int, offset_s: float, speed_mps: float
) -> None:
    sensor, state, covariance, look = drawn(seed, mask, offset_s, speed_mps)
    expectation = expected_of(sensor, state, covariance, look)
    distance, hit = distance_of(expectation, look)
    mean, spread, true_distance, true_log_likelihood = twin.condition(sensor, state, covariance, look)
    assert distance == pytest.approx(true_distance, rel=1e-8, abs=1e-9)
    assert log_likelihood(expectation, distance) == pytest.approx(true_log_likelihood, rel=1e-9, abs=1e-8)
    after = improved(state, covariance, [(expectation, hit, mask.bit_count(), 1.0)])
    assert_alike(after, (mean, spread), 1e-9 * max(1.0, true_distance))
    np.testing.assert_array_equal(after[1], after[1].T)


@settings(max_examples=40)
@given(seeds, masks, st.integers(1, 4))
def test_detections_of_one_shape_share_an_expectation_and_are_as_one_by_one(
    seed: int, mask: int, count: int
) -> None:
    rng = np.random.default_rng(seed)
    sensor, state, covariance, first = drawn(seed, mask, -0.3)
    others = [
        changed(first, measured=first.measured + SIGMA * rng.normal(size=COMPONENTS)) for _ in range(count)
    ]
    shared, weights = expected_of(sensor, state, covariance, first), rng.dirichlet(np.ones(count + 1))
    hits, parts = [], [(state, covariance)]
    for look, weight in zip(others, weights[1:], strict=True):
        assert module.is_alike(first, look)
        distance, hit = distance_of(shared, look)
        alone = expected_of(sensor, state, covariance, look)
        assert (distance, shared.scale) == (distance_of(alone, look)[0], alone.scale)
        hits.append((shared, hit, mask.bit_count(), float(weight)))
        parts.append(twin.condition(sensor, state, covariance, look)[:2])
    mean = np.sum([w * m for w, (m, _) in zip(weights, parts, strict=True)], axis=0)
    spread = sum(w * (p + np.outer(m - mean, m - mean)) for w, (m, p) in zip(weights, parts, strict=True))
    assert_alike(improved(state, covariance, hits), (mean, np.asarray(spread)), 1e-8)


def test_detections_are_alike_in_what_an_expectation_depends_on() -> None:
    look = looks_of(np.zeros(COMPONENTS), SIGMA, mask_of(RANGE, AZIMUTH), -0.5)[0]
    assert module.is_alike(look, changed(look, measured=np.ones(COMPONENTS), identity=5, number=3))
    unmeasured = SIGMA.copy()
    unmeasured[ELEVATION] *= 2.0
    assert module.is_alike(look, changed(look, sigma=unmeasured))
    assert not module.is_alike(look, changed(look, sigma=SIGMA * 1.01))
    assert not module.is_alike(look, changed(look, offset_s=-0.4))
    assert not module.is_alike(look, changed(look, mask=mask_of(RANGE, AZIMUTH, ELEVATION)))


def test_azimuths_on_both_sides_of_north_are_close() -> None:
    sensor, covariance = sensor_model(), np.diag([100.0] * 3 + [1.0] * 3)
    state, measured = np.array([-1.0, 2000.0, 50.0, 0.0, 0.0, 0.0]), np.zeros(COMPONENTS)
    for azimuth in (0.001, 0.001 + 2 * math.pi, 0.001 - 2 * math.pi):
        measured[AZIMUTH] = azimuth
        look = looks_of(measured, SIGMA, mask_of(AZIMUTH))[0]
        expectation = expected_of(sensor, state, covariance, look)
        distance, hit = distance_of(expectation, look)
        assert distance < 0.05
        assert -1.0 < improved(state, covariance, [(expectation, hit, 1, 1.0)])[0][0] < 2.0


@given(seeds, st.floats(0.5, 30.0))
def test_beyond_the_gate_the_distance_is_infinite_and_within_it_is_told(seed: int, gate: float) -> None:
    sensor, state, covariance, look = drawn(seed, mask_of(RANGE, AZIMUTH, ELEVATION), spread=4.0)
    free = twin.condition(sensor, state, covariance, look)[2]
    distance, _ = distance_of(expected_of(sensor, state, covariance, look), look, gate)
    assert distance == (math.inf if free > gate else pytest.approx(free, rel=1e-7))
