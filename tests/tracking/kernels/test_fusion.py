"""Global hypotheses that say the same: fused as grouping them by what they say gives."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from tests.tracking import twin_motion
from tests.tracking.made import AGILE, START_NS, random_covariance, store_of, works_of
from tests.tracking.plain import plain
from tests.tracking.twin_motion import single

from tocsin.tracking.kernels.layout import HYPOTHESES, NOBODY, Store
from tocsin.units import FloatArray

module = plain("fusion")
APART_M = 500.0


def mixture_of(rows: Any, weight: Any, taken: Any = 0) -> Any:
    """h hypotheses over t tracks, whose rows are 0 .. t - 1."""
    row = np.array(rows, dtype=np.int64)
    weights = np.array(weight, dtype=np.float64)
    taken = np.broadcast_to(np.array(taken, dtype=np.int64), weights.shape).copy()
    return module.Mixture(np.arange(row.shape[1]), weights, taken, row)


def store_at(states: FloatArray, existence: Any = 1.0, sigma_m: float = 10.0) -> Store:
    """One row for each state (n, 6), of one mode."""
    covariance = np.diag([sigma_m**2] * 3 + [1.0] * 3)
    levels = np.broadcast_to(existence, len(states))
    tracks = [single(float(r), state, covariance) for r, state in zip(levels, states, strict=True)]
    return store_of(tracks, START_NS)


def places(*east_m: float) -> FloatArray:
    states = np.zeros((len(east_m), 6))
    states[:, 0] = east_m
    return states


@pytest.mark.parametrize("seed", range(5))
def test_equal_hypotheses_are_added_up_in_the_order_of_the_first_of_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mixture = mixture_of(rng.integers(-1, 2, (12, 3)), rng.random(12))
    expected: dict[tuple[int, ...], float] = defaultdict(float)
    for row, weight in zip(mixture.row.tolist(), mixture.weight.tolist(), strict=True):
        expected[tuple(row)] += weight
    left = module.fuse_equal(mixture, 12)
    assert [tuple(row) for row in mixture.row[:left].tolist()] == list(expected)
    np.testing.assert_allclose(mixture.weight[:left], list(expected.values()), rtol=1e-12)


def test_only_the_first_hypotheses_that_count_are_looked_at() -> None:
    mixture = mixture_of([[0], [1], [0]], [0.5, 0.3, 0.2])
    assert module.fuse_equal(mixture, 2) == 2
    assert mixture.weight.tolist() == [0.5, 0.3, 0.2]


@pytest.mark.parametrize("count", [3, HYPOTHESES, 25])
def test_what_the_heaviest_hold_is_their_share(count: int) -> None:
    weight = np.sort(np.random.default_rng(1).random(count))[::-1]
    held = module.held(mixture_of(np.zeros((count, 1)), weight), count)
    assert held == pytest.approx(weight[:HYPOTHESES].sum() / weight.sum(), rel=1e-12)


def test_the_light_and_those_beyond_the_most_are_dropped_and_the_rest_sums_to_one() -> None:
    many = mixture_of(np.zeros((15, 1)), np.linspace(1.0, 0.5, 15))
    assert module.prune_light(many, 15) == HYPOTHESES
    expected = np.linspace(1.0, 0.5, 15)[:HYPOTHESES]
    np.testing.assert_allclose(many.weight[:HYPOTHESES], expected / expected.sum(), rtol=1e-12)
    light = mixture_of(np.zeros((4, 1)), [0.6, 0.39, 0.00061, 0.00059])
    assert module.prune_light(light, 4) == 3
    assert light.weight[:3].sum() == pytest.approx(1.0, rel=1e-12)
    alone = mixture_of([[0]], [1e-9])
    assert (module.prune_light(alone, 1), alone.weight[0]) == (1, 1.0)


@pytest.mark.parametrize("seed", range(8))
def test_hypotheses_that_differ_in_names_alone_are_grouped_as_by_what_is_where(seed: int) -> None:
    """Rows near one of three places, or nobody: twin hypotheses have the same places taken."""
    rng = np.random.default_rng(seed)
    spots = [0, 1, 2, NOBODY]
    said = [rng.permutation(spots)[:3] for _ in range(12)]
    taken = rng.integers(0, 2, 12)
    weight = rng.permutation(np.linspace(1.0, 2.0, 12))
    states: list[FloatArray] = []
    rows = np.full((12, 3), NOBODY)
    for h, t in itertools.product(range(12), range(3)):
        if said[h][t] != NOBODY:
            rows[h, t] = len(states)
            states.append(np.r_[said[h][t] * APART_M + rng.normal(0.0, 0.3), np.zeros(5)])
    expected: dict[Any, list[int]] = defaultdict(list)
    for h in np.argsort(-weight).tolist():
        expected[int(taken[h]), tuple(sorted(said[h].tolist()))].append(h)
    mixture = mixture_of(rows, weight, taken)
    left = module.fuse(store_at(np.array(states)), mixture, 12)
    heaviest = {tuple(rows[group[0]].tolist()): float(weight[group].sum()) for group in expected.values()}
    found = dict(zip(map(tuple, mixture.row[:left].tolist()), mixture.weight[:left].tolist(), strict=True))
    assert found == pytest.approx(heaviest)
    assert (np.diff(mixture.weight[:left]) <= 0.0).all()


def pair(**changes: Any) -> int:
    """How many are left of two hypotheses of one object, in two rows, one of which is changed."""
    store = store_at(places(0.0, changes.pop("gap_m", 1.0)), existence=changes.pop("existence", 1.0))
    store.tracks.assigned[:2] = changes.pop("assigned", (0, 0))
    mixture = mixture_of([[0], [1]], [0.6, 0.4], changes.pop("taken", 0))
    return int(module.fuse(store, mixture, 2))


def test_the_same_sky_has_the_same_detections_existence_and_places() -> None:
    assert pair() == 1
    assert pair(gap_m=5.0) == 1  # 0.25 sigma squared
    assert pair(gap_m=6.0) == 2  # 0.36
    assert pair(assigned=(0, 1)) == 2
    assert pair(taken=(1, 2)) == 2
    assert pair(existence=(1.0, 0.75)) == 1
    assert pair(existence=(1.0, 0.65)) == 2


def test_an_object_is_the_partner_of_one_other_only() -> None:
    store = store_at(places(0.0, 1.0, APART_M))
    assert module.fuse(store, mixture_of([[0, 2], [0, 1]], [0.6, 0.4]), 2) == 2


@pytest.mark.parametrize(("more", "left"), [(0, 2), (12, 13)])
def test_the_wider_distance_counts_only_where_the_heaviest_hold_too_little(more: int, left: int) -> None:
    """Two that are 1.5 sigma apart, and others far away of the same weight."""
    store = store_at(places(0.0, 15.0, *(APART_M * np.arange(1, 1 + more))))
    mixture = mixture_of([[k] for k in range(2 + more)], np.ones(2 + more))
    assert module.fuse(store, mixture, 2 + more) == left


def mixed(rng: np.random.Generator, apart_m: float, existence: Any) -> tuple[Store, Any, FloatArray]:
    """One track that is one of three rows, or not there, in five hypotheses; its weights."""
    states = np.array([rng.normal(0.0, [apart_m] * 3 + [0.0] * 3) for _ in range(3)])
    tracks = [
        single(float(r), state, random_covariance(rng, 30.0, 3.0))
        for r, state in zip(np.broadcast_to(existence, 3), states, strict=True)
    ]
    weight = np.array([0.4, 0.25, 0.2, 0.1, 0.05])
    return store_of(tracks, START_NS), mixture_of([[0], [1], [2], [1], [NOBODY]], weight), weight


def collapse(store: Store, mixture: Any, is_all: bool) -> None:
    module.collapse_tracks(store, mixture, len(mixture.weight), is_all, AGILE, works_of()[0])


def test_a_track_made_one_has_the_moments_of_all_its_hypotheses() -> None:
    rng = np.random.default_rng(3)
    r = np.array([0.9, 0.5, 0.7])
    store, mixture, weight = mixed(rng, 200.0, r)
    parts = [
        twin_motion.Mode(1.0, row.mode[0].state.copy(), row.mode[0].covariance.copy())
        for row in store.tracks[:3]
    ]
    collapse(store, mixture, is_all=True)
    mass = np.array([weight[0], weight[1] + weight[3], weight[2]]) * r
    state, covariance = twin_motion.merge(list(mass / mass.sum()), parts)
    assert (mixture.row == 0).all()
    assert store.tracks[0].existence == pytest.approx(mass.sum(), rel=1e-12)
    np.testing.assert_allclose(store.tracks[0].state, state, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(store.tracks[0].covariance, covariance, rtol=1e-7, atol=1e-6)


def spread_of(store: Store, weight: FloatArray, r: FloatArray) -> tuple[float, float]:
    """Mean squared distance from the heaviest row, and variance of existence, by definition."""
    tracks, levels = store.tracks, np.array([r[0], r[1], r[2], r[1], 0.0])
    rows, distance = [0, 1, 2, 1], 0.0
    for h, i in enumerate(rows):
        gap = tracks[i].state - tracks[0].state
        distance += weight[h] * levels[h] * gap @ np.linalg.solve(tracks[0].covariance, gap)
    return float(distance), float(weight @ levels**2 - (weight @ levels) ** 2)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("level", [0.02, 0.15, 0.9])
@pytest.mark.parametrize("apart_m", [2.0, 15.0])
def test_a_track_is_one_where_neither_place_nor_existence_spreads(
    apart_m: float, level: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    r = level + 0.02 * rng.random(3)
    store, mixture, weight = mixed(rng, apart_m, r)
    distance, variance = spread_of(store, weight, r)
    collapse(store, mixture, is_all=False)
    is_one = distance < 0.1 and variance < 0.002
    assert (mixture.row[:, 0] == 0).all() == is_one


def test_a_track_that_the_heaviest_hypothesis_lacks_is_not_one_and_one_that_all_lack_stays_away() -> None:
    store = store_at(places(0.0, 1.0), existence=0.01)
    mixture = mixture_of([[NOBODY, NOBODY], [0, NOBODY]], [0.9, 0.1])
    collapse(store, mixture, is_all=False)
    assert mixture.row.tolist() == [[NOBODY, NOBODY], [0, NOBODY]]
    collapse(store, mixture, is_all=True)
    assert mixture.row.tolist() == [[0, NOBODY], [0, NOBODY]]
    assert store.tracks[0].existence == pytest.approx(0.001)
