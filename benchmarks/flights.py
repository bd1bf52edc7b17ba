"""True paths of what flies, from legs of constant turn and acceleration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.units import FloatArray

_STEP_S = 0.05  # at 10 m/s2 a straight line between two steps is off by 3 mm


@dataclass(frozen=True)
class Leg:
    """For so long an object turns (clockwise is positive) and changes its speed evenly."""

    duration_s: float
    turn_degps: float = 0.0
    acceleration_mps2: float = 0.0


@dataclass(frozen=True)
class Flight:
    """One object's states (k, 6), east, north, up [m] and velocities [m/s], at the times (k,) [s]."""

    time_s: FloatArray
    state: FloatArray

    def at(self, time_s: FloatArray) -> FloatArray:
        """States (..., 6) at times (...); NaN where the object isn't there."""
        found = [np.interp(time_s, self.time_s, column, np.nan, np.nan) for column in self.state.T]
        return np.stack(found, axis=-1)


def fly(
    start_m: npt.ArrayLike,
    course_deg: float,
    speed_mps: float,
    legs: Sequence[Leg],
    from_s: float = 0.0,
) -> Flight:
    """A level flight from a place (3,) on a course clockwise from north; a speed that falls to 0 stays 0."""
    counts = [max(round(leg.duration_s / _STEP_S), 1) for leg in legs]
    turn = np.repeat([math.radians(leg.turn_degps) for leg in legs], counts)
    faster = np.repeat([leg.acceleration_mps2 for leg in legs], counts)
    course = math.radians(course_deg) + np.concatenate([[0.0], np.cumsum(turn * _STEP_S)])
    speed = np.empty(len(course))
    speed[0] = speed_mps
    for k, change in enumerate(faster):
        speed[k + 1] = max(speed[k] + change * _STEP_S, 0.0)
    velocity = np.column_stack([speed * np.sin(course), speed * np.cos(course), np.zeros(len(speed))])
    way = np.cumsum(0.5 * (velocity[1:] + velocity[:-1]) * _STEP_S, axis=0)
    place = np.asarray(start_m, dtype=np.float64) + np.vstack([np.zeros(3), way])
    return Flight(from_s + _STEP_S * np.arange(len(course), dtype=np.float64), np.hstack([place, velocity]))


def straight(
    start_m: npt.ArrayLike, course_deg: float, speed_mps: float, seconds: float, from_s: float = 0.0
) -> Flight:
    """At one speed on one course."""
    return fly(start_m, course_deg, speed_mps, [Leg(seconds)], from_s)


def states_at(flights: Sequence[Flight], time_s: FloatArray) -> FloatArray:
    """States (..., n, 6) of n objects at times (...), NaN for those that aren't there."""
    if not flights:
        return np.zeros((*np.shape(time_s), 0, 6))
    return np.stack([flight.at(time_s) for flight in flights], axis=-2)
