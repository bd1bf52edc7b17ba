"""Objects that are too near to each other for a sensor's resolution give it one detection."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.geo.polar import FULL_TURN_RAD, wrap_angle
from tocsin.simulation.plots import Plots
from tocsin.units import BoolArray, FloatArray, IntArray


class Cell(NamedTuple):
    """What a sensor takes for one object; inf: it does not tell apart by it."""

    range_m: float
    azimuth_rad: float
    elevation_rad: float = np.inf


def merge_unresolved(plots: Plots, cell: Cell) -> Plots:
    """Of all plots of one scan that one cell holds, their middle stays, with the source of the first.

    The nearest plot, or where no range is measured the first in azimuth, opens a cell and takes in all that
    are within it; then the next that is left. The middle weighs all alike: echoes of like objects fluctuate
    from scan to scan by more than they differ, so that none is the stronger one for long.
    """
    has_range = bool(np.isfinite(plots.range_m).any())
    order = np.lexsort((plots.azimuth_rad, plots.range_m if has_range else plots.azimuth_rad, plots.look))
    plots = plots.take(order)
    first = _cells(plots, cell)
    values = {name: array.copy() for name, array in plots.arrays().items()}
    for opener in np.unique(first[first != np.arange(len(first))]).tolist():
        members = np.flatnonzero(first == opener)
        beside = wrap_angle(plots.azimuth_rad[members] - plots.azimuth_rad[opener])
        values["azimuth_rad"][opener] = np.mod(plots.azimuth_rad[opener] + beside.mean(), FULL_TURN_RAD)
        for name in ("range_m", "elevation_rad", "range_rate_mps"):
            values[name][opener] = values[name][members].mean()
    return Plots(**values).take(first == np.arange(len(first)))


def _cells(plots: Plots, cell: Cell) -> IntArray:
    """Of each plot the one that opened its cell; plots come by look, and in the order in which they open."""
    first = np.arange(len(plots))
    bounds = np.flatnonzero(np.diff(plots.look, prepend=-1, append=np.iinfo(np.int64).max))
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        left = np.arange(start, stop)
        while len(left) > 1:
            inside = _inside(plots, left, cell)
            first[left[inside]] = left[0]
            left = left[~inside]
    return first


def _inside(plots: Plots, rows: IntArray, cell: Cell) -> BoolArray:
    """Which of some plots are inside the cell that the first of them opens; itself, too."""
    opener = rows[0]
    inside = np.abs(wrap_angle(plots.azimuth_rad[rows] - plots.azimuth_rad[opener])) < cell.azimuth_rad
    inside &= _apart(plots.range_m, rows) <= cell.range_m
    inside &= _apart(plots.elevation_rad, rows) <= cell.elevation_rad
    inside[0] = True
    return inside


def _apart(values: FloatArray, rows: IntArray) -> FloatArray:
    """Distances from the first row; 0 where nothing is measured."""
    apart: FloatArray = np.nan_to_num(np.abs(values[rows] - values[rows[0]]), nan=0.0)
    return apart
