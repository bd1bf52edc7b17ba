"""Tracks: the air picture at one instant, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.model.columns import Columns
from tocsin.units import NANOSECONDS_PER_SECOND, BoolArray, FloatArray, IntArray

NEVER_NS = np.iinfo(np.int64).min
SEEN_WITHIN_NS = 60 * NANOSECONDS_PER_SECOND
"""The sensors of a track, where they are told, are those that saw it in the last minute (contract)."""


class Track(NamedTuple):
    """One row of `Tracks`, for people."""

    track_id: str
    position_enu_m: tuple[float, float, float]
    velocity_enu_mps: tuple[float, float, float]
    existence: float
    identity: str


@dataclass(frozen=True, slots=True, eq=False)
class Tracks(Columns):
    """Confirmed tracks, all predicted to one time; positions in the site's east-north-up tangent plane.

    `state` is (n, 6): east, north, up [m], then their velocities [m/s]; `covariance` is (n, 6, 6).
    `seen_ns` is (n, sensors): when each sensor last saw it (`NEVER_NS` if never). `support` is
    (n, sensors): association probabilities of the last minute, summed with a decay, so that about 3 means
    three sure detections. `visible` is (n, sensors): the probability that the sensor can see it at all.
    `identity` is what a cooperative sensor says that the object calls itself, or ''.
    """

    track_id: npt.NDArray[np.object_]
    state: FloatArray
    covariance: FloatArray
    existence: FloatArray
    born_ns: IntArray
    seen_ns: IntArray
    support: FloatArray
    visible: FloatArray
    identity: npt.NDArray[np.object_]

    @classmethod
    def empty(cls, sensors: int) -> Tracks:
        """A picture of nothing, for a site of so many sensors."""
        names = np.empty(0, dtype=object)
        zeros = np.zeros((0, sensors))
        return cls(names, np.zeros((0, 6)), np.zeros((0, 6, 6)), np.zeros(0), np.zeros(0, np.int64),
                   np.zeros((0, sensors), np.int64), zeros, zeros, names)  # fmt: skip

    def seen_lately(self, now_ns: int) -> BoolArray:
        """Which sensors saw each track in the last minute, (n, sensors)."""
        seen: BoolArray = (self.seen_ns != NEVER_NS) & (self.seen_ns >= np.int64(now_ns) - SEEN_WITHIN_NS)
        return seen

    def row(self, index: int) -> Track:
        """One track as a typed row."""
        east, north, up, *velocity = (float(value) for value in self.state[index])
        return Track(
            str(self.track_id[index]),
            (east, north, up),
            (velocity[0], velocity[1], velocity[2]),
            float(self.existence[index]),
            str(self.identity[index]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Associations(Columns):
    """Provenance: which detection supports which track, with the probability that it is of it; all (n,).

    `detection` counts the accepted detections of a recording in the order in which they were processed.
    """

    time_ns: IntArray
    track_id: npt.NDArray[np.object_]
    detection: IntArray
    sensor: npt.NDArray[np.int16]
    probability: FloatArray

    @classmethod
    def empty(cls) -> Associations:
        """No evidence."""
        times = np.zeros(0, np.int64)
        return cls(times, np.empty(0, dtype=object), times, np.zeros(0, np.int16), np.zeros(0))


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What the tracker publishes after the scans of one time."""

    time_ns: int
    tracks: Tracks
    associations: Associations
