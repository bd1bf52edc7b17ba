"""Who turns every minute or two: a straight leg of one that did is not flown on for ten minutes.

On a leg, nothing tells what surveys a field from what passes by; the turns before do. Two ways to fly are
held against one another: legs that end after 4,000 s in the mean, and short ones (`flight_modes`). Each turn
speaks for short legs by the ratio of the two rates, each second without one against them by the difference.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.assessment.flight_modes import MODES, SHORT_LEG, STILL, STRAIGHT, UNSTEADY
from tocsin.assessment.memory import Memory
from tocsin.model.motion import Motion
from tocsin.model.tracks import NEVER_NS
from tocsin.units import FloatArray, IntArray

PRIOR_LOG_ODDS = math.log(SHORT_LEG.prior / (1.0 - SHORT_LEG.prior))
A_TURN_SAYS = math.log(MODES[STRAIGHT].hold_s / SHORT_LEG.hold_s)
A_SECOND_SAYS = 1.0 / SHORT_LEG.hold_s - 1.0 / MODES[STRAIGHT].hold_s
MOST_LOG_ODDS = 4.0
"""However often it turned: some minutes of straight flight, and it is on its way."""
ON_A_LEG, OFF_IT = 0.6, 0.3
"""On a leg when straight flight is so probable, off it when no more than so; in between, as before."""


def learn(motion: Motion, taken_before_ns: IntArray, memory: Memory, rows: IntArray) -> FloatArray:
    """How probably each of n tracks flies short legs, (n,), from when their states were last taken on.

    `taken_before_ns` (n,) is when they had been taken before this picture. Brings `memory.short_log_odds` and
    `memory.is_on_leg` of the tracks' `rows` up to date.
    """
    taken_ns = memory.taken_ns[rows]
    is_new = taken_before_ns == NEVER_NS
    is_taken = (taken_ns != taken_before_ns) & ~is_new
    steady = motion.weight[:, STRAIGHT] + motion.weight[:, UNSTEADY]
    was_on_leg = memory.is_on_leg[rows] & ~is_new
    now_on_leg = np.where(was_on_leg, steady > OFF_IT, steady >= ON_A_LEG)
    is_on_leg = np.where(is_taken | is_new, now_on_leg, was_on_leg)
    elapsed_s = np.where(is_taken, (taken_ns - np.where(is_new, taken_ns, taken_before_ns)) / 1e9, 0.0)
    odds = np.where(is_new, PRIOR_LOG_ODDS, memory.short_log_odds[rows])
    odds += np.where(was_on_leg & ~is_on_leg, A_TURN_SAYS, 0.0)
    odds -= np.where(was_on_leg & is_on_leg, elapsed_s * A_SECOND_SAYS, 0.0)
    odds = np.minimum(odds, MOST_LOG_ODDS)
    memory.short_log_odds[rows], memory.is_on_leg[rows] = odds, is_on_leg
    share: FloatArray = 1.0 / (1.0 + np.exp(-odds))
    return share


def ways(motion: Motion) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Weights (n, w), states (n, w, 4) and covariances (n, w, 4, 4) of the ways to fly on (`Futures`): the
    modes, and before the last the short leg, which is known as a straight one is."""
    short = motion.weight[:, STRAIGHT] * motion.short_legs
    weight = np.insert(motion.weight, STILL, short, axis=1)
    weight[:, STRAIGHT] -= short
    state = np.insert(motion.state, STILL, motion.state[:, STRAIGHT], axis=1)
    covariance = np.insert(motion.covariance, STILL, motion.covariance[:, STRAIGHT], axis=1)
    return weight, state, covariance
