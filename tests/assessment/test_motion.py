"""How a track has been flying, against a readable twin and against flights that are known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.random import default_rng
from tests.assessment.pictures import SECOND_NS, START_NS, make_site, make_tracks

from tocsin.assessment.flight_modes import (
    COURSE_DIFFUSION,
    HOLD_S,
    LEAST_SPEED_MPS,
    MODES,
    STILL,
    STILL_DAMPING_PER_S,
    STILL_SPEED_MPS,
    STRAIGHT,
    TAKEN_UP,
    TURNING,
)
from tocsin.assessment.memory import Memory
from tocsin.assessment.motion import TAKEN_EVERY_S, MotionModes
from tocsin.model.motion import Motion
from tocsin.model.tracks import NEVER_NS
from tocsin.units import FloatArray

WEAVING = 2
DENSITY = 0.3
PERIOD_S = 4.0
SIGMA_M = 60.0


class Followed(NamedTuple):
    """What was made of one flight: `motion` after every look, and what the tracker had said (looks, 6)."""

    motions: list[Motion]
    tracker: FloatArray
    tracker_covariance: FloatArray


def plain_tracker(places_m: FloatArray, seed: int, sigma_m: float = SIGMA_M) -> tuple[FloatArray, FloatArray]:
    """States (k, 4), covariances (k, 4, 4) of a Kalman filter of noise DENSITY, looking at places (k, 2)."""
    draw = default_rng(seed)
    move = np.eye(4) + PERIOD_S * np.eye(4, k=2)
    block = np.array([[PERIOD_S**3 / 3, PERIOD_S**2 / 2], [PERIOD_S**2 / 2, PERIOD_S]])
    noise = DENSITY * np.kron(block, np.eye(2))
    state, covariance = np.zeros(4), np.diag([1e8, 1e8, 625.0, 625.0])
    states, covariances = [], []
    for place in places_m:
        look = place + sigma_m * draw.normal(size=2)
        state, covariance = move @ state, move @ covariance @ move.T + noise
        gain = covariance[:, :2] @ np.linalg.inv(covariance[:2, :2] + sigma_m**2 * np.eye(2))
        state, covariance = state + gain @ (look - state[:2]), covariance - gain @ covariance[:2]
        states.append(state)
        covariances.append(covariance)
    return np.array(states), np.array(covariances)


def follow(places_m: FloatArray, seed: int = 1, unseen_after: int = 10**9) -> Followed:
    """Looks at an object at `places_m` (k, 2), one look each PERIOD_S, and follows the track."""
    states, covariances = plain_tracker(places_m, seed)
    modes, memory = MotionModes(make_site()), Memory(1, 1)
    motions, six, wide = [], np.zeros((len(states), 6)), np.zeros((len(states), 6, 6))
    chosen = np.array([0, 1, 3, 4])
    six[:, chosen], wide[:, chosen[:, None], chosen] = states, covariances
    for k in range(len(states)):
        time_ns = START_NS + round(k * PERIOD_S * SECOND_NS)
        seen_ns = np.array([min(time_ns, START_NS + round(unseen_after * PERIOD_S) * SECOND_NS)])
        tracks = make_tracks(six[k : k + 1], wide[k : k + 1])
        rows, _ = memory.rows(time_ns, tracks.track_id)
        motions.append(modes.follow(time_ns, tracks, seen_ns, memory, rows))
    return Followed(motions, six, wide)


def flown(velocities_mps: FloatArray) -> FloatArray:
    """Places (k, 2) of what flies at these velocities (k, 2)."""
    return np.cumsum(PERIOD_S * velocities_mps, axis=0)


def towards(course_rad: FloatArray, speed_mps: FloatArray | float = 28.0) -> FloatArray:
    return speed_mps * np.stack([np.sin(course_rad), np.cos(course_rad)], axis=1)


# known flights


def test_a_straight_leg_gives_a_velocity_far_better_than_the_tracker_s_and_says_how_good() -> None:
    errors, believed, tracker = [], [], []
    for seed in range(16):
        # Straight, as the mode has it: course and speed diffuse a little.
        steps = np.sqrt(COURSE_DIFFUSION[STRAIGHT] * PERIOD_S) * default_rng([seed, 1]).normal(size=(2, 100))
        course, speed = 0.4 + np.cumsum(steps[0]), 28.0 * np.exp(np.cumsum(steps[1]))
        velocities = towards(course, speed[:, None])
        found = follow(flown(velocities), seed)
        last, truth = found.motions[-1], velocities[-1]
        assert last.weight[0, STRAIGHT] > 0.6
        error = last.state[0, STRAIGHT, 2:] - truth
        errors.append(error @ error)
        believed.append(error @ np.linalg.solve(last.covariance[0, STRAIGHT, 2:, 2:], error) / 2)
        own = found.tracker[-1, 3:5] - truth
        tracker.append(own @ own)
    assert np.mean(errors) < 0.1 * np.mean(tracker)
    # 1 in the mean for what flies straight only; the other modes make it more modest than that.
    assert 0.3 < np.mean(believed) < 1.5


def test_a_turn_is_taken_for_one_and_the_new_leg_is_flown_on_soon() -> None:
    course = np.concatenate([np.zeros(60), np.linspace(0.0, 1.5, 6), np.full(40, 1.5)])
    motions = follow(flown(towards(course))).motions

    straight = np.array([one.weight[0, STRAIGHT] for one in motions])
    assert straight[59] > 0.6
    assert straight[64:72].min() < 0.1
    assert straight[-1] > 0.5
    # The old leg is forgotten.
    np.testing.assert_allclose(motions[-1].state[0, STRAIGHT, 2:], towards(np.array([1.5]))[0], atol=2.0)


def test_what_weaves_is_not_taken_for_straight() -> None:
    turns = np.sqrt(MODES[WEAVING].course_diffusion_rad2ps * PERIOD_S) * default_rng(3).normal(size=150)
    motions = follow(flown(towards(np.cumsum(turns), 20.0))).motions

    weights = np.mean([one.weight[0] for one in motions[50:]], axis=0)
    assert weights[WEAVING] + weights[TURNING] > 0.5


def test_what_stops_stands_still_and_what_leaves_flies() -> None:
    speed = np.concatenate([np.full(40, 12.0), np.zeros(60), np.full(40, 12.0)])
    motions = follow(flown(speed[:, None] * np.array([0.6, 0.8]))).motions

    still = np.array([one.weight[0, STILL] for one in motions])
    assert still[39] < 0.05
    assert still[99] > 0.6
    assert still[-1] < 0.05


def test_a_track_that_nothing_sees_is_no_evidence_for_a_straight_leg() -> None:
    found = follow(flown(towards(np.full(120, 0.4))), unseen_after=60)
    lost = found.motions[60:]

    sigma = [float(one.covariance[0, STRAIGHT, 2, 2]) for one in lost]
    assert sigma[-1] > sigma[0]
    assert lost[-1].weight[0, STRAIGHT] < lost[0].weight[0, STRAIGHT]


def test_a_track_that_jumps_begins_anew() -> None:
    places = flown(towards(np.full(80, 0.4)))
    places[60:] += 8000.0
    motions = follow(places).motions

    assert np.linalg.norm(motions[-1].state[0, STRAIGHT, :2] - places[-1]) < 300.0


def test_weights_sum_to_one_and_covariances_are_some() -> None:
    for one in follow(flown(towards(np.linspace(0.0, 9.0, 120)))).motions:
        assert one.weight.sum() == pytest.approx(1.0)
        assert np.linalg.eigvalsh(one.covariance).min() > 0.0


# a readable twin


class Twin:
    """The same in matrices: what is new by subtracting information, an IMM over the modes."""

    def __init__(self, weight: FloatArray, state: FloatArray, covariance: FloatArray) -> None:
        self.weight, self.state, self.covariance = weight, state, covariance

    def at(
        self, elapsed_s: float, now: tuple[FloatArray, FloatArray], then: tuple[FloatArray, FloatArray]
    ) -> Twin:
        change = _changes(elapsed_s)
        joint = self.weight[:, None] * change
        weight = joint.sum(axis=0)
        states, covariances, logs = [], [], np.log(weight)
        place, information = _news(now, then, elapsed_s)
        for n in range(len(MODES)):
            share = joint[:, n] / weight[n]
            share = np.where(share < 0.02, 0.0, share)
            share /= share.sum()
            mean = share @ self.state
            away = self.state - mean
            spread = np.einsum("m,mab->ab", share, self.covariance + away[:, :, None] * away[:, None, :])
            mean, spread = _advanced(n, mean, spread, elapsed_s)
            look = np.eye(2, 4)
            kept = np.linalg.inv(spread) + look.T @ information @ look
            after = np.linalg.inv(kept)
            off = place - mean[:2]
            mean_after = mean + after @ look.T @ information @ off
            assert np.linalg.eigvalsh(information).min() > 0.0
            joint_covariance = spread[:2, :2] + np.linalg.inv(information)
            logs[n] += -0.5 * (
                off @ np.linalg.solve(joint_covariance, off) + np.log(np.linalg.det(joint_covariance))
            )
            states.append(mean_after)
            covariances.append(after)
        new = np.exp(logs - logs.max())
        return Twin(new / new.sum(), np.array(states), np.array(covariances))


def _changes(elapsed_s: float) -> FloatArray:
    left = 1.0 - np.exp(-elapsed_s / HOLD_S)
    change = left[:, None] * TAKEN_UP[None, :] / (1.0 - TAKEN_UP)[:, None]
    change[np.diag_indices(len(MODES))] = 1.0 - left
    return change


def _block(elapsed_s: float) -> FloatArray:
    t = elapsed_s
    return np.kron(np.array([[t**3 / 3, t**2 / 2], [t**2 / 2, t]]), np.eye(2))


def _news(
    now: tuple[FloatArray, FloatArray], then: tuple[FloatArray, FloatArray], elapsed_s: float
) -> tuple[FloatArray, FloatArray]:
    """Place (2,) and information (2, 2) that the tracker's state now holds beyond that of then."""
    move = np.eye(4) + elapsed_s * np.eye(4, k=2)
    before = (move @ then[0])[:2]
    predicted = (move @ then[1] @ move.T + DENSITY * _block(elapsed_s))[:2, :2]
    known = np.linalg.inv(now[1][:2, :2])
    information = known - np.linalg.inv(predicted)
    return np.linalg.solve(information, known @ now[0][:2] - np.linalg.solve(predicted, before)), information


def _advanced(
    mode: int, mean: FloatArray, spread: FloatArray, elapsed_s: float
) -> tuple[FloatArray, FloatArray]:
    if mode == STILL:
        keeps = np.exp(-STILL_DAMPING_PER_S * elapsed_s)
        move = np.diag([1.0, 1.0, keeps, keeps]) + (1.0 - keeps) / STILL_DAMPING_PER_S * np.eye(4, k=2)
        noise = np.diag([0.0, 0.0, 1.0, 1.0]) * STILL_SPEED_MPS**2 * (1.0 - keeps**2)
        return move @ mean, move @ spread @ move.T + noise
    move = np.eye(4) + elapsed_s * np.eye(4, k=2)
    speed = max(float(np.hypot(*mean[2:])), LEAST_SPEED_MPS)
    return move @ mean, move @ spread @ move.T + COURSE_DIFFUSION[mode] * speed**2 * _block(elapsed_s)


def test_modes_agree_with_the_twin_step_by_step() -> None:
    course = np.concatenate([np.zeros(25), np.linspace(0.0, 1.0, 6), np.full(20, 1.0)])
    found = follow(flown(towards(course)))
    plane = np.array([0, 1, 3, 4])

    def tracker(k: int) -> tuple[FloatArray, FloatArray]:
        return found.tracker[k, plane], found.tracker_covariance[k][np.ix_(plane, plane)]

    first, step = 6, 3  # looks of 4 s: a state is taken every third
    assert step == np.ceil(TAKEN_EVERY_S / PERIOD_S)
    one = found.motions[first]
    twin = Twin(one.weight[0], one.state[0], one.covariance[0])
    for k in range(first, len(found.motions) - step, step):
        for ahead in range(1, step + 1):
            later = twin.at(ahead * PERIOD_S, tracker(k + ahead), tracker(k))
            motion = found.motions[k + ahead]
            np.testing.assert_allclose(motion.weight[0], later.weight, rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(motion.state[0], later.state, rtol=1e-6, atol=1e-4)
            np.testing.assert_allclose(motion.covariance[0], later.covariance, rtol=1e-5, atol=1e-5)
        twin = later


def test_a_new_track_starts_from_the_tracker_s_state() -> None:
    tracks = make_tracks([(100.0, 200.0, 500.0, 20.0, -5.0, 0.0)], [np.diag([9.0, 9.0, 9.0, 4.0, 4.0, 1.0])])
    memory = Memory(1, 1)
    rows, _ = memory.rows(START_NS, tracks.track_id)
    motion = MotionModes(make_site()).follow(START_NS, tracks, np.array([NEVER_NS]), memory, rows)

    np.testing.assert_array_equal(motion.state[0, STRAIGHT], [100.0, 200.0, 20.0, -5.0])
    np.testing.assert_array_equal(np.diag(motion.covariance[0, STRAIGHT]), [9.0, 9.0, 4.0, 4.0])
    assert motion.weight[0, STILL] < 0.01
