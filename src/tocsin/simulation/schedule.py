"""When a sensor looks, and when it is out of order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.simulation.instrument import Instrument
from tocsin.simulation.streams import stream
from tocsin.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Schedule:
    """Look `k` is at `phase_s + k period_s` after the scenario's start, rounded to the microsecond."""

    phase_s: float
    period_s: float
    duration_s: float
    outages: tuple[tuple[float, float], ...]

    def looks(self, from_s: float, to_s: float) -> IntArray:
        """Numbers of the looks within [from, to] and the scenario, whether or not the sensor is in order."""
        first = max(0, int(np.ceil((from_s - self.phase_s) / self.period_s)))
        last = int(np.floor((min(to_s, self.duration_s) - self.phase_s) / self.period_s))
        return np.arange(first, last + 1, dtype=np.int64)

    def time_s(self, looks: IntArray) -> FloatArray:
        """Their times after the scenario's start, (k,) [s]."""
        time_s: FloatArray = np.rint((self.phase_s + looks * self.period_s) * 1e6) / 1e6
        return time_s

    def in_order(self, time_s: FloatArray) -> BoolArray:
        """Whether the sensor works at these times, (k,)."""
        working = np.ones(time_s.shape, dtype=np.bool_)
        for start_s, end_s in self.outages:
            working &= (time_s < start_s) | (time_s >= end_s)
        return working


def schedule_of(instrument: Instrument, seed: int, duration_s: float) -> Schedule:
    """Sensors are not synchronous: where in its period each begins depends on the seed."""
    phase_s = instrument.period_s * stream(seed, "sensor", instrument.name).random()
    return Schedule(phase_s, instrument.period_s, duration_s, instrument.true.outages or ())
