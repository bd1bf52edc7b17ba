import numpy as np
import pytest

from tocsin.assessment.samples import Futures, leg_times, path_components, standard_normal_points


@pytest.mark.parametrize(("count", "dimensions"), [(64, 6), (128, 15)])
def test_the_points_have_mean_zero_and_covariance_one(count: int, dimensions: int) -> None:
    points = standard_normal_points(count, dimensions)

    np.testing.assert_allclose(points.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(points.T @ points / count, np.eye(dimensions), atol=1e-12)


def test_each_coordinate_of_the_points_is_normal() -> None:
    from scipy.stats import norm

    points = np.sort(standard_normal_points(128, 15), axis=0)
    expected = norm.ppf((np.arange(128) + 0.5) / 128)
    # Kolmogorov's distance of 128 random draws exceeds 0.12 one time in twenty, 0.07 every other time.
    distance = np.abs(norm.cdf(points) - norm.cdf(expected)[:, None]).max(axis=0)
    assert distance.max() < 0.07


def test_all_components_together_are_the_covariance_of_integrated_noise() -> None:
    times_s = np.array([0.0, 10.0, 40.0, 200.0])
    components = path_components(times_s)

    # Integrating white acceleration twice gives the variance t^3/3, and between 10 and 40 s that of the
    # position at 10 s, 10^3/3, plus its covariance with the speed at 10 s, 10^2/2, for another 30 s.
    covariance = components @ components.T
    np.testing.assert_allclose(np.diag(covariance), times_s**3 / 3.0)
    assert covariance[1, 2] == pytest.approx(10.0**3 / 3.0 + 30.0 * 10.0**2 / 2.0)


def test_the_kept_components_hold_the_spread_where_it_counts() -> None:
    futures = Futures.of(1200.0)

    from_a_third = futures.knots_s >= 400.0
    spread = (futures.unit_path_m**2).mean(axis=2)[from_a_third]
    wanted = futures.knots_s[from_a_third, None] ** 3 / 3.0
    np.testing.assert_allclose(spread / np.broadcast_to(wanted, spread.shape), 1.0, atol=0.02)


def test_legs_start_now_grow_and_end_at_the_horizon() -> None:
    times_s = leg_times(900.0, 12)

    assert times_s[0] == 0.0
    assert times_s[-1] == 900.0
    assert (np.diff(times_s, 2) > 0.0).all()


def test_futures_are_the_same_bits_each_time() -> None:
    one, other = Futures.of(1200.0), Futures.of(1200.0)

    assert one.standard.tobytes() == other.standard.tobytes()
    assert one.unit_path_m.tobytes() == other.unit_path_m.tobytes()
