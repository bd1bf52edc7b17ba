"""One object's true flight: where it is at any instant, and by what it can be perceived."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.simulation.flyers import ClassSection
from tocsin.units import FloatArray

STEP_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Flight:
    """`state` is (steps + 1, 6): east, north, up [m] and their velocities [m/s] in the site's tangent plane.

    Known every `STEP_S` from `start_s` after the scenario's start; the acceleration in between is constant.
    `identity` is what it calls itself in broadcasts, or ''.
    """

    object_id: str
    class_name: str
    traits: ClassSection
    start_s: float
    state: FloatArray
    radar_cross_section_m2: float
    emits_radio: bool
    identity: str

    @property
    def end_s(self) -> float:
        """The last instant at which it is there [s]."""
        return self.start_s + STEP_S * (len(self.state) - 1)

    def at(self, time_s: FloatArray) -> FloatArray:
        """States (k, 6) at times (k,) [s]; before its start and after its end, those of start and end."""
        steps = np.clip((time_s - self.start_s) / STEP_S, 0.0, len(self.state) - 1.0)
        before = np.minimum(steps.astype(np.int64), max(len(self.state) - 2, 0))
        after = np.minimum(before + 1, len(self.state) - 1)
        part = (steps - before)[:, np.newaxis]
        first, second = self.state[before], self.state[after]
        change = second[:, 3:] - first[:, 3:]
        position = first[:, :3] + STEP_S * part * (first[:, 3:] + 0.5 * part * change)
        return np.concatenate([position, first[:, 3:] + part * change], axis=1)
