"""The bound: an extended Kalman filter that is told which plot is of which object, and who lives."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.skies import ACCELERATION_DENSITY, AZIMUTH_SIGMA_RAD, RANGE_SIGMA_M, Sky, Turn
from tocsin.units import FloatArray

SPEED_SIGMA_MPS = 28.0  # on each axis: of speeds uniform in 20 to 55 m/s over all courses
_STEP = np.kron(np.array([[1.0, 1.0], [0.0, 1.0]]), np.eye(2))
_NOISE = ACCELERATION_DENSITY * np.kron(np.array([[1 / 3, 1 / 2], [1 / 2, 1.0]]), np.eye(2))
_ERRORS = np.diag([RANGE_SIGMA_M**2, AZIMUTH_SIGMA_RAD**2])

Known = dict[int, tuple[FloatArray, FloatArray]]


def _started(slant: float, azimuth: float) -> tuple[FloatArray, FloatArray]:
    sine, cosine = math.sin(azimuth), math.cos(azimuth)
    turn = np.array([[sine, slant * cosine], [cosine, -slant * sine]])
    covariance = np.diag([0.0, 0.0, SPEED_SIGMA_MPS**2, SPEED_SIGMA_MPS**2])
    covariance[:2, :2] = turn @ _ERRORS @ turn.T
    return np.array([slant * sine, slant * cosine, 0.0, 0.0]), covariance


def _updated(
    state: FloatArray, covariance: FloatArray, slant: float, azimuth: float
) -> tuple[FloatArray, FloatArray]:
    east, north = state[:2]
    distance = math.hypot(east, north)
    h = np.zeros((2, 4))
    h[0, :2] = east / distance, north / distance
    h[1, :2] = north / distance**2, -east / distance**2
    turned = (azimuth - math.atan2(east, north) + math.pi) % (2 * math.pi) - math.pi
    gain = np.linalg.solve(h @ covariance @ h.T + _ERRORS, h @ covariance).T
    return state + gain @ np.array([slant - distance, turned]), covariance - gain @ h @ covariance


def _followed(known: Known, turn: Turn) -> Known:
    living = set(turn.objects.tolist())
    ahead = {k: (_STEP @ x, _STEP @ p @ _STEP.T + _NOISE) for k, (x, p) in known.items() if k in living}
    for slant, azimuth, k in zip(turn.range_m, turn.azimuth_rad, turn.source.tolist(), strict=True):
        if k >= 0:
            ahead[k] = _updated(*ahead[k], slant, azimuth) if k in ahead else _started(slant, azimuth)
    return ahead


def oracle_estimates(sky: Sky) -> list[FloatArray]:
    """Estimated positions (m, 2) after each scan, of every object seen so far that still lives."""
    known: Known = {}
    result = []
    for turn in sky.turns:
        known = _followed(known, turn)
        result.append(np.array([state[:2] for state, _ in known.values()]).reshape(-1, 2))
    return result
