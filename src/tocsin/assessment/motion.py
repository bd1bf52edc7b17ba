"""How each track flies now: probabilities of the flight modes, and what each believes of place and velocity.

The tracker's own velocity is that of the last seconds, with the error that following any turn costs. What
flew straight for minutes has a velocity known far better than that; here it is remembered (`Memory`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tocsin.assessment.flight_modes import (
    COURSE_DIFFUSION,
    HOLD_S,
    LEAST_SPEED_MPS,
    MODES,
    PRIOR,
    STILL_DAMPING_PER_S,
    STILL_SPEED_MPS,
    TAKEN_UP,
)
from tocsin.assessment.kernels.flight import follow
from tocsin.assessment.memory import Memory
from tocsin.assessment.short_legs import learn
from tocsin.config.site import Site
from tocsin.model.motion import Motion
from tocsin.model.tracks import Tracks
from tocsin.units import IntArray

TAKEN_EVERY_S = 10.0
"""How often a state is taken into the memory (assumed); in between, what is new is used and not kept."""
_PLANE = np.array([0, 1, 3, 4])


class MotionModes:
    """Follows the tracks of one site."""

    def __init__(self, site: Site) -> None:
        density = site.prior.acceleration_density_m2ps3
        self._limits = np.array(
            [TAKEN_EVERY_S, density, LEAST_SPEED_MPS, STILL_DAMPING_PER_S, STILL_SPEED_MPS]
        )

    def follow(
        self, time_ns: int, tracks: Tracks, seen_ns: IntArray, memory: Memory, rows: IntArray
    ) -> Motion:
        """The motion of the tracks of a picture; `seen_ns` (n,) is when any sensor last saw each."""
        count, modes = len(tracks), len(MODES)
        weight, state = np.empty((count, modes)), np.empty((count, modes, 4))
        covariance = np.empty((count, modes, 4, 4))
        taken_before_ns = memory.taken_ns[rows]
        follow(
            time_ns,
            np.ascontiguousarray(tracks.state[:, _PLANE]),
            np.ascontiguousarray(tracks.covariance[:, _PLANE[:, None], _PLANE]),
            seen_ns,
            rows,
            HOLD_S,
            TAKEN_UP,
            PRIOR,
            COURSE_DIFFUSION,
            self._limits,
            memory.taken_ns,
            memory.taken_state,
            memory.taken_covariance,
            memory.mode_weight,
            memory.mode_state,
            memory.mode_covariance,
            weight,
            state,
            covariance,
            np.zeros((2, 4)),
        )
        found = Motion(weight, state, covariance, np.zeros(count))
        return replace(found, short_legs=learn(found, taken_before_ns, memory, rows))
