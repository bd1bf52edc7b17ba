from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from tests.tracking.plain import plain

from tocsin.tracking.kernels.layout import CHILDREN, EDGE, MEMBERS, NOBODY, NODE, records
from tocsin.units import FloatArray


def cluster_of(
    rng: np.random.Generator, tracks: int, detections: int
) -> tuple[Any, Any, FloatArray, FloatArray]:
    """Nodes and edges of tracks that each may be of most detections: (nodes, edges, weights, of misses)."""
    weights = rng.lognormal(0.0, 2.0, (tracks, detections)) * (rng.random((tracks, detections)) < 0.8)
    nodes, edges = records(NODE, tracks), records(EDGE, int((weights > 0.0).sum()))
    at = 0
    for i in range(tracks):
        nodes[i].row, nodes[i].track, nodes[i].first_edge = i, i, at
        for j in np.flatnonzero(weights[i]):
            edges[at].node, edges[at].detection, edges[at].weight = i, j, weights[i, j]
            at += 1
        nodes[i].last_edge = at
    return nodes, edges, weights, rng.uniform(0.1, 1.0, tracks)


def enumerated(
    weights: FloatArray, missed: FloatArray, there: tuple[bool, ...]
) -> dict[tuple[int, ...], float]:
    """Weight of every assignment of a parent in which just these tracks are there; -1 is a miss."""
    found = {}
    choices = [range(-1, weights.shape[1]) if is_there else (-1,) for is_there in there]
    for event in itertools.product(*choices):
        used = [j for j in event if j >= 0]
        if len(set(used)) < len(used):
            continue
        weight = 1.0
        for i, j in enumerate(event):
            if there[i]:
                weight *= missed[i] * (weights[i, j] if j >= 0 else 1.0)
        if weight > 0.0:
            found[event] = weight
    return found


def searched(
    nodes: Any, edges: Any, missed: FloatArray, parents: list[tuple[bool, ...]], scale: FloatArray
) -> Any:
    hypotheses = plain("hypotheses")
    count = len(nodes)
    local = np.arange(20)
    options = hypotheses.options_of(nodes, np.arange(count), edges, np.log(missed), local)
    places = np.full((len(parents), MEMBERS), NOBODY)
    scores = np.log(scale)
    for p, there in enumerate(parents):
        for i in range(count):
            if there[i]:
                places[p, i] = i
                scores[p] += options.best[i]
    return options, hypotheses.children_of(options, places, scores, count)


@pytest.mark.parametrize("seed", range(8))
def test_the_children_found_are_the_heaviest_of_all_assignments_of_all_parents(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tracks, detections = int(rng.integers(2, 5)), int(rng.integers(1, 5))
    nodes, edges, weights, missed = cluster_of(rng, tracks, detections)
    parents = [(True,) * tracks, (False,) + (True,) * (tracks - 1)]
    scale = rng.dirichlet([1.0, 1.0])
    options, children = searched(nodes, edges, missed, parents, scale)
    everything = {
        (p, event): scale[p] * weight
        for p, there in enumerate(parents)
        for event, weight in enumerated(weights, missed, there).items()
    }
    best = sorted(everything.values(), reverse=True)
    expected = [weight for weight in best[:CHILDREN] if weight > 1e-4 * best[0]]
    np.testing.assert_allclose(children.weight, np.array(expected) / sum(expected), rtol=1e-9)
    for h in range(children.found):
        chosen = children.option[h, :tracks]
        event = tuple(int(options.detection[o]) if o != NOBODY else -1 for o in chosen)
        assert math.isclose(everything[int(children.parent[h]), event], expected[h], rel_tol=1e-9)
        assert children.taken[h] == sum(1 << j for j in event if j >= 0)


def test_a_track_that_a_parent_has_not_is_in_none_of_its_children() -> None:
    rng = np.random.default_rng(1)
    nodes, edges, _, missed = cluster_of(rng, 3, 3)
    _, children = searched(nodes, edges, missed, [(True, False, True)], np.ones(1))
    assert (children.option[: children.found, 1] == NOBODY).all()


def test_each_nodes_options_come_with_the_best_first() -> None:
    nodes, edges, weights, missed = cluster_of(np.random.default_rng(2), 3, 4)
    options, _ = searched(nodes, edges, missed, [(True,) * 3], np.ones(1))
    for i in range(3):
        cost = options.cost[options.first[i] : options.first[i + 1]]
        assert cost[0] == 0.0 and (np.diff(cost) >= 0.0).all()
        best = max(1.0, weights[i].max())
        assert math.isclose(options.best[i], math.log(missed[i] * best), abs_tol=1e-12)
