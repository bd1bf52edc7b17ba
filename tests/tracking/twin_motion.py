"""How tracks move, as papers write it: dense matrices, their exponentials, mixtures merged by definition.

Slow and readable; nothing here comes from the kernels but their constants and the names of their fields.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import expm

from tocsin.tracking.kernels.layout import CRUISE, NO_IDENTITY, STEADY, Record
from tocsin.units import FloatArray


@dataclass(frozen=True)
class Mode:
    """What a track is if it flies in one of the modes."""

    probability: float
    state: FloatArray
    covariance: FloatArray


@dataclass(frozen=True)
class Bernoulli:
    """One track of the twin."""

    existence: float
    modes: tuple[Mode, ...]
    visible: float = 1.0
    identity: int = NO_IDENTITY
    unseen_s: float = 0.0
    steady: float = 0.0  # probability that it is steady, if it flies straight on

    @property
    def merged(self) -> tuple[FloatArray, FloatArray]:
        """Mean and covariance over all modes."""
        return merge([mode.probability for mode in self.modes], self.modes)


def single(
    existence: float,
    state: FloatArray,
    covariance: FloatArray,
    visible: float = 1.0,
    identity: int = NO_IDENTITY,
) -> Bernoulli:
    """A track that flies straight on."""
    return Bernoulli(existence, (Mode(1.0, state, covariance),), visible, identity)


def merge(weights: Sequence[float], parts: Sequence[Mode]) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of a mixture whose weights sum to 1."""
    pairs = list(zip(weights, parts, strict=True))
    mean = np.sum([w * part.state for w, part in pairs], axis=0)
    spread = np.sum(
        [w * (part.covariance + np.outer(part.state - mean, part.state - mean)) for w, part in pairs], axis=0
    )
    return mean, spread


def changes(motion: Record, dt_s: float) -> FloatArray:
    """Probability of way n to fly after dt, if it was m before: expm(G dt), (ways, ways)."""
    generator = motion.forward @ np.diag(-motion.rate) @ motion.backward
    return np.asarray(expm(generator * dt_s))


def drift(motion: Record, m: int, with_turn: bool = True) -> FloatArray:
    """A of dx/dt = A x + noise in mode m, (6, 6): velocities turn to the left, and fade."""
    turn, result = motion.turn_radps[m] if with_turn else 0.0, np.zeros((6, 6))
    result[:3, 3:] = np.eye(3)
    to_the_left = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    result[3:, 3:] = turn * to_the_left - motion.damping_per_s[m] * np.eye(3)
    return result


def transition(motion: Record, m: int, dt_s: float) -> FloatArray:
    """F of mode m, (6, 6)."""
    return np.asarray(expm(drift(motion, m) * dt_s))


def process_noise(motion: Record, m: int, dt_s: float) -> FloatArray:
    """Q of white acceleration noise, (6, 6), by van Loan's integral (1978); a turn's is that of no turn."""
    density = np.zeros((6, 6))
    horizontal, vertical = motion.horizontal_density[m], motion.vertical_density[m]
    density[3:, 3:] = np.diag([horizontal, horizontal, vertical])
    a = drift(motion, m, with_turn=False)
    block = expm(np.block([[-a, density], [np.zeros((6, 6)), a.T]]) * dt_s)
    return np.asarray(block[6:, 6:].T @ block[:6, 6:])


def advance(mode: Mode, motion: Record, m: int, dt_s: float) -> Mode:
    f = transition(motion, m, dt_s)
    spread = f @ mode.covariance @ f.T + process_noise(motion, m, dt_s)
    return replace(mode, state=f @ mode.state, covariance=spread)


def mix(track: Bernoulli, change: FloatArray) -> Bernoulli:
    """What each mode starts from, if the ways to fly change as (ways, ways) `change` says.

    The two straight ones are apart for the mixing, with the same mean and covariance, and one mode after it.
    """
    straight = track.modes[CRUISE]
    ways = [*track.modes, replace(straight, probability=straight.probability * track.steady)]
    ways[CRUISE] = replace(straight, probability=straight.probability * (1.0 - track.steady))
    joint = np.array([way.probability for way in ways])[:, None] * change
    after = joint.sum(axis=0)
    mixed = [Mode(float(after[n]), *merge(joint[:, n] / after[n], ways)) for n in range(len(ways))]
    both, steady = float(after[CRUISE] + after[STEADY]), float(after[STEADY])
    shares = [1.0 - steady / both, steady / both]
    mixed[CRUISE] = Mode(both, *merge(shares, [mixed[CRUISE], mixed[STEADY]]))
    return replace(track, modes=tuple(mixed[:STEADY]), steady=steady / both)


def predict(track: Bernoulli, dt_s: float, motion: Record, sensor: Record) -> Bernoulli:
    """The track, and how visible it is to the sensor, dt later."""
    track = track if len(track.modes) == 1 else mix(track, changes(motion, dt_s))
    faded = math.exp(-dt_s / sensor.visible_hold_s)
    return replace(
        track,
        existence=track.existence * math.exp(-dt_s / motion.lifetime_s),
        modes=tuple(advance(mode, motion, m, dt_s) for m, mode in enumerate(track.modes)),
        visible=sensor.visible_prior + (track.visible - sensor.visible_prior) * faded,
        unseen_s=track.unseen_s + dt_s,
    )
