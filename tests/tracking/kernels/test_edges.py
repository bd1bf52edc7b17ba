"""Edges between tracks and detections: what each weighs, and how many share one expectation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.tracking import twin, twin_scan
from tests.tracking.made import (
    AGILE,
    START_NS,
    looks_of,
    mask_of,
    random_track,
    sensor_model,
    store_of,
    works_of,
)
from tests.tracking.plain import plain
from tests.tracking.twin_motion import Bernoulli, single

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    EAST,
    ELEVATION,
    GREATEST_ODDS,
    IDENTITY_MATCH,
    IDENTITY_MISMATCH,
    MODES,
    NO_IDENTITY,
    NOBODY,
    NODE,
    NORTH,
    RANGE,
    UP,
    Edges,
    Record,
    Records,
    records,
)
from tocsin.tracking.settings import gate_quantiles
from tocsin.tracking.store import new_edges
from tocsin.units import FloatArray

module = plain("edges")
SIGMA = np.array([40.0, 0.01, 0.02, 1.5, 30.0, 30.0, 40.0, 2.0, 2.0, 1.0])
RADAR, WEIGHT = mask_of(RANGE, AZIMUTH, ELEVATION), 1e-4
GATES = gate_quantiles()


def connected(
    tracks: list[Bernoulli], sensor: Record, looks: Records, is_uniform: bool = False
) -> tuple[Edges, int]:
    """Edges of tracks that are perceived as they stand, and how many there are."""
    store, nodes = store_of(tracks, START_NS), records(NODE, len(tracks))
    nodes.row = nodes.track = np.arange(len(tracks))
    nodes.cluster, looks.new_weight, work = NOBODY, WEIGHT, works_of(GATES)[0]
    for row in store.tracks[: len(tracks)]:
        plain("perception").perceive(row, sensor, work)
    grid = plain("gate").build(looks, is_uniform)
    edges, count = module.connect(store, nodes, START_NS, AGILE, sensor, looks, grid, new_edges(1), work)
    for a, node in enumerate(nodes):
        assert (edges.edges[node.first_edge : node.last_edge].node == a).all()
    return edges, count


def weights(edges: Edges, count: int, tracks: int, detections: int) -> FloatArray:
    found = np.zeros((tracks, detections))
    found[edges.edges.node[:count], edges.edges.detection[:count]] = edges.edges.weight[:count]
    return found


def a_crowd(seed: int, count: int, kinds: int) -> tuple[list[Bernoulli], Record, Records]:
    """Two tracks, and many detections around them of as many shapes, in turn."""
    rng, sensor = np.random.default_rng(seed), sensor_model()
    middle = np.array([3000.0, 4000.0, 800.0, 10.0, -10.0, 0.0])
    tracks = [random_track(rng, middle + rng.normal(0.0, 60.0, 6), MODES) for _ in range(2)]
    exact = np.array([float(np.real(twin.expected(sensor, c, middle, 0.0))) for c in range(10)])
    measured = exact + 2.0 * SIGMA * rng.normal(size=(count, 10))
    shape = 1.0 + 0.3 * (np.arange(count) % kinds)
    return tracks, sensor, looks_of(measured, SIGMA * shape[:, None], RADAR)


@pytest.mark.parametrize("kinds", [1, 3])
def test_every_edge_weighs_what_the_formula_says_however_many_there_are(kinds: int) -> None:
    tracks, sensor, looks = a_crowd(1, 60, kinds)
    found = weights(*connected(tracks, sensor, looks), len(tracks), len(looks))
    for i, track in enumerate(tracks):
        seen = twin_scan.perceived(track, sensor)
        could = twin_scan.alternatives(track, seen, sensor, looks, GATES)
        expected = could.hit_weights(np.full(len(looks), WEIGHT)) / (could.miss_weight * WEIGHT)
        np.testing.assert_allclose(found[i], expected, rtol=1e-8, atol=1e-12)
    assert (found > 0.0).sum() > 60


def test_detections_of_one_shape_share_an_expectation_and_weigh_as_one_by_one() -> None:
    tracks, sensor, looks = a_crowd(2, 30, 1)
    edges, count = connected(tracks, sensor, looks, is_uniform=True)
    assert len(set(edges.edges.expectation[:count].tolist())) == len(tracks)
    together = weights(edges, count, len(tracks), len(looks))
    found = weights(*connected(tracks, sensor, looks), len(tracks), len(looks))
    np.testing.assert_array_equal(together, found)
    for j in range(len(looks)):
        alone = weights(*connected(tracks, sensor, looks[j : j + 1]), len(tracks), 1)
        np.testing.assert_array_equal(alone[:, 0], together[:, j])


def test_the_shares_of_the_modes_in_an_edge_sum_to_one() -> None:
    edges, count = connected(*a_crowd(3, 20, 2))
    for edge in edges.edges[:count]:
        assert edges.hits.share[edge.hit : edge.hit + MODES].sum() == pytest.approx(1.0)


def test_identities_speak_for_and_against_but_never_rule_out() -> None:
    ratio = module.identity_ratio
    assert ratio(5, 5) == IDENTITY_MATCH > 1.0 > IDENTITY_MISMATCH == ratio(5, 6) > 0.0
    assert ratio(5, NO_IDENTITY) == ratio(NO_IDENTITY, 5) == ratio(NO_IDENTITY, NO_IDENTITY) == 1.0


PLACE = np.array([3000.0, 0.0, 800.0, 30.0, 0.0, 0.0])
POSITION = mask_of(EAST, NORTH, UP)


def reported(east_m: float, identity: int) -> Records:
    measured = np.zeros(10)
    measured[EAST : UP + 1] = PLACE[0] + east_m, 0.0, 800.0
    return looks_of(measured, SIGMA, POSITION, identity=identity)


@pytest.mark.parametrize(("east_m", "identity", "count"), [
    (100.0, 7, 1), (700.0, 7, 1), (700.0, 8, 0), (700.0, NO_IDENTITY, 0), (5000.0, 7, 0),
])  # fmt: skip
def test_a_track_is_looked_for_where_it_says_it_is_as_far_as_it_can_have_flown(
    east_m: float, identity: int, count: int
) -> None:
    track = single(0.9, PLACE, np.diag([100.0] * 3 + [4.0] * 3), identity=7)
    sensor, looks = sensor_model(), reported(east_m, identity)
    store, nodes, work = store_of([track], START_NS), records(NODE, 1), works_of(GATES)[0]
    nodes.cluster = NOBODY
    plain("perception").perceive(store.tracks[0], sensor, work)
    looks.new_weight = WEIGHT
    grid, now_ns = plain("gate").build(looks, True), START_NS + 10_000_000_000
    _, found = module.connect(store, nodes, now_ns, AGILE, sensor, looks, grid, new_edges(1), work)
    assert found == count
    # Unseen for ten seconds, it may be 250 m away, and still 970 m.
    spread = math.sqrt(store.tracks[0].covariance[0, 0])
    assert spread == pytest.approx(math.hypot(10.0, 250.0) if (count, east_m) == (1, 700.0) else 10.0)


def test_no_odds_are_greater_than_what_sums_can_bear() -> None:
    track = single(0.9999, PLACE, np.diag([1e-6] * 3 + [1.0] * 3), identity=7)
    looks = reported(0.0, 7)
    looks.sigma = 1e-9
    looks.new_weight = 1e-28
    store, nodes, work = store_of([track], START_NS), records(NODE, 1), works_of(GATES)[0]
    nodes.cluster = NOBODY
    plain("perception").perceive(store.tracks[0], sensor_model(), work)
    grid = plain("gate").build(looks, True)
    edges, _ = module.connect(store, nodes, START_NS, AGILE, sensor_model(), looks, grid, new_edges(1), work)
    assert edges.edges[0].weight == GREATEST_ODDS
