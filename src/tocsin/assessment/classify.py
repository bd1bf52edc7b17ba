"""What each track probably is: Bayes over all that speaks for a class, recursive over time.

    log P(c | all) = log prior + kinematics, with the wind + size + labels of each sensor + identity

Of that `doubt` goes to 'unknown': the probability that all of it misleads. Each part is capped and tempered
where it is made, because successive pictures are not independent evidence: an object's speed and height are
nearly one draw from its class, however often they are measured. So kinematics are counted by time seen, one
look each `LOOK_S`, and fade so that all of them together count as `LOOKS` looks. What the tracker's prior put
into a track (the height that a 2-D radar can't see, the speed before it is known) is taken out again: it is
no evidence.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.assessment.classes import (
    CARRIED,
    CLAIMS_LOG,
    CLASSES,
    DOUBTS,
    HEIGHT_SIGMA_M,
    KINEMATICS,
    PRIOR_LOG,
    WIND_SIGMA_MPS,
    claims_of,
)
from tocsin.assessment.kernels.classes import classify
from tocsin.assessment.labels import LabelMemory, Opinions
from tocsin.assessment.memory import Memory
from tocsin.assessment.size import size_evidence
from tocsin.assessment.told import Told
from tocsin.assessment.winds import Winds
from tocsin.config.site import Site
from tocsin.model.class_evidence import EvidenceKind, Said
from tocsin.model.detections import Detections
from tocsin.model.tracks import NEVER_NS, Associations, Tracks
from tocsin.units import FloatArray, IntArray

LOOK_S = 30.0
"""Time seen that counts as one independent look (assumed: a leg, or a wheel of a bird)."""
LOOKS = 2.0
"""How many looks all kinematics together count for."""
LEAST_EVIDENCE = -3.0
"""One look speaks against a class by at most a factor of exp(3): limits are soft, tracks at times wrong."""
_LEAST_FRESH_S = 0.5


class Classified(NamedTuple):
    """Of n tracks: class probabilities (n, c), the wind at each (n, 3), and what each kind of evidence says,
    by its kind: the tracks (k,) that it is of, the sensor (k,) or -1, and log-likelihoods (k, c)."""

    probability: FloatArray
    wind: FloatArray
    said: tuple[Said, ...]


class Classifier:
    """Class probabilities for the tracks of one site."""

    def __init__(self, site: Site) -> None:
        prior = site.prior
        above_site_m = prior.altitude_m - site.site.altitude_m
        self._priors = np.array(
            [
                [0.0, prior.speed_sigma_mps**2],
                [0.0, prior.vertical_speed_sigma_mps**2],
                [above_site_m, prior.altitude_sigma_m**2],
            ]
        )
        self._spreads = np.array([WIND_SIGMA_MPS, HEIGHT_SIGMA_M])
        self._winds = Winds(site)
        self._told = Told()
        self._labels = LabelMemory(site)

    def hear(self, detections: Detections) -> None:
        """Takes all accepted detections in their order, for the labels and cross sections among them."""
        self._told.hear(detections)

    def associate(self, associations: Associations) -> None:
        """Takes which detections are of which tracks, of every picture."""
        self._told.associate(associations)

    def classify(
        self, time_ns: int, tracks: Tracks, seen_ns: IntArray, memory: Memory, rows: IntArray
    ) -> Classified:
        """What the tracks of a picture are; `seen_ns` (n,) is when any sensor last saw each.

        A track that nothing saw since is not looked at: what it is doesn't change while it is lost.
        """
        self._told.settle(time_ns, memory, self._labels)
        looks = _new_looks(memory, rows, seen_ns, tracks.born_ns)
        claims = claims_of(tracks.identity)
        wind = self._winds.at(tracks.state, tracks.covariance)
        opinions = self._labels.opinions(time_ns, rows)
        said_log, size_log = CLAIMS_LOG[claims], size_evidence(memory.size[rows])
        said_log += size_log
        doubt = DOUBTS[claims]
        if opinions is not None:
            np.add.at(said_log, opinions.track, opinions.log)
            # Who is right more often than kinematics are may confirm a class.
            np.minimum.at(doubt, opinions.track, 1.0 - opinions.vouched)
        probability = np.empty((len(tracks), len(CLASSES)))
        classify(
            tracks.state,
            tracks.covariance,
            looks,
            LOOKS,
            LEAST_EVIDENCE,
            self._priors,
            KINEMATICS,
            CARRIED,
            wind,
            self._winds.is_told,
            self._spreads,
            PRIOR_LOG,
            said_log,
            doubt,
            rows,
            memory.evidence,
            memory.wind_evidence,
            probability,
        )
        said = _said(memory, rows, self._winds.is_told, size_log, opinions, claims)
        return Classified(probability, wind, said)


def _said(
    memory: Memory,
    rows: IntArray,
    is_wind_told: bool,
    size_log: FloatArray,
    opinions: Opinions | None,
    claims: IntArray,
) -> tuple[Said, ...]:
    """What each kind of evidence says of which tracks."""
    by_wind = memory.wind_evidence[rows]
    said = [Said.of_tracks(EvidenceKind.KINEMATICS, np.arange(len(rows)), memory.evidence[rows] - by_wind)]
    if is_wind_told:
        said.append(Said.of_tracks(EvidenceKind.WIND, np.arange(len(rows)), by_wind))
    sized = np.flatnonzero(memory.size[rows, 0] > 0.0)
    said.append(Said.of_tracks(EvidenceKind.SIZE, sized, size_log[sized]))
    if opinions is not None:
        said.append(Said(EvidenceKind.LABEL, opinions.track, opinions.sensor, opinions.log))
    named = np.flatnonzero(claims)
    said.append(Said.of_tracks(EvidenceKind.IDENTITY, named, CLAIMS_LOG[claims[named]]))
    return tuple(part for part in said if len(part.track))


def _new_looks(memory: Memory, rows: IntArray, seen_ns: IntArray, born_ns: IntArray) -> FloatArray:
    """Looks (n,) in 0-1 that each track was given since the last ones or its birth; notes them as taken."""
    looked_ns = memory.looked_ns[rows]
    since_ns = np.where(looked_ns == NEVER_NS, born_ns, looked_ns)
    # Never seen is no look; taken apart first, because NEVER_NS minus a time has no room in 64 bits.
    fresh_s = (np.maximum(seen_ns, since_ns) - since_ns) / 1e9
    taken = fresh_s >= _LEAST_FRESH_S
    memory.looked_ns[rows] = np.where(taken, seen_ns, looked_ns)
    return np.where(taken, np.minimum(fresh_s / LOOK_S, 1.0), 0.0)
