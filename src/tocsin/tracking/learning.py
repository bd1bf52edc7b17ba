"""What running teaches of each sensor: how probably it detects, where it sees what is not there, and whether
its errors are as large as it says.

All of it is slow and bounded, and starts from the site file with the weight of 200 looks: a short run changes
next to nothing, and no day of rain makes a sensor blind for the filter. What is learnt is handed out as
factors on what the site file says, by range ring and azimuth sector.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor, Site
from tocsin.tracking.kernels.layout import RINGS, SECTORS, Records, plain_rows
from tocsin.tracking.kernels.learning import WITNESSES, Experience, learn_look
from tocsin.tracking.settings import sensor_models_of
from tocsin.units import AnyArray, FloatArray

# The site file counts as so many looks, or, of clutter in one cell, as so many false detections.
_PRIOR_LOOKS, _PRIOR_FALSE = 200.0, 20.0
# Neither detections nor misses get rarer than this share of what the site file says ...
_LEAST_SHARE = 0.3
# ... and clutter more frequent by at most this factor, but never rarer: within a cell it gathers in places;
# where it is thought too rare there, false tracks are confirmed (5 % of all instead of 0.3 %, as measured).
_MOST_CLUTTER = 30.0
# Factors follow what was learnt so often.
_EVERY_NS = 5_000_000_000

_LEARNING = frozenset(
    {SensorKind.RADAR, SensorKind.CAMERA, SensorKind.DIRECTION_FINDER, SensorKind.MICROPHONE}
)

# Innovations of the last minutes tell of a sensor's health [s].
_HEALTH_MEMORY_S = 300.0
_FEW = 30.0
# Figures this near to 1 are nobody's worry, however surely they are not 1.
_TOLERANCE = 0.2


@dataclass(frozen=True, slots=True)
class Health:
    """Mean normalised innovation squared for each component of a sensor's sure associations, 1 if its errors
    are as large as it says, with the interval in which that is so in 95 of 100 cases."""

    nis: float
    low: float
    high: float
    word: str  # ok | too confident | too modest | no data


class Consistency:
    """Running NIS of each sensor (Bar-Shalom, Li, Kirubarajan 2001, section 5.4.2), fading over minutes."""

    def __init__(self, sensors: int) -> None:
        # Squares, components, and components with their weights squared, as a mean that fades needs them;
        # plain numbers, for which arrays of three would be ten times as slow.
        self._totals = [[0.0, 0.0, 0.0] for _ in range(sensors)]
        self._time_ns = [0] * sensors

    def add(self, sensor: int, time_ns: int, squares: float, components: float) -> None:
        """One scan: the sum of the normalised innovations squared, and of how many components."""
        before_ns, self._time_ns[sensor] = self._time_ns[sensor], time_ns
        fade = math.exp(-max(time_ns - before_ns, 0) * 1e-9 / _HEALTH_MEMORY_S) if before_ns else 1.0
        totals = self._totals[sensor]
        totals[0] = totals[0] * fade + squares
        totals[1] = totals[1] * fade + components
        totals[2] = totals[2] * fade * fade + components

    def health(self, sensor: int) -> Health:
        """How one sensor does now."""
        squares, components, weighed_twice = self._totals[sensor]
        if components < _FEW:
            return Health(float("nan"), float("nan"), float("nan"), "no data")
        nis = squares / components
        freedom = components**2 / weighed_twice
        low, high = (chi2.ppf([0.025, 0.975], freedom) / freedom).tolist()
        word = "ok"
        if nis > max(high, 1.0 + _TOLERANCE):
            word = "too confident"
        elif nis < min(low, 1.0 - _TOLERANCE):
            word = "too modest"
        return Health(nis, low, high, word)

    def checkpoint(self) -> tuple[AnyArray, ...]:
        """A copy of all that is known."""
        return np.array(self._totals).reshape(-1, 3), np.array(self._time_ns, dtype=np.int64)

    def go_back_to(self, checkpoint: tuple[AnyArray, ...]) -> None:
        """Forgets all that came after a checkpoint."""
        totals, time_ns = checkpoint
        self._totals, self._time_ns = totals.tolist(), time_ns.tolist()


class Learning:
    """Detection probability and clutter of all sensors of a site."""

    def __init__(self, site: Site) -> None:
        sensors = [sensor.filled() for sensor in site.sensors]
        self._learns = [sensor.kind in _LEARNING for sensor in sensors]
        self._has_range = [_has_range(sensor) for sensor in sensors]
        self._edges = np.array([_edges_of(sensor) for sensor in sensors]).reshape(-1, RINGS + 1)
        self._site_pd = np.array([_pd_of(sensor) for sensor in sensors]).reshape(-1, RINGS)
        self._site_false = np.array([_false_of(sensor) for sensor in sensors])
        self._share = np.array([_share_of(sensor) for sensor in sensors]).reshape(-1, RINGS, SECTORS)
        self._sensors = plain_rows(sensor_models_of(site))
        self._state = _new_state(len(sensors))

    @property
    def detection_factor(self) -> FloatArray:
        """(s, RINGS): what the site file's detection probability is to be multiplied by, by ring.

        Of a sensor that only points it is the same for all rings."""
        return self._state.detection_factor

    @property
    def clutter_factor(self) -> FloatArray:
        """(s, RINGS, SECTORS): what the site file's density of false detections is to be multiplied by."""
        return self._state.clutter_factor

    def move(self, sensor: int, sensors: AnyArray) -> None:
        """A sensor is now where these (s,) SENSOR say."""
        for name in ("position", "velocity", "rotation"):
            self._sensors[name][sensor] = sensors[name][sensor]

    def learn(self, sensor: int, time_ns: int, witnesses: Records, looks: Records) -> bool:
        """Learns from one whole look of a sensor: (k,) WITNESS, and all its detections (d,) as the scan has
        left them. Gives whether the factors have changed."""
        if not self._learns[sensor]:
            return False
        state = self._state
        learn_look(
            state, sensor, self._sensors, self._has_range[sensor], time_ns, witnesses, looks
        )  # fmt: skip
        if time_ns < state.due_ns[sensor]:
            return False
        state.due_ns[sensor] = time_ns + _EVERY_NS
        self._work_out(sensor)
        return True

    def checkpoint(self) -> tuple[AnyArray, ...]:
        """A copy of all that is known."""
        return tuple(array.copy() for array in self._state)

    def go_back_to(self, checkpoint: tuple[AnyArray, ...]) -> None:
        """Forgets all that came after a checkpoint."""
        for array, saved in zip(self._state, checkpoint, strict=True):
            array[...] = saved

    def _work_out(self, sensor: int) -> None:
        state, pd = self._state, self._site_pd[sensor]
        prior = _PRIOR_LOOKS * pd
        most = (1.0 - _LEAST_SHARE * (1.0 - pd)) / np.maximum(pd, 1e-9)
        learnt = (prior + state.hits[sensor]) / np.maximum(prior + state.expected[sensor], 1e-9)
        factor = np.where(pd > 0.0, np.clip(learnt, _LEAST_SHARE, most), 1.0)
        state.detection_factor[sensor] = factor if self._has_range[sensor] else factor[0]
        site, looks, false = self._site_false[sensor], state.looks[sensor], state.false[sensor]
        if site <= 0.0:
            return
        level = (_PRIOR_LOOKS * site + false.sum()) / (_PRIOR_LOOKS + looks)
        here = (_PRIOR_FALSE + false) / (_PRIOR_FALSE + level * looks * self._share[sensor])
        clutter = np.clip(level / site * here, 1.0, _MOST_CLUTTER)
        state.clutter_factor[sensor] = clutter if self._has_range[sensor] else clutter[0]


def _has_range(sensor: Sensor) -> bool:
    return sensor.kind is SensorKind.RADAR


def _edges_of(sensor: Sensor) -> FloatArray:
    assert sensor.max_range_m is not None
    return np.linspace(sensor.min_range_m, sensor.max_range_m, RINGS + 1)


def _pd_of(sensor: Sensor) -> FloatArray:
    """(RINGS,) by the site file, in the middle of each ring."""
    assert sensor.detection_probability is not None
    edges = _edges_of(sensor)
    ranges, values = np.array(sensor.detection_probability, dtype=np.float64).T
    return np.asarray(np.interp((edges[1:] + edges[:-1]) / 2.0, ranges, values))


def _false_of(sensor: Sensor) -> float:
    """False detections a look by the site file."""
    assert sensor.max_range_m is not None
    if sensor.false_detections_per_km2 is None:
        return sensor.false_detections_per_scan or 0.0
    area_m2 = np.pi * (sensor.max_range_m**2 - sensor.min_range_m**2)
    return float(sensor.false_detections_per_km2 * 1e-6 * area_m2)


def _share_of(sensor: Sensor) -> FloatArray:
    """(RINGS, SECTORS) of its false detections by the site file: even over the area, or over the bearings."""
    share = np.zeros((RINGS, SECTORS))
    if _has_range(sensor):
        area = np.diff(_edges_of(sensor) ** 2)
        share[:] = (area / area.sum() / SECTORS)[:, None]
    else:
        share[0] = 1.0 / SECTORS
    return share


def _new_state(sensors: int) -> Experience:
    return Experience(
        time_ns=np.zeros(sensors, np.int64),
        due_ns=np.zeros(sensors, np.int64),
        hits=np.zeros((sensors, RINGS)),
        expected=np.zeros((sensors, RINGS)),
        false=np.zeros((sensors, RINGS, SECTORS)),
        looks=np.zeros(sensors),
        witness=np.zeros(WITNESSES, np.int64),
        witness_ns=np.zeros(WITNESSES, np.int64),
        doubtful=np.zeros((WITNESSES, sensors, RINGS)),
        detection_factor=np.ones((sensors, RINGS)),
        clutter_factor=np.ones((sensors, RINGS, SECTORS)),
    )
