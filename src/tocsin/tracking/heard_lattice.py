"""The lattice of cells and velocities on which objects lie that were heard but are not placed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tocsin.tracking.heard_listeners import Listener, Prior
from tocsin.tracking.kernels.heard_layout import Lattice
from tocsin.units import FloatArray, IntArray

_CELLS_PER_RANGE = 5.0  # 4 and 6 place objects as well
_MOST_CELLS_PER_NODE = 250.0
_RINGS = 2  # of velocities around zero, a speed sigma apart


def lattice_of(listeners: Sequence[Listener], prior: Prior) -> tuple[Lattice, IntArray]:
    """Square cells wherever a node may hear something; of the cells near the nodes node i has first[i] to
    first[i + 1], first (m + 1,).

    Their size is a share of the usual range; more where ranges differ so that there would be too many.
    """
    ranges_m = np.array([listener.max_range_m for listener in listeners])
    crowded_m = math.sqrt(math.pi * (ranges_m**2).mean() / _MOST_CELLS_PER_NODE)
    cell_m = max(float(np.median(ranges_m)) / _CELLS_PER_RANGE, crowded_m)
    velocity = _velocities(prior.speed_sigma_mps)
    fastest_mps = float(np.hypot(*velocity.T).max())
    share = np.exp(-0.5 * (velocity**2).sum(axis=1) / prior.speed_sigma_mps**2)
    around = []
    for listener in listeners:
        # What is heard from the greatest range has flown on since.
        reach_m = listener.max_range_m * (1.0 + fastest_mps / listener.propagation_speed_mps)
        around.append(_cells_around(listener.position_m, reach_m + cell_m, cell_m))
    cells = np.unique(np.concatenate(around), axis=0)
    keys = _keys(cells)
    sides = np.array([[-1, 0], [1, 0], [0, -1], [0, 1]])
    neighbour = np.stack([_index(keys, cells + side) for side in sides], axis=1)
    near = np.concatenate([_index(keys, one) for one in around])
    centre = (cells.astype(np.float64) + 0.5) * cell_m
    first = np.concatenate([[0], np.cumsum([len(one) for one in around])])
    return Lattice(centre, neighbour, velocity, share / share.sum(), near, cell_m), first


def velocity_variance_m2ps2(speed_sigma_mps: float) -> float:
    """Variance on either axis within one velocity's hexagon."""
    return 5.0 / 72.0 * speed_sigma_mps**2


def _velocities(spacing_mps: float) -> FloatArray:
    """A hexagonal lattice (k, 2) of rings around zero."""
    rings = range(-_RINGS, _RINGS + 1)
    steps = [(a + 0.5 * b, b * math.sqrt(0.75)) for a in rings for b in rings if abs(a + b) <= _RINGS]
    return spacing_mps * np.array(steps)


def _cells_around(place: FloatArray, radius_m: float, cell_m: float) -> IntArray:
    """Cells (c, 2) whose centre is within a radius of a place."""
    low, high = np.floor((place[:2] - radius_m) / cell_m), np.floor((place[:2] + radius_m) / cell_m)
    east, north = (np.arange(a, b + 1, dtype=np.int64) for a, b in zip(low, high, strict=True))
    cells = np.stack(np.meshgrid(east, north, indexing="ij"), axis=-1).reshape(-1, 2)
    away_m = (cells + 0.5) * cell_m - place[:2]
    return np.asarray(cells[(away_m**2).sum(axis=1) <= radius_m**2])


def _keys(cells: IntArray) -> IntArray:
    """One number for each cell, in the order of `np.unique` by rows."""
    return np.asarray(cells[:, 0] * (1 << 32) + cells[:, 1])


def _index(keys: IntArray, cells: IntArray) -> IntArray:
    """Where cells stand among the sorted keys; -1: nowhere."""
    wanted = _keys(cells)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.asarray(np.where(keys[at] == wanted, at, -1))
