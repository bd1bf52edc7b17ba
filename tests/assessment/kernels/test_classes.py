"""The class kernels against slow twins: integrals done by quadrature, one line of Bayes a class."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import i0e
from scipy.stats import norm, rice
from tests.assessment.kernels.calling import from_python

from tocsin.assessment.kernels import classes
from tocsin.units import FloatArray

velocity_density = from_python(classes.velocity_density)
height_density = from_python(classes.height_density)
normalise = from_python(classes.normalise)
one_look = from_python(classes.one_look)
scaled_bessel_i0 = from_python(classes.scaled_bessel_i0)
without_prior = from_python(classes.without_prior)


@pytest.mark.parametrize("x", [0.0, 0.1, 1.0, 3.7, 3.8, 10.0, 300.0])
def test_the_bessel_function_is_that_of_the_handbook(x: float) -> None:
    assert scaled_bessel_i0(x) == pytest.approx(i0e(x), abs=3e-7)


@pytest.mark.parametrize(("slowest", "fastest"), [(33.0, 51.0), (0.0, 20.0), (0.0, 120.0)])
@pytest.mark.parametrize("speed", [1.0, 15.0, 40.0, 90.0])
def test_the_density_of_a_velocity_is_rices_of_its_speed_averaged_and_spread_over_the_ring(
    speed: float, slowest: float, fastest: float
) -> None:
    sigma = 6.5
    whole, _ = quad(lambda airspeed: rice.pdf(speed, airspeed / sigma, scale=sigma), slowest, fastest)

    expected = whole / (fastest - slowest)
    assert speed * velocity_density(speed, slowest, fastest, sigma**2) == pytest.approx(
        expected, rel=0.03, abs=3e-5
    )


def test_height_density_is_the_uniform_one_blurred() -> None:
    expected, _ = quad(lambda height: norm.pdf(480.0, height, 200.0) / 940.0, 60.0, 1000.0)

    assert height_density(480.0, 60.0, 1000.0, 200.0) == pytest.approx(expected)


def test_what_measurements_say_times_the_prior_is_what_the_tracker_has() -> None:
    value, variance = without_prior(700.0, 120.0**2, 1000.0, 1000.0**2)

    together = 1 / (1 / variance + 1 / 1000.0**2)
    assert together == pytest.approx(120.0**2)
    assert together * (value / variance + 1000.0 / 1000.0**2) == pytest.approx(700.0)


@pytest.mark.parametrize("sigma", [999.0, 1000.0, 1500.0])
def test_a_value_as_uncertain_as_the_prior_says_nothing(sigma: float) -> None:
    assert without_prior(1000.0, sigma**2, 1000.0, 1000.0**2)[1] == math.inf


TABLE = np.array(
    [[33.0, 51.0, 60.0, 4000.0, 3.0], [0.0, 20.0, 0.0, 1000.0, 3.0], [0.0, 10.0, 0.0, 9000.0, 4.0]]
)
CARRIED = np.array([classes.OF_THE_AIR, classes.HOLDS_ITS_GROUND, classes.DRIFTS])
PRIORS = np.array([[0.0, 625.0], [0.0, 4.0], [1000.0, 1e6]])


def looked(state: FloatArray, wind: FloatArray) -> FloatArray:
    """`one_look` at a state that is well known."""
    evidence = np.empty(3)
    covariance = np.diag([50.0, 50.0, 80.0, 1.0, 1.0, 0.5]) ** 2
    one_look(state, covariance, PRIORS, TABLE, CARRIED, wind, np.array([6.0, 150.0]), evidence)
    return evidence


@pytest.mark.parametrize("wind", [(0.0, 0.0, 6.0), (8.0, -3.0, 1.5)])
@pytest.mark.parametrize("velocity", [(0.0, 40.0), (8.0, -4.0), (0.5, 0.5)])
def test_one_look_adds_up_velocity_in_the_wind_climb_and_height(
    velocity: tuple[float, float], wind: tuple[float, float, float]
) -> None:
    state = np.array([30_000.0, 0.0, 900.0, *velocity, 0.5])

    (east, variance), (north, _) = (without_prior(axis, 1.0, 0.0, 625.0) for axis in velocity)
    climb, climb_variance = without_prior(0.5, 0.25, 0.0, 4.0)
    height, height_variance = without_prior(900.0 + 30_000.0**2 / 2 / 6_371_000, 80.0**2, 1000.0, 1e6)
    through_air = math.hypot(east - wind[0], north - wind[1])
    expected = [
        velocity_density(through_air, 33.0, 51.0, wind[2] ** 2 + variance),
        velocity_density(math.hypot(east, north), 0.0, 20.0, 36.0 + variance),
        velocity_density(through_air, 0.0, 10.0 * wind[2] / 6.0, wind[2] ** 2 + variance),
    ]
    _, _, low, high, sigma = TABLE.T
    each = [
        math.log(expected[c] + 1e-30)
        + norm.logpdf(climb, 0.0, math.sqrt(sigma[c] ** 2 + climb_variance))
        + math.log(height_density(height, low[c], high[c], math.sqrt(150.0**2 + height_variance)))
        for c in range(3)
    ]
    np.testing.assert_allclose(looked(state, np.array(wind)), np.array(each) - max(each), atol=1e-6)


def test_what_goes_with_the_wind_drifts_only_where_the_wind_is_known() -> None:
    state = np.array([0.0, 0.0, 500.0, 11.0, 0.0, 0.0])

    any_wind, told = looked(state, np.array([0.0, 0.0, 6.0])), looked(state, np.array([10.0, 0.0, 1.5]))
    assert any_wind[2] - any_wind[1] < -2.0
    assert told[2] - told[1] > 1.0


def test_probabilities_sum_to_one_and_doubt_goes_to_the_last() -> None:
    probability = np.empty(3)
    normalise(np.log([6.0, 3.0, 1.0]) + 500.0, 0.1, probability)

    np.testing.assert_allclose(probability, [0.54, 0.27, 0.19])
