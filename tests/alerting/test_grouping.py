"""The parts of a graph: who is linked with whom, if over others."""

from __future__ import annotations

import numpy as np
from scipy.sparse.csgraph import connected_components

from tocsin.alerting.grouping import _components_of


def test_parts_are_numbered_by_their_first_members() -> None:
    linked = np.zeros((5, 5), dtype=bool)
    for one, other in ((0, 3), (3, 4), (1, 2)):
        linked[one, other] = linked[other, one] = True
    assert _components_of(linked).tolist() == [0, 1, 1, 0, 0]


def test_parts_are_those_of_scipy() -> None:
    draw = np.random.default_rng(4)
    for count in (0, 1, 2, 7, 40):
        half = draw.random((count, count)) < 1.0 / max(count, 1)
        linked = half | half.T
        wanted = connected_components(linked, directed=False)[1] if count else []
        np.testing.assert_array_equal(_components_of(linked), wanted)
