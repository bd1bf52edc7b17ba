"""Truth: where simulated objects really were, as columns; known to simulation and evaluation only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.model.columns import Columns
from tocsin.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Truth(Columns):
    """One row for each object and instant at which it is there, sorted by time; all (n,) but `state`.

    `state` is (n, 6): east, north, up [m] in the site's tangent plane, then their velocities [m/s].
    """

    time_ns: IntArray
    object_id: npt.NDArray[np.object_]
    state: FloatArray
    object_class: npt.NDArray[np.object_]
    threat: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Origins(Columns):
    """Of which object the true detections of a run are, by time of receipt; all (n,)."""

    time_ns: IntArray
    received_ns: IntArray
    sensor: npt.NDArray[np.int16]
    object_id: npt.NDArray[np.object_]
