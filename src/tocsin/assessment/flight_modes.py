"""The ways in which objects fly over minutes, and how often they change from one to another.

The tracker's modes (ADR 7) last seconds: they answer how to follow. These last minutes: they answer where an
object will be. What tells them apart is how fast the course wanders. A course that diffuses at D rad2/s has
turned by the square root of D t after t seconds (1 sigma), and a speed v then needs an acceleration noise of
D v2, which is what the memory of a track is filtered with.

All figures are assumed; ADR 15 says how they were chosen, on which scenarios they were not, and what is known
of real flights: aircraft on autopilot fly pre-set legs of many minutes and turn within half a minute; birds
and what is flown by hand change course all the time; multirotors stop for minutes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.units import FloatArray


class FlightMode(NamedTuple):
    """`hold_s`: mean time in it; `course_diffusion_rad2ps`: of the course while it lasts.

    `prior`: share of objects that fly so when they are first seen; `taken_up`: how often it is the next mode
    when another ends; `futures`: how many stand for it, an even number.
    """

    name: str
    hold_s: float
    course_diffusion_rad2ps: float
    prior: float
    taken_up: float
    futures: int


MODES = (
    FlightMode("straight leg", 4000.0, 3e-7, 0.72, 0.78, 64),
    FlightMode("unsteady leg", 800.0, 3e-5, 0.07, 0.03, 32),
    FlightMode("weaving", 300.0, 4e-3, 0.13, 0.05, 32),
    FlightMode("turning", 30.0, 3e-2, 0.03, 0.1, 48),
    FlightMode("standing still", 200.0, 0.0, 0.05, 0.04, 32),
)
"""The last one stands still; all others fly."""
STILL = len(MODES) - 1
STRAIGHT, UNSTEADY, TURNING = 0, 1, 3

SHORT_LEG = FlightMode("short leg", 90.0, 3e-7, 0.1, 0.0, 48)
"""A straight leg of what turns every minute or two, to survey or to wait. While it lasts it is flown as any
other; what tells is how often the object turned before (`short_legs`). `prior` is the share of those that fly
so among what flies straight (assumed)."""
SHORT_TURN_S = 20.0
"""How long the turn between two short legs takes (assumed)."""

SPEED_DIFFUSION_PER_S = 2e-7
"""Growth of the variance of the logarithm of the speed over the ground (assumed): 1.1 % in ten minutes."""
LEAST_SPEED_MPS = 5.0
"""Slower objects wander as if they flew so fast."""
DEPARTURE_SPEED_MPS = 10.0
"""How fast what stood still flies off (assumed), towards anywhere."""
STILL_DAMPING_PER_S, STILL_SPEED_MPS = 0.2, 0.7
"""What stands still has speeds of this size on each axis, which fade so fast (assumed: gusts)."""

HOLD_S: FloatArray = np.array([mode.hold_s for mode in MODES])
COURSE_DIFFUSION: FloatArray = np.array([mode.course_diffusion_rad2ps for mode in MODES])
PRIOR: FloatArray = np.array([mode.prior for mode in MODES])
TAKEN_UP: FloatArray = np.array([mode.taken_up for mode in MODES])
