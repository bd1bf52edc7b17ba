"""Objects that were heard, or may yet be, and have no track: how they move, age, and become tracks.

They are a Poisson intensity of the never heard, and tentative objects, each a Bernoulli with any distribution
over the lattice. Where the intensity gathers an object's worth, that becomes tentative; a tentative object
that has become compact is born as a Gaussian.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.tracking.heard_lattice import velocity_variance_m2ps2
from tocsin.tracking.heard_listeners import Prior
from tocsin.tracking.kernels.heard_layout import Lattice, Unplaced
from tocsin.units import AnyArray, BoolArray, FloatArray

# So many objects within so many ranges of a node become one tentative object: all places where that may be.
_START, _AROUND = 0.25, 1.5
_GIVE_BACK = 0.05  # of less existence than this, it becomes intensity again
MOST_TENTATIVE = 8
_NOTEWORTHY = 0.04  # a peak with less than this share of _START is not looked at
# A tentative object is born when it is known to this share of a node's range, and hardly a chance.
_BORN, _MOST_BORN, _COMPACT = 0.8, 0.99, 0.2
# One node alone may be stuck, or stand beside a mower: so many must have heard it so often in a minute.
_WITNESSES, _WITNESS = 2, 0.5
_SUPPORT_SECONDS = 60.0
# How long objects mostly keep their course, and their place within a velocity's cell.
_STRAIGHT_S, _WANDER_S = 60.0, 15.0
_DIFFUSE_EVERY_S = 4
_EAST_NORTH = np.array([0, 1, 3, 4])  # places and velocities in a state


class Births(NamedTuple):
    """New tracks, b of them, at the time of the reports."""

    state: FloatArray  # (b, 6)
    covariance: FloatArray  # (b, 6, 6)
    existence: FloatArray  # (b,)
    visible: FloatArray  # (b, m) probability that each node can hear it at all
    support: FloatArray  # (b, m) how often each node heard it in the last minute, decayed

    @staticmethod
    def none(nodes: int) -> Births:
        """No new track."""
        return Births(*(np.zeros(shape) for shape in ((0, 6), (0, 6, 6), 0, (0, nodes), (0, nodes))))


class UnplacedObjects:
    """All that flies and has no track, as m nodes know it."""

    def __init__(
        self, lattice: Lattice, prior: Prior, positions_m: FloatArray, ranges_m: FloatArray,
        visible_prior: FloatArray, visible_hold_s: FloatArray,
    ) -> None:  # fmt: skip
        """Nodes at positions_m (m, 3), of ranges, visible_prior and visible_hold_s (m,)."""
        self._lattice, self._prior = lattice, prior
        self._positions_m, self._ranges_m = positions_m, ranges_m
        self._visible_prior, self._visible_hold_s = visible_prior, visible_hold_s
        self._per_cell = prior.birth_rate_per_m2_s * prior.lifetime_s * lattice.cell_m**2
        self._velocity_variance = velocity_variance_m2ps2(prior.speed_sigma_mps)
        self.forget()

    def forget(self) -> None:
        """As if nobody had ever listened."""
        share, nodes = self._lattice.share, len(self._ranges_m)
        density = np.tile(self._per_cell * share[:, None], (1, 1, len(self._lattice.centre)))
        visible = self._visible_prior[None, :].copy()
        self.rows = Unplaced(density, np.ones(1), np.zeros(1), visible, np.zeros((1, nodes)))
        self._offset = np.zeros((len(share), 2))

    def arrays(self) -> tuple[AnyArray, ...]:
        """All state: the rows, and how far the cells of each velocity are from their centres."""
        return (*self.rows, self._offset)

    def take(self, arrays: tuple[AnyArray, ...]) -> None:
        """Makes copies of such arrays the state."""
        *rows, self._offset = (array.copy() for array in arrays)
        self.rows = Unplaced(*rows)

    def moved(self, dt_s: float) -> FloatArray:
        """How far (k, 2) the cells of each velocity are from their centres dt_s later."""
        return self._offset + dt_s * self._lattice.velocity

    # ---- prediction ----

    def predict(self, step_s: int, second: int) -> None:
        """Moves, mixes, ages and gives birth in all densities; second: the time reached."""
        rows = self.rows
        rows.density[:] *= rows.scale[:, None, None]
        rows.scale[:] = 1.0
        outside = np.zeros((len(rows.scale), 1, 1))
        outside[0] = self._per_cell
        if step_s > 1:
            self._diffuse(step_s, outside)
        elif second % _DIFFUSE_EVERY_S == 0:
            self._diffuse(_DIFFUSE_EVERY_S, outside)
        self._move(step_s, outside)
        self._age(step_s, outside)
        rows.support[:] *= math.exp(-step_s / _SUPPORT_SECONDS)
        forgotten = 1.0 - np.exp(-step_s / self._visible_hold_s)
        rows.visible[:] += (self._visible_prior - rows.visible) * forgotten
        rows.existence[1:] = np.minimum(rows.density[1:].sum(axis=(1, 2)), 1.0)
        for g in np.flatnonzero(rows.existence[1:] < _GIVE_BACK)[::-1].tolist():
            self.rows.density[0] += self.rows.density[g + 1]
            self._remove(g + 1)

    def _diffuse(self, time_s: int, outside: FloatArray) -> None:
        """Objects have any velocity of its cell: some come into the next cell."""
        density, share = self.rows.density, self._lattice.share[None, :, None]
        part = min(0.2, time_s * self._velocity_variance * _WANDER_S / self._lattice.cell_m**2)
        around = sum(self._from(side, density, share * outside) for side in range(4))
        density[:] += part * (around - 4.0 * density)

    def _move(self, time_s: int, outside: FloatArray) -> None:
        """The cells move; one that has gone half its width has become its neighbour."""
        lattice, density = self._lattice, self.rows.density
        self._offset += time_s * lattice.velocity
        while len(far := np.argwhere(np.abs(self._offset) > 0.5 * lattice.cell_m)):
            for k, axis in far.tolist():
                ahead = self._offset[k, axis] > 0.0
                self._offset[k, axis] -= lattice.cell_m if ahead else -lattice.cell_m
                side = 2 * axis + (0 if ahead else 1)
                density[:, k] = self._from(side, density[:, k], outside[:, 0] * lattice.share[k])

    def _age(self, time_s: int, outside: FloatArray) -> None:
        """Some end, some turn, and new ones come."""
        density, share = self.rows.density, self._lattice.share[None, :, None]
        survives, straight = math.exp(-time_s / self._prior.lifetime_s), math.exp(-time_s / _STRAIGHT_S)
        turned = survives * (1.0 - straight) * density.sum(axis=1, keepdims=True)
        density[:] *= survives * straight
        density[:] += share * (turned + (1.0 - survives) * outside)

    def _from(self, side: int, density: FloatArray, beyond: FloatArray) -> FloatArray:
        """What the neighbours on one side of each cell hold; density (..., c)."""
        neighbour = self._lattice.neighbour[:, side]
        value: FloatArray = np.where(neighbour >= 0, density[..., neighbour], beyond)
        return value

    # ---- tentative objects and births ----

    def births(self, dt_s: float) -> Births:
        """Takes out what has become a track, and makes what is worth it a tentative object; dt_s after the
        time predicted to."""
        born = []
        for g in range(len(self.rows.scale) - 1, 0, -1):
            witnesses = int((self.rows.support[g] >= _WITNESS).sum())
            if self.rows.existence[g] < _BORN or witnesses < _WITNESSES:
                continue
            mean, covariance = self._moments(self.rows.density[g], dt_s)
            sigma_m = math.sqrt(np.linalg.eigvalsh(covariance[:2, :2])[-1])
            if sigma_m <= _COMPACT * self._earshot_m(mean):
                born.append((g, mean, covariance))
        births = self._as_births(born[::-1]) if born else Births.none(len(self._ranges_m))
        for g, _, _ in born:
            self._remove(g)
        if len(self.rows.scale) <= MOST_TENTATIVE:
            self._start(dt_s)
        return births

    def _as_births(self, born: list[tuple[int, FloatArray, FloatArray]]) -> Births:
        """In three dimensions: what nodes on the ground don't tell is as the prior says."""
        state, covariance = np.zeros((len(born), 6)), np.zeros((len(born), 6, 6))
        for row, (_, mean, spread) in enumerate(born):
            state[row, _EAST_NORTH] = mean
            state[row, 2] = self._prior.up_m(mean)
            covariance[row, _EAST_NORTH[:, None], _EAST_NORTH] = spread
            covariance[row, 2, 2] = self._prior.altitude_sigma_m**2
            covariance[row, 5, 5] = self._prior.vertical_speed_sigma_mps**2
        objects = [g for g, _, _ in born]
        existence = np.minimum(self.rows.existence[objects], _MOST_BORN)
        return Births(state, covariance, existence, self.rows.visible[objects], self.rows.support[objects])

    def _remove(self, g: int) -> None:
        self.rows = Unplaced(*(np.delete(array, g, axis=0) for array in self.rows))

    def _start(self, dt_s: float) -> None:
        """Makes the intensity around its peak a tentative object, if it holds enough."""
        intensity, centre = self.rows.density[0], self._lattice.centre
        total = intensity.sum(axis=0)
        around = total + sum(self._from(side, total, np.zeros(1)) for side in range(4))
        peak = int(np.argmax(around))
        if around[peak] < _NOTEWORTHY * _START:
            return
        earshot_m = self._earshot_m(centre[peak])
        near = self._within(centre[peak], 0.5 * earshot_m, dt_s) * intensity
        part = self._within(self._moments(near, dt_s)[0], _AROUND * earshot_m, dt_s) * intensity
        mass = float(part.sum())
        if mass < _START:
            return
        # Of a Poisson number with mean M, one and none are as M to 1.
        existence, visible = mass / (1.0 + mass), self._visible_prior
        new = (part, 1.0 / (1.0 + mass), existence, visible, np.zeros(len(visible)))
        intensity -= part
        self.rows = Unplaced(
            *(np.concatenate([old, np.asarray(row)[None]]) for old, row in zip(self.rows, new, strict=True))
        )

    def _places(self, dt_s: float) -> tuple[FloatArray, FloatArray]:
        """East and north of every cell of every velocity now, each (k, c)."""
        moved, centre = self.moved(dt_s), self._lattice.centre
        return moved[:, :1] + centre[:, 0], moved[:, 1:] + centre[:, 1]

    def _within(self, middle: FloatArray, radius_m: float, dt_s: float) -> FloatArray:
        """1 where a cell of a velocity is now within a radius, else 0; (k, c)."""
        east, north = self._places(dt_s)
        inside: BoolArray = (east - middle[0]) ** 2 + (north - middle[1]) ** 2 <= radius_m**2
        return inside.astype(np.float64)

    def _moments(self, density: FloatArray, dt_s: float) -> tuple[FloatArray, FloatArray]:
        """Mean (4,) and covariance (4, 4) of east, north and their velocities over a density (k, c)."""
        lattice = self._lattice
        values = np.empty((4, *density.shape))
        values[0], values[1] = self._places(dt_s)
        values[2:] = lattice.velocity.T[:, :, None]
        weight = density / density.sum()
        mean = (weight * values).sum(axis=(1, 2))
        away = values - mean[:, None, None]
        # Not by `@`, whose sums depend on how many threads there are.
        covariance = np.array([[(weight * a * b).sum() for b in away] for a in away])
        covariance += np.diag([lattice.cell_m**2 / 12.0] * 2 + [self._velocity_variance] * 2)
        return mean, covariance

    def _earshot_m(self, place: FloatArray) -> float:
        """Range of the node nearest to a place, whose east and north come first."""
        away = self._positions_m[:, :2] - place[:2]
        return float(self._ranges_m[np.argmin((away**2).sum(axis=1))])
