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

from tocsin.tracking.kernels.layout import TABLE_POINTS

coverage = plain("coverage")
metres = st.floats(0.0, 40_000.0)


@given(metres)
def test_the_table_by_range_is_linear_between_its_points_and_flat_beyond(slant_m: float) -> None:
    sensor = sensor_model(table=((1000.0, 0.9), (5000.0, 0.8), (9000.0, 0.1)))
    expected = np.interp(slant_m, [1000.0, 5000.0, 9000.0], [0.9, 0.8, 0.1])
    assert coverage.by_range(sensor, slant_m) == pytest.approx(expected, abs=1e-12)


def test_a_single_probability_holds_at_every_range() -> None:
    sensor = sensor_model(table=((0.0, 0.7),))
    assert [coverage.by_range(sensor, slant_m) for slant_m in (0.0, 10.0, 1e6)] == [0.7] * 3


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(0.1, 1e3))
def test_being_below_a_limit_is_the_normal_distribution(limit: float, mean: float, sigma: float) -> None:
    # More than six sigmas inside, it is taken for certain: 1e-9 is missing there.
    assert coverage.below(limit, mean, sigma) == pytest.approx(norm.cdf(limit, mean, sigma), abs=1e-9)


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


def test_a_floor_does_not_blur_the_zenith() -> None:
    overhead = np.array([100.0, 0.0, 3000.0])
    with_floor, without = sensor_model(min_elevation_rad=0.05), sensor_model()
    seen = [coverage.detection_probability(sensor, overhead, 50.0, 500.0) for sensor in (with_floor, without)]
    assert seen[0] == pytest.approx(seen[1], rel=1e-6)


@given(st.floats(-80.0, 80.0), st.floats(0.01, 30.0))
def test_what_comes_or_goes_too_slowly_is_not_seen(range_rate_mps: float, sigma_mps: float) -> None:
    sensor = sensor_model(min_range_rate_mps=6.0)
    inside = norm.cdf(6.0, range_rate_mps, sigma_mps) - norm.cdf(-6.0, range_rate_mps, sigma_mps)
    seen = coverage.moving_enough(sensor, range_rate_mps, sigma_mps)
    assert seen == pytest.approx(1.0 - inside, abs=1e-8)
    assert coverage.moving_enough(sensor_model(), range_rate_mps, sigma_mps) == 1.0


def test_a_table_may_use_all_its_points() -> None:
    points = [(100.0 * k, 1.0 - k / TABLE_POINTS) for k in range(TABLE_POINTS)]
    sensor = sensor_model(table=points)
    for range_m, probability in points:
        assert coverage.by_range(sensor, range_m) == pytest.approx(probability)
    assert coverage.by_range(sensor, 1e6) == pytest.approx(1 / TABLE_POINTS)
