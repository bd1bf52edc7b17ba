"""Copies by multipath: echoes that came by way of the ground or a building appear behind their object."""

from __future__ import annotations

import numpy as np

from tocsin.simulation.instrument import Instrument
from tocsin.simulation.plots import Plots
from tocsin.units import FloatArray


def with_copies(instrument: Instrument, plots: Plots, draw: np.random.Generator) -> Plots:
    """The plots of one object, and their copies: by as much farther as the path has become longer, with
    errors of their own, in the same direction and with the same range rate. A copy beyond the coverage is
    not seen, and one of an object is of this."""
    has = draw.random(len(plots)) < instrument.multipath_probability
    excess_m = instrument.multipath_excess_m * _excess(plots.time_s, instrument.multipath_hold_s, draw)
    noise = draw.standard_normal((len(plots), 4)) * instrument.sigmas
    values = {name: array.copy() for name, array in plots.arrays().items()}
    values["range_m"] += excess_m + noise[:, 0]
    for k, name in enumerate(("azimuth_rad", "elevation_rad", "range_rate_mps"), start=1):
        values[name] += noise[:, k]
    values["azimuth_rad"] = np.mod(values["azimuth_rad"], 2.0 * np.pi)
    copies = Plots(**values)
    return Plots.concatenate([plots, copies.take(has & (copies.range_m <= instrument.max_range_m))])


def _excess(time_s: FloatArray, hold_s: float, draw: np.random.Generator) -> FloatArray:
    """Exponential with mean 1 at any time, (k,), and continuous: another value after about hold_s.

    Half the sum of the squares of two normal processes, each of which turns from one drawn value to the next:
    cos(t) a + sin(t) b is normal, too.
    """
    if len(time_s) == 0:
        return np.zeros(0)
    turn = time_s / hold_s
    knot = np.floor(turn).astype(np.int64)
    drawn = draw.standard_normal((int(knot.max()) + 2, 2))
    angle = 0.5 * np.pi * (turn - knot)[:, None]
    normal = np.cos(angle) * drawn[knot] + np.sin(angle) * drawn[knot + 1]
    excess: FloatArray = 0.5 * (normal * normal).sum(axis=1)
    return excess
