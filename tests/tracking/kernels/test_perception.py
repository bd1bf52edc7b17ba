"""Whether a sensor can perceive a track, and how probably a look finds it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tracking import twin_scan
from tests.tracking.made import SECOND_NS, START_NS, random_track, sensor_model, store_of, works_of
from tests.tracking.plain import plain
from tests.tracking.twin_motion import Bernoulli, single

from tocsin.tracking.kernels.layout import GATE_PROBABILITY, MODES, SUPPORT_SECONDS, Record
from tocsin.units import FloatArray

module = plain("perception")
seeds = st.integers(0, 2**31)
few = settings(max_examples=40)


def perceived(track: Bernoulli, sensor: Record) -> tuple[bool, FloatArray]:
    """Whether the sensor may find the track, and Pd of each of its modes."""
    store = store_of([track], START_NS)
    found = module.perceive(store.tracks[0], sensor, works_of()[0])
    return bool(found), store.tracks[0].pd[: len(track.modes)].copy()


@pytest.mark.parametrize("limits", [{}, {"min_range_rate_mps": 8.0}, {"propagation_speed_mps": 340.0}])
@few
@given(seeds, st.sampled_from([1, MODES]))
def test_every_mode_is_found_as_probably_as_its_motion_allows(
    limits: dict[str, Any], seed: int, modes: int
) -> None:
    rng = np.random.default_rng(seed)
    sensor = sensor_model(seed, min_range_m=500.0, max_elevation_rad=0.9, **limits)
    state = np.array([*sensor.position, 0.0, 0.0, 0.0]) + rng.normal(0.0, [4000.0] * 3 + [15.0] * 3)
    track = random_track(rng, state, modes)
    expected = twin_scan.perceived(track, sensor)
    found, pd = perceived(track, sensor)
    np.testing.assert_allclose(pd, expected, rtol=1e-7, atol=1e-8)
    assert found == (expected > 0.0).any()


def test_a_mode_that_stands_still_is_hidden_from_a_radar_that_sees_only_what_moves() -> None:
    rng, place = np.random.default_rng(1), np.array([0.0, 3000.0, 300.0])
    track = random_track(rng, np.concatenate([place, np.zeros(3)]), MODES, speed_mps=0.5)
    modes = list(track.modes)
    modes[0].state[3:], modes[4].state[3:] = (0.0, -30.0, 0.0), (0.0, 0.0, 0.0)
    _, pd = perceived(track, sensor_model(min_range_rate_mps=8.0))
    assert pd[0] > 0.9 * GATE_PROBABILITY
    assert pd[4] < 1e-6


def test_beyond_the_coverage_nothing_is_found() -> None:
    known = np.diag([100.0] * 3 + [1.0] * 3)
    found, pd = perceived(single(0.9, np.array([30_000.0, 0, 0, 0, 0, 0]), known), sensor_model())
    assert not found and not pd.any()


@pytest.mark.parametrize(("range_m", "speed_mps", "may"), [
    (19_000.0, 0.0, True), (21_000.0, 0.0, False), (21_000.0, -150.0, True), (20_050.0, 0.0, True),
    (60_000.0, 0.0, False),
])  # fmt: skip
def test_a_track_is_looked_at_where_it_may_have_come_into_the_coverage(
    range_m: float, speed_mps: float, may: bool
) -> None:
    track = single(0.9, np.array([range_m, 0, 0, speed_mps, 0, 0]), np.diag([100.0] * 3 + [1.0] * 3))
    store = store_of([track], START_NS)
    assert module.may_see(store.tracks[0], sensor_model(), START_NS + 10 * SECOND_NS) is may


def test_visibility_drifts_back_to_what_is_usual_and_support_fades() -> None:
    store, sensor = store_of([random_track(np.random.default_rng(2), np.zeros(6))], START_NS), sensor_model()
    sensor.visible_prior, sensor.visible_hold_s = 0.3, 60.0
    seen = store.perception[0, 0]
    seen.visible, seen.support = 1.0, 4.0
    module.refresh(store.tracks[0], seen, sensor, START_NS + 60 * SECOND_NS)
    assert seen.visible == pytest.approx(0.3 + 0.7 * math.exp(-1.0))
    assert seen.support == pytest.approx(4.0 * math.exp(-60.0 / SUPPORT_SECONDS))
    module.refresh(store.tracks[0], seen, sensor, START_NS + 30 * SECOND_NS)
    assert seen.touched_ns == START_NS + 60 * SECOND_NS
    module.refresh(store.tracks[0], seen, sensor, START_NS + 6000 * SECOND_NS)
    assert seen.visible == pytest.approx(0.3)


def test_what_reports_itself_is_due_a_little_after_its_period() -> None:
    store, sensor = store_of([random_track(np.random.default_rng(3), np.zeros(6))], START_NS), sensor_model()
    sensor.reports_every_s = 2.0
    due = [module.is_due(store.perception[0, 0], sensor, START_NS + k * SECOND_NS // 2) for k in range(8)]
    assert due == [False] * 5 + [True] * 3
