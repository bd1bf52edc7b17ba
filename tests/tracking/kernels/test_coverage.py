from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from tests.tracking import twin
from tests.tracking.made import sensor_model
from tests.tracking.plain import plain

coverage = plain("coverage")
metres = st.floats(0.0, 40_000.0)


@given(metres)
def test_the_table_by_range_is_linear_between_its_points_and_flat_beyond(slant_m: float) -> None:
    sensor = sensor_model(detection_ranges_m=np.array([1000.0, 5000.0, 9000.0]),
                          detection_probabilities=np.array([0.9, 0.8, 0.1]))  # fmt: skip
    expected = np.interp(slant_m, sensor.detection_ranges_m, sensor.detection_probabilities)
    assert coverage.by_range(sensor, slant_m) == pytest.approx(expected, abs=1e-12)


def test_a_single_probability_holds_at_every_range() -> None:
    sensor = sensor_model(detection_ranges_m=np.zeros(1), detection_probabilities=np.array([0.7]))
    assert [coverage.by_range(sensor, slant_m) for slant_m in (0.0, 10.0, 1e6)] == [0.7] * 3


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(0.1, 1e3))
def test_being_below_a_limit_is_the_normal_distribution(limit: float, mean: float, sigma: float) -> None:
    assert coverage.below(limit, mean, sigma) == pytest.approx(norm.cdf(limit, mean, sigma), abs=1e-12)


def test_a_sharp_position_makes_a_sharp_limit() -> None:
    assert coverage.below(1.0, 0.999, 0.0) == 1.0
    assert coverage.below(1.0, 1.001, 0.0) == 0.0


@given(
    st.floats(-25_000.0, 25_000.0), st.floats(-25_000.0, 25_000.0), st.floats(-2000.0, 8000.0),
    st.floats(0.0, 2000.0), st.floats(0.1, 2000.0),
)  # fmt: skip
def test_every_limit_is_blurred_by_what_is_not_known_of_the_position(
    east: float, north: float, up: float, sigma_m: float, sigma_up_m: float
) -> None:
    sensor = sensor_model(min_range_m=800.0, min_elevation_rad=0.02, max_elevation_rad=0.6)
    place = np.array([east + 2.0, north, up, 0.0, 0.0, 0.0])
    expected = twin.detection_probability(sensor, place, sigma_m, sigma_up_m)
    value = coverage.detection_probability(sensor, place, sigma_m, sigma_up_m)
    assert value == pytest.approx(expected, abs=2e-3 if math.hypot(east + 2.0, north) < 50.0 else 3e-9)


def test_far_outside_nothing_is_seen() -> None:
    sensor = sensor_model(min_range_m=1000.0, max_range_m=10_000.0)
    assert coverage.detection_probability(sensor, np.array([10_601.0, 0.0, 0.0]), 100.0, 100.0) == 0.0
    assert coverage.detection_probability(sensor, np.array([399.0, 0.0, 0.0]), 100.0, 100.0) == 0.0
    assert coverage.detection_probability(sensor, np.array([9_999.0, 0.0, 0.0]), 0.0, 100.0) > 0.5
