from __future__ import annotations

import numpy as np
import pytest

from tocsin.alerting.same_object import Glimpse, Motion, are_twins, can_follow, have_parted, squared_distance
from tocsin.config.site import Prior

SECOND_NS = 1_000_000_000


def glimpse(
    east_m: float = 0.0, velocity_mps: float = 28.0, sigma_m: float = 30.0, up_m: float = 1000.0
) -> Glimpse:
    sigmas = [sigma_m, sigma_m, sigma_m, 2.0, 2.0, 1.0]
    return Glimpse(0, 0, [east_m, 0.0, up_m, velocity_mps, 0.0, 0.0], np.diag(np.square(sigmas)))


def test_the_predicted_spread_is_that_of_many_flights_of_the_same_motion() -> None:
    prior = Prior(acceleration_density_m2ps3=0.3, speed_sigma_mps=25.0, vertical_speed_sigma_mps=2.0)
    start = glimpse()
    generator = np.random.default_rng(1)
    flights, steps, step_s = 4000, 120, 0.5
    states = generator.multivariate_normal(start.state, start.covariance, flights)
    density = np.array([0.3, 0.3, 0.3 * (2.0 / 25.0) ** 2])
    for _ in range(steps):
        kicks = generator.normal(size=(flights, 3)) * np.sqrt(density * step_s)
        states[:, :3] += states[:, 3:] * step_s + kicks * step_s / 2
        states[:, 3:] += kicks
    expected = Motion(prior).predicted(start, 60 * SECOND_NS)
    assert states.mean(axis=0) == pytest.approx(expected.state, abs=15.0)
    assert states.std(axis=0) == pytest.approx(np.sqrt(np.diag(expected.covariance)), rel=0.05)


def test_a_picture_of_the_same_time_needs_no_prediction() -> None:
    start = glimpse()
    assert Motion(Prior()).predicted(start, 0) is start


def test_twins_are_near_and_fly_alike() -> None:
    assert are_twins(glimpse(), glimpse(east_m=250.0, sigma_m=1.0))
    assert not are_twins(glimpse(), glimpse(east_m=1200.0))
    assert not are_twins(glimpse(sigma_m=1.0), glimpse(east_m=350.0, sigma_m=1.0))
    assert not are_twins(glimpse(), glimpse(velocity_mps=-28.0))


def test_uncertain_twins_may_be_farther_apart_than_sure_ones() -> None:
    assert are_twins(glimpse(), glimpse(east_m=700.0, sigma_m=400.0))
    assert not are_twins(glimpse(), glimpse(east_m=1100.0, sigma_m=4000.0))


def test_an_unknown_height_parts_no_twins() -> None:
    assert are_twins(glimpse(up_m=300.0), glimpse(east_m=100.0, up_m=2500.0))


def test_reach_grows_with_the_gap() -> None:
    motion, far = Motion(Prior()), 450.0
    soon, late = (motion.predicted(glimpse(), gap_s * SECOND_NS) for gap_s in (10, 60))
    assert not can_follow(soon, glimpse(east_m=28.0 * 10 + far))
    assert can_follow(late, glimpse(east_m=28.0 * 60 + far))


def test_tracks_part_only_when_far_and_surely_so() -> None:
    assert have_parted(glimpse(), glimpse(east_m=1100.0))
    assert not have_parted(glimpse(), glimpse(east_m=900.0))
    assert not have_parted(glimpse(), glimpse(east_m=1100.0, sigma_m=800.0))


def test_two_exact_tracks_still_have_a_distance() -> None:
    exact = Glimpse(0, 0, [0.0] * 6, np.zeros((6, 6)))
    other = Glimpse(0, 0, [3.0, 0.0, 0.0, 0.0, 0.0, 0.0], np.zeros((6, 6)))
    assert squared_distance(exact, other) == pytest.approx(9.0)
