"""Connected clusters: tracks that compete for detections, directly or through others."""

from __future__ import annotations

import numpy as np

from tocsin.jit import kernel
from tocsin.units import IntArray


@kernel
def _root(parent: IntArray, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@kernel
def edges_by_cluster(
    edge_track: IntArray, edge_detection: IntArray, edges: int, tracks: int, detections: int
) -> tuple[IntArray, IntArray]:
    """Order of the edges in which each cluster's stand together, by track; where each one starts (c + 1,).

    Clusters come in the order of their first track, so the result does not depend on how they were joined.
    """
    parent = np.arange(tracks + detections)
    for e in range(edges):
        a, b = _root(parent, edge_track[e]), _root(parent, tracks + edge_detection[e])
        parent[max(a, b)] = min(a, b)
    cluster_of_root = np.full(tracks + detections, -1)
    cluster = np.empty(edges, np.int64)
    clusters = 0
    for e in range(edges):
        root = _root(parent, edge_track[e])
        if cluster_of_root[root] < 0:
            cluster_of_root[root] = clusters
            clusters += 1
        cluster[e] = cluster_of_root[root]
    start = np.zeros(clusters + 1, np.int64)
    for e in range(edges):
        start[cluster[e] + 1] += 1
    for c in range(clusters):
        start[c + 1] += start[c]
    fill = start.copy()
    order = np.empty(edges, np.int64)
    for e in range(edges):
        order[fill[cluster[e]]] = e
        fill[cluster[e]] += 1
    return order, start
