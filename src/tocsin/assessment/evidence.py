"""Which independent kinds of sensor stand behind a track now: two of them make a warning.

A sensor that measures bearings only gives every track that crosses one of its false bearings a share of it,
so that support alone would count clutter, or the cars of a road, as a second kind of evidence. How the
requirements of bearing kinds were found: arrays of 7.5 deg, one look a second, Pd 0.6, 0.02 false bearings a
look declared, a probabilistic association with a visible/hidden state beside them; tracks of 12-50 m/s that
pass at 0.3-3 km in 400 s, 80 passes a row, and objects that are really heard; the share of passes in which
the kind stands at least once, and the seconds from the first bearing to standing (median, 90 %):

| support of visible sensors | clutter 5 x declared, 4 arrays | road, a car in 2 min, 3 arrays | road, 2 cars a min, 1 array | heard, Pd 0.6 | heard, Pd 0.45 |
| --- | --- | --- | --- | --- | --- |
| 3 at once | 0.01 | 0.79 | 0.75 | 5, 7 s | 6, 10 s |
| 9 at once | 0.00 | 0.57 | 0.54 | 15, 20 s | 22, 28 s |
| 3, in 0.6 of the last 30 s | 0.00 | 0.31 | 0.22 | 32, 36 s | 38, 46 s |
| 9, in 0.6 of the last 30 s | 0.00 | 0.11 | 0.12 | 44, 49 s | 53, 63 s |
| 9, in 0.75 of the last 30 s | 0.00 | 0.01 | 0.02 | 58, 68 s | 72, 90 s |

Uniform clutter never passes where the sensor must also be visible; roads pass in bursts, which the dwell
holds off. The fourth row was chosen: 9 is a quarter of what an object that is always heard gives in a minute.
The table asks for visible at 0.9; at 0.5 kinds stand some seconds sooner, most where looks fail (ADR 25).

A transmitter is received across the whole site for as long as it is on, and a bird that crosses the line from
a direction finder to one that no track accounts for has its bearings for minutes. So what may be of a class
that transmits nothing has bearings only where they can hardly be another's (ADR 20, 25).
"""  # noqa: E501

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tocsin.assessment.activity import LEAST_SUPPORT, ActivityWatch
from tocsin.assessment.classes import CLASSES
from tocsin.assessment.kernels.evidence import kinds_standing
from tocsin.assessment.memory import Memory
from tocsin.assessment.posts import own_posts, place_of
from tocsin.assessment.reports import half_widths_rad
from tocsin.assessment.tellers import answered_for, withdraw
from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor, Site
from tocsin.model.silent import may_be_silent
from tocsin.model.tracks import Tracks
from tocsin.units import BoolArray, FloatArray, IntArray

MINUTE_S = 60.0
MINUTE_NS = 60 * 1_000_000_000
VISIBLE = 0.5
"""A sensor whose support counts can see the object at least this probably."""
DWELL_SHARE = 0.6
"""Share of the dwell in which the support must have been there."""


class Requirement(NamedTuple):
    """What the sensors of one kind must give together before the kind counts.

    `support`: sure detections in the last minute; `fill`: the same, as a share of those that the sensors
    would give of an object always in view; `dwell_s`: how long both must last, 0 for at once. `prompt_s`:
    what may be of a silent class must be perceived within so long in reach; inf: nothing is asked of it.
    """

    support: float
    fill: float
    dwell_s: float
    prompt_s: float = math.inf


# A plot in range and bearing, or a report with a position, falls into a track's gate by chance about once in
# 10,000 false ones: two of them are enough.
_PLACED = Requirement(2.0, 0.0, 0.0)
_BEARING = Requirement(3.0, 0.25, 30.0)
# What is heard is near, and a camera's line is narrow: no bird was ever taken for what they perceive.
_TRANSMITTER = _BEARING._replace(prompt_s=90.0)
REQUIREMENTS: dict[SensorKind, Requirement] = {
    SensorKind.RADAR: _PLACED,
    SensorKind.REMOTE_ID: _PLACED,
    SensorKind.ADSB: _PLACED,
    SensorKind.TRACKS: _PLACED,
    SensorKind.DIRECTION_FINDER: _TRANSMITTER,
    SensorKind.MICROPHONE: _BEARING,
    SensorKind.CAMERA: _BEARING,
    # People report seldom, and looked before they did.
    SensorKind.SIGHTING: Requirement(1.5, 0.0, 0.0),
}


class Evidence:
    """Kinds of evidence for the tracks of one site."""

    def __init__(self, site: Site) -> None:
        sensors = [sensor.filled() for sensor in site.sensors]
        self.kinds = tuple(dict.fromkeys(sensor.kind for sensor in sensors))
        self._kind_of = np.array([self.kinds.index(sensor.kind) for sensor in sensors], dtype=np.int64)
        self._full = np.array([_detections_in_a_minute(sensor) for sensor in sensors], dtype=np.float64)
        self._post_of = own_posts(site)
        self._place_m = np.array([place_of(site, sensor) for sensor in site.sensors]).reshape(-1, 2)
        self._reach_m = np.array([0.0 if s.moves else s.max_range_m or 0.0 for s in sensors])
        sigma_rad = np.radians([sensor.azimuth_sigma_deg or 0.0 for sensor in sensors])
        self._half_width_rad = half_widths_rad(sigma_rad)
        tells = [REQUIREMENTS[kind].prompt_s < math.inf for kind in self.kinds]
        self._transmitters = np.array(tells, dtype=np.bool_)
        self._requirements = np.array([REQUIREMENTS[kind] for kind in self.kinds]).reshape(-1, 4)
        self._named: dict[int, frozenset[str]] = {}

    def stands(
        self,
        time_ns: int,
        tracks: Tracks,
        class_probability: FloatArray,
        activity: ActivityWatch | None,
        memory: Memory,
        rows: IntArray,
        elapsed_s: FloatArray,
    ) -> tuple[frozenset[str], ...]:
        """The kinds behind each of the n tracks, of which `class_probability` (n, c) is known.

        `activity` knows what no track accounts for, if that is watched; `rows` and `elapsed_s` (n,) are as
        `Memory.rows` gives them.
        A kind counts from the moment it meets its requirement until a minute after it last did, as long as
        one of its sensors saw the track in the last minute.
        """
        standing = np.empty(len(tracks), dtype=np.int64)
        is_doubtful = may_be_silent(CLASSES, class_probability)
        is_another_s = self._of_another(tracks, is_doubtful, activity, memory, rows)
        kinds_standing(
            time_ns,
            MINUTE_NS,
            VISIBLE,
            LEAST_SUPPORT,
            DWELL_SHARE,
            tracks.support,
            tracks.visible,
            tracks.seen_ns,
            is_doubtful,
            is_another_s,
            self._kind_of,
            self._post_of,
            self._full,
            self._requirements,
            self._near(tracks.state),
            self._others_about(activity),
            elapsed_s,
            rows,
            memory.dwell,
            memory.unheard_s,
            memory.was_heard,
            memory.stood_ns,
            standing,
        )
        bits = standing.tolist()
        names = {one: self._names(one) for one in set(bits)}
        return tuple([names[one] for one in bits])

    def _of_another(
        self,
        tracks: Tracks,
        is_doubtful: BoolArray,
        activity: ActivityWatch | None,
        memory: Memory,
        rows: IntArray,
    ) -> BoolArray:
        """Which bearings (n, sensors) of doubtful tracks are another's: those that are usual in their
        direction, and those that what tells of itself answers for, which also take back what they said.
        """
        asked = is_doubtful[:, np.newaxis] & (tracks.support >= LEAST_SUPPORT)
        usual = np.zeros(tracks.support.shape, dtype=np.bool_)
        if activity is not None:
            track, sensor = np.nonzero(asked & self._transmitters[self._kind_of])
            usual[track, sensor] = activity.is_usual(tracks.state[track, :2], sensor)
        answered = answered_for(
            tracks, asked, self._kind_of, self.kinds, self._place_m, self._reach_m, self._half_width_rad
        )
        another_s: BoolArray = usual | answered
        counts = asked & ~another_s
        withdraw(answered, counts, self._kind_of, rows, memory.dwell, memory.stood_ns)
        return another_s

    def _others_about(self, activity: ActivityWatch | None) -> BoolArray:
        """Of which kinds (kinds,) something was perceived that no track accounts for."""
        about = frozenset() if activity is None else activity.kinds_about()
        return self._transmitters & np.array([kind.value in about for kind in self.kinds], dtype=np.bool_)

    def _near(self, state: FloatArray) -> BoolArray:
        """Which tracks (n, kinds) are in reach of a sensor of the kinds for which that matters."""
        near = np.zeros((len(state), len(self.kinds)), dtype=np.bool_)
        for sensor in np.flatnonzero(self._transmitters[self._kind_of]).tolist():
            offset = state[:, :2] - self._place_m[sensor]
            near[:, self._kind_of[sensor]] |= np.hypot(offset[:, 0], offset[:, 1]) <= self._reach_m[sensor]
        return near

    def _names(self, bits: int) -> frozenset[str]:
        """The kinds of the bits that are set, the same object each time."""
        if bits not in self._named:
            self._named[bits] = frozenset(kind.value for k, kind in enumerate(self.kinds) if bits >> k & 1)
        return self._named[bits]


def _detections_in_a_minute(sensor: Sensor) -> float:
    """Detections that the sensor gives in a minute of what it can see, in the mean over its ranges."""
    assert sensor.period_s is not None and sensor.detection_probability is not None, "sensor is filled"
    probability = float(np.mean([probability for _, probability in sensor.detection_probability]))
    return max(probability, 0.01) * MINUTE_S / sensor.period_s
