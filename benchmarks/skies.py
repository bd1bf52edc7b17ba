"""Skies full of objects over one radar: the truth and what the radar reports, for `tracking_speed`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tocsin.units import FloatArray, IntArray

CELL_M = 20_000.0
"""Side of the square that holds ten objects and ten false detections a scan, however many there are."""
RANGE_SIGMA_M = 10.0
AZIMUTH_SIGMA_RAD = math.radians(0.3)
DETECTION_PROBABILITY = 0.9
ACCELERATION_DENSITY = 1.0
LIFETIME_S = 200.0
SLOWEST_MPS, FASTEST_MPS = 20.0, 55.0


@dataclass(frozen=True)
class Turn:
    """One scan: where objects truly are, and the radar's plots in random order."""

    objects: IntArray  # (n,) numbers of those that live
    positions: FloatArray  # (n, 2) east, north [m]
    range_m: FloatArray  # (d,)
    azimuth_rad: FloatArray  # (d,) clockwise from north
    source: IntArray  # (d,) which object a plot is of, -1 for a false one; for the oracle alone


@dataclass(frozen=True)
class Sky:
    """A radar in the middle of a square, one turn a second."""

    side_m: float
    false_per_scan: float
    turns: list[Turn]

    @property
    def birth_rate_per_m2_s(self) -> float:
        """Births that keep the number of objects as it is."""
        return self.false_per_scan / self.side_m**2 / LIFETIME_S


def _born(rng: np.random.Generator, count: int, side_m: float) -> FloatArray:
    course, speed = rng.uniform(0.0, 2.0 * math.pi, count), rng.uniform(SLOWEST_MPS, FASTEST_MPS, count)
    place = rng.uniform(-side_m / 2, side_m / 2, (count, 2))
    return np.column_stack([place, speed * np.sin(course), speed * np.cos(course)])


def _moved(rng: np.random.Generator, states: FloatArray) -> FloatArray:
    """One second of nearly constant velocity, with white acceleration noise."""
    first, second = rng.normal(size=(2, len(states), 2)) * math.sqrt(ACCELERATION_DENSITY)
    # Factor of [1/3, 1/2; 1/2, 1]: how the noise of one second reaches place and speed.
    place = states[:, :2] + states[:, 2:] + first / math.sqrt(3.0)
    speed = states[:, 2:] + first * math.sqrt(0.75) + second / 2.0
    return np.hstack([place, speed])


def _looked(
    rng: np.random.Generator, objects: IntArray, states: FloatArray, side_m: float, false: float
) -> Turn:
    seen = rng.random(len(objects)) < DETECTION_PROBABILITY
    ghosts = rng.uniform(-side_m / 2, side_m / 2, (rng.poisson(false), 2))
    place = np.vstack([states[seen, :2], ghosts])
    error = rng.normal(size=(2, len(place))) * (np.arange(len(place)) < seen.sum())
    slant = np.hypot(*place.T) + RANGE_SIGMA_M * error[0]
    azimuth = np.arctan2(place[:, 0], place[:, 1]) + AZIMUTH_SIGMA_RAD * error[1]
    source = np.append(objects[seen], np.full(len(ghosts), -1))
    mixed = rng.permutation(len(place))
    return Turn(objects, states[:, :2].copy(), np.abs(slant[mixed]), azimuth[mixed], source[mixed])


def make_sky(objects: int, scans: int, seed: int) -> Sky:
    """So many objects on average, each living 200 s or until it leaves; one that is gone is replaced."""
    rng = np.random.default_rng([seed, objects])
    side_m = CELL_M * math.sqrt(objects / 10)
    states, numbers, born_so_far = _born(rng, objects, side_m), np.arange(objects), objects
    turns: list[Turn] = []
    for _ in range(scans):
        if turns:
            states = _moved(rng, states)
            stays = (np.abs(states[:, :2]) <= side_m / 2).all(axis=1)
            stays &= rng.random(len(states)) < math.exp(-1.0 / LIFETIME_S)
            # Gaps fill in five seconds or so.
            fresh = _born(rng, rng.poisson(0.2 * max(objects - stays.sum(), 0)), side_m)
            states = np.vstack([states[stays], fresh])
            numbers = np.append(numbers[stays], np.arange(born_so_far, born_so_far + len(fresh)))
            born_so_far += len(fresh)
        turns.append(_looked(rng, numbers, states, side_m, float(objects)))
    return Sky(side_m, float(objects), turns)
