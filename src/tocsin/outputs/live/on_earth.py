"""What is told of tracks on the Earth: which can be told, how sure, and whether anybody sees them."""

from __future__ import annotations

import numpy as np

from tocsin.config.site import Site
from tocsin.geo.frame import LocalFrame
from tocsin.model.tracks import NEVER_NS, Tracks
from tocsin.units import NANOSECONDS_PER_SECOND, BoolArray, FloatArray, IntArray

# A track is coasting once the sensor that saw it last has missed so many looks, but not sooner than that.
_COASTING_PERIODS, COASTING_S = 3.0, 5.0
_HIGHEST_M, _FASTEST_MPS = 60_000.0, 8000.0  # what I062/130 and I062/185 have room for


class Coasting:
    """Which tracks of a site nobody has seen for several looks."""

    def __init__(self, site: Site) -> None:
        self._after_ns = np.array(coasting_after_s(site)) * NANOSECONDS_PER_SECOND

    def of(self, tracks: Tracks, time_ns: int) -> BoolArray:
        """Whether each is, (n,)."""
        if not len(self._after_ns):
            return np.zeros(len(tracks), dtype=np.bool_)
        unseen_ns = unseen_for_ns(tracks, time_ns)
        latest = np.argmax(tracks.seen_ns, axis=1)
        coasting: BoolArray = (unseen_ns == NEVER_NS) | (unseen_ns > self._after_ns[latest])
        return coasting


def coasting_after_s(site: Site) -> list[float]:
    """For each sensor, the silence after which what it saw last is coasting."""
    periods_s = [sensor.filled().period_s or 1.0 for sensor in site.sensors]
    return [max(COASTING_S, _COASTING_PERIODS * period_s) for period_s in periods_s]


def unseen_for_ns(tracks: Tracks, time_ns: int) -> IntArray:
    """Since any sensor last saw each track, (n,); `NEVER_NS` where none did."""
    if not tracks.seen_ns.shape[1]:
        return np.full(len(tracks), NEVER_NS)
    seen_ns = tracks.seen_ns.max(axis=1)
    never = seen_ns == NEVER_NS
    return np.where(never, NEVER_NS, time_ns - np.where(never, time_ns, seen_ns))


def is_usable(tracks: Tracks, frame: LocalFrame) -> BoolArray:
    """Whether a state is one that an object can have and a standard can say, (n,)."""
    variances = np.diagonal(tracks.covariance, axis1=1, axis2=2)
    numbers = np.concatenate([tracks.state, tracks.covariance.reshape(-1, 36)], axis=1)
    usable: BoolArray = np.isfinite(numbers).all(axis=1)
    usable[usable] &= (variances[usable] >= 0.0).all(axis=1)
    usable[usable] &= (np.abs(tracks.state[usable, 3:]) < _FASTEST_MPS).all(axis=1)
    usable[usable] &= np.abs(frame.to_geodetic(tracks.state[usable, :3])[2]) < _HIGHEST_M
    return usable


def turned(turn: FloatArray, covariance: FloatArray) -> FloatArray:
    """Covariances (n, 6, 6) in other axes, each by its own rotation (n, 3, 3)."""
    both = np.zeros_like(covariance)
    both[:, :3, :3] = both[:, 3:, 3:] = turn
    in_others: FloatArray = both @ covariance @ both.transpose(0, 2, 1)
    return in_others


def worst_sigma_m(covariance: FloatArray) -> FloatArray:
    """Root of the larger eigenvalue of each covariance on the plane, (n,)."""
    east, north, both = covariance[:, 0, 0], covariance[:, 1, 1], covariance[:, 0, 1]
    larger = (east + north) / 2 + np.hypot((east - north) / 2, both)
    worst: FloatArray = np.sqrt(np.maximum(larger, 0.0))
    return worst
