from __future__ import annotations

import numpy as np
from benchmarks.calibration import is_real

TRUTH = np.array([[0.0, 0.0], [1000.0, 0.0]])


def real(existence: list[float], places: list[tuple[float, float]], sigma_m: float = 10.0) -> list[bool]:
    state = np.zeros((len(places), 6))
    state[:, :2] = places
    covariance = np.broadcast_to(np.eye(6) * sigma_m**2, (len(places), 6, 6))
    found: list[bool] = is_real(TRUTH, np.array(existence), state, covariance).tolist()
    return found


def test_a_component_is_real_within_its_own_ellipse():
    assert real([0.5, 0.5], [(30.0, 0.0), (1000.0, 31.0)]) == [True, False]  # 99 %: 3.03 sigma
    assert real([0.5, 0.5], [(30.0, 0.0), (1000.0, 31.0)], sigma_m=11.0) == [True, True]


def test_two_components_do_not_share_an_object():
    assert real([0.9, 0.1], [(20.0, 0.0), (0.0, 0.0)]) == [True, False]
    assert real([0.1, 0.9], [(20.0, 0.0), (0.0, 0.0)]) == [False, True]


def test_nothing_is_real_far_from_everything():
    assert real([0.9, 0.9, 0.9], [(500.0, 0.0), (0.0, 500.0), (1e6, 0.0)]) == [False, False, False]
