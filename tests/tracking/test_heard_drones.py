"""Twelve nodes that only hear and what becomes of a drone among them, and of nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.tracking.test_heard_report import CHANCES, RANGES_M, SOUND_MPS, chance_at

from tocsin.tracking.heard import Births, HeardField, Listener, Prior, Tracks
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray

PRIOR = Prior(300.0, 200.0, 25.0, 2.0, 900.0, 1e-12)
NO_TRACKS = Tracks(np.zeros((0, 6)), np.zeros((0, 6, 6)), np.zeros(0), np.zeros((0, 12)))
NO_TRACK = NO_TRACKS._replace(visible=np.zeros((0, 1)))


def listener(place: Any, chances: FloatArray = CHANCES, visible: float = 1.0) -> Listener:
    return Listener(np.array(place, float), RANGES_M, chances, 4000.0, 0.01, SOUND_MPS, visible, 120.0)


def network(seed: int = 0) -> list[Listener]:
    """Twelve nodes, 2.5 km apart or so."""
    shift = np.random.default_rng(seed).uniform(-300.0, 300.0, (12, 2))
    return [listener([2500.0 * (k % 4) + a, 2500.0 * (k // 4) + b, 0.0]) for k, (a, b) in enumerate(shift)]


def sky(listeners: list[Listener], seconds: int, seed: int, *flights: tuple[Any, Any]) -> list[Any]:
    """What each node says each second of flights (start, velocity)."""
    rng, silent = np.random.default_rng(seed), np.full((seconds, len(listeners)), 0.99)
    for start, velocity in flights:
        places = np.array(start, float) + np.arange(seconds)[:, None] * np.array(velocity, float)
        for i, one in enumerate(listeners):
            silent[:, i] *= 1 - chance_at(places, np.array(velocity, float), one.position_m)
    return list(rng.random(silent.shape) > silent)


def follow(field: HeardField, said: list[Any], start_s: int = 1000) -> tuple[list[Births], list[Tracks]]:
    """A bare tracker: births are predicted at constant velocity and updated; nothing is ever dropped."""
    every, now = np.arange(12), NO_TRACKS
    step = np.eye(6) + np.diag([1.0] * 3, 3)
    noise = np.diag([0.1, 0.1, 0.001, 0.3, 0.3, 0.002])
    births, tracks = [], []
    for second, heard in enumerate(said):
        covariance = np.array([step @ p @ step.T + noise for p in now.covariance]).reshape(-1, 6, 6)
        now = now._replace(state=now.state @ step.T, covariance=covariance)
        outcome = field.hear((start_s + second) * NANOSECONDS_PER_SECOND, every, heard, now)
        now, born = outcome.tracks, outcome.births
        if len(born.existence):
            births.append(born)
            now = Tracks(*(np.concatenate(pair) for pair in zip(now, born[:4], strict=True)))
        tracks.append(now)
    return births, tracks


def test_a_passing_drone_is_placed_once_and_within_500_m_after_a_minute() -> None:
    start, velocity = np.array([-6000.0, 1500.0, 300.0]), np.array([44.0, 9.0, 0.0])
    entered_s = 135
    errors = []
    for seed in range(3):
        listeners = network(seed)
        births, tracks = follow(HeardField(listeners, PRIOR), sky(listeners, 200, seed, (start, velocity)))
        assert [len(one.existence) for one in births] == [1]
        born = births[0]
        assert np.linalg.eigvalsh(born.covariance[0])[0] > 0.0
        assert 0.8 <= born.existence[0] <= 0.99
        assert born.state[0, 2] == pytest.approx(300.0, abs=10.0)
        assert (born.support[0] >= 0.5).sum() >= 2
        assert tracks[-1].existence[0] > 0.95
        place = (start + (entered_s + 60) * velocity)[:2]
        errors.append(np.linalg.norm(tracks[entered_s + 60].state[0, :2] - place))
    assert np.median(errors) < 500.0


def test_two_drones_at_once_are_two() -> None:
    listeners = network()
    flights = [([-5000.0, 0.0, 300.0], [45.0, 0.0, 0.0]), ([12_500.0, 5000.0, 300.0], [-45.0, 0.0, 0.0])]
    births, tracks = follow(HeardField(listeners, PRIOR), sky(listeners, 150, 1, *flights))
    assert sum(len(one.existence) for one in births) == 2
    places = np.array([np.array(start[:2]) + 149 * np.array(speed[:2]) for start, speed in flights])
    order = np.argsort(tracks[-1].state[:, 0])
    assert (
        np.linalg.norm(tracks[-1].state[order, :2] - places[np.argsort(places[:, 0])], axis=1).max() < 1000.0
    )


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_born_when_nothing_flies(seed: int) -> None:
    listeners = network(seed)
    births, _ = follow(HeardField(listeners, PRIOR), sky(listeners, 900, seed))
    assert births == []


def test_what_a_known_track_explains_is_no_new_object() -> None:
    listeners, flight = network(), ([-5000.0, 2500.0, 300.0], [45.0, 0.0, 0.0])
    field, visible = HeardField(listeners, PRIOR), np.full((1, 12), 0.9)
    covariance = np.diag([50.0**2] * 3 + [25.0] * 2 + [1.0])[None]
    for second, heard in enumerate(sky(listeners, 200, 2, flight)):
        state = np.concatenate([np.array(flight[0]) + second * np.array(flight[1]), flight[1]])[None]
        known = Tracks(state, covariance, np.array([0.98]), visible)
        outcome = field.hear((1000 + second) * NANOSECONDS_PER_SECOND, np.arange(12), heard, known)
        assert len(outcome.births.existence) == 0
        visible = outcome.tracks.visible


def test_what_one_node_alone_hears_is_placed_nowhere() -> None:
    said = np.zeros((240, 12), bool)
    said[20:140, 0] = np.arange(120) % 10 > 0
    births, _ = follow(HeardField(network(), PRIOR), list(said))
    assert births == []


def test_nodes_that_report_each_at_its_own_time_place_a_drone_as_well() -> None:
    listeners, flight = network(), ([-4000.0, 2000.0, 300.0], [45.0, 5.0, 0.0])
    field, born = HeardField(listeners, PRIOR), []
    for second, heard in enumerate(sky(listeners, 90, 6, flight)):
        for i in range(12):
            time_ns = (1000 + second) * NANOSECONDS_PER_SECOND + i * 50_000_000
            outcome = field.hear(time_ns, [i], heard[i : i + 1], NO_TRACK)
            born += [(second, state) for state in outcome.births.state]
    second, state = born[0]
    place = np.array(flight[0][:2]) + second * np.array(flight[1][:2])
    assert np.linalg.norm(state[:2] - place) < 2000.0


def test_silence_empties_what_nodes_hear_and_leaves_the_rest() -> None:
    field = HeardField(network(), PRIOR)
    before = field.checkpoint()[0][0].sum(axis=0)
    follow(field, [np.zeros(12, bool)] * 120)
    left = field.checkpoint()[0][0].sum(axis=0) / before
    away_m = np.linalg.norm(field._lattice.centre[:, None] - field._nodes["position"][:, :2], axis=2).min(
        axis=1
    )
    assert left[away_m < 1500.0].max() < 0.05
    assert left[away_m > 4500.0].min() > 0.5
    assert left.max() <= 1.0 + 1e-12
