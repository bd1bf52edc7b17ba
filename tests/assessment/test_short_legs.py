"""Who turned every minute or two is not expected to fly on straight for ten."""

from __future__ import annotations

import numpy as np
import pytest
from tests.assessment.test_motion import PERIOD_S, flown, follow, towards

from tocsin.assessment.flight_modes import MODES, SHORT_LEG, STILL, STRAIGHT
from tocsin.assessment.short_legs import ways
from tocsin.units import FloatArray

LOOKS_A_MINUTE = round(60.0 / PERIOD_S)


def short_legs(course_rad: FloatArray, speed_mps: float = 10.0) -> FloatArray:
    """How probably what flies these courses is taken for one of short legs, after every look."""
    motions = follow(flown(towards(course_rad, speed_mps))).motions
    return np.array([float(one.short_legs[0]) for one in motions])


def to_and_fro(legs: int, looks: int) -> FloatArray:
    return np.concatenate([np.full(looks, np.pi * (leg % 2)) for leg in range(legs)])


def test_what_is_new_may_fly_either_way_and_a_straight_flight_refutes_short_legs() -> None:
    found = short_legs(np.zeros(10 * LOOKS_A_MINUTE), 28.0)

    assert found[0] == pytest.approx(SHORT_LEG.prior)
    assert found[2 * LOOKS_A_MINUTE] < 0.6 * SHORT_LEG.prior
    assert found[-1] < 0.001


def test_what_surveys_a_field_flies_short_legs_and_is_soon_known_to() -> None:
    found = short_legs(to_and_fro(6, 2 * LOOKS_A_MINUTE))

    assert found[5 * LOOKS_A_MINUTE] > 0.4
    assert found[-1] > 0.9


def test_one_turn_after_minutes_makes_no_short_legs() -> None:
    course = np.concatenate([np.zeros(6 * LOOKS_A_MINUTE), np.full(4 * LOOKS_A_MINUTE, 1.2)])

    assert short_legs(course, 28.0)[6 * LOOKS_A_MINUTE :].max() < 0.1


def test_what_surveyed_and_then_flies_off_is_on_its_way_after_some_minutes() -> None:
    course = np.concatenate([to_and_fro(8, 2 * LOOKS_A_MINUTE), np.zeros(12 * LOOKS_A_MINUTE)])

    assert short_legs(course)[-1] < 0.1


def test_ways_share_the_straight_leg_and_know_the_short_one_as_they_know_it() -> None:
    motion = follow(flown(towards(np.zeros(20)))).motions[-1]
    weight, state, covariance = ways(motion)

    assert weight.shape == (1, len(MODES) + 1)
    assert weight.sum() == pytest.approx(1.0)
    assert weight[0, STILL] == pytest.approx(motion.weight[0, STRAIGHT] * motion.short_legs[0])
    assert weight[0, STRAIGHT] + weight[0, STILL] == pytest.approx(motion.weight[0, STRAIGHT])
    assert weight[0, -1] == motion.weight[0, STILL]
    np.testing.assert_array_equal(state[0, STILL], motion.state[0, STRAIGHT])
    np.testing.assert_array_equal(covariance[0, STILL], motion.covariance[0, STRAIGHT])
    np.testing.assert_array_equal(state[0, -1], motion.state[0, STILL])
