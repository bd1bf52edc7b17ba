"""How tracks move and change between modes, against matrices and their exponentials."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tracking import twin_motion
from tests.tracking.made import (
    AGILE,
    SECOND_NS,
    START_NS,
    STRAIGHT,
    random_covariance,
    random_track,
    sensor_model,
    store_of,
    tracks_in,
    works_of,
)
from tests.tracking.plain import plain
from tests.tracking.twin_motion import Bernoulli, Mode, merge

from tocsin.tracking.kernels.layout import (
    CRUISE,
    HOVER,
    MANOEUVRE,
    MODES,
    STEADY,
    TURN_LEFT,
    TURN_RIGHT,
    Record,
)
from tocsin.units import FloatArray

motion = plain("motion")
seeds, steps = st.integers(0, 2**31), st.floats(1e-3, 30.0)
few = settings(max_examples=25)
every_mode = pytest.mark.parametrize("mode", range(MODES))


def drawn(seed: int, modes: int = MODES) -> Bernoulli:
    rng = np.random.default_rng(seed)
    state = rng.normal(0.0, [2000.0] * 3 + [20.0] * 3)
    return random_track(rng, state, modes, position_m=100.0, speed_mps=10.0)


def worked_out(dt_s: float, model: Record = AGILE) -> Record:
    work = works_of()[0]
    motion.work_out(work, model, dt_s)
    return work


def advanced(start: Mode, m: int, *dts_s: float) -> Mode:
    """A mode after steps of time in which it does not change."""
    store = store_of([Bernoulli(1.0, (start,))], START_NS)
    for dt_s in dts_s:
        motion.advance(store.tracks[0].mode[0], worked_out(dt_s), m)
    return tracks_in(store)[0].modes[0]


def predicted(track: Bernoulli, dt_s: float, model: Record = AGILE) -> tuple[Bernoulli, Record]:
    """A track at another time as its modes have it, and its own row."""
    store = store_of([track], START_NS)
    motion.predict(store.tracks[0], START_NS + round(dt_s * 1e9), model, works_of()[0])
    return tracks_in(store)[0], store.tracks[0]


def assert_alike(
    first: tuple[FloatArray, FloatArray], second: tuple[FloatArray, FloatArray], tolerance: float = 1e-10
) -> None:
    """Means and covariances are the same, beside what the second is uncertain by."""
    scale = np.sqrt(np.diag(second[1]))
    np.testing.assert_allclose((first[0] - second[0]) / scale, 0.0, atol=tolerance)
    np.testing.assert_allclose((first[1] - second[1]) / np.outer(scale, scale), 0.0, atol=tolerance)


def moments(mode: Mode) -> tuple[FloatArray, FloatArray]:
    return mode.state, mode.covariance


@every_mode
@few
@given(seeds, steps)
def test_a_mode_moves_by_f_and_grows_by_q(mode: int, seed: int, dt_s: float) -> None:
    start = drawn(seed).modes[0]
    expected = twin_motion.advance(start, AGILE, mode, dt_s)
    assert_alike(moments(advanced(start, mode, dt_s)), moments(expected), 1e-9)


@pytest.mark.parametrize("mode", [CRUISE, MANOEUVRE, HOVER])
@few
@given(seeds, steps, steps)
def test_two_steps_are_one(mode: int, seed: int, first_s: float, second_s: float) -> None:
    start = drawn(seed).modes[0]
    at_once = moments(advanced(start, mode, first_s + second_s))
    assert_alike(moments(advanced(start, mode, first_s, second_s)), at_once)


@pytest.mark.parametrize("mode", [TURN_LEFT, TURN_RIGHT])
@few
@given(seeds, st.floats(0.01, 5.0), st.floats(0.01, 5.0))
def test_two_steps_of_a_turn_are_one_but_for_a_little_noise(
    mode: int, seed: int, first_s: float, second_s: float
) -> None:
    # A turn gets the noise of straight flight, which is not turned within the step.
    known = replace(drawn(seed).modes[0], covariance=np.zeros((6, 6)))
    at_once, by_steps = advanced(known, mode, first_s + second_s), advanced(known, mode, first_s, second_s)
    np.testing.assert_allclose(by_steps.state, at_once.state, rtol=1e-10, atol=1e-8)
    scale = np.sqrt(np.diag(at_once.covariance))
    off = np.abs(by_steps.covariance - at_once.covariance) / np.outer(scale, scale)
    assert off.max() < 0.3 * abs(AGILE.turn_radps[mode]) * (first_s + second_s)


@every_mode
@few
@given(seeds, steps)
def test_a_covariance_stays_symmetric_and_positive_definite(mode: int, seed: int, dt_s: float) -> None:
    covariance = advanced(drawn(seed).modes[0], mode, dt_s).covariance
    np.testing.assert_array_equal(covariance, covariance.T)
    np.linalg.cholesky(covariance)


def flying_north(m: int, seconds: float) -> FloatArray:
    start = Mode(1.0, np.array([0.0, 0.0, 500.0, 0.0, 30.0, 2.0]), np.eye(6))
    return advanced(start, m, seconds).state


def test_turns_go_to_their_side_around_a_circle_at_the_same_speed() -> None:
    left, right = flying_north(TURN_LEFT, 10.0), flying_north(TURN_RIGHT, 10.0)
    assert left[0] < -100.0 and right[0] > 100.0
    for state in (left, right):
        assert math.hypot(state[3], state[4]) == pytest.approx(30.0)
        assert (state[2], state[5]) == pytest.approx((520.0, 2.0))
    # 0.1 rad/s at 30 m/s: a radius of 300 m, and half of the circle after 31.4 s.
    np.testing.assert_allclose(flying_north(TURN_LEFT, 10.0 * math.pi)[:2], [-600.0, 0.0], atol=1e-9)


def test_what_hovers_comes_to_rest_and_what_does_not_goes_on() -> None:
    hovering = flying_north(HOVER, 60.0)
    np.testing.assert_allclose(hovering[3:], 0.0, atol=1e-3)
    # 30 m/s that fade at 0.2 a second carry it 150 m.
    np.testing.assert_allclose(hovering[:3], [0.0, 150.0, 510.0], atol=1e-2)
    np.testing.assert_allclose(flying_north(CRUISE, 60.0), [0.0, 1800.0, 620.0, 0.0, 30.0, 2.0])
    covariance = advanced(Mode(1.0, hovering, np.eye(6)), HOVER, 1000.0).covariance
    stationary = AGILE.horizontal_density[HOVER] / (2.0 * AGILE.damping_per_s[HOVER])
    assert covariance[3, 3] == pytest.approx(stationary)


@few
@given(steps, steps)
def test_modes_change_as_a_markov_chain_in_continuous_time(first_s: float, second_s: float) -> None:
    change = worked_out(first_s).change
    np.testing.assert_allclose(change, twin_motion.changes(AGILE, first_s), atol=1e-12)
    np.testing.assert_allclose(change.sum(axis=1), 1.0, rtol=1e-12)
    assert (change > 0.0).all()
    by_steps = change @ worked_out(second_s).change
    np.testing.assert_allclose(by_steps, worked_out(first_s + second_s).change, atol=1e-12)


def mixed(track: Bernoulli, dt_s: float) -> Bernoulli:
    store = store_of([track], START_NS)
    motion.mix(store.tracks[0], worked_out(dt_s))
    return tracks_in(store)[0]


@few
@given(seeds, st.floats(0.01, 300.0))
def test_mixing_is_that_of_the_definition_and_keeps_mean_and_covariance(seed: int, dt_s: float) -> None:
    track = drawn(seed)
    after = mixed(track, dt_s)
    assert sum(mode.probability for mode in after.modes) == pytest.approx(1.0, rel=1e-12)
    assert_alike(after.merged, track.merged)
    expected = twin_motion.mix(track, twin_motion.changes(AGILE, dt_s))
    assert after.steady == pytest.approx(expected.steady, rel=1e-9)
    for mode, true in zip(after.modes, expected.modes, strict=True):
        assert mode.probability == pytest.approx(true.probability, rel=1e-10)
        assert_alike(moments(mode), moments(true))
        np.testing.assert_array_equal(mode.covariance, mode.covariance.T)


def test_after_a_long_time_all_modes_know_the_same() -> None:
    track = drawn(3)
    after = mixed(track, 1e4)
    for mode in after.modes:
        assert_alike(moments(mode), track.merged, 1e-9)
    stationary = np.array([mode.probability for mode in after.modes] + [0.0])
    stationary[STEADY] = after.steady * stationary[CRUISE]
    stationary[CRUISE] -= stationary[STEADY]
    np.testing.assert_allclose(stationary @ worked_out(7.0).change, stationary)


def straight_after(steady: float, seconds: float) -> float:
    """How probably a track that flies straight on, so probably steady, still does so."""
    track = replace(drawn(3), steady=steady)
    modes = [replace(mode, probability=float(m == CRUISE)) for m, mode in enumerate(track.modes)]
    return mixed(replace(track, modes=tuple(modes)), seconds).modes[CRUISE].probability


def test_what_is_steady_goes_straight_on_and_what_is_not_soon_does_otherwise() -> None:
    assert 1.0 - straight_after(1.0, 1.0) < 0.1 * (1.0 - straight_after(0.0, 1.0))
    assert straight_after(0.3, 5.0) == pytest.approx(
        0.3 * straight_after(1.0, 5.0) + 0.7 * straight_after(0.0, 5.0)
    )


@pytest.mark.parametrize("modes", [1, MODES])
@few
@given(seeds, steps)
def test_a_prediction_mixes_and_moves_each_mode(modes: int, seed: int, dt_s: float) -> None:
    track, model = drawn(seed, modes), AGILE if modes > 1 else STRAIGHT
    dt_s = round(dt_s * 1e9) * 1e-9
    after, row = predicted(track, dt_s, model)
    expected = twin_motion.predict(track, dt_s, model, sensor_model())
    assert after.existence == pytest.approx(expected.existence, rel=1e-12)
    for mode, true in zip(after.modes, expected.modes, strict=True):
        assert mode.probability == pytest.approx(true.probability, rel=1e-10)
        assert_alike(moments(mode), moments(true), 1e-9)
    assert_alike((row.state, row.covariance), expected.merged)
    assert row.time_ns == START_NS + round(dt_s * 1e9)


def test_a_prediction_to_the_time_it_has_changes_nothing_but_tells_what_all_modes_make() -> None:
    store, track = store_of([drawn(4)], START_NS), drawn(4)
    store.tracks[0].state[:] = store.tracks[0].covariance[:] = math.nan
    for time_ns in (START_NS, START_NS - SECOND_NS):
        motion.predict(store.tracks[0], time_ns, AGILE, works_of()[0])
    row = store.tracks[0]
    assert (row.existence, row.time_ns) == (track.existence, START_NS)
    assert_alike((row.state, row.covariance), track.merged)


def test_a_track_that_flew_straight_on_may_from_now_on_fly_in_any_mode() -> None:
    track = drawn(5, modes=1)
    store = store_of([track], START_NS)
    motion.spread_over_modes(store.tracks[0], AGILE)
    (after,) = tracks_in(store)
    np.testing.assert_allclose([mode.probability for mode in after.modes], AGILE.prior)
    assert after.steady == AGILE.steady
    assert_alike(merge(list(AGILE.prior), after.modes), track.merged)
    assert all(np.array_equal(mode.state, track.modes[0].state) for mode in after.modes)


def test_what_was_worked_out_for_one_step_does_not_serve_another() -> None:
    work = works_of()[0]
    for dt_s in (2.0, 1.0, 1.0, 5.0):
        motion.work_out(work, AGILE, dt_s)
        fresh = worked_out(dt_s)
        for name in (
            "survival",
            "change",
            "along",
            "across",
            "keeps",
            "turns",
            "climb",
            "climb_keeps",
            "noise",
        ):
            np.testing.assert_array_equal(work[name], fresh[name])


def test_little_damping_and_slow_turns_are_none() -> None:
    covariance = random_covariance(np.random.default_rng(1), 30.0, 5.0)
    start = Mode(1.0, np.array([0.0, 0.0, 0.0, 10.0, 20.0, 1.0]), covariance)
    almost = AGILE.copy()
    almost.damping_per_s[HOVER], almost.turn_radps[TURN_LEFT] = 1e-12, 1e-12
    for m in (HOVER, TURN_LEFT):
        store = store_of([Bernoulli(1.0, (start,))], START_NS)
        motion.advance(store.tracks[0].mode[0], worked_out(10.0, almost), m)
        assert_alike(moments(tracks_in(store)[0].modes[0]), moments(advanced(start, CRUISE, 10.0)), 1e-9)
