"""What running teaches of a sensor: only with support, slowly, within bounds; and whether it is healthy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2
from tests.tracking.made import SECOND_NS, START_NS, make_site

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    LOOK,
    RANGE,
    RINGS,
    SECTORS,
    WITNESS,
    Records,
    records,
)
from tocsin.tracking.kernels.learning import WITNESSES
from tocsin.tracking.learning import Consistency, Learning
from tocsin.units import FloatArray

RADAR: dict[str, Any] = {
    "kind": "radar", "period_s": 1.0, "max_range_m": 8000.0, "detection_probability": 0.9,
    "false_detections_per_scan": 2.0,
}  # fmt: skip
NOTHING_FALSE, NOBODY = records(LOOK, 0), records(WITNESS, 0)


def learning_of(*sensors: dict[str, Any]) -> Learning:
    return Learning(make_site(*(sensors or (RADAR,))))


def looked_at(
    tracks: list[int], hits: list[float], range_m: float = 4500.0, expected: float = 0.9
) -> Records:
    """Confirmed tracks that a look should have found."""
    witnesses = records(WITNESS, len(tracks))
    witnesses.name, witnesses.hit, witnesses.range_m, witnesses.expected = tracks, hits, range_m, expected
    return witnesses


def false_at(range_m: FloatArray, azimuth_rad: FloatArray, probability: float = 1.0) -> Records:
    """Detections that no track explains, but with so much probability; NaN: no range."""
    looks = records(LOOK, len(azimuth_rad))
    looks.measured[:, RANGE], looks.measured[:, AZIMUTH] = range_m, azimuth_rad
    looks.mask = np.where(np.isnan(range_m), 1 << AZIMUTH, 1 << RANGE | 1 << AZIMUTH)
    looks.alone = probability
    return looks


def cell_of(range_m: float, azimuth_rad: float) -> tuple[int, int]:
    return int(range_m / 8000.0 * RINGS), int(azimuth_rad / (2 * math.pi) * SECTORS)


def at(second: float) -> int:
    return START_NS + round(second * SECOND_NS)


def watch(learning: Learning, pd: float, looks: int, site_pd: float = 0.9, tracks: int = 5) -> FloatArray:
    """Tracks at 4.5 km that are found so often; what the filter expects follows what is learnt."""
    rng = np.random.default_rng(1)
    names = list(range(1, tracks + 1))
    for k in range(looks):
        expected = site_pd * float(learning.detection_factor[0, 4])
        hits = (rng.random(tracks) < pd).astype(float).tolist()
        learning.learn(0, at(k), looked_at(names, hits, expected=expected), NOTHING_FALSE)
    return np.asarray(learning.detection_factor[0])


@pytest.mark.parametrize(("pd", "site_pd"), [(0.6, 0.9), (0.9, 0.7), (0.8, 0.8)])
def test_detection_probability_is_learnt_where_there_were_looks(pd: float, site_pd: float) -> None:
    learning = learning_of(RADAR | {"detection_probability": site_pd})
    factor = watch(learning, pd, 1500, site_pd)
    assert site_pd * factor[4] == pytest.approx(pd, abs=0.03)
    assert (np.delete(factor, 4) == 1.0).all()


def test_a_short_run_changes_next_to_nothing() -> None:
    learning = learning_of()
    for k in range(10):
        false = false_at(np.full(4, 4500.0), np.full(4, 1.0))
        learning.learn(0, at(k), looked_at([1, 2], [float(k % 2), 1.0]), false)
    assert learning.detection_factor[0] == pytest.approx(1.0, abs=0.04)
    assert np.median(learning.clutter_factor[0]) == pytest.approx(1.0, abs=0.15)


def test_neither_detections_nor_misses_become_too_rare() -> None:
    blind, perfect = learning_of(), learning_of()
    assert watch(blind, 0.02, 3000)[4] == pytest.approx(0.3)
    assert 0.9 * watch(perfect, 1.0, 3000)[4] == pytest.approx(1.0 - 0.3 * 0.1)


def test_misses_after_an_objects_end_do_not_count() -> None:
    ended, watched = learning_of(), learning_of()
    for learning, misses in ((ended, 40), (watched, 0)):
        watch(learning, 0.9, 200)
        for k in range(misses):
            learning.learn(0, at(200 + k), looked_at([1, 2, 3, 4, 5], [0.0] * 5), NOTHING_FALSE)
        for second in (300, 310):  # somebody else takes the place of the witness
            learning.learn(0, at(second), looked_at([9], [1.0]), NOTHING_FALSE)
    assert ended.detection_factor[0, 4] == pytest.approx(watched.detection_factor[0, 4], rel=1e-3)


def test_another_sensor_proves_that_an_object_was_there_and_missed() -> None:
    alone, together = learning_of(RADAR, RADAR), learning_of(RADAR, RADAR)
    for learning in (alone, together):
        learning.learn(0, at(0), looked_at([1], [1.0]), NOTHING_FALSE)
        for k in range(1, 300):
            learning.learn(0, at(k), looked_at([1], [0.0]), NOTHING_FALSE)
            if learning is together:
                learning.learn(1, at(k + 0.5), looked_at([1], [1.0]), NOTHING_FALSE)
    assert together.detection_factor[0, 4] < 0.6
    assert together.detection_factor[1, 4] > 1.0
    assert alone.detection_factor[0, 4] == 1.0


def test_that_only_survivors_are_asked_hardly_matters() -> None:
    """Tracks that are dropped after six misses in a row and then are somebody new."""
    rng, learning = np.random.default_rng(4), learning_of(RADAR | {"detection_probability": 0.5})
    names, missed, fresh = list(range(1, 11)), [0] * 10, 11
    for k in range(1500):
        expected = 0.5 * float(learning.detection_factor[0, 4])
        hits = (rng.random(10) < 0.5).astype(float).tolist()
        learning.learn(0, at(k), looked_at(names, hits, expected=expected), NOTHING_FALSE)
        for i, hit in enumerate(hits):
            missed[i] = 0 if hit else missed[i] + 1
            if missed[i] == 6:
                names[i], missed[i], fresh = fresh, 0, fresh + 1
    assert 0.5 * learning.detection_factor[0, 4] == pytest.approx(0.5, abs=0.04)


def test_more_tracks_than_can_be_witnesses_are_no_harm() -> None:
    assert 0.9 * watch(learning_of(), 0.6, 400, tracks=WITNESSES + 50)[4] == pytest.approx(0.6, abs=0.03)


def rain(learning: Learning, per_look: float, looks: int, hot: float = 0.0) -> FloatArray:
    """False detections evenly over the area and, where the wind turbine stands, at a rate of their own."""
    rng = np.random.default_rng(2)
    for k in range(looks):
        range_m = 8000.0 * np.sqrt(rng.random(rng.poisson(per_look)))
        azimuth = rng.uniform(-math.pi, math.pi, len(range_m))
        turning = rng.random() < hot
        range_m, azimuth = np.append(range_m, [6500.0] * turning), np.append(azimuth, [1.0] * turning)
        learning.learn(0, at(k), NOBODY, false_at(range_m, azimuth))
    return np.asarray(learning.clutter_factor[0])


@pytest.mark.parametrize("per_look", [2.0, 6.0])
def test_the_level_of_clutter_is_learnt(per_look: float) -> None:
    factor = rain(learning_of(), per_look, 3000)
    assert 2.0 * np.average(factor, weights=areas()) == pytest.approx(per_look, rel=0.12)


def test_clutter_is_never_thought_rarer_than_the_site_file_says() -> None:
    assert (rain(learning_of(), 0.2, 3000) == 1.0).all()


def areas() -> FloatArray:
    return np.repeat(np.diff(np.linspace(0.0, 1.0, RINGS + 1) ** 2)[:, None], SECTORS, axis=1)


def test_a_wind_turbine_is_found_and_the_rest_of_the_map_stays_as_it_is() -> None:
    learning = learning_of()
    factor = rain(learning, 2.0, 2000, hot=0.5)
    ring, sector = cell_of(6500.0, 1.0)
    assert factor[ring, sector] == factor.max()
    # 0.5 a look in a cell that by the site file has 2 x 13/64/16 is 20 times as much; some doubt is kept.
    assert 10.0 < factor[ring, sector] < 20.0
    assert np.median(factor) == pytest.approx(1.0, abs=0.15)


def test_what_tracks_explain_never_becomes_clutter() -> None:
    learning = learning_of()
    for k in range(500):
        hovering = false_at(np.array([3000.0]), np.array([2.0]), 0.0)
        learning.learn(0, at(k), looked_at([1], [1.0], 3000.0), hovering)
    ring, sector = cell_of(3000.0, 2.0)
    assert learning.clutter_factor[0][ring, sector] <= 1.0


def test_clutter_stays_within_bounds() -> None:
    learning = learning_of(RADAR | {"false_detections_per_scan": 0.02})
    assert rain(learning, 20.0, 1500).max() == 30.0
    assert rain(learning_of(), 0.0, 6000).min() >= 0.1


def test_a_sensor_without_range_has_one_ring() -> None:
    finder = {"kind": "direction_finder", "period_s": 1.0, "false_detections_per_scan": 1.0}
    learning = learning_of(finder)
    for k in range(1000):
        bearing = false_at(np.array([math.nan]), np.array([-0.1]))
        learning.learn(0, at(k), NOBODY, bearing)
    assert learning.clutter_factor[0, 0, SECTORS - 1] > 8.0
    assert learning.clutter_factor[0, 0, : SECTORS - 1].max() == 1.0


def test_a_sensor_that_objects_report_themselves_to_learns_nothing() -> None:
    learning = learning_of({"kind": "adsb", "period_s": 1.0})
    for k in range(300):
        learning.learn(0, at(k), looked_at([1], [float(k % 10 == 0)]), NOTHING_FALSE)
    assert (learning.detection_factor == 1.0).all() and (learning.clutter_factor == 1.0).all()


def test_going_back_forgets_and_learns_the_same_again() -> None:
    learning = learning_of()
    watch(learning, 0.7, 100)
    checkpoint, before = learning.checkpoint(), learning.clutter_factor.copy()
    first = rain(learning, 5.0, 200).copy()
    learning.go_back_to(checkpoint)
    np.testing.assert_array_equal(learning.clutter_factor, before)
    np.testing.assert_array_equal(rain(learning, 5.0, 200), first)


def squares_of(scale: float, scans: int, seed: int = 0) -> list[float]:
    """Normalised innovations squared of scans with six components, of errors so much larger than claimed."""
    return [scale**2 * float(square) for square in chi2.rvs(6, size=scans, random_state=seed)]


@pytest.mark.parametrize(("scale", "word"), [(1.0, "ok"), (1.5, "too confident"), (0.6, "too modest")])
def test_health_says_whether_errors_are_as_large_as_claimed(scale: float, word: str) -> None:
    consistency = Consistency(2)
    for k, square in enumerate(squares_of(scale, 300)):
        consistency.add(1, at(k), square, 6.0)
    health = consistency.health(1)
    assert health.word == word
    assert health.nis == pytest.approx(scale**2, rel=0.1)
    assert consistency.health(0).word == "no data" and math.isnan(consistency.health(0).nis)


def test_the_interval_holds_in_95_of_100_cases() -> None:
    inside = 0
    for seed in range(400):
        consistency = Consistency(1)
        for k, square in enumerate(squares_of(1.0, 120, seed)):
            consistency.add(0, at(5 * k), square, 6.0)
        health = consistency.health(0)
        inside += health.low < health.nis < health.high
    assert 0.92 < inside / 400 < 0.98


def test_health_forgets_within_minutes_and_goes_back() -> None:
    consistency = Consistency(1)
    for k, square in enumerate(squares_of(2.0, 300)):
        consistency.add(0, at(k), square, 6.0)
    checkpoint, ill = consistency.checkpoint(), consistency.health(0)
    for k, square in enumerate(squares_of(1.0, 1500)):
        consistency.add(0, at(300 + k), square, 6.0)
    assert ill.word == "too confident" and consistency.health(0).word == "ok"
    consistency.go_back_to(checkpoint)
    assert consistency.health(0) == ill
