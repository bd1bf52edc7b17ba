from __future__ import annotations

import numpy as np
import pytest

from tocsin.assessment.flight_modes import (
    COURSE_DIFFUSION,
    DEPARTURE_SPEED_MPS,
    MODES,
    SHORT_LEG,
    SPEED_DIFFUSION_PER_S,
    STILL,
)
from tocsin.assessment.futures import Futures, leg_times, path_components, standard_normal_points, unit_paths
from tocsin.units import FloatArray

TIMES_S = np.array([0.0, 60.0, 200.0])


@pytest.mark.parametrize(("count", "dimensions"), [(24, 9), (64, 6), (128, 15)])
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


def test_legs_start_now_grow_and_end_at_the_horizon() -> None:
    times_s = leg_times(900.0, 12)

    assert times_s[0] == 0.0
    assert times_s[-1] == 900.0
    assert (np.diff(times_s, 2) > 0.0).all()


def test_futures_are_the_same_bits_each_time() -> None:
    one, other = Futures.of(1200.0), Futures.of(1200.0)

    assert one.standard.tobytes() == other.standard.tobytes()
    assert one.unit_path_s.tobytes() == other.unit_path_s.tobytes()
    assert one.unit_climb_m.tobytes() == other.unit_climb_m.tobytes()


def test_the_futures_of_a_way_to_fly_lie_together() -> None:
    futures = Futures.of(1200.0)

    ways = [*MODES[:STILL], SHORT_LEG, MODES[STILL]]
    np.testing.assert_array_equal(np.diff(futures.first), [way.futures for way in ways])
    assert futures.standard.shape == (6, futures.first[-1])
    assert futures.unit_path_s.shape == (13, 2, futures.first[-1])
    assert futures.unit_climb_m.shape == (13, futures.first[-1])
    for start, end in zip(futures.first[:-1], futures.first[1:], strict=True):
        np.testing.assert_allclose(futures.standard[:, start:end].mean(axis=1), 0.0, atol=1e-12)


# ways of a mode


def straightness(mode: int) -> FloatArray:
    """How far along its first course a mode comes by `TIMES_S`, in the mean, over how far it could."""
    way = unit_paths(mode, 600, TIMES_S)
    return np.asarray(way.real.mean(axis=1)[1:] / TIMES_S[1:])


def test_a_course_that_diffuses_comes_as_far_along_as_theory_says() -> None:
    # E cos of a course of variance D t is exp(-D t / 2); meant over t: (1 - exp(-D t / 2)) / (D t / 2).
    still_so = 0.5 * MODES[2].course_diffusion_rad2ps * TIMES_S[1:]
    expected = (1.0 - np.exp(-still_so)) / still_so
    # Other modes follow: by 60 s hardly, by 200 s they hold half of the objects, and fly straighter.
    found = straightness(2)
    assert found[0] == pytest.approx(expected[0], abs=0.04)
    assert found[1] > expected[1] - 0.05


def test_ways_fan_out_in_the_order_of_the_modes() -> None:
    straight, unsteady, weaving, turning = (straightness(mode)[1] for mode in range(STILL))

    assert straight > unsteady - 0.01 > weaving > turning
    assert straight > 0.97


def test_a_straight_leg_is_straight_but_for_its_speed_and_few_turns() -> None:
    way = unit_paths(0, 400, TIMES_S)[2] / TIMES_S[2]

    # The variance of what diffuses at D, meant over t, is D t / 3; seven in eight never turn in 200 s.
    def core(part: FloatArray) -> float:
        return float(np.diff(np.percentile(part, [25, 75]))[0]) / 1.349

    assert core(way.real) == pytest.approx(np.sqrt(SPEED_DIFFUSION_PER_S * TIMES_S[2] / 3.0), rel=0.35)
    assert core(way.imag) == pytest.approx(np.sqrt(COURSE_DIFFUSION[0] * TIMES_S[2] / 3.0), rel=0.35)


def test_first_changes_come_as_often_as_they_should() -> None:
    way = unit_paths(STILL, 400, TIMES_S)

    gone = (np.abs(way[1:]) > 0.0).mean(axis=1)
    np.testing.assert_allclose(gone, 1.0 - np.exp(-TIMES_S[1:] / MODES[STILL].hold_s), atol=0.03)


def test_what_stood_still_leaves_towards_anywhere() -> None:
    end = unit_paths(STILL, 400, np.array([0.0, 1200.0]))[1]

    assert abs(end.mean()) < 0.15 * np.abs(end).mean()
    assert 0.3 < (end.real > 0.0).mean() < 0.7
    assert np.abs(end).max() < 1.2 * DEPARTURE_SPEED_MPS * 1200.0


def test_every_way_has_its_mirror_image() -> None:
    way = unit_paths(3, 64, TIMES_S)

    np.testing.assert_allclose(np.sort_complex(way[2]), np.sort_complex(way[2].conj()), atol=1e-9)
