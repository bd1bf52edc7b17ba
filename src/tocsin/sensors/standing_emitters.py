"""Transmitters that stand on the ground are people's phones and routers: of those nothing is used or kept.

A direction finder receives whatever transmits. So a bearing is withheld until its transmitter has shown that
it flies, in one of two ways, within two minutes:

    its bearing turns      the slope of azimuth over time is beyond five sigma of what its errors make
    it is above the horizon    its mean elevation is beyond one degree and 4.5 sigma of its mean

Both are tested again with each bearing; where errors are as told, chance alone releases a transmitter once in
some thousand hours. Who has flown counts as flying for two minutes more. A transmitter is known by what the
node calls it, hashed with a key that no file holds, else by its direction. One that drives is not told from
one that flies, and one that flies straight at a direction finder without elevation is not told from one that
stands: other sensors see it, and other direction finders, which share what they know of a name.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tocsin.sensors.kept import Kept
from tocsin.units import NANOSECONDS_PER_SECOND

NOT_SEEN_TO_FLY = "not_seen_to_fly_yet"
"""Reason under which bearings are counted of a transmitter of which too little is known."""
STANDS = "stands_on_the_ground"
"""The same of one that has had the time to show that it flies."""
WITHIN_S = 120.0
_WITHIN_NS = round(WITHIN_S * NANOSECONDS_PER_SECOND)
_MOST_BEARINGS = 128  # kept of one transmitter
_MOST_EMITTERS = 500
_LEAST_BEARINGS = 5  # that a slope is made of
_TURNS_SIGMAS, _ABOVE_SIGMAS = 5.0, 4.5
_HORIZON_RAD = math.radians(1.0)  # so much may an antenna be tilted
_SAME_SIGMAS = 4.0


class EmitterBearing(NamedTuple):
    """A bearing as a direction finder tells it, with its errors (1 sigma); NaN: no elevation."""

    time_ns: int
    azimuth_rad: float
    azimuth_sigma_rad: float
    elevation_rad: float = math.nan
    elevation_sigma_rad: float = math.nan
    emitter: str = ""


class _Line(NamedTuple):
    """Least squares of angles over time; a scatter beyond the told errors counts as error, too."""

    angles: int
    mean_s: float
    mean_rad: float
    slope_radps: float
    spread_s2: float
    sigma_rad: float  # of one angle

    @classmethod
    def of(cls, times_s: Sequence[float], angles_rad: Sequence[float], told_rad: float) -> _Line:
        """At least one angle; a slope needs three, and is else 0."""
        count = len(times_s)
        mean_s, mean_rad = sum(times_s) / count, sum(angles_rad) / count
        pairs = [(time - mean_s, angle - mean_rad) for time, angle in zip(times_s, angles_rad, strict=True)]
        spread = sum(time * time for time, _ in pairs)
        slope = sum(time * angle for time, angle in pairs) / spread if count > 2 and spread else 0.0
        left2 = sum((angle - slope * time) ** 2 for time, angle in pairs) / max(count - 2, 1)
        return cls(count, mean_s, mean_rad, slope, spread, max(told_rad, math.sqrt(left2)))

    @property
    def turns(self) -> bool:
        """Whether the angle surely changes with time."""
        if self.angles < _LEAST_BEARINGS or not self.spread_s2:
            return False
        return abs(self.slope_radps) > _TURNS_SIGMAS * self.sigma_rad / math.sqrt(self.spread_s2)

    def expected(self, time_s: float) -> tuple[float, float]:
        """The angle at a time and its variance."""
        variance = self.sigma_rad**2 / self.angles
        if self.angles < _LEAST_BEARINGS or not self.spread_s2:
            return self.mean_rad, variance
        since_s = time_s - self.mean_s
        angle_rad = self.mean_rad + self.slope_radps * since_s
        return angle_rad, variance + (self.sigma_rad * since_s) ** 2 / self.spread_s2


_NOTHING = _Line(0, 0.0, 0.0, 0.0, 0.0, 0.0)


class _Emitter:
    """One transmitter at one direction finder: its bearings of the last two minutes, oldest first."""

    def __init__(self) -> None:
        self.since_ns = 0
        self._bearings: deque[EmitterBearing] = deque(maxlen=_MOST_BEARINGS)
        self._azimuth = self._elevation = _NOTHING

    def add(self, bearing: EmitterBearing) -> None:
        """Takes a bearing that is its own."""
        kept = self._bearings
        if not kept or _seconds(kept[-1], bearing) > WITHIN_S:
            kept.clear()
            self.since_ns = bearing.time_ns
        kept.append(bearing)
        while _seconds(kept[0], bearing) > WITHIN_S:
            kept.popleft()
        told = [one for one in kept if math.isfinite(one.elevation_rad)]
        self._azimuth = _Line.of(
            [_seconds(bearing, one) for one in kept],
            [_turn(bearing.azimuth_rad, one.azimuth_rad) for one in kept],
            _root_mean_square(one.azimuth_sigma_rad for one in kept),
        )
        self._elevation = _NOTHING if not told else _Line.of(
            [_seconds(bearing, one) for one in told], [one.elevation_rad for one in told],
            _root_mean_square(one.elevation_sigma_rad for one in told),
        )  # fmt: skip

    def apart(self, bearing: EmitterBearing) -> float:
        """How far a bearing is from where it should be, in sigmas; infinite for two in one look."""
        last = self._bearings[-1]
        since_s = _seconds(last, bearing)
        if since_s == 0.0 or since_s > WITHIN_S:
            return math.inf
        turn, variance = self._azimuth.expected(since_s)
        distance2 = (_turn(last.azimuth_rad + turn, bearing.azimuth_rad)) ** 2 / (
            variance + bearing.azimuth_sigma_rad**2
        )
        if self._elevation.angles and math.isfinite(bearing.elevation_rad):
            elevation, variance = self._elevation.expected(since_s)
            variance += bearing.elevation_sigma_rad**2
            distance2 += (bearing.elevation_rad - elevation) ** 2 / variance
        return math.sqrt(distance2)

    @property
    def flies(self) -> bool:
        """Whether its bearings of the last two minutes show that it flies."""
        told = self._elevation
        if not told.angles:
            return self._azimuth.turns
        least_rad = _HORIZON_RAD + _ABOVE_SIGMAS * told.sigma_rad / math.sqrt(told.angles)
        return told.mean_rad > least_rad or self._azimuth.turns


@dataclass(slots=True)
class _LastFlown:
    time_ns: int = -2 * _WITHIN_NS


class StandingEmitters:
    """Says of each bearing of a site's direction finders whether it may be used."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._emitters: dict[int, Kept[Hashable, _Emitter]] = {}
        self._flown: Kept[Hashable, _LastFlown] = Kept(_LastFlown, _MOST_EMITTERS)
        self._unnamed = 0

    def refusal(self, sensor: int, bearing: EmitterBearing) -> str | None:
        """Why a bearing of this sensor is not to be used, the reason for the ledger; None if it is."""
        known = self._emitters.setdefault(sensor, Kept(_Emitter, _MOST_EMITTERS))
        name = self._name(sensor, bearing)
        emitter = known.of(name)
        emitter.add(bearing)
        flown = self._flown.of(name)
        if emitter.flies:
            flown.time_ns = max(bearing.time_ns, flown.time_ns)
        if bearing.time_ns - flown.time_ns <= _WITHIN_NS:
            return None
        return STANDS if bearing.time_ns - emitter.since_ns >= _WITHIN_NS else NOT_SEEN_TO_FLY

    def _name(self, sensor: int, bearing: EmitterBearing) -> Hashable:
        """What a transmitter is known by: its name, shared by all, or who is nearest in direction."""
        if bearing.emitter:
            return hashlib.blake2b(bearing.emitter.encode(), key=self._key, digest_size=16).digest()
        near = (
            (emitter.apart(bearing), name)
            for name, emitter in self._emitters[sensor].items()
            if not isinstance(name, bytes)
        )
        apart, name = min(near, key=lambda pair: pair[0], default=(math.inf, None))
        if apart <= _SAME_SIGMAS:
            return name
        self._unnamed += 1
        return (sensor, self._unnamed)


def _root_mean_square(values: Iterable[float]) -> float:
    squares = [value * value for value in values]
    return math.sqrt(sum(squares) / len(squares))


def _seconds(earlier: EmitterBearing, later: EmitterBearing) -> float:
    return (later.time_ns - earlier.time_ns) / NANOSECONDS_PER_SECOND


def _turn(from_rad: float, to_rad: float) -> float:
    """The shorter way round, in (-pi, pi]."""
    return math.remainder(to_rad - from_rad, math.tau)
