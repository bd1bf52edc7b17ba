"""What a scan makes of all tracks, as the papers write it: every association event enumerated.

Slow and readable; nothing here comes from the kernels but their constants and the names of their fields.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm
from tests.tracking import twin
from tests.tracking.twin_motion import Bernoulli, Mode, merge, single

from tocsin.tracking.kernels.layout import (
    EXISTENCE_WITH_MODES,
    GATE_PROBABILITY,
    IDENTITY_MATCH,
    IDENTITY_MISMATCH,
    NEGLIGIBLE_EDGE,
    NO_IDENTITY,
    RANGE_RATE,
    Record,
    Records,
    Undetected,
)
from tocsin.units import FloatArray


def perceived(track: Bernoulli, sensor: Record) -> FloatArray:
    """Pd of each mode, with the gate's share, of a track that the sensor can perceive."""
    state, covariance = track.merged
    toward = state[:3] - twin.travel_time(sensor, state) * state[3:] - sensor.position
    sigma = math.sqrt(toward @ covariance[:3, :3] @ toward) / float(np.linalg.norm(toward))
    up = math.sqrt(covariance[2, 2])
    pd = GATE_PROBABILITY * twin.detection_probability(sensor, sensor.rotation @ toward, sigma, up)
    return np.array([pd * moving_enough(mode, sensor) for mode in track.modes])


def moving_enough(mode: Mode, sensor: Record) -> float:
    """Probability that the range rate is outside the notch of a sensor that sees only what moves."""
    slowest = sensor.min_range_rate_mps
    if slowest <= 0.0:
        return 1.0
    h = twin.jacobian(lambda x: twin.expected(sensor, RANGE_RATE, x, 0.0), mode.state)
    rate = float(np.real(twin.expected(sensor, RANGE_RATE, mode.state, 0.0)))
    sigma = math.sqrt(h @ mode.covariance @ h)
    return float(norm.sf(slowest, rate, sigma) + norm.cdf(-slowest, rate, sigma))


def identity_ratio(track: int, detection: int) -> float:
    if NO_IDENTITY in (track, detection):
        return 1.0
    return IDENTITY_MATCH if track == detection else IDENTITY_MISMATCH


def events(tracks: int, detections: int) -> Iterator[tuple[int, ...]]:
    """Every choice of a detection (or -1) for each track in which no detection is of two tracks."""
    for event in itertools.product(range(-1, detections), repeat=tracks):
        used = [j for j in event if j >= 0]
        if len(used) == len(set(used)):
            yield event


def marginals(missed: FloatArray, hit: FloatArray, alone: FloatArray) -> FloatArray:
    """p_ij by summing over all events, from weights of misses (t,), hits (t, d) and new or false (d,)."""
    result, total = np.zeros(hit.shape), 0.0
    for event in events(*hit.shape):
        weight = math.prod(missed[i] if j < 0 else hit[i, j] for i, j in enumerate(event))
        weight *= math.prod(alone[j] for j in range(len(alone)) if j not in event)
        total += weight
        for i, j in enumerate(event):
            if j >= 0:
                result[i, j] += weight
    return result / total


@dataclass(frozen=True)
class Alternatives:
    """What a track can be after the scan: missed in a mode, or hit by a detection in a mode."""

    track: Bernoulli
    perceived: FloatArray  # (m,)
    missed: FloatArray  # (m,) mu_m (1 - Pd_m)
    hit: FloatArray  # (d, m) mu_m Pd_m l_m
    after: list[list[Mode]]  # [d][m] updated

    @property
    def miss_weight(self) -> float:
        """Of the events in which the track is missed or absent."""
        return float(1.0 - self.track.existence + self.track.existence * self.missed.sum())

    def hit_weights(self, alone: FloatArray) -> FloatArray:
        """Of the events in which it is hit, (d,); 0 where that is too light to matter beside `alone` (d,)."""
        r, missed = self.track.existence, self.miss_weight
        weights = r * self.hit.sum(axis=1)
        is_edge = weights / (missed * alone) >= NEGLIGIBLE_EDGE * r * self.missed.sum() / missed
        return np.where(is_edge, weights, 0.0)


def alternatives(
    track: Bernoulli, seen: FloatArray, sensor: Record, looks: Records, gates: FloatArray
) -> Alternatives:
    prior = np.array([mode.probability for mode in track.modes])
    hit, after = np.zeros((len(looks), len(prior))), []
    for j, look in enumerate(looks):
        after.append(list[Mode]())
        for m, mode in enumerate(track.modes):
            mean, covariance, distance, log_likelihood = twin.condition(
                sensor, mode.state, mode.covariance, look
            )
            after[j].append(Mode(0.0, mean, covariance))
            if distance <= gates[int(look.mask).bit_count()]:
                hit[j, m] = prior[m] * track.visible * seen[m] * math.exp(log_likelihood)
        hit[j] *= identity_ratio(track.identity, int(look.identity))
    return Alternatives(track, seen, prior * (1.0 - track.visible * seen), hit, after)


def _loosened(track: Bernoulli, motion: Record) -> Bernoulli:
    """A track that may have flown anywhere since it was last seen."""
    state, covariance = track.merged
    speeds = np.array([motion.speed_sigma_mps, motion.speed_sigma_mps, motion.vertical_speed_sigma_mps])
    gap_s = max(track.unseen_s, 1.0)
    loose = covariance + np.diag(np.square([*(speeds * gap_s), *speeds]))
    return replace(track, modes=(Mode(1.0, state, loose),))


def _with_own_report(
    could: Alternatives, motion: Record, sensor: Record, looks: Records, gates: FloatArray, alone: FloatArray
) -> Alternatives:
    """The same, or where what names itself as the track does is too far off, those of the track let loose."""
    weights = could.hit_weights(alone)
    own = [j for j, look in enumerate(looks) if look.identity == could.track.identity != NO_IDENTITY]
    missing = [j for j in own if weights[j] == 0.0]
    if not missing:
        return could
    loose = _loosened(could.track, motion)
    look, mode = looks[missing[0]], loose.modes[0]
    distance = twin.condition(sensor, mode.state, mode.covariance, look)[2]
    if distance > gates[int(look.mask).bit_count()]:
        return could
    return alternatives(loose, could.perceived[:1], sensor, looks, gates)


def _updated(could: Alternatives, share: FloatArray) -> Bernoulli:
    """One track after the scan: share (d,) are its association probabilities.

    Given that it was not hit it is absent, or present and missed; given its detection, it is in some mode.
    """
    track, hits = could.track, np.flatnonzero(share)
    missed = (1.0 - share.sum()) * track.existence * could.missed / could.miss_weight
    total, modes = float(missed.sum() + share.sum()), []
    for m, mode in enumerate(track.modes):
        weights = np.array([missed[m], *(share[j] * could.hit[j, m] / could.hit[j].sum() for j in hits)])
        parts = [mode, *(could.after[j][m] for j in hits)]
        modes.append(Mode(float(weights.sum() / total), *merge(list(weights / weights.sum()), parts)))
    prior = np.array([mode.probability for mode in track.modes])
    still_visible = track.visible * (1.0 - prior @ could.perceived) / could.missed.sum()
    visible = float((missed.sum() * still_visible + share.sum()) / total)
    return replace(track, existence=total, modes=tuple(modes), visible=visible)


@dataclass(frozen=True)
class After:
    """What the scan makes of tracks: updated, born, and the probabilities (t, d) of who is whose."""

    tracks: list[Bernoulli]
    born: list[Bernoulli]
    share: FloatArray

    @property
    def contested(self) -> float:
        """How much of the detections of any one track may as well be of others."""
        others = self.share.sum(axis=0) - self.share
        return float((self.share * others).sum(axis=1).max(initial=0.0))


def scan(
    tracks: Sequence[Bernoulli],
    motion: Record,
    sensor: Record,
    looks: Records,
    undetected: Undetected,
    gates: FloatArray,
) -> After:
    """The Poisson multi-Bernoulli update of tracks already predicted."""
    pairs = [twin.densities(undetected, motion, sensor, look) for look in looks]
    alone, could = np.array([new + false for new, false in pairs]), []
    for track in tracks:
        first = alternatives(track, perceived(track, sensor), sensor, looks, gates)
        could.append(_with_own_report(first, motion, sensor, looks, gates, alone))
    missed = np.array([choice.miss_weight for choice in could])
    hit = np.reshape([choice.hit_weights(alone) for choice in could], (len(tracks), len(looks)))
    share = marginals(missed, hit, alone)
    after = [_updated(choice, share[i]) for i, choice in enumerate(could)]
    births = []
    for j, look in enumerate(looks):
        if twin.places(int(look.mask)):
            new = float((1.0 - share[:, j].sum()) * pairs[j][0] / alone[j])
            births.append(single(new, *twin.birth(sensor, motion, look), 1.0, int(look.identity)))
    return After(
        [_with_modes(track, motion) for track in after],
        [_with_modes(track, motion) for track in births],
        share,
    )


def _with_modes(track: Bernoulli, motion: Record) -> Bernoulli:
    """A track that probably exists may from now on fly in any mode."""
    if len(track.modes) > 1 or motion.modes == 1 or track.existence <= EXISTENCE_WITH_MODES:
        return track
    modes = tuple(replace(track.modes[0], probability=motion.prior[m]) for m in range(motion.modes))
    return replace(track, modes=modes, steady=float(motion.steady))
