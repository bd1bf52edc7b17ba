"""The field of nodes that only hear, as its caller sees it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.tracking.test_heard_drones import NO_TRACK, NO_TRACKS, PRIOR, follow, listener, network, sky
from tests.tracking.test_heard_report import SOUND_MPS, likelihood, tracks_at

from tocsin.tracking.heard import CORRELATION_S, HeardField, Listener, Tracks
from tocsin.units import NANOSECONDS_PER_SECOND


def test_a_node_is_as_stale_as_its_last_report_is_young() -> None:
    field = HeardField([listener([0.0, 0.0, 0.0])], PRIOR._replace(birth_rate_per_m2_s=0.0))
    tracks, existence = tracks_at([[500.0, 0.0, 0.0]], [0.3], 1), 0.3
    times_s, said = [1.0, 2.0, 2.5, 6.0, 7.0], [False, True, True, False, False]
    for k, (time_s, heard) in enumerate(zip(times_s, said, strict=True)):
        stale = math.exp(-(time_s - times_s[k - 1]) / CORRELATION_S) if k else 0.0
        there, absent = (
            likelihood(heard, stale, k > 0 and said[k - 1] == heard, 0.01, silent) for silent in (0.19, 1.0)
        )
        existence = existence * there / (existence * there + (1 - existence) * absent)
        outcome = field.hear(round(time_s * 1e9), [0], [heard], tracks)
        tracks = tracks._replace(existence=outcome.tracks.existence)
        assert tracks.existence[0] == pytest.approx(existence, rel=1e-3)


def test_nodes_are_believed_as_far_as_one_may_believe_a_node() -> None:
    far = Listener(np.array([1e5, 0.0, 40.0]), np.zeros(1), np.ones(1), 3000.0, 0.0, math.inf, 0.4, 120.0)
    high = listener([0.0, 0.0, 250.0])
    field = HeardField([high, far], PRIOR)
    np.testing.assert_allclose(field.visible_prior, [0.9, 0.4])
    np.testing.assert_allclose(field._nodes["up_m"], [50.0, 260.0 - 1e10 / (2 * 6_371_000.0)])
    np.testing.assert_allclose(field._nodes["false_probability"], [0.01, 1e-4])
    np.testing.assert_allclose(field._nodes["slowness_spm"], [1 / SOUND_MPS, 0.0])
    away_m = np.linalg.norm(field._lattice.centre[field._lattice.near[: field._nodes["last"][0]]], axis=1)
    assert away_m.max() > 4000.0 * (1 + 50.0 / SOUND_MPS)  # heard from 4 km, and away since then
    sure = tracks_at([[1e5, 2000.0, 40.0], [1e5, 3200.0, 40.0]], [1.0, 0.5], 1, 10.0, visible=1.0)
    after = field.hear(NANOSECONDS_PER_SECOND, [1], [False], sure).tracks
    assert np.isfinite(after.existence).all()
    assert after.visible[0, 0] < 0.6  # a miss tells even of a node that was said to hear everything
    assert after.existence[1] == 0.5  # beyond the greatest range


def test_a_report_touches_only_the_cells_near_its_node() -> None:
    field = HeardField([listener([0.0, 0.0, 0.0]), listener([50_000.0, 0.0, 0.0])], PRIOR)
    before = field.checkpoint()[0].copy()
    field.hear(NANOSECONDS_PER_SECOND, [0], [True], NO_TRACK)
    changed = (field.checkpoint()[0] != before).any(axis=(0, 1))
    assert changed.any()
    assert np.abs(field._lattice.centre[changed]).max() < 6000.0


def test_a_network_costs_by_its_nodes_and_not_by_its_extent_or_longest_range() -> None:
    border = [listener([20_000.0 * k, 300.0 * k, 0.0]) for k in range(60)]
    for nodes in (border, [border[0]._replace(max_range_m=300_000.0), *border[1:]]):
        lattice = HeardField(nodes, PRIOR)._lattice
        assert len(lattice.centre) <= len(lattice.near) <= 400 * 60


def bits(arrays: Any) -> list[bytes]:
    return [np.ascontiguousarray(array).tobytes() for array in arrays]


def test_going_back_and_hearing_again_gives_the_same_bits() -> None:
    listeners = network()
    said = sky(listeners, 130, 3, ([-4000.0, 2000.0, 300.0], [45.0, 5.0, 0.0]))
    field = HeardField(listeners, PRIOR)
    follow(field, said[:80])
    saved = field.checkpoint()
    first = follow(field, said[80:], 1080)
    end = bits(field.checkpoint())
    field.go_back_to(saved)
    again = follow(field, said[80:], 1080)
    assert bits(field.checkpoint()) == end
    assert [bits(one) for one in first[0] + first[1]] == [bits(one) for one in again[0] + again[1]]
    other = HeardField(listeners, PRIOR)
    other.go_back_to(saved)
    follow(other, said[80:], 1080)
    assert bits(other.checkpoint()) == end


def test_the_order_in_which_nodes_report_is_of_no_account() -> None:
    listeners, rng = network(), np.random.default_rng(4)
    one, other = HeardField(listeners, PRIOR), HeardField(listeners, PRIOR)
    state, covariance = (
        np.array([[2000.0, 2000.0, 300.0, 40.0, 0.0, 0.0]]),
        np.diag([4e4] * 3 + [25.0] * 3)[None],
    )
    for second, heard in enumerate(sky(listeners, 40, 4, ([0.0, 2000.0, 300.0], [45.0, 0.0, 0.0]))):
        visible = rng.uniform(0.1, 0.9, (1, 12))
        tracks = Tracks(state, covariance, np.array([0.6]), visible)
        order = rng.permutation(12)
        time_ns = (1000 + second) * NANOSECONDS_PER_SECOND
        a = one.hear(time_ns, np.arange(12), heard, tracks)
        b = other.hear(time_ns, order, heard[order], tracks._replace(visible=visible[:, order]))
        assert bits(a.tracks[:3]) == bits(b.tracks[:3])
        assert bits([a.support[:, order], a.tracks.visible[:, order]]) == bits([b.support, b.tracks.visible])
        assert bits(a.births) == bits(b.births)
    assert bits(one.checkpoint()) == bits(other.checkpoint())


def test_the_caller_keeps_its_arrays() -> None:
    tracks = tracks_at([[500.0, 0.0, 300.0]], [0.5], 12, 100.0, visible=1.0)
    before = bits(tracks)
    outcome = HeardField(network(), PRIOR).hear(
        NANOSECONDS_PER_SECOND, np.arange(12), np.ones(12, bool), tracks
    )
    assert bits(tracks) == before
    assert outcome.tracks.existence[0] > 0.9


@pytest.mark.parametrize(
    ("time_s", "node", "match"),
    [
        (0.5, [0], "come after"),
        (2.0, [], "at least one node"),
        (2.0, [3, 3], "each node once"),
        (2.0, [12], "no node 12"),
        (2.0, [-1], "no node -1"),
    ],
)
def test_reports_that_cannot_be_are_refused(time_s: float, node: list[int], match: str) -> None:
    field = HeardField(network(), PRIOR)
    field.hear(NANOSECONDS_PER_SECOND, [0], [False], NO_TRACK)
    before = bits(field.checkpoint())
    with pytest.raises(ValueError, match=match):
        field.hear(
            round(time_s * 1e9),
            node,
            [True] * len(node),
            NO_TRACKS._replace(visible=np.zeros((0, len(node)))),
        )
    assert bits(field.checkpoint()) == before


def test_tracks_of_the_wrong_shape_or_without_a_place_are_refused() -> None:
    field, tracks = HeardField(network(), PRIOR), tracks_at([[0.0, 0.0, 0.0]], [0.5], 1, 100.0)
    for wrong, match in (
        (tracks._replace(visible=np.ones((1, 2))), "visible must be"),
        (tracks._replace(covariance=np.ones((1, 3, 3))), "covariances"),
        (tracks._replace(state=np.full((1, 6), np.nan)), "track 0 is not finite"),
    ):
        with pytest.raises(ValueError, match=match):
            field.hear(NANOSECONDS_PER_SECOND, [0], [True], wrong)
    with pytest.raises(ValueError, match="at least one node"):
        HeardField([], PRIOR)
