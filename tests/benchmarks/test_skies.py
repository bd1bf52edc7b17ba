from __future__ import annotations

import itertools

import numpy as np
import pytest
from benchmarks.oracle import bound_covariances, gradients, oracle_estimates
from benchmarks.runs import mean_gospa
from benchmarks.skies import DENSE_CELL_M, Plan, make_sky, polar


def test_the_same_seed_gives_the_same_sky():
    first, again = (make_sky(Plan(30), 5, seed=3) for _ in range(2))
    other = make_sky(Plan(30), 5, seed=4)
    assert all((a.plots == b.plots).all() for a, b in zip(first.turns, again.turns, strict=True))
    assert first.turns[0].states[0, 0] != other.turns[0].states[0, 0]


@pytest.mark.parametrize("is_flat", [True, False])
def test_a_sky_is_as_its_plan_says(is_flat):
    plan = Plan(200, DENSE_CELL_M, is_flat=is_flat, detection_probability=0.7, false_per_object=2.0)
    turns = make_sky(plan, 60, seed=1).turns
    living = np.mean([len(turn.objects) for turn in turns])
    seen = np.mean([(turn.source >= 0).sum() / len(turn.objects) for turn in turns])
    false = np.mean([(turn.source < 0).sum() for turn in turns])
    # Who goes is replaced within five seconds or so.
    assert living == pytest.approx(200 * (1 - 5 / plan.stay_s), rel=0.02)
    assert seen == pytest.approx(0.7, abs=0.02)
    assert false == pytest.approx(400, rel=0.02)


def test_objects_stay_for_as_long_as_the_site_is_told():
    plan = Plan(100, 1000.0)  # so small a square that more leave than die
    assert plan.stay_s < plan.lifetime_s / 2
    turns = make_sky(plan, 600, seed=1).turns
    went = sum(len(np.setdiff1d(a.objects, b.objects)) for a, b in itertools.pairwise(turns))
    there = sum(len(turn.objects) for turn in turns[:-1])
    assert there / went == pytest.approx(plan.stay_s, rel=0.05)


def test_nobody_comes_or_goes_where_all_are_immortal():
    turns = make_sky(Plan(20, is_immortal=True), 50, seed=1).turns
    assert all((turn.objects == np.arange(20)).all() for turn in turns)


@pytest.mark.parametrize("axes", [2, 3])
def test_gradients_are_those_of_what_the_radar_measures(axes):
    position = np.array([[3000.0, -4000.0, 900.0][:axes]])
    step = 0.01
    for axis in range(axes):
        ahead = position + step * np.eye(axes)[axis]
        behind = position - step * np.eye(axes)[axis]
        slope = (polar(ahead) - polar(behind))[0] / (2 * step)
        assert gradients(position)[0, :, axis] == pytest.approx(slope, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("is_flat", [True, False])
def test_the_oracle_errs_as_the_bound_says(is_flat):
    sky = make_sky(Plan(200, is_flat=is_flat, is_immortal=True, detection_probability=0.8), 60, seed=2)
    axes = sky.plan.axes
    nees = []
    for turn, found, (is_seen, bound) in zip(
        sky.turns, oracle_estimates(sky), bound_covariances(sky), strict=True
    ):
        error = found - turn.positions[is_seen]
        weighed = np.linalg.solve(bound[is_seen, :axes, :axes], error[:, :, None])[:, :, 0]
        nees.append((error * weighed).sum(axis=1) / axes)
    assert np.concatenate(nees).mean() == pytest.approx(1.0, abs=0.04)


def test_an_oracle_with_perfect_detection_misses_nobody():
    plan = Plan(10, DENSE_CELL_M, detection_probability=1.0)
    sky = make_sky(plan, 30, seed=1)
    for turn, found in zip(sky.turns, oracle_estimates(sky), strict=True):
        assert found.shape == turn.positions.shape
        assert np.abs(found - turn.positions).max() < 150.0
    assert mean_gospa(sky, oracle_estimates(sky)) < 60.0
