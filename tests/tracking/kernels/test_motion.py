from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.tracking import twin
from tests.tracking.made import MOTION, random_covariance
from tests.tracking.plain import plain

from tocsin.units import FloatArray

seeds, steps = st.integers(0, 2**31), st.floats(1e-3, 30.0)


def predicted(state: FloatArray, covariance: FloatArray, *dts_s: float) -> tuple[FloatArray, FloatArray]:
    state, covariance = state.copy(), covariance.copy()
    for dt_s in dts_s:
        plain("motion").predict(state, covariance, dt_s, MOTION)
    return state, covariance


def drawn(seed: int) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0.0, 1000.0, 6), random_covariance(rng, 100.0, 10.0)


@given(seeds, steps)
def test_prediction_is_f_p_f_plus_q(seed: int, dt_s: float) -> None:
    state, covariance = drawn(seed)
    f = twin.transition(dt_s)
    mean, spread = predicted(state, covariance, dt_s)
    np.testing.assert_allclose(mean, f @ state, rtol=1e-12, atol=1e-9)
    expected = f @ covariance @ f.T + twin.process_noise(dt_s, MOTION)
    np.testing.assert_allclose(spread, expected, rtol=1e-11, atol=1e-11 * expected.max())


@given(seeds, steps, steps)
def test_two_steps_are_one(seed: int, first_s: float, second_s: float) -> None:
    state, covariance = drawn(seed)
    at_once, by_steps = (
        predicted(state, covariance, first_s + second_s),
        predicted(state, covariance, first_s, second_s),
    )
    np.testing.assert_allclose(by_steps[0], at_once[0], rtol=1e-10, atol=1e-8)
    np.testing.assert_allclose(by_steps[1], at_once[1], rtol=1e-10, atol=1e-10 * at_once[1].max())


@given(seeds, steps)
def test_a_covariance_stays_symmetric_and_positive_definite(seed: int, dt_s: float) -> None:
    _, covariance = predicted(*drawn(seed), dt_s)
    np.testing.assert_allclose(covariance, covariance.T, rtol=1e-12)
    np.linalg.cholesky(covariance)
