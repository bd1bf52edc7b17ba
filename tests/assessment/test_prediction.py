"""Assessment as a whole: flights, a plain tracker that follows them, and what is said of their entry."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.random import Generator, default_rng
from tests.assessment.pictures import START_NS, make_site, make_tracks, picture, square
from tests.assessment.test_entry import STEP_S, first_entry_s, flown_truths

from tocsin.assessment.assessor import Assessor
from tocsin.assessment.flight_modes import PRIOR
from tocsin.units import BoolArray, FloatArray

FLIGHTS, LOOKS = 400, 50  # followed for 200 s, then all is asked
HALF_M = 3000.0
DENSITY, SIGMA_M = 0.3, 60.0


class Asked(NamedTuple):
    """Of each flight, (n,): what was said, (n, 3) when, whether and when it entered, and a straight line."""

    said: FloatArray
    said_s: FloatArray
    entered: BoolArray
    entered_s: FloatArray
    straight_s: FloatArray


def starts(draw: Generator) -> FloatArray:
    """States (n, 6) of aircraft, 12 to 20 km off, that fly to within a few kilometres of the origin."""
    bearing, distance_m = draw.uniform(0.0, 2.0 * np.pi, FLIGHTS), draw.uniform(12_000.0, 20_000.0, FLIGHTS)
    place = distance_m[:, None] * np.stack([np.sin(bearing), np.cos(bearing)], axis=1)
    way = draw.normal(0.0, 3000.0, (FLIGHTS, 2)) - place
    velocity = way / np.hypot(*way.T)[:, None] * draw.uniform(22.0, 34.0, (FLIGHTS, 1))
    zeros = np.zeros((FLIGHTS, 1))
    return np.hstack([place, zeros + 800.0, velocity, zeros])


def followed(paths: FloatArray, draw: Generator) -> tuple[list[FloatArray], list[FloatArray]]:
    """States (n, 6) and covariance (6, 6) after each look of a Kalman filter at places (looks, n, 2)."""
    move = np.eye(4) + STEP_S * np.eye(4, k=2)
    block = np.array([[STEP_S**3 / 3, STEP_S**2 / 2], [STEP_S**2 / 2, STEP_S]])
    noise = DENSITY * np.kron(block, np.eye(2))
    state, covariance = np.zeros((paths.shape[1], 4)), np.diag([1e9, 1e9, 625.0, 625.0])
    states, covariances = [], []
    for place in paths:
        look = place + SIGMA_M * draw.normal(size=place.shape)
        state, covariance = state @ move.T, move @ covariance @ move.T + noise
        gain = covariance[:, :2] @ np.linalg.inv(covariance[:2, :2] + SIGMA_M**2 * np.eye(2))
        state, covariance = state + (look - state[:, :2]) @ gain.T, covariance - gain @ covariance[:2]
        height = np.full((len(state), 1), 800.0)
        states.append(np.hstack([state[:, :2], height, state[:, 2:], 0.0 * height]))
        wide = np.diag([1.0, 1.0, 100.0, 1.0, 1.0, 0.01])
        wide[np.ix_([0, 1, 3, 4], [0, 1, 3, 4])] = covariance
        covariances.append(wide)
    return states, covariances


@pytest.fixture(scope="module")
def asked() -> Asked:
    draw = default_rng(8)
    sure = np.tile(np.diag([1.0, 1.0, 1.0, 1e-6, 1e-6, 1e-6]), (FLIGHTS, 1, 1))
    paths = flown_truths(draw, starts(draw), sure, PRIOR, STEP_S)
    states, covariances = followed(paths[: LOOKS + 1], draw)
    assessor = Assessor(make_site(square(0, 0, HALF_M)))
    for look in range(LOOKS + 1):
        seen_ns = np.full((FLIGHTS, 5), START_NS + round(look * STEP_S * 1e9))
        tracks = make_tracks(states[look], np.tile(covariances[look], (FLIGHTS, 1, 1)), seen_ns=seen_ns)
        found = assessor.assess(picture(tracks, look * STEP_S))
    # All were predicted within the last pictures; those that take turns count down.
    outside = (np.abs(paths[LOOKS]) > HALF_M).any(axis=1)
    entered, entered_s = first_entry_s(paths[LOOKS:, outside], HALF_M, STEP_S)
    now, steps = states[LOOKS][outside], np.arange(0.0, 900.0, STEP_S)
    line = now[:, :2] + steps[:, None, None] * now[:, 3:5]
    straight, straight_s = first_entry_s(line, HALF_M, STEP_S)
    straight_s[~straight] = np.inf
    said, said_s = found.entry_probability[outside, 0], found.entry_s[outside, 0]
    return Asked(said, said_s, entered, entered_s, straight_s)


def test_nine_in_ten_arrive_within_the_interval(asked: Asked) -> None:
    sure = asked.entered & (asked.said >= 0.5)
    early, late = asked.said_s[sure, 0], asked.said_s[sure, 2]
    middle = asked.entered_s[sure] - 0.5 * STEP_S  # of the step in which it entered
    held = (middle >= early) & (middle <= late)

    assert sure.sum() > 150
    assert held.mean() == pytest.approx(0.9, abs=0.065)


def test_probabilities_are_what_comes_true(asked: Asked) -> None:
    horizon = asked.entered & (asked.entered_s <= 900.0)
    for low, high in ((0.0, 0.2), (0.2, 0.6), (0.6, 0.9), (0.9, 1.01)):
        those = (asked.said >= low) & (asked.said < high)
        expected = asked.said[those].mean()
        slack = 0.05 + 3.0 * np.sqrt(expected * (1.0 - expected) / those.sum())
        assert horizon[those].mean() == pytest.approx(expected, abs=slack)


def test_they_are_better_than_flying_the_track_straight_on(asked: Asked) -> None:
    came = (asked.entered & (asked.entered_s <= 900.0)).astype(np.float64)
    line = np.isfinite(asked.straight_s).astype(np.float64)

    assert 1.0 - ((asked.said - came) ** 2).sum() / ((line - came) ** 2).sum() > 0.3
