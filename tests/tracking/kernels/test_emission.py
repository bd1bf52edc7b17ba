"""What sensors of one medium share of whether they perceive a track, against all that may be the case."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tracking.made import SECOND_NS, START_NS, random_track, sensor_model, store_of
from tests.tracking.plain import plain

from tocsin.tracking.kernels.layout import NOT_KNOWN, RADIO, SOUND, Record, Store
from tocsin.units import FloatArray

emission, perception, update = plain("emission"), plain("perception"), plain("update")
seeds = st.integers(0, 2**31)
SENSORS, EMITS, CLEAR, PD = 3, 0.6, np.array([0.9, 0.7, 0.5]), 0.8


def sensors() -> list[Record]:
    """Direction finders of one site, which receive the same."""
    made = [sensor_model(number=k, visible_prior=EMITS * CLEAR[k]) for k in range(SENSORS)]
    for sensor in made:
        sensor.medium, sensor.emits_prior, sensor.visible_hold_s = RADIO, EMITS, 1e12
    return made


def unknown() -> Store:
    """One sure track, of which no direction finder has said anything."""
    store = store_of([random_track(np.random.default_rng(1), np.zeros(6))], START_NS, sensors=SENSORS)
    store.tracks[0].existence, store.tracks[0].modes, store.tracks[0].pd[0] = 1.0, 1, PD
    store.tracks[0].mode[0].probability = 1.0
    store.tracks.emits, store.perception.clear = NOT_KNOWN, NOT_KNOWN
    return store


class Enumerated:
    """The probabilities of every combination of emitting and of each sensor being in the clear."""

    def __init__(self) -> None:
        self.cases = list(itertools.product([False, True], repeat=1 + SENSORS))
        self.weight = np.array([self._prior(case) for case in self.cases])

    @staticmethod
    def _prior(case: tuple[bool, ...]) -> float:
        clear = (CLEAR[k] if case[1 + k] else 1.0 - CLEAR[k] for k in range(SENSORS))
        return float((EMITS if case[0] else 1.0 - EMITS) * math.prod(clear))

    def perceives(self, k: int) -> FloatArray:
        return np.array([case[0] and case[1 + k] for case in self.cases], dtype=float)

    def take(self, k: int, visible: float, hidden: float) -> None:
        """Something with these likelihoods where sensor k perceives the track, and where it doesn't."""
        seen = self.perceives(k)
        self.weight *= seen * visible + (1.0 - seen) * hidden
        self.weight /= self.weight.sum()

    @property
    def emits(self) -> float:
        return float(self.weight @ [case[0] for case in self.cases])

    def visible(self, k: int) -> float:
        return float(self.weight @ self.perceives(k))


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_looks_are_bayes_over_what_is_emitted_and_what_each_sensor_receives(seed: int) -> None:
    rng, store, true, all_sensors = np.random.default_rng(seed), unknown(), Enumerated(), sensors()
    track = store.tracks[0]
    for k, is_hit in zip(rng.integers(0, SENSORS, 8), rng.random(8) < 0.3, strict=True):
        seen = store.perception[0, k]
        perception.refresh(track, seen, all_sensors[k], START_NS)
        assert seen.visible == pytest.approx(true.visible(k), abs=1e-9)
        update.note_look(track, track, seen, float(is_hit), all_sensors[k], START_NS)
        true.take(k, PD, 0.0) if is_hit else true.take(k, 1.0 - PD, 1.0)
        assert track.emits[RADIO] == pytest.approx(true.emits, abs=1e-9)
        assert seen.visible == pytest.approx(true.visible(k), abs=1e-9)
    assert track.emits[SOUND] == NOT_KNOWN


def test_reports_of_one_time_are_taken_one_after_the_other() -> None:
    store, true, all_sensors = unknown(), Enumerated(), sensors()
    track, ratios = store.tracks[0], (0.2, 30.0, 0.4)
    for k in range(SENSORS):
        perception.refresh(track, store.perception[0, k], all_sensors[k], START_NS)
    for k, ratio in enumerate(ratios):
        seen = store.perception[0, k]
        alone = seen.visible * ratio / (1.0 - seen.visible + seen.visible * ratio)
        emission.note_report(track, seen, RADIO, alone)
        true.take(k, ratio, 1.0)
        assert track.emits[RADIO] == pytest.approx(true.emits)
        assert seen.visible == pytest.approx(true.visible(k))


def test_the_silence_of_others_speaks_against_the_next_bearing() -> None:
    store, all_sensors = unknown(), sensors()
    track, last = store.tracks[0], store.perception[0, 2]
    perception.refresh(track, last, all_sensors[2], START_NS)
    before = float(last.visible)
    for k in (0, 1) * 5:
        perception.refresh(track, store.perception[0, k], all_sensors[k], START_NS)
        update.note_look(track, track, store.perception[0, k], 0.0, all_sensors[k], START_NS)
    perception.refresh(track, last, all_sensors[2], START_NS)
    assert last.visible < 0.1 * before
    assert last.clear == pytest.approx(CLEAR[2])


def test_both_parts_drift_back_to_what_is_usual() -> None:
    store, sensor = unknown(), sensors()[0]
    track, seen, sensor.visible_hold_s = store.tracks[0], store.perception[0, 0], 60.0
    emission.surely_emits(track, seen, RADIO, 1.0)
    track.emits_ns[RADIO] = START_NS
    perception.refresh(track, seen, sensor, START_NS + 60 * SECOND_NS)
    left = math.exp(-1.0)
    assert track.emits[RADIO] == pytest.approx(EMITS + (1.0 - EMITS) * left)
    assert seen.clear == pytest.approx(CLEAR[0] + (1.0 - CLEAR[0]) * left)
    assert seen.visible == pytest.approx(track.emits[RADIO] * seen.clear)
    perception.refresh(track, seen, sensor, START_NS + 6000 * SECOND_NS)
    assert seen.visible == pytest.approx(EMITS * CLEAR[0])
