"""What a sensor that measures angles or ranges reports, before it becomes a row of the detections."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.model.columns import Columns
from tocsin.units import FloatArray, IntArray

FALSE_DETECTION = -1


@dataclass(frozen=True, slots=True, eq=False)
class Plots(Columns):
    """All (n,). `look` is the number of the scan, `time_s` is after the scenario's start.

    `source` is the number of the flight that it is of, or `FALSE_DETECTION`. Angles are at the sensor.
    """

    look: IntArray
    time_s: FloatArray
    source: IntArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray
    range_rate_mps: FloatArray

    @classmethod
    def none(cls) -> Plots:
        """No plots."""
        whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
        return cls(whole, real, whole, real, real, real, real)
