"""Objects that are too near to each other for a sensor's resolution give it one detection."""

from __future__ import annotations

import numpy as np

from tocsin.geo.polar import FULL_TURN_RAD, wrap_angle
from tocsin.simulation.plots import Plots
from tocsin.units import BoolArray


def merge_unresolved(plots: Plots, resolution_m: float, resolution_rad: float) -> Plots:
    """Of two plots of one scan, neighbours in azimuth and within both resolutions, their middle stays.

    A plot is merged with at most one other, the next in azimuth; where no range is measured, azimuth counts.
    """
    plots = plots.take(np.lexsort((plots.azimuth_rad, plots.look)))
    apart = wrap_angle(np.diff(plots.azimuth_rad))
    near = (np.diff(plots.look) == 0) & (np.abs(apart) < resolution_rad)
    range_apart_m = np.nan_to_num(np.abs(np.diff(plots.range_m)), nan=0.0)
    near &= range_apart_m <= resolution_m
    first = np.flatnonzero(near & _every_second(near))
    values = {name: array.copy() for name, array in plots.arrays().items()}
    values["azimuth_rad"][first] = np.mod(plots.azimuth_rad[first] + 0.5 * apart[first], FULL_TURN_RAD)
    for name in ("range_m", "elevation_rad", "range_rate_mps"):
        values[name][first] = 0.5 * (values[name][first] + values[name][first + 1])
    keep = np.ones(len(plots), dtype=np.bool_)
    keep[first + 1] = False
    return Plots(**values).take(keep)


def _every_second(near: BoolArray) -> BoolArray:
    """Of each run of true values the first, third, fifth ..., so that no plot is in two pairs."""
    place = np.arange(len(near))
    begins = near & ~np.append(False, near[:-1])[: len(near)]
    run_begin = np.maximum.accumulate(np.where(begins, place, 0)) if len(near) else place
    second: BoolArray = (place - run_begin) % 2 == 0
    return second
