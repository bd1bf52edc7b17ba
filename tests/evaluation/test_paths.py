import numpy as np
import pytest
from tests.evaluation.samples import a_path

from tocsin.evaluation.paths import places_at, true_paths
from tocsin.geo.frame import LocalFrame
from tocsin.model.truth import Truth


def test_between_rows_an_object_flies_straight_and_outside_them_it_is_not_there():
    path = a_path([10, 11, 12], [(0, 0, 100), (10, 20, 110), (10, 20, 110)])
    np.testing.assert_allclose(
        path.at(np.array([10.0, 10.5, 11.75])), [(0, 0, 100), (5, 10, 105), (10, 20, 110)]
    )
    assert np.isnan(path.at(np.array([9.9, 12.1]))).all()


def test_an_object_that_was_away_for_long_is_not_drawn_through_the_gap():
    path = a_path([0, 1, 50, 51], [(0, 0, 0), (1, 0, 0), (50, 0, 0), (51, 0, 0)])
    places = path.at(np.array([1.0, 1.5, 49.5, 50.0]))
    assert np.isnan(places[:, 0]).tolist() == [False, True, True, False]
    assert path.segments.tolist() == [0, 2]


def test_an_object_of_one_row_is_there_at_that_instant():
    path = a_path([5], [(1, 2, 3)])
    np.testing.assert_array_equal(path.at(np.array([5.0, 6.0])), [(1, 2, 3), (np.nan,) * 3])


def test_paths_come_by_identity_with_altitudes_above_the_ellipsoid():
    frame = LocalFrame.from_degrees(30.0, -40.0, 200.0)
    names = np.array(["b", "a", "b"], dtype=object)
    state = np.zeros((3, 6))
    state[:, 0], state[:, 2] = [30_000.0, 0.0, 30_010.0], [1000.0, 1000.0, 1000.0]
    truth = Truth(
        np.array([1, 1, 2]) * 10**9,
        names,
        state,
        np.array(["x", "y", "x"], dtype=object),
        np.array([True, False, True]),
    )
    first, second = true_paths(truth, frame)
    assert (first.object_id, first.object_class, first.threat) == ("a", "y", False)
    assert (second.object_id, second.threat, second.time_s.tolist()) == ("b", True, [1.0, 2.0])
    assert first.place_m[0, 2] == pytest.approx(1200.0)
    # 30 km away the Earth has curved 70.6 m down under the plane.
    assert second.place_m[0, 2] == pytest.approx(1270.6, abs=0.5)
    assert places_at((first, second), np.array([1.0])).shape == (2, 1, 3)
