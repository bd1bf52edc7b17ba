from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tracking import twin_scan
from tests.tracking.plain import plain

from tocsin.tracking.kernels.layout import EXACT_DETECTIONS, GREATEST_ODDS
from tocsin.units import FloatArray

module = plain("marginals")
seeds = st.integers(0, 2**31)
sizes = st.integers(1, 4)


def enumerated(psi: FloatArray) -> FloatArray:
    """psi are odds against the miss and against what is new or false, which weigh 1 each."""
    return twin_scan.marginals(np.ones(len(psi)), psi, np.ones(psi.shape[1]))


def computed(method: str, psi: FloatArray) -> FloatArray:
    """What one of the methods makes of a matrix of odds, 0 where there is no edge."""
    track, detection = np.nonzero(psi)
    weight, probability = psi[track, detection], np.full(len(track), np.nan)
    if method == "marginals":
        module.marginals(track, detection, weight, probability)
    elif method == "exact":
        module.exact(track, detection, weight, np.ones(len(psi)), psi.shape[1], probability)
    else:
        module.beliefs(track, detection, weight, *psi.shape, probability)
    result = np.zeros(psi.shape)
    result[track, detection] = probability
    return result


def odds(seed: int, tracks: int, detections: int, sparse: float = 0.3) -> FloatArray:
    """Random odds over ten orders of magnitude; every track has an edge, and so has every detection."""
    rng = np.random.default_rng(seed)
    psi = 10.0 ** rng.uniform(-4.0, 6.0, (tracks, detections))
    psi[rng.random(psi.shape) < sparse] = 0.0
    size = max(tracks, detections)
    psi[np.arange(size) % tracks, np.arange(size) % detections] += 0.5
    return psi


@given(seeds, sizes)
def test_a_lone_track_has_the_closed_form(seed: int, detections: int) -> None:
    psi = odds(seed, 1, detections)
    np.testing.assert_allclose(computed("marginals", psi), psi / (1.0 + psi.sum()), rtol=1e-14)
    np.testing.assert_allclose(computed("marginals", psi), enumerated(psi), rtol=1e-12)


@pytest.mark.parametrize("method", ["exact", "marginals"])
@given(seeds, sizes, sizes)
def test_small_clusters_are_exact(method: str, seed: int, tracks: int, detections: int) -> None:
    psi = odds(seed, tracks, detections)
    np.testing.assert_allclose(computed(method, psi), enumerated(psi), rtol=1e-12, atol=1e-12)


@given(seeds)
def test_detections_that_one_track_alone_can_claim_do_not_make_a_cluster_large(seed: int) -> None:
    rng = np.random.default_rng(seed)
    psi = np.zeros((3, EXACT_DETECTIONS + 4))
    psi[rng.integers(0, 3, psi.shape[1] - 2), np.arange(2, psi.shape[1])] = 1.0
    psi[:, :2] = rng.random((3, 2)) < 0.8
    psi *= 10.0 ** rng.uniform(-3.0, 5.0, psi.shape)
    psi[psi.sum(axis=1) == 0.0, 0] = 2.0
    np.testing.assert_allclose(computed("marginals", psi), enumerated(psi), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("method", ["exact", "beliefs", "marginals"])
def test_a_track_of_the_cluster_without_an_edge_takes_none_from_the_others(method: str) -> None:
    psi = np.array([[3.0, 5.0], [0.0, 0.0], [2.0, 7.0], [0.0, 0.0], [1.0, 4.0]])
    expected = enumerated(psi)
    np.testing.assert_allclose(computed(method, psi), expected, atol=1e-12 if method != "beliefs" else 0.1)


@given(seeds)
def test_belief_propagation_is_exact_on_trees(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # A chain has no loop: track 0, detection 0, track 1, detection 1, ...
    psi = np.zeros((4, 4))
    for i in range(4):
        psi[i, i] = 10.0 ** rng.uniform(-2.0, 2.0)
        if i:
            psi[i, i - 1] = 10.0 ** rng.uniform(-2.0, 2.0)
    # Messages stop once none moves by more than 1e-4.
    np.testing.assert_allclose(computed("beliefs", psi), enumerated(psi), atol=3e-4)


@pytest.mark.parametrize(("exponent", "greatest"), [(0.0, 0.01), (1.0, 0.1), (2.0, 0.3)])
@given(seeds, st.integers(2, 4), st.integers(2, 4))
def test_belief_propagation_strays_as_far_as_is_known_where_there_are_loops(
    exponent: float, greatest: float, seed: int, tracks: int, detections: int
) -> None:
    # The surer the hits, the more one-sided it is: at high odds its beliefs become the best assignment alone.
    psi = 10.0 ** np.random.default_rng(seed).uniform(-2.0, exponent, (tracks, detections))
    off = np.abs(computed("beliefs", psi) - enumerated(psi))
    assert off.max() < greatest


@pytest.mark.parametrize("method", ["exact", "beliefs"])
@given(seeds, st.integers(1, 8), st.integers(1, 8))
def test_probabilities_are_probabilities(method: str, seed: int, tracks: int, detections: int) -> None:
    result = computed(method, odds(seed, tracks, detections))
    assert (result >= 0.0).all()
    assert (result.sum(axis=1) <= 1.0 + 1e-9).all()
    # Beliefs agree about a detection only as far as they have converged.
    assert (result.sum(axis=0) <= 1.0 + (1e-9 if method == "exact" else 0.05)).all()


def test_large_clusters_go_to_belief_propagation() -> None:
    for detections, method in ((EXACT_DETECTIONS, "exact"), (EXACT_DETECTIONS + 1, "beliefs")):
        psi = odds(5, 3, detections, sparse=0.0)
        np.testing.assert_array_equal(computed("marginals", psi), computed(method, psi))


@pytest.mark.parametrize("method", ["exact", "beliefs"])
def test_the_greatest_odds_stay_finite(method: str) -> None:
    psi = np.full((EXACT_DETECTIONS, EXACT_DETECTIONS), GREATEST_ODDS)
    result = computed(method, psi)
    np.testing.assert_allclose(result.sum(axis=0), 1.0, rtol=0.05)
    np.testing.assert_allclose(result.sum(axis=1), 1.0, rtol=0.05)


def test_belief_propagation_keeps_sure_tracks_on_top_of_each_other_alive() -> None:
    psi = np.array([[1e4, 9e3], [9.5e3, 1e4]])
    np.testing.assert_allclose(computed("beliefs", psi).sum(axis=1), enumerated(psi).sum(axis=1), atol=0.01)
