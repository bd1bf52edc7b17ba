"""The compiled corridor is that of its readable twin."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.alerting.kernels.corridor import corridors
from tocsin.units import FloatArray

CIRCLE = np.column_stack([np.cos(np.arange(16) * np.pi / 8), np.sin(np.arange(16) * np.pi / 8)])
CENTRE_M, RADIUS_M, LONGEST_S, MARGIN_M, SIGMAS = np.array([4000.0, -1000.0]), 3000.0, 900.0, 1000.0, 1.5


def plain(state: FloatArray, covariance: FloatArray) -> FloatArray:
    """Points around an object now and when it has left the circle behind."""
    way_m = float(np.linalg.norm(CENTRE_M - state[:2])) + RADIUS_M
    until_s = min(way_m / max(float(np.linalg.norm(state[3:5])), 0.1), LONGEST_S)
    points = []
    for time_s in (0.0, until_s):
        transition = np.hstack([np.eye(2), time_s * np.eye(2)])
        spread = transition @ covariance[np.ix_([0, 1, 3, 4], [0, 1, 3, 4])] @ transition.T
        for outward in CIRCLE:
            width_m = np.sqrt(outward @ spread @ outward)
            points.append(
                state[:2] + time_s * state[3:5] + SIGMAS * spread @ outward / width_m + MARGIN_M * outward
            )
    return np.array(points)


@pytest.mark.parametrize("speed_mps", [0.0, 0.05, 30.0])
def test_objects_pass_where_the_twin_says(speed_mps: float) -> None:
    draw = np.random.default_rng(4)
    states, roots = draw.normal(0.0, 3000.0, (5, 6)), draw.normal(0.0, 5.0, (5, 6, 6))
    states[:, 3:5] *= speed_mps / np.linalg.norm(states[:, 3:5], axis=1, keepdims=True)
    covariances = roots @ roots.transpose(0, 2, 1)
    limits = np.array([RADIUS_M, LONGEST_S, MARGIN_M, SIGMAS])
    found = corridors(states, covariances, CENTRE_M, limits, CIRCLE)
    wanted = np.concatenate([plain(*one) for one in zip(states, covariances, strict=True)])
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-6)
