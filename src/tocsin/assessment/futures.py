"""The fixed futures that stand for all that a track may do: the same for every track and every picture.

What an object does from now on depends on how it flies now (`flight_modes`), not on where it is or how fast,
so a future is made once, for a unit of speed along the first axis, and a kernel turns, scales and shifts it.
Being fixed, it gives the same bits on every replay, and probabilities that move smoothly from one picture to
the next. Places in the plane are complex numbers here.

Heights fly on under white acceleration noise. What noise of unit density adds to a straight path has the
covariance s^2 (3 t - s) / 6 between times s <= t (integrate the noise twice: the integral of (s - u)(t - u)
for u from 0 to s). Three principal components of it hold more than 0.99 of the variance from a third of the
horizon on, where noise counts, so three numbers make a path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from tocsin.assessment.flight_modes import (
    DEPARTURE_SPEED_MPS,
    MODES,
    SHORT_LEG,
    SHORT_TURN_S,
    SPEED_DIFFUSION_PER_S,
    STILL,
    STRAIGHT,
    TAKEN_UP,
    TURNING,
)
from tocsin.units import FloatArray, IntArray

LEGS = 12
_SEED = 1
_COMPONENTS = 3
_DRAWN = 6
_STEP_S = 5.0
_Follows = Callable[[int, np.random.Generator], tuple[int, float]]
"""The mode after one that has ended, and how long it is held [s]."""


@dataclass(frozen=True, slots=True, eq=False)
class Futures:
    """Standard futures at `knots_s` (legs + 1,), the first of which is 0; those of each way lie together.

    Ways are the modes, with the short leg before the last; those of way w are `first[w]` to `first[w + 1]`.
    `standard` is (6, samples): draws of a standard normal, for each way with mean 0 and covariance 1 to
    rounding: two of place, two of velocity, height and climb. `unit_path_s` is (legs + 1, 2, samples): the
    way in the plane for a speed of 1 m/s along the first axis.
    `unit_climb_m` (legs + 1, samples) is what an acceleration density of 1 m2/s3 adds to the height.
    """

    knots_s: FloatArray
    first: IntArray
    standard: FloatArray
    unit_path_s: FloatArray
    unit_climb_m: FloatArray

    @classmethod
    def of(cls, horizon_s: float, legs: int = LEGS) -> Futures:
        """The futures up to a horizon [s]."""
        knots_s = leg_times(horizon_s, legs)
        components = path_components(knots_s)[:, :_COMPONENTS]
        standard, climbs = [], []
        ways = [unit_paths(number, mode.futures, knots_s) for number, mode in enumerate(MODES)]
        ways.insert(STILL, short_leg_paths(SHORT_LEG.futures, knots_s))
        for way in ways:
            draws = standard_normal_points(way.shape[1], _DRAWN + _COMPONENTS)
            standard.append(draws[:, :_DRAWN].T)
            climbs.append(components @ draws[:, _DRAWN:].T)
        path = np.concatenate(ways, axis=1)
        return cls(
            knots_s,
            np.cumsum([0, *(way.shape[1] for way in ways)], dtype=np.int64),
            np.ascontiguousarray(np.concatenate(standard, axis=1)),
            np.ascontiguousarray(np.stack([path.real, path.imag], axis=1)),
            np.ascontiguousarray(np.concatenate(climbs, axis=1)),
        )


def unit_paths(mode: int, count: int, knots_s: FloatArray) -> npt.NDArray[np.complex128]:
    """Ways (k, count) [s] from now on of what flies in a mode at 1 m/s towards 1, by the chain of modes.

    What stands still goes at `DEPARTURE_SPEED_MPS` towards anywhere once it leaves. Every way is there with
    its mirror image, and the first changes of mode are spread evenly over their distribution.
    """

    def follows(before: int, generator: np.random.Generator) -> tuple[int, float]:
        others = np.where(np.arange(len(MODES)) == before, 0.0, TAKEN_UP)
        after = int(generator.choice(len(MODES), p=others / others.sum()))
        return after, generator.exponential(MODES[after].hold_s)

    return _ways(mode, MODES[mode].hold_s, follows, np.random.default_rng([_SEED, mode]), count, knots_s)


def short_leg_paths(count: int, knots_s: FloatArray) -> npt.NDArray[np.complex128]:
    """As `unit_paths`, of what flies short legs and turns between them."""

    def follows(before: int, generator: np.random.Generator) -> tuple[int, float]:
        if before == STRAIGHT:
            return TURNING, generator.exponential(SHORT_TURN_S)
        return STRAIGHT, generator.exponential(SHORT_LEG.hold_s)

    generator = np.random.default_rng([_SEED, len(MODES)])
    return _ways(STRAIGHT, SHORT_LEG.hold_s, follows, generator, count, knots_s)


def _ways(
    mode: int,
    hold_s: float,
    follows: _Follows,
    generator: np.random.Generator,
    count: int,
    knots_s: FloatArray,
) -> npt.NDArray[np.complex128]:
    """Ways (k, count) of what is in a mode, which is held for so long in the mean, then as `follows` says."""
    half = count // 2
    steps = int(np.ceil(knots_s[-1] / _STEP_S))
    times_s: FloatArray = _STEP_S * np.arange(steps + 1, dtype=np.float64)
    places = np.empty((steps + 1, half), dtype=np.complex128)
    evenly = (generator.permutation(half) + 0.5) / half
    for number in range(half):
        first_s = -hold_s * np.log(1.0 - evenly[number])
        modes = _modes_over_time(mode, float(first_s), times_s[:-1], follows, generator)
        places[:, number] = _way(modes, generator)
    real = np.array([np.interp(knots_s, times_s, way.real) for way in places.T]).T
    imaginary = np.array([np.interp(knots_s, times_s, way.imag) for way in places.T]).T
    way = real + 1j * imaginary
    # The other half of the standard draws are mirrored, too, so that pairs are parted.
    return np.concatenate([way, np.roll(way.conj(), 1, axis=1)], axis=1)


def _modes_over_time(
    mode: int, until_s: float, times_s: FloatArray, follows: _Follows, generator: np.random.Generator
) -> IntArray:
    """Which mode holds in each step (steps,), where the first one ends at `until_s`."""
    modes = np.empty(len(times_s), dtype=np.int64)
    for step, time_s in enumerate(times_s.tolist()):
        while time_s >= until_s:
            mode, held_s = follows(mode, generator)
            until_s += held_s
        modes[step] = mode
    return modes


def _way(modes: IntArray, generator: np.random.Generator) -> npt.NDArray[np.complex128]:
    """Places (steps + 1,) of what flies in these modes (steps,) one after another."""
    diffusion = np.array([mode.course_diffusion_rad2ps for mode in MODES])[modes]
    turns = np.sqrt(diffusion * _STEP_S) * generator.normal(size=len(modes))
    stops = (modes[:-1] == STILL) & (modes[1:] != STILL)
    anywhere = generator.uniform(-np.pi, np.pi, len(modes))
    turns[1:][stops] = anywhere[1:][stops]
    spread = np.sqrt(SPEED_DIFFUSION_PER_S * _STEP_S) * generator.normal(size=len(modes))
    speed = np.exp(np.cumsum(spread))
    if modes[0] == STILL:
        speed = speed * DEPARTURE_SPEED_MPS
    # Half of a step's turn is made in the middle of it.
    course = np.cumsum(turns) - 0.5 * turns
    velocity = np.where(modes == STILL, 0.0, speed) * np.exp(1j * course)
    return np.concatenate([[0.0], np.cumsum(velocity) * _STEP_S])


def leg_times(horizon_s: float, legs: int) -> FloatArray:
    """Times (legs + 1,) [s] at which a future may bend: close now, wider later, as the uncertainty grows."""
    return horizon_s * (np.arange(legs + 1) / legs) ** 1.5


def path_components(times_s: FloatArray) -> FloatArray:
    """Principal components (k, k) of twice integrated white noise of unit density at `times_s` (k,).

    Largest first, as columns scaled so that their products sum to the covariance [m2].
    """
    earlier = np.minimum(times_s[:, None], times_s[None, :])
    later = np.maximum(times_s[:, None], times_s[None, :])
    variances, vectors = np.linalg.eigh(earlier**2 * (3.0 * later - earlier) / 6.0)
    # A component's sign is the library's whim; here the end of the path decides it.
    signs = np.where(vectors[-1] < 0.0, -1.0, 1.0)
    components: FloatArray = (vectors * signs * np.sqrt(np.maximum(variances, 0.0)))[:, ::-1]
    return components


def standard_normal_points(count: int, dimensions: int) -> FloatArray:
    """Evenly spread points (count, dimensions) of a standard normal, in mirrored pairs; `count` is even.

    A Latin hypercube (McKay, Beckman & Conover 1979) of a fixed seed through the inverse normal, turned so
    that the covariance of the set is exactly 1; the mirrored half makes its mean 0.
    """
    generator = np.random.default_rng(_SEED)
    normal = NormalDist()
    quantiles = np.array([normal.inv_cdf((2 * i + 1) / count) for i in range(count // 2)])
    half = np.stack([generator.permutation(quantiles) for _ in range(dimensions)], axis=1)
    draws = np.concatenate([half, -half])
    root = np.linalg.cholesky(draws.T @ draws / count)
    return np.linalg.solve(root, draws.T).T
