"""Two bounds: an extended Kalman filter with perfect association, and the posterior Cramer-Rao bound."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.skies import (
    SPEED_SIGMA_MPS,
    VERTICAL_SPEED_SIGMA_MPS,
    Plan,
    Sky,
    Turn,
    densities,
    polar,
)
from tocsin.units import BoolArray, FloatArray, IntArray


def gradients(positions: FloatArray) -> FloatArray:
    """d(range, azimuth, elevation)/d(position), (n, axes, axes), at positions (n, axes)."""
    count, axes = positions.shape
    east, north = positions[:, 0], positions[:, 1]
    ground = np.hypot(east, north)
    slant = np.linalg.norm(positions, axis=1)
    h = np.zeros((count, axes, axes))
    h[:, 0] = positions / slant[:, None]
    h[:, 1, 0], h[:, 1, 1] = north / ground**2, -east / ground**2
    if axes == 3:
        h[:, 2, :2] = -positions[:, :2] * (positions[:, 2] / (ground * slant**2))[:, None]
        h[:, 2, 2] = ground / slant**2
    return h


class _Riccati:
    """Covariances of all objects, predicted second by second and updated where there was a plot.

    Numbers of objects are rows; a row counts from its first plot on.
    """

    def __init__(self, objects: int, plan: Plan) -> None:
        self.axes = axes = plan.axes
        self.covariance = np.zeros((objects, 2 * axes, 2 * axes))
        self.is_started = np.zeros(objects, np.bool_)
        self.step = np.kron(np.array([[1.0, 1.0], [0.0, 1.0]]), np.eye(axes))
        self._noise = np.kron(np.array([[1 / 3, 1 / 2], [1 / 2, 1.0]]), np.diag(densities(axes)))
        self._errors = np.diag(plan.plot_sigmas**2)
        self._speeds = np.diag(
            np.array([SPEED_SIGMA_MPS, SPEED_SIGMA_MPS, VERTICAL_SPEED_SIGMA_MPS])[:axes] ** 2
        )

    def predict(self) -> None:
        self.covariance = self.step @ self.covariance @ self.step.T + self._noise

    def start(self, rows: IntArray, positions: FloatArray) -> None:
        """A first plot tells all of the position, the prior all of the velocity."""
        inverse = np.linalg.inv(gradients(positions))
        self.covariance[rows] = 0.0
        self.covariance[rows, : self.axes, : self.axes] = inverse @ self._errors @ inverse.transpose(0, 2, 1)
        self.covariance[rows, self.axes :, self.axes :] = self._speeds
        self.is_started[rows] = True

    def update(self, rows: IntArray, positions: FloatArray) -> FloatArray:
        """With a plot linearised at the given positions; gives the gains (n, 2 axes, axes)."""
        h = np.concatenate([gradients(positions), np.zeros((len(rows), self.axes, self.axes))], axis=2)
        across = h @ self.covariance[rows]
        gains = np.linalg.solve(across @ h.transpose(0, 2, 1) + self._errors, across).transpose(0, 2, 1)
        self.covariance[rows] -= gains @ across
        return gains


def _room(sky: Sky) -> _Riccati:
    return _Riccati(1 + max(int(turn.objects.max(initial=-1)) for turn in sky.turns), sky.plan)


def _of_objects(turn: Turn) -> tuple[IntArray, FloatArray]:
    """The objects that were seen, and their plots."""
    is_true = turn.source >= 0
    return turn.source[is_true], turn.plots[is_true]


def _cartesian(plots: FloatArray) -> FloatArray:
    slant, azimuth = plots[:, 0], plots[:, 1]
    if plots.shape[1] == 2:
        return np.column_stack([slant * np.sin(azimuth), slant * np.cos(azimuth)])
    ground = slant * np.cos(plots[:, 2])
    return np.column_stack([ground * np.sin(azimuth), ground * np.cos(azimuth), slant * np.sin(plots[:, 2])])


def oracle_estimates(sky: Sky) -> Iterator[FloatArray]:
    """Positions (n, axes) after each scan of the objects seen so far that still live.

    The filter is told which plot is of which object and who lives: nobody can be expected to do better.
    """
    room, axes = _room(sky), sky.plan.axes
    states = np.zeros((len(room.is_started), 2 * axes))
    for turn in sky.turns:
        room.predict()
        states = states @ room.step.T
        rows, plots = _of_objects(turn)
        known = room.is_started[rows]
        old, new = rows[known], rows[~known]
        innovation = plots[known] - polar(states[old, :axes])
        innovation[:, 1:] = (innovation[:, 1:] + np.pi) % (2 * np.pi) - np.pi
        gains = room.update(old, states[old, :axes])
        states[old] += (gains @ innovation[:, :, None])[:, :, 0]
        states[new] = 0.0
        states[new, :axes] = _cartesian(plots[~known])
        room.start(new, states[new, :axes])
        yield states[turn.objects[room.is_started[turn.objects]], :axes]


def bound_covariances(sky: Sky) -> Iterator[tuple[BoolArray, FloatArray]]:
    """After each scan: which living objects (n,) were seen so far, and the bound J^-1 (n, 2 axes, 2 axes).

    Tichavsky, Muravchik, Nehorai 1998, for linear motion: J <- (F J^-1 F' + Q)^-1 + H' R^-1 H, with H at the
    truth, and the second term only where there was a plot: averaging J^-1 over objects and seeds is then
    averaging over detection patterns.
    """
    room = _room(sky)
    for turn in sky.turns:
        room.predict()
        place = dict(zip(turn.objects.tolist(), turn.positions, strict=True))
        rows, _ = _of_objects(turn)
        known = room.is_started[rows]
        positions = np.array([place[row] for row in rows.tolist()]).reshape(-1, sky.plan.axes)
        room.update(rows[known], positions[known])
        room.start(rows[~known], positions[~known])
        yield room.is_started[turn.objects], room.covariance[turn.objects]
