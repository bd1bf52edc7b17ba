from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.tracking.plain import plain

from tocsin.tracking.kernels.layout import EDGE, NOBODY, NODE, records

Pairs = list[tuple[int, int]]
NODES, DETECTIONS = 7, 8
pairs = st.tuples(st.integers(0, NODES - 1), st.integers(0, DETECTIONS - 1))
graphs = st.sets(pairs, max_size=25).map(sorted)
# Hypotheses of one cluster of tracks stand together.
labels = st.lists(st.integers(-4, 1), min_size=NODES, max_size=NODES).map(
    lambda drawn: [max(label, NOBODY) for label in sorted(drawn)]
)


def by_cluster(pairs: Pairs, known: list[int]) -> list[list[int]]:
    """The nodes of each cluster, from (node, detection) of every edge and the cluster each node was in."""
    nodes, edges = records(NODE, len(known)), records(EDGE, len(pairs))
    nodes.cluster = known
    for edge, (node, detection) in zip(edges, pairs, strict=True):
        edge.node, edge.detection = node, detection
    order, start = plain("clusters").nodes_by_cluster(nodes, edges, DETECTIONS)
    return [order[start[c] : start[c + 1]].tolist() for c in range(len(start) - 1)]


def breadth_first(pairs: Pairs, known: list[int]) -> list[list[int]]:
    """Connected components in the order of their first nodes."""
    found: list[list[int]] = []
    for node in range(len(known)):
        if any(node in nodes for nodes in found):
            continue
        nodes, size = {node}, 0
        while len(nodes) > size:
            size = len(nodes)
            detections = {detection for other, detection in pairs if other in nodes}
            clusters = {known[other] for other in nodes} - {NOBODY}
            nodes |= {other for other, detection in pairs if detection in detections}
            nodes |= {other for other, label in enumerate(known) if label in clusters}
        found.append(sorted(nodes))
    return found


@given(graphs, labels)
def test_clusters_are_the_connected_components_in_the_order_of_their_first_node(
    pairs: Pairs, known: list[int]
) -> None:
    assert by_cluster(pairs, known) == breadth_first(pairs, known)


def test_two_nodes_that_want_the_same_detection_or_were_of_one_cluster_are_one() -> None:
    assert by_cluster([(0, 3), (1, 1), (2, 3)], [NOBODY] * 4) == [[0, 2], [1], [3]]
    assert by_cluster([(0, 3), (1, 1)], [NOBODY, 5, 5, NOBODY]) == [[0], [1, 2], [3]]
