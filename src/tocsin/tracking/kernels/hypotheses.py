"""The best ways to assign the detections of an ambiguous cluster to its tracks, over all parent hypotheses.

Each node (a track as it is in some hypothesis) has options: to be missed, or one of its edges. Costs are
counted from the node's best option, so that a partial assignment can only become worse by what is to come: a
depth-first search that drops whatever is beyond the worst of the best finds these exactly.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.layout import CHILDREN, MEMBERS, MISSED, NOBODY, Records
from tocsin.units import FloatArray, IntArray

# Children lighter than this share of the heaviest are not looked for.
_LIGHTEST = 1e-4
# Places that the search visits at most; a cluster that needs more is decided by the best found so far.
_MOST_VISITS = 20_000
# Detections of a cluster are bits of an integer.
MOST_DETECTIONS = 60


class Options(NamedTuple):
    """What n nodes may do; those of node a are rows first[a] : first[a + 1], the best first."""

    first: IntArray  # (n + 1,)
    edge: IntArray  # (o,) MISSED or the edge
    detection: IntArray  # (o,) the detection's number in the cluster, or MISSED
    cost: FloatArray  # (o,) over the best of the node
    best: FloatArray  # (n,) logarithm of the weight of the best


class Children(NamedTuple):
    """The best assignments, the heaviest first."""

    found: int  # so many
    parent: IntArray  # (CHILDREN,)
    option: IntArray  # (CHILDREN, MEMBERS) rows of Options; NOBODY where the track is not there
    taken: IntArray  # (CHILDREN,) set of the cluster's detections that it assigns, as bits
    weight: FloatArray  # (CHILDREN,) sum 1


@kernel
def options_of(
    nodes: Records, chosen: IntArray, edges: Records, missed: FloatArray, local: IntArray
) -> Options:
    """The options of the chosen nodes (n,); missed (n,) is the logarithm of the weight of a miss, local (d,)
    the number of each detection in the cluster."""
    size = len(chosen)
    for k in range(len(chosen)):
        size += nodes[chosen[k]].last_edge - nodes[chosen[k]].first_edge
    options = Options(
        np.empty(len(chosen) + 1, np.int64), np.empty(size, np.int64), np.empty(size, np.int64),
        np.empty(size), np.empty(len(chosen)),
    )  # fmt: skip
    last = 0
    for k in range(len(chosen)):
        node, first = nodes[chosen[k]], last
        options.first[k] = first
        options.edge[last], options.detection[last], options.cost[last] = MISSED, MISSED, 0.0
        last += 1
        for e in range(node.first_edge, node.last_edge):
            cost, at = -math.log(edges[e].weight), last
            while at > first and options.cost[at - 1] > cost:
                options.edge[at], options.cost[at] = options.edge[at - 1], options.cost[at - 1]
                options.detection[at] = options.detection[at - 1]
                at -= 1
            options.edge[at], options.detection[at], options.cost[at] = e, local[edges[e].detection], cost
            last += 1
        least = options.cost[first]
        options.best[k] = missed[k] - least
        for o in range(first, last):
            options.cost[o] -= least
    options.first[len(chosen)] = last
    return options


@bare_kernel
def _keep(scores: FloatArray, count: int) -> int:
    """The row for a new child: the next free one, or that of the lightest, if this one is heavier."""
    if count < CHILDREN:
        return count
    lightest = 0
    for k in range(1, CHILDREN):
        if scores[k] < scores[lightest]:
            lightest = k
    return lightest


@bare_kernel
def _threshold(scores: FloatArray, count: int, heaviest: float) -> float:
    """What a child must pass to be kept."""
    least = heaviest + math.log(_LIGHTEST)
    if count == CHILDREN:
        lightest = scores[0]
        for k in range(1, CHILDREN):
            lightest = min(lightest, scores[k])
        least = max(least, lightest)
    return least


@kernel
def children_of(options: Options, parents: IntArray, scores: FloatArray, tracks: int) -> Children:
    """The best children of all parents. parents (p, MEMBERS) are places of nodes in Options, scores (p,) the
    logarithms of the parents' weights with every node at its best."""
    child_parent, child_option = np.empty(CHILDREN, np.int64), np.empty((CHILDREN, MEMBERS), np.int64)
    child_score, child_taken = np.full(CHILDREN, -math.inf), np.zeros(CHILDREN, np.int64)
    at, taken = np.empty(tracks + 1, np.int64), np.zeros(tracks + 1, np.int64)
    score = np.empty(tracks + 1)
    count, visits, heaviest, least = 0, 0, -math.inf, -math.inf
    for p in np.argsort(-scores):
        if scores[p] <= least:
            break
        t, at[0], score[0] = 0, 0, scores[p]
        while t >= 0:
            if t == tracks:
                row = _keep(child_score, count)
                count = max(count, row + 1)
                child_score[row], child_parent[row], child_taken[row] = score[t], p, taken[t]
                for k in range(tracks):
                    child_option[row, k] = at[k] - 1 if parents[p, k] != NOBODY else NOBODY
                heaviest = max(heaviest, score[t])
                least = _threshold(child_score, count, heaviest)
                t -= 1
                continue
            node = parents[p, t]
            if node == NOBODY:
                # Once down, then back up.
                if at[t] > 0:
                    t -= 1
                    continue
                at[t], score[t + 1], taken[t + 1] = 1, score[t], taken[t]
                t += 1
                at[t] = 0
                continue
            if at[t] == 0:
                at[t] = options.first[node]
            option = at[t]
            visits += 1
            if (
                option == options.first[node + 1]
                or score[t] - options.cost[option] <= least
                or (visits > _MOST_VISITS and count > 0)
            ):
                t -= 1
                continue
            at[t] += 1
            bit = 0 if options.detection[option] == MISSED else 1 << options.detection[option]
            if taken[t] & bit:
                continue
            taken[t + 1], score[t + 1] = taken[t] | bit, score[t] - options.cost[option]
            t += 1
            at[t] = 0
    return _sorted(count, child_parent, child_option, child_taken, child_score)


@kernel
def _sorted(count: int, parent: IntArray, option: IntArray, taken: IntArray, score: FloatArray) -> Children:
    """Children in order of weight, which sum to 1."""
    order = np.argsort(-score[:count])
    weight = np.exp(score[order] - score[order[0]])
    return Children(count, parent[order], option[order], taken[order], weight / weight.sum())
