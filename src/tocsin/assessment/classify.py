"""What each track probably is: Bayes over kinematics and a self-given identity, recursive over time.

Successive pictures are not independent evidence: an object's speed and height are nearly one draw from its
class, however often they are measured. So evidence is counted by time seen, one look each `LOOK_S`, and
fades so that all of it together counts as `LOOKS` looks. What the tracker's prior put into a track (the
height that a 2-D radar can't see, the speed before it is known) is taken out again: it is no evidence.
"""

from __future__ import annotations

import numpy as np

from tocsin.assessment.classes import (
    CLAIMS_LOG,
    CLASSES,
    DOUBTS,
    HEIGHT_SIGMA_M,
    KINEMATICS,
    PRIOR_LOG,
    WIND_SIGMA_MPS,
    claim_of,
)
from tocsin.assessment.kernels.classes import classify
from tocsin.assessment.memory import Memory
from tocsin.config.site import Site
from tocsin.model.tracks import NEVER_NS, Tracks
from tocsin.units import FloatArray, IntArray

LOOK_S = 30.0
"""Time seen that counts as one independent look (assumed: a leg, or a wheel of a bird)."""
LOOKS = 2.0
"""How many looks all kinematics together count for."""
LEAST_EVIDENCE = -3.0
"""One look speaks against a class by at most a factor of exp(3): limits are soft, tracks at times wrong."""
_LEAST_FRESH_S = 0.5


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

    def classify(self, tracks: Tracks, seen_ns: IntArray, memory: Memory, rows: IntArray) -> FloatArray:
        """Class probabilities (n, c); `seen_ns` (n,) is when any sensor last saw each, `rows` are its rows.

        A track that nothing saw since is not looked at: what it is doesn't change while it is lost.
        """
        looks = _new_looks(memory, rows, seen_ns, tracks.born_ns)
        claims = np.array([claim_of(identity) for identity in tracks.identity], dtype=np.int64)
        probability = np.empty((len(tracks), len(CLASSES)))
        classify(
            tracks.state,
            tracks.covariance,
            looks,
            LOOKS,
            LEAST_EVIDENCE,
            self._priors,
            KINEMATICS,
            self._spreads,
            PRIOR_LOG,
            CLAIMS_LOG,
            DOUBTS,
            claims,
            rows,
            memory.evidence,
            probability,
        )
        return probability


def _new_looks(memory: Memory, rows: IntArray, seen_ns: IntArray, born_ns: IntArray) -> FloatArray:
    """Looks (n,) in 0-1 that each track was given since the last ones or its birth; notes them as taken."""
    looked_ns = memory.looked_ns[rows]
    since_ns = np.where(looked_ns == NEVER_NS, born_ns, looked_ns)
    # Never seen is no look; taken apart first, because NEVER_NS minus a time has no room in 64 bits.
    fresh_s = (np.maximum(seen_ns, since_ns) - since_ns) / 1e9
    taken = fresh_s >= _LEAST_FRESH_S
    memory.looked_ns[rows] = np.where(taken, seen_ns, looked_ns)
    return np.where(taken, np.minimum(fresh_s / LOOK_S, 1.0), 0.0)
