from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tracking import twin
from tests.tracking.made import changed, random_covariance, sensor_model
from tests.tracking.plain import plain

from tocsin.tracking.kernels.layout import AZIMUTH, COMPONENTS, EAST, ELEVATION, NORTH, RANGE, UP, Record
from tocsin.units import FloatArray

measure = plain("measure")
seeds = st.integers(0, 2**31)


def drawn(seed: int, **changes: Any) -> tuple[np.random.Generator, Record, FloatArray]:
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
    place, local, gradient = np.empty(8), np.empty(6), np.full(6, np.nan)
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
    assert measure.travel_time(changed(sensor, propagation_speed_mps=340.0), state) == 0.0


@given(st.floats(-50.0, 50.0))
def test_wrapping_gives_the_same_direction_within_half_a_turn(angle: float) -> None:
    wrapped = measure.wrap(angle)
    assert -math.pi < wrapped <= math.pi
    assert math.cos(wrapped) == pytest.approx(math.cos(angle), abs=1e-12)
    assert math.sin(wrapped) == pytest.approx(math.sin(angle), abs=1e-12)


@given(seeds, st.floats(-5.0, 0.0))
def test_a_component_varies_as_its_gradient_says(seed: int, dt_s: float) -> None:
    rng, sensor, state = drawn(seed)
    covariance, component = random_covariance(rng, 60.0, 8.0), int(rng.integers(COMPONENTS))
    place, local, direction, column = np.empty(8), np.empty(6), np.empty(6), np.full(6, np.nan)
    measure.relative(sensor, state, dt_s, place)
    measure.gradient(sensor, component, place, dt_s, local, direction)
    only_place = measure.is_static(component, dt_s)
    variance = measure.project(covariance, direction, only_place, column)
    np.testing.assert_allclose(column, covariance @ direction, rtol=1e-9, atol=1e-12)
    assert variance == pytest.approx(direction @ covariance @ direction, rel=1e-9)
    assert not only_place or not direction[3:].any()


def test_only_places_seen_at_once_are_static() -> None:
    static = [component for component in range(COMPONENTS) if measure.is_static(component, 0.0)]
    assert static == [RANGE, AZIMUTH, ELEVATION, EAST, NORTH, UP]
    assert not any(measure.is_static(component, -0.1) for component in range(COMPONENTS))
