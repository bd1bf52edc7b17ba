import numpy as np
import pytest

from tocsin.evaluation.nees import mean_bounds, nees, summarise


def test_an_error_of_one_sigma_on_each_axis_counts_the_axes():
    assert nees(np.array([[2.0, 3.0], [4.0, 0.0]]), np.array([[2.0, 3.0], [2.0, 3.0]])).tolist() == [2.0, 4.0]


def test_the_bounds_are_those_of_the_textbook():
    # Bar-Shalom et al. 2001, section 5.4.2: 50 runs, 2 axes, 95 %: [1.5, 2.6] for the sum over both axes.
    low, high = mean_bounds(50, 2)
    assert (2 * low, 2 * high) == pytest.approx((1.484, 2.591), abs=1e-3)


def test_a_consistent_filter_lies_within_the_bounds_and_an_overconfident_one_above():
    rng = np.random.default_rng(4)
    sigmas = rng.uniform(1, 50, (2000, 2))
    errors = rng.normal(0, sigmas)
    good, bold = summarise(errors, sigmas, 2000), summarise(errors, sigmas / 2, 2000)
    assert good.low < good.mean_per_axis < good.high
    assert good.share_inside == pytest.approx(0.95, abs=0.02)
    assert bold.mean_per_axis > bold.high


def test_the_mean_is_one_though_the_axes_are_correlated():
    rng = np.random.default_rng(4)
    errors = rng.multivariate_normal([0, 0], [[100, 95], [95, 100]], 20_000)
    assert summarise(errors, np.full((20_000, 2), 10.0), 20_000).mean_per_axis == pytest.approx(1.0, abs=0.03)


def test_nothing_has_no_summary():
    assert summarise(np.zeros((0, 2)), np.zeros((0, 2)), 0) is None
