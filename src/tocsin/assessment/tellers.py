"""What says of itself what it is has the bearings from its direction, not a bird on the same line.

A drone with Remote ID transmits and hums, an aircraft with ADS-B is heard far; neither can be lied about to
gain an alert, as this only takes evidence from what may be a bird.
"""

from __future__ import annotations

import numpy as np

from tocsin.assessment.classes import claim_of, claims_of
from tocsin.config.kinds import SensorKind
from tocsin.model.tracks import NEVER_NS, Tracks
from tocsin.units import BoolArray, FloatArray, IntArray

_ADSB, _REMOTE_ID = claim_of("adsb:"), claim_of("rid:")
ANSWERS_TO = {
    SensorKind.DIRECTION_FINDER: (_REMOTE_ID,),
    SensorKind.MICROPHONE: (_REMOTE_ID, _ADSB),
}
"""What these kinds of sensor perceive, of what tells of itself."""
LEAST_EXISTENCE = 0.5
"""What is less probable answers for nothing."""


def has_remote_id(tracks: Tracks) -> BoolArray:
    """Which tracks (n,) have Remote ID."""
    found: BoolArray = claims_of(tracks.identity) == _REMOTE_ID
    return found


def answered_for(
    tracks: Tracks,
    asked: BoolArray,
    kind_of: IntArray,
    kinds: tuple[SensorKind, ...],
    place_m: FloatArray,
    reach_m: FloatArray,
    half_width_rad: FloatArray,
) -> BoolArray:
    """For which tracks and sensors `asked` (n, sensors) another that tells of itself lies in one direction.

    `kind_of` (sensors,) indexes `kinds`; `place_m` (sensors, 2) is where sensors stand in the plane,
    `reach_m` and `half_width_rad` (sensors,) how far they perceive, and how far to either side a bearing may
    be off. What tells of itself has its own bearings.
    """
    claims, found = claims_of(tracks.identity), np.zeros(asked.shape, dtype=np.bool_)
    tellers = np.flatnonzero((claims > 0) & (tracks.existence >= LEAST_EXISTENCE))
    if not len(tellers):
        return found
    perceived = np.zeros((len(kinds), claims.max() + 1), dtype=np.bool_)
    for number, kind in enumerate(kinds):
        perceived[number, [claim for claim in ANSWERS_TO.get(kind, ()) if claim <= claims.max()]] = True
    track, sensor = np.nonzero(asked & (claims == 0)[:, np.newaxis])
    own_rad = _azimuth(tracks.state[track, :2] - place_m[sensor])
    for teller in tellers.tolist():
        away_m = tracks.state[teller, :2] - place_m[sensor]
        apart_rad = np.abs((_azimuth(away_m) - own_rad + np.pi) % (2.0 * np.pi) - np.pi)
        is_perceived = perceived[kind_of[sensor], claims[teller]]
        is_perceived &= np.hypot(away_m[:, 0], away_m[:, 1]) <= reach_m[sensor]
        found[track, sensor] |= is_perceived & (apart_rad <= half_width_rad[sensor])
    return found


def withdraw(
    found: BoolArray,
    counts: BoolArray,
    kind_of: IntArray,
    rows: IntArray,
    dwell: FloatArray,
    stood_ns: IntArray,
) -> None:
    """Takes back what a kind was credited with where others answer for all of it.

    `found` and `counts` (n, sensors): bearings that another answers for, and those that count; `dwell` and
    `stood_ns` (memory rows, kinds) are brought up to date in the tracks' `rows` (n,).
    """
    for kind in range(dwell.shape[1]):
        own = kind_of == kind
        is_lost = found[:, own].any(axis=1) & ~counts[:, own].any(axis=1)
        dwell[rows[is_lost], kind], stood_ns[rows[is_lost], kind] = 0.0, NEVER_NS


def _azimuth(offset_m: FloatArray) -> FloatArray:
    azimuth: FloatArray = np.arctan2(offset_m[:, 0], offset_m[:, 1])
    return azimuth
