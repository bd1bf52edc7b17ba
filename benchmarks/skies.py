"""Skies full of objects over one radar: the truth, and what the radar reports of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tocsin.units import FloatArray, IntArray

SPARSE_CELL_M, DENSE_CELL_M = 20_000.0, 5_000.0
OBJECTS_PER_CELL = 10
RANGE_SIGMA_M = 10.0
AZIMUTH_SIGMA_RAD = math.radians(0.3)
ELEVATION_SIGMA_RAD = math.radians(0.5)
HIGHEST_ELEVATION_RAD = math.radians(30.0)
ACCELERATION_DENSITY = 1.0  # m2/s3, each horizontal axis
VERTICAL_DENSITY = 0.01
SLOWEST_MPS, FASTEST_MPS = 20.0, 55.0
SPEED_SIGMA_MPS = 28.0  # on each horizontal axis: of speeds uniform between these over all courses
VERTICAL_SPEED_SIGMA_MPS = 2.8
LOWEST_M, HIGHEST_M = 300.0, 3000.0
STANDOFF_M = 5_200.0
"""A radar with elevation stands so far south of its square that its fan holds all that flies there."""
GAPS_FILLED_PER_S = 0.2
IMMORTAL_S = 10_000.0


@dataclass(frozen=True)
class Plan:
    """What a sky is like. More objects lie in a larger square, so that all are as dense.

    Flat: heights are 0 and the radar, in the middle, measures range and azimuth. Else it looks from the south
    and measures elevation too. `is_immortal`: nobody dies or turns up, nor ends at the square's edge.
    """

    objects: int
    cell_m: float = SPARSE_CELL_M
    is_flat: bool = True
    detection_probability: float = 0.9
    false_per_object: float = 1.0
    lifetime_s: float = 200.0
    azimuth_sigma_rad: float = AZIMUTH_SIGMA_RAD
    is_immortal: bool = False

    @property
    def side_m(self) -> float:
        """Of the square that all is in."""
        return self.cell_m * math.sqrt(self.objects / OBJECTS_PER_CELL)

    @property
    def centre_m(self) -> FloatArray:
        """Middle (2,) of the square; the radar is at the origin."""
        return np.array([0.0, 0.0 if self.is_flat else STANDOFF_M + self.side_m / 2])

    @cached_property
    def stay_s(self) -> float:
        """Mean time for which an object is there, until it dies or flies straight out of the square."""
        if self.is_immortal:
            return IMMORTAL_S
        states = _born(np.random.default_rng(0), self, 20_000)
        place, flight = states[:, :2] - self.centre_m, states[:, self.axes : self.axes + 2]
        out_s = ((self.side_m / 2 - np.sign(flight) * place) / np.abs(flight)).min(axis=1)
        return float(np.mean(self.lifetime_s * (1.0 - np.exp(-out_s / self.lifetime_s))))

    @property
    def false_per_scan(self) -> float:
        """Mean number of false detections, uniform over the square by range and azimuth, and in elevation."""
        return self.false_per_object * self.objects

    @property
    def plot_sigmas(self) -> FloatArray:
        """Errors (axes,) of range [m], azimuth and elevation [rad]."""
        return np.array([RANGE_SIGMA_M, self.azimuth_sigma_rad, ELEVATION_SIGMA_RAD])[: self.axes]

    @property
    def axes(self) -> int:
        """Two or three."""
        return 2 if self.is_flat else 3


@dataclass(frozen=True)
class Turn:
    """One scan: where objects truly are, and the radar's plots in random order; `axes` is 2 or 3."""

    objects: IntArray  # (n,) numbers of those that live
    states: FloatArray  # (n, 2 axes) east, north (, up) [m], then their velocities
    plots: FloatArray  # (d, axes) range [m], azimuth clockwise from north (, elevation) [rad]
    source: IntArray  # (d,) which object a plot is of, -1 for a false one; for the oracle alone

    @property
    def positions(self) -> FloatArray:
        """(n, axes) [m]."""
        return self.states[:, : self.states.shape[1] // 2]


@dataclass(frozen=True)
class Sky:
    """So many turns, one a second."""

    plan: Plan
    turns: list[Turn]


def densities(axes: int) -> FloatArray:
    """Acceleration noise (axes,) [m2/s3]."""
    return np.array([ACCELERATION_DENSITY, ACCELERATION_DENSITY, VERTICAL_DENSITY])[:axes]


def polar(positions: FloatArray) -> FloatArray:
    """Range, azimuth and, of three axes, elevation (n, axes) of positions (n, axes)."""
    azimuth = np.arctan2(positions[:, 0], positions[:, 1])
    slant = np.linalg.norm(positions, axis=1)
    if positions.shape[1] == 2:
        return np.column_stack([slant, azimuth])
    return np.column_stack([slant, azimuth, np.arcsin(positions[:, 2] / slant)])


def _born(rng: np.random.Generator, plan: Plan, count: int) -> FloatArray:
    course, speed = rng.uniform(0.0, 2.0 * math.pi, count), rng.uniform(SLOWEST_MPS, FASTEST_MPS, count)
    place = plan.centre_m + rng.uniform(-plan.side_m / 2, plan.side_m / 2, (count, 2))
    flight = np.column_stack([speed * np.sin(course), speed * np.cos(course)])
    if plan.is_flat:
        return np.hstack([place, flight])
    height, climb = rng.uniform(LOWEST_M, HIGHEST_M, count), rng.normal(0.0, VERTICAL_SPEED_SIGMA_MPS, count)
    return np.column_stack([place, height, flight, climb])


def _moved(rng: np.random.Generator, states: FloatArray, axes: int) -> FloatArray:
    """One second of nearly constant velocity, with white acceleration noise."""
    first, second = rng.normal(size=(2, len(states), axes)) * np.sqrt(densities(axes))
    # Factor of [1/3, 1/2; 1/2, 1]: how the noise of one second reaches place and speed.
    place = states[:, :axes] + states[:, axes:] + first / math.sqrt(3.0)
    speed = states[:, axes:] + first * math.sqrt(0.75) + second / 2.0
    return np.hstack([place, speed])


def _looked(rng: np.random.Generator, plan: Plan, objects: IntArray, states: FloatArray) -> Turn:
    axes = plan.axes
    seen = rng.random(len(objects)) < plan.detection_probability
    true = polar(states[seen, :axes])
    true += plan.plot_sigmas * rng.normal(size=true.shape)
    half = plan.side_m / 2
    false = polar(plan.centre_m + rng.uniform(-half, half, (rng.poisson(plan.false_per_scan), 2)))
    if not plan.is_flat:
        false = np.column_stack([false, rng.uniform(0.0, HIGHEST_ELEVATION_RAD, len(false))])
    plots = np.vstack([true, false])
    plots[:, 0] = np.abs(plots[:, 0])
    source = np.append(objects[seen], np.full(len(false), -1))
    mixed = rng.permutation(len(plots))
    return Turn(objects, states, plots[mixed], source[mixed])


def make_sky(plan: Plan, scans: int, seed: int) -> Sky:
    """A sky of this plan; whoever dies, or leaves the square, is replaced within five seconds or so."""
    rng = np.random.default_rng([seed, plan.objects, int(plan.cell_m)])
    states, numbers, born_so_far = _born(rng, plan, plan.objects), np.arange(plan.objects), plan.objects
    turns: list[Turn] = []
    for _ in range(scans):
        if turns:
            states = _moved(rng, states, plan.axes)
            if not plan.is_immortal:
                stays = (np.abs(states[:, :2] - plan.centre_m) <= plan.side_m / 2).all(axis=1)
                stays &= rng.random(len(states)) < math.exp(-1.0 / plan.lifetime_s)
                gaps = max(plan.objects - int(stays.sum()), 0)
                fresh = _born(rng, plan, rng.poisson(GAPS_FILLED_PER_S * gaps))
                states = np.vstack([states[stays], fresh])
                numbers = np.append(numbers[stays], np.arange(born_so_far, born_so_far + len(fresh)))
                born_so_far += len(fresh)
        turns.append(_looked(rng, plan, numbers, states))
    return Sky(plan, turns)
