"""Where all known objects can be now: who is near enough to be compared with."""

from __future__ import annotations

import numpy as np

from tocsin.alerting.known_places import Known, KnownPlaces
from tocsin.alerting.same_object import Glimpse

SECOND_NS = 1_000_000_000
NOW_NS, COUNT = 1000 * SECOND_NS, 250


def test_company_is_where_something_is_near() -> None:
    draw = np.random.default_rng(5)
    state = np.zeros((COUNT, 6))
    state[:, :2] = draw.uniform(-12_000.0, 12_000.0, (COUNT, 2))
    covariance = np.tile(np.eye(6), (COUNT, 1, 1)) * draw.uniform(10.0, 40_000.0, (COUNT, 1, 1))
    seen_ns = NOW_NS - draw.integers(0, 30, COUNT) * SECOND_NS
    rows, numbers = np.arange(COUNT), np.arange(COUNT) // 2 + 1  # two tracks each

    def present(row: int) -> Glimpse:
        return Glimpse(NOW_NS, int(seen_ns[row]), state[row].tolist(), covariance[row])

    places = KnownPlaces(NOW_NS, 10 * SECOND_NS, state, covariance, present)
    places.add_rows(numbers[50:], rows[50:], seen_ns[50:])
    for row in range(50):
        places.add(Known(int(numbers[row]), present(row), int(seen_ns[row])))

    wanted = [bool(places.near(present(row), other_than=int(numbers[row]))) for row in range(COUNT)]
    assert 0 < sum(wanted) < COUNT
    np.testing.assert_array_equal(places.have_company(rows, numbers), wanted)
