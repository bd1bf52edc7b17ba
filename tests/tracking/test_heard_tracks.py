"""What reports 'heard' and 'silent' make of tracks, against enumeration and sums over a fine grid."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.stats import norm
from tests.tracking.plain import plain
from tests.tracking.test_heard_report import (
    chance_at,
    nodes_at,
    of_report,
    reports_of,
    silence,
    sounds_of,
    tracks_at,
)

import tocsin.tracking.kernels.heard as compiled
from tocsin.tracking.heard import Tracks, carried_over
from tocsin.tracking.kernels.heard_layout import MOST_ENUMERATED, PLACES, Cells, Sounds, Unplaced
from tocsin.tracking.kernels.layout import Records
from tocsin.units import FloatArray

kernels, moments = plain("heard"), plain("heard_moments")


def nothing_else(nodes: int) -> tuple[Cells, Unplaced, FloatArray]:
    """A lattice with no cell in anyone's earshot, and room to work in."""
    cells = Cells(np.zeros((1, 2)), np.zeros(0, np.int64), np.zeros((1, 2)), np.zeros((1, 2)))
    visible, support = np.full((1, nodes), 0.9), np.zeros((1, nodes))
    unplaced = Unplaced(np.zeros((1, 1, 1)), np.ones(1), np.zeros(1), visible, support)
    return cells, unplaced, np.empty((4, 1))


def tracks_of(sounds: Sounds) -> Tracks:
    rows = sounds.tracks
    return Tracks(rows.state, rows.covariance, rows.existence, sounds.pairs.visible)


def hear_tracks(nodes: Records, reports: Records, tracks: Tracks) -> tuple[Tracks, FloatArray]:
    """The kernel on copies, with no other objects."""
    sounds = sounds_of(nodes, reports, tracks)
    kernels.hear(sounds, *nothing_else(len(nodes)))
    return tracks_of(sounds), sounds.pairs.support


def existence_by_enumeration(
    nodes: Records, reports: Records, pd: FloatArray, prior: FloatArray
) -> FloatArray:
    """Over every combination of tracks that exist; pd (n, l)."""
    posterior, total = np.zeros(len(prior)), 0.0
    for there in itertools.product([False, True], repeat=len(prior)):
        weight = math.prod(r if e else 1 - r for e, r in zip(there, prior, strict=True))
        for j in range(len(reports)):
            weight *= of_report(reports, j, nodes, silence(pd[list(there), j]))
        total += weight
        posterior[list(there)] += weight
    return posterior / total


@pytest.mark.parametrize("seed", range(4))
def test_existence_of_tracks_that_share_nodes_is_that_of_all_combinations(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes = nodes_at((0.0, 0.0, 0.0), (2500.0, 0.0, 0.0), (0.0, 2500.0, 0.0), (30_000.0, 0.0, 0.0))
    places = np.column_stack([rng.uniform(-1500.0, 3500.0, (4, 2)), np.full(4, 400.0)])
    reports = reports_of([0, 1, 2, 3], rng.random(4) < 0.5, 0.5, rng.random(4) < 0.5)
    tracks = tracks_at(places, rng.uniform(0.05, 0.95, 4), 4)
    pd = 0.9 * chance_at(places[:, None], np.zeros(3), nodes.position)
    pd[pd < kernels.FAINT] = 0.0
    after, _ = hear_tracks(nodes, reports, tracks)
    expected = existence_by_enumeration(nodes, reports, pd, tracks.existence)
    np.testing.assert_allclose(after.existence, expected, rtol=1e-5)


def test_taking_nodes_one_after_another_would_count_them_double() -> None:
    """Two tracks that only together explain what two nodes heard."""
    nodes = nodes_at((0.0, 0.0, 0.0), (10.0, 0.0, 0.0))
    tracks = tracks_at([[500.0, 0.0, 0.0], [-500.0, 0.0, 0.0]], [0.1, 0.1], 2)
    both, _ = hear_tracks(nodes, reports_of([0, 1], [True, True]), tracks)
    one, _ = hear_tracks(nodes, reports_of([0], [True]), tracks._replace(visible=tracks.visible[:, :1]))
    then, _ = hear_tracks(nodes, reports_of([1], [True]), one._replace(visible=tracks.visible[:, 1:]))
    assert both.existence[0] < 0.6 < then.existence[0] - 0.05


def test_a_crowd_is_used_report_by_report_with_the_mean_of_the_others() -> None:
    count = MOST_ENUMERATED + 2
    rng = np.random.default_rng(3)
    nodes = nodes_at((0.0, 0.0, 0.0), (1000.0, 0.0, 0.0))
    places = np.column_stack([rng.uniform(-3000.0, 3000.0, (count, 2)), np.full(count, 300.0)])
    tracks = tracks_at(places, rng.uniform(0.05, 0.6, count), 2)
    reports = reports_of([0, 1], [True, False])
    expected = tracks.existence.copy()
    for j in range(2):
        pd = 0.9 * chance_at(places, np.zeros(3), nodes.position[j])
        before = expected.copy()
        for t in range(count):
            others = silence([before[u] * pd[u] for u in range(count) if u != t])
            there = before[t] * of_report(reports, j, nodes, others * (1 - pd[t]))
            expected[t] = there / (there + (1 - before[t]) * of_report(reports, j, nodes, others))
    after, _ = hear_tracks(nodes, reports, tracks)
    np.testing.assert_allclose(after.existence, expected, rtol=1e-4)


def moments_by_summing(
    nodes: Records, reports: Records, state: FloatArray, covariance: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Evidence, mean and covariance of a lone track's state on a fine grid of positions at one height."""
    sigma, steps = np.sqrt(np.diag(covariance)[:2]), np.linspace(-4.5, 4.5, 61)
    gain = covariance[:, :2] @ np.linalg.inv(covariance[:2, :2])
    rest = covariance - gain @ covariance[:2, :2] @ gain.T
    normal = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    means = state + sigma * normal @ gain.T
    weights = norm.pdf(normal).prod(axis=1) * (steps[1] - steps[0]) ** 2
    for j in range(len(reports)):
        silent = 1 - 0.9 * chance_at(means[:, :3], means[:, 3:], nodes.position[reports.node[j]])
        weights *= of_report(reports, j, nodes, silent)
    share = weights / weights.sum()
    mean = share @ means
    return float(weights.sum()), mean, rest + (means - mean).T @ ((means - mean) * share[:, None])


@pytest.mark.parametrize("heard", [[True, True, False], [False, True, False], [True, False, False]])
@pytest.mark.parametrize("sigma_m", [100.0, 700.0])
def test_the_state_is_reweighed_by_what_the_nodes_say(heard: list[bool], sigma_m: float) -> None:
    nodes = nodes_at((-1500.0, 0.0, 0.0), (1500.0, 0.0, 0.0), (0.0, 2600.0, 0.0))
    reports = reports_of([0, 1, 2], heard)
    tracks = tracks_at([[900.0, -400.0, 300.0]], [0.5], 3, sigma_m)
    tracks.state[0, 3:5] = 30.0, -20.0
    tracks.covariance[0, 2, 2] = 1e-4
    tracks.covariance[0, 0, 3] = tracks.covariance[0, 3, 0] = 3.0 * sigma_m
    evidence, mean, covariance = moments_by_summing(nodes, reports, tracks.state[0], tracks.covariance[0])
    after, _ = hear_tracks(nodes, reports, tracks)
    nothing = math.prod(of_report(reports, j, nodes, 1.0) for j in range(3))
    assert after.existence[0] == pytest.approx(evidence / (evidence + nothing), rel=0.02)
    np.testing.assert_allclose(after.state[0, :2], mean[:2], atol=0.06 * sigma_m)
    np.testing.assert_allclose(after.state[0, 3:5], mean[3:5], atol=0.3)
    np.testing.assert_allclose(after.covariance[0][:2, :2], covariance[:2, :2], atol=0.1 * sigma_m**2)


def test_modes_are_carried_over_as_their_mixture_was() -> None:
    nodes, rng = nodes_at((-1500.0, 0.0, 0.0), (1500.0, 0.0, 0.0)), np.random.default_rng(2)
    share, factors = np.array([0.7, 0.3]), rng.normal(size=(2, 6, 6)) * ([300.0] * 3 + [10.0] * 3)
    covariances = np.array([factor.T @ factor + np.eye(6) for factor in factors])
    means = np.array([[900.0, -400.0, 300.0, 30.0, 0.0, 0.0], [700.0, 100.0, 250.0, 20.0, 9.0, 1.0]])

    def moments(states: FloatArray, spreads: FloatArray) -> tuple[FloatArray, FloatArray]:
        mean = share @ states
        away = states - mean
        return mean, np.einsum("m,mab->ab", share, spreads + away[:, :, None] * away[:, None, :])

    mean, covariance = moments(means, covariances)
    tracks = Tracks(mean[None], covariance[None], np.array([0.5]), np.full((1, 2), 0.9))
    after, _ = hear_tracks(nodes, reports_of([0, 1], [True, False]), tracks)
    matrices, shifts = carried_over(tracks.state, tracks.covariance, after.state, after.covariance)
    matrix, shift = matrices[0], shifts[0]
    mixed = moments(means @ matrix.T + shift, matrix @ covariances @ matrix.T)
    np.testing.assert_allclose(mixed[0], after.state[0], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(mixed[1], after.covariance[0], rtol=1e-6, atol=1e-3)


def test_support_is_shared_among_those_who_may_have_been_heard_and_none_comes_of_silence() -> None:
    nodes = nodes_at((0.0, 0.0, 0.0), (0.0, 100.0, 0.0))
    tracks = tracks_at([[500.0, 0.0, 0.0], [600.0, 0.0, 0.0]], [0.9, 0.2], 2)
    after, support = hear_tracks(nodes, reports_of([0, 1], [True, False]), tracks)
    pd = 0.81
    for t, other in ((0, 1), (1, 0)):
        silent = 0.98 * (1 - tracks.existence[other] * pd) * (1 - pd)
        assert support[t, 0] == pytest.approx(after.existence[t] * pd / (1 - silent), rel=1e-6)
    assert (support[:, 1] == 0.0).all()


def test_a_node_that_misses_a_sure_object_is_taken_to_be_deaf_for_it() -> None:
    nodes = nodes_at((0.0, 0.0, 0.0))
    silent, _ = hear_tracks(nodes, reports_of([0], [False]), tracks_at([[500.0, 0.0, 0.0]], [0.99], 1))
    assert silent.visible[0, 0] == pytest.approx(0.9 * 0.1 / (1 - 0.81))
    heard, _ = hear_tracks(nodes, reports_of([0], [True]), tracks_at([[500.0, 0.0, 0.0]], [0.99], 1))
    assert heard.visible[0, 0] > 0.98


def test_a_node_out_of_earshot_changes_nothing() -> None:
    nodes = nodes_at((0.0, 0.0, 0.0))
    tracks = tracks_at([[9000.0, 0.0, 300.0]], [0.7], 1, 100.0)
    after, support = hear_tracks(nodes, reports_of([0], [True]), tracks)
    for old, new in zip(tracks, after, strict=True):
        np.testing.assert_array_equal(old, new)
    assert support[0, 0] == 0.0


def test_a_track_that_may_be_within_earshot_is_weighed_though_its_mean_is_not() -> None:
    nodes, reports = nodes_at((0.0, 0.0, 0.0)), reports_of([0], [True])
    tracks = tracks_at([[4600.0, 0.0, 300.0]], [0.5], 1, 700.0)
    tracks.covariance[0, 2, 2] = 1e-4
    evidence, mean, _ = moments_by_summing(nodes, reports, tracks.state[0], tracks.covariance[0])
    after, support = hear_tracks(nodes, reports, tracks)
    nothing = of_report(reports, 0, nodes, 1.0)
    assert after.existence[0] == pytest.approx(evidence / (evidence + nothing), rel=0.05)
    assert after.state[0, 0] == pytest.approx(mean[0], abs=0.1 * 700.0)
    assert support[0, 0] > 0.0


def test_a_report_that_leaves_one_place_only_leaves_a_covariance() -> None:
    covariance = np.diag([1e6, 4e6, 1e4, 25.0, 25.0, 1.0])
    points = kernels._room_for_points(1)
    count = moments.spread_points(covariance, points)
    points.normal[:, 0] = np.arange(PLACES) == 7
    moments.match_moments(np.zeros(6), covariance, points, count, 1.0)
    np.testing.assert_allclose(np.diag(covariance)[:3], [1e3, 4e3, 10.0])


def test_what_a_node_hardly_hears_is_not_looked_at() -> None:
    for east_m, is_heard in ((3997.0, True), (3999.5, False)):
        tracks = tracks_at([[east_m, 0.0, 0.0]], [0.5], 1)
        sounds = sounds_of(nodes_at((0.0, 0.0, 0.0)), reports_of([0], [True]), tracks)
        kernels.perceive(sounds, kernels._room_for_points(1))
        assert (sounds.pairs.seen[0, 0] > kernels.FAINT) == is_heard
        assert (sounds.pairs.seen[0, 0] > 0.0) == is_heard


def test_covariances_stay_symmetric_and_positive_definite() -> None:
    """By the compiled kernel, for it takes many reports to spoil a covariance."""
    rng = np.random.default_rng(5)
    nodes = nodes_at(*[(float(x), float(y), 0.0) for x in (-2000, 0, 2000) for y in (-2000, 0, 2000)])
    others = nothing_else(9)
    tracks = tracks_at([[300.0, 200.0, 300.0], [-700.0, 0.0, 300.0]], [0.5, 0.5], 9, 900.0)
    for _ in range(300):
        reports = reports_of(np.arange(9), rng.random(9) < 0.5, 0.3, rng.random(9) < 0.5)
        sounds = sounds_of(nodes, reports, tracks)
        compiled.hear(Sounds(*(np.asarray(rows) for rows in sounds)), *others)
        tracks = tracks_of(sounds)
        np.testing.assert_array_equal(tracks.covariance, tracks.covariance.transpose(0, 2, 1))
        assert np.linalg.eigvalsh(tracks.covariance).min() > 0.0
        assert (tracks.existence >= 0.0).all() and (tracks.existence <= 1.0).all()
        tracks.covariance[:] += np.diag([100.0] * 3 + [0.1] * 3)
        tracks.existence[:] = np.clip(tracks.existence, 0.01, 0.99)
        tracks.state[:, :2] = np.clip(tracks.state[:, :2], -3000.0, 3000.0)
