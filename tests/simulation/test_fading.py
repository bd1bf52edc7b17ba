import numpy as np
import pytest

from tocsin.simulation.fading import visible


def test_the_long_run_share_and_the_mean_runs_are_as_given():
    time_s = np.arange(0.0, 400_000.0, 0.5)
    seen = visible(np.random.default_rng(1), time_s, 40.0, 10.0)
    changes = np.flatnonzero(np.diff(seen))
    runs_s = 0.5 * np.diff(changes)
    visible_runs, hidden_runs = runs_s[~seen[changes[:-1]]], runs_s[seen[changes[:-1]]]
    count = len(visible_runs)
    assert count > 7000
    assert seen.mean() == pytest.approx(0.8, abs=0.01)
    # An exponential run's spread is its mean; runs of less than half a second fall between the looks.
    assert visible_runs.mean() == pytest.approx(40.0, abs=4 * 40 / np.sqrt(count) + 2.0)
    assert hidden_runs.mean() == pytest.approx(10.0, abs=4 * 10 / np.sqrt(count) + 0.5)


def test_the_first_look_is_visible_with_the_long_run_share():
    time_s = np.array([100.0, 101.0])
    first = [visible(np.random.default_rng(seed), time_s, 15.0, 45.0)[0] for seed in range(2000)]
    assert np.mean(first) == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 2000))


def test_detections_are_missing_in_runs_and_not_one_by_one():
    time_s = np.arange(0.0, 50_000.0, 2.0)
    seen = visible(np.random.default_rng(1), time_s, 60.0, 20.0)
    again = np.mean(seen[1:][~seen[:-1]])
    assert again == pytest.approx(1 - np.exp(-2.0 / 20.0), abs=0.03)


def test_no_looks_are_no_trouble():
    assert visible(np.random.default_rng(1), np.zeros(0), 1.0, 1.0).shape == (0,)
