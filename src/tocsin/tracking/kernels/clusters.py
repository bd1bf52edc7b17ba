"""Connected clusters: nodes that compete for detections, directly or through others."""

from __future__ import annotations

import numpy as np

from tocsin.jit import bare_kernel, kernel
from tocsin.tracking.kernels.layout import NOBODY, Records
from tocsin.units import IntArray


@bare_kernel
def _root(parent: IntArray, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@bare_kernel
def _join(parent: IntArray, one: int, other: int) -> None:
    a, b = _root(parent, one), _root(parent, other)
    parent[max(a, b)] = min(a, b)


@kernel
def nodes_by_cluster(nodes: Records, edges: Records, detections: int) -> tuple[IntArray, IntArray]:
    """Order of the nodes in which each cluster's stand together, ascending; where each one starts (c + 1,).

    The hypotheses of tracks that share them belong together, whatever they see. Clusters come in the order of
    their first node, so the result does not depend on how they were joined.
    """
    count = len(nodes)
    parent = np.arange(count + detections)
    for e in range(len(edges)):
        _join(parent, edges[e].node, count + edges[e].detection)
    for a in range(1, count):
        if nodes[a].cluster != NOBODY and nodes[a].cluster == nodes[a - 1].cluster:
            _join(parent, a - 1, a)
    cluster = np.empty(count, np.int64)
    clusters = 0
    for a in range(count):
        root = _root(parent, a)  # the smallest of its cluster, and so a node
        if root == a:
            cluster[a] = clusters
            clusters += 1
        else:
            cluster[a] = cluster[root]
    start = np.zeros(clusters + 1, np.int64)
    for a in range(count):
        start[cluster[a] + 1] += 1
    for c in range(clusters):
        start[c + 1] += start[c]
    fill = start.copy()
    order = np.empty(count, np.int64)
    for a in range(count):
        order[fill[cluster[a]]] = a
        fill[cluster[a]] += 1
    return order, start
