"""Rows as hypotheses: copies, misses, hits and mixtures of two, against their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.tracking import twin, twin_motion
from tests.tracking.made import (
    AGILE,
    START_NS,
    looks_of,
    mask_of,
    random_covariance,
    random_track,
    sensor_model,
    store_of,
    works_of,
)
from tests.tracking.plain import plain
from tests.tracking.twin_motion import Mode

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    ELEVATION,
    EXPECTATION,
    HIT,
    MODES,
    RANGE,
    Edges,
    Record,
    Records,
    records,
)
from tocsin.units import FloatArray

module = plain("merging")
PLACE = np.array([3000.0, -4000.0, 700.0, 20.0, -5.0, 1.0])
PD = np.array([0.9, 0.8, 0.5, 0.3, 0.95])


def rows(seed: int, *modes: int) -> Records:
    """Rows of a store, one for each number of modes, with a probability of detection for each mode."""
    rng = np.random.default_rng(seed)
    tracks = store_of([random_track(rng, PLACE, count) for count in modes], START_NS).tracks
    tracks.pd = PD
    return tracks


def modes_of(row: Record) -> list[Mode]:
    return [
        Mode(float(mode.probability), mode.state.copy(), mode.covariance.copy())
        for mode in row.mode[: row.modes]
    ]


@pytest.mark.parametrize("modes", [1, MODES])
def test_a_copy_knows_the_object_and_keeps_its_own_names(modes: int) -> None:
    old, new = rows(1, modes, MODES)[:2]
    new.name, new.identity, new.confirmed, new.owner, new.cluster, new.assigned = 5, 6, True, 7, 8, 9
    old.existence, old.time_ns, new.pd = 0.123, START_NS + 1, 0.0
    old.steady = 0.345
    module.copy_hypothesis(old, new)
    assert (new.existence, new.time_ns, new.modes) == (0.123, START_NS + 1, modes)
    assert new.steady == 0.345
    np.testing.assert_array_equal(new.state, old.state)
    np.testing.assert_array_equal(new.covariance, old.covariance)
    np.testing.assert_array_equal(new.pd[:modes], old.pd[:modes])
    assert new.mode[:modes].tobytes() == old.mode[:modes].tobytes()
    assert (new.name, new.identity, new.confirmed, new.owner, new.cluster, new.assigned) == (
        5,
        6,
        True,
        7,
        8,
        9,
    )


@pytest.mark.parametrize(("modes", "visible"), [(1, 1.0), (MODES, 1.0), (MODES, 0.6)])
def test_a_miss_is_bayes_rule_over_being_there_and_modes(modes: int, visible: float) -> None:
    row = rows(2, modes)[0]
    r, prior = float(row.existence), row.mode["probability"][:modes].copy()
    module.miss(row, visible)
    unseen = prior * (1.0 - visible * PD[:modes])
    assert row.existence == pytest.approx(r * unseen.sum() / (1.0 - r + r * unseen.sum()), rel=1e-12)
    np.testing.assert_allclose(row.mode["probability"][:modes], unseen / unseen.sum(), rtol=1e-12)


def test_who_would_surely_have_been_seen_is_not_there() -> None:
    row = rows(3, 1)[0]
    row.pd[0], row.existence = 1.0, 0.9
    module.miss(row, 1.0)
    assert row.existence == 0.0


def edges_of(row: Record, sensor: Record, look: Record, shares: FloatArray) -> tuple[Edges, Record]:
    """One edge, from row 1 of the hits on, with the shares of its modes."""
    expectation = plain("expectation")
    edges = Edges(records(plain("edges").EDGE, 1), records(HIT, 1 + MODES), records(EXPECTATION, 2 + MODES))
    edge = edges.edges[0]
    edge.hit, edge.expectation = 1, 2
    for m in range(row.modes):
        mode, expected = row.mode[m], edges.expectations[2 + m]
        expectation.expect(expected, sensor, mode.state, mode.covariance, look, works_of()[0])
        expectation.innovations(expected, look, math.inf, edges.hits[1 + m])
        edges.hits[1 + m].share = shares[m]
    return edges, edge


@pytest.mark.parametrize("modes", [1, MODES])
def test_a_hit_is_a_kalman_update_of_each_mode_that_has_a_share(modes: int) -> None:
    row, sensor = rows(4, modes)[0], sensor_model(seed=5)
    exact = [float(np.real(twin.expected(sensor, c, PLACE, 0.0))) for c in range(10)]
    look = looks_of(exact, np.full(10, 0.01) + 30.0 * (np.arange(10) == RANGE),
                    mask_of(RANGE, AZIMUTH, ELEVATION))[0]  # fmt: skip
    shares = np.array([1.0]) if modes == 1 else np.array([0.4, 0.3, 0.0, 0.2, 0.1])
    before = modes_of(row)
    edges, edge = edges_of(row, sensor, look, shares)
    module.hit(row, edge, edges, works_of()[0])
    assert row.existence == 1.0
    for mode, was, share in zip(modes_of(row), before, shares, strict=True):
        assert mode.probability == share
        state, covariance, *_ = twin.condition(sensor, was.state, was.covariance, look)
        if share == 0.0:
            state, covariance = was.state, was.covariance
        scale = np.sqrt(np.diag(covariance))
        np.testing.assert_allclose((mode.state - state) / scale, 0.0, atol=1e-9)
        np.testing.assert_allclose((mode.covariance - covariance) / np.outer(scale, scale), 0.0, atol=1e-9)


def spread(parts: list[Mode]) -> list[Mode]:
    """One that flew straight on, in any of the modes."""
    if len(parts) > 1:
        return parts
    return [Mode(float(p), parts[0].state, parts[0].covariance) for p in AGILE.prior]


@pytest.mark.parametrize("modes", [(1, 1), (MODES, MODES), (1, MODES), (MODES, 1)])
def test_two_hypotheses_are_merged_by_their_moments_in_each_mode(modes: tuple[int, int]) -> None:
    one, other = rows(6, *modes)[:2]
    parts, weights = [modes_of(one), modes_of(other)], (0.3, 0.5)
    if modes != (1, 1):
        parts = [spread(part) for part in parts]
    mass = np.array([weights[0] * one.existence, weights[1] * other.existence])
    other.steady = 0.2
    steady = [float(AGILE.steady if row.modes == 1 else row.steady) for row in (one, other)]
    straight = mass * [part[0].probability for part in parts]
    module.merge(one, weights[0], other, weights[1], AGILE, works_of()[0])
    assert one.existence == pytest.approx(mass.sum() / sum(weights), rel=1e-12)
    if modes != (1, 1):
        assert one.steady == pytest.approx(np.average(steady, weights=straight))
    found = modes_of(one)
    for m, mode in enumerate(found):
        share = mass * [part[m].probability for part in parts]
        assert mode.probability == pytest.approx(share.sum() / mass.sum(), rel=1e-12)
        state, covariance = twin_motion.merge(list(share / share.sum()), [part[m] for part in parts])
        np.testing.assert_allclose(mode.state, state, rtol=1e-9)
        np.testing.assert_allclose(mode.covariance, covariance, rtol=1e-7, atol=1e-6)
    state, covariance = twin_motion.merge([mode.probability for mode in found], found)
    np.testing.assert_allclose(one.state, state, rtol=1e-9)
    np.testing.assert_allclose(one.covariance, covariance, rtol=1e-7, atol=1e-6)


def test_two_that_are_not_there_leave_the_first_as_it_is() -> None:
    one, other = rows(7, MODES, MODES)[:2]
    one.existence = other.existence = 0.0
    before = one.tobytes()
    module.merge(one, 0.4, other, 0.6, AGILE, works_of()[0])
    assert one.tobytes() == before


def test_a_mode_that_neither_has_is_left_alone() -> None:
    one, other = rows(8, MODES, MODES)[:2]
    one.mode["probability"][2] = other.mode["probability"][2] = 0.0
    before = one.mode[2].state.copy()
    module.merge(one, 0.4, other, 0.6, AGILE, works_of()[0])
    np.testing.assert_array_equal(one.mode[2].state, before)
    assert one.mode[2].probability == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_the_distance_is_under_the_covariance_of_the_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = rows(seed, 1, 1)[:2]
    one.covariance, other.covariance = random_covariance(rng, 40.0, 8.0), random_covariance(rng, 400.0, 1.0)
    one.state, other.state = PLACE, PLACE + rng.normal(0.0, [50.0] * 3 + [5.0] * 3)
    gap = other.state - one.state
    expected = gap @ np.linalg.solve(one.covariance, gap)
    assert module.distance2(one, other, np.empty((6, 7))) == pytest.approx(expected, rel=1e-9)


def test_a_state_that_is_known_exactly_has_a_finite_distance() -> None:
    one, other = rows(9, 1, 1)[:2]
    one.covariance[2:] = one.covariance[:, 2:] = 0.0
    other.state = one.state
    assert module.distance2(one, other, np.empty((6, 7))) == 0.0
