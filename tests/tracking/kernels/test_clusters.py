from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.tracking.plain import plain

Pairs = list[tuple[int, int]]
TRACKS, DETECTIONS = 7, 8
graphs = st.sets(st.tuples(st.integers(0, TRACKS - 1), st.integers(0, DETECTIONS - 1)), max_size=25).map(
    sorted
)


def by_cluster(edges: Pairs) -> list[Pairs]:
    track, detection = np.array([*edges, (0, 0)])[:-1].T
    order, start = plain("clusters").edges_by_cluster(track, detection, len(edges), TRACKS, DETECTIONS)
    return [[edges[e] for e in order[start[c] : start[c + 1]]] for c in range(len(start) - 1)]


def breadth_first(edges: Pairs) -> list[Pairs]:
    """Connected components in the order of their first tracks, each with its edges in the order given."""
    found: list[Pairs] = []
    left = list(edges)
    while left:
        tracks, detections, grown = {left[0][0]}, set[int](), True
        while grown:
            touching = [edge for edge in left if edge[0] in tracks or edge[1] in detections]
            before = len(tracks) + len(detections)
            tracks |= {track for track, _ in touching}
            detections |= {detection for _, detection in touching}
            grown = len(tracks) + len(detections) > before
        found.append([edge for edge in left if edge[0] in tracks])
        left = [edge for edge in left if edge[0] not in tracks]
    return found


@given(graphs)
def test_clusters_are_the_connected_components_in_the_order_of_their_first_track(edges: Pairs) -> None:
    assert by_cluster(edges) == breadth_first(edges)


def test_two_tracks_that_want_the_same_detection_are_one_cluster() -> None:
    assert by_cluster([(0, 3), (1, 1), (2, 3)]) == [[(0, 3), (2, 3)], [(1, 1)]]
