"""Registration: how far each sensor's range, angles and clock are off, estimated while running.

Before a scan is processed, `corrected` takes off what is known; after it, `learn` gets the associations.
Where an object reports itself (ADS-B, Remote ID), its position is the truth by definition, latency included.
Where none does, only how sensors differ is learnt, as far as their places and the flights let it show; what
alone explains the differences is held to be off then, rather than everything a little. A site whose tracks
are fed by one sensor each is left alone, bit for bit.

A bias is what is added to the truth: measured = true + bias, stamped time = true time + bias.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor, Site
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    EAST,
    ELEVATION,
    LOOK,
    NORTH,
    RANGE,
    STATE,
    UP,
    Records,
)
from tocsin.tracking.kernels.registration import (
    BIASES,
    OFFSET_EAST,
    SUBJECT,
    SUBJECTS,
    TIME,
    BiasModel,
    BiasState,
    learn_biases,
    take_off,
)
from tocsin.tracking.settings import usual_sigmas
from tocsin.units import AnyArray, BoolArray, FloatArray, IntArray

# 1 sigma of a bias before anything is known, in sigmas of what the sensor measures.
_PRIOR_SIGMAS = 2.0
_PRIOR_TIME_S = 1.0
# No bias beyond so many of those sigmas is believed: there it is rather the tracks that are wrong.
_MOST = 4.0
# Most sensors are well aligned, within this share of that; so probably is one of them not.
_WELL_ALIGNED, _OFF_PROBABILITY = 0.1, 0.1
# In an hour a bias wanders by this share of its prior sigma: a clock by 0.1 s, 0.3 deg by 0.06 deg.
_WANDER_AN_HOUR = 0.1
# More biases than this are not estimated at a time; the first sensors of the file go first.
MOST_BIASES = 64

_ANGLES = (AZIMUTH, ELEVATION, TIME)
_KINDS: dict[SensorKind, tuple[int, ...]] = {
    SensorKind.RADAR: (RANGE, AZIMUTH, ELEVATION, TIME),
    SensorKind.CAMERA: _ANGLES,
    SensorKind.DIRECTION_FINDER: _ANGLES,
    SensorKind.TRACKS: (OFFSET_EAST, OFFSET_EAST + 1, TIME),
}
_ANCHORS = frozenset({SensorKind.ADSB, SensorKind.REMOTE_ID})
# Where the components of a measurement have their bias.
_COMPONENTS = (RANGE, AZIMUTH, ELEVATION, EAST, NORTH, UP)


@dataclass(frozen=True, slots=True, eq=False)
class Bias:
    """What is known of one sensor's biases, (BIASES,) each: range [m], azimuth, elevation [rad], east, north,
    up [m] and time [s]; 0 and 0 for those that are not estimated."""

    value: FloatArray  # that is taken off
    sigma: FloatArray  # as far as the data alone tell, whether or not most sensors are well aligned
    is_off: bool  # it shows that this sensor is not well aligned


class _Verdict(NamedTuple):
    """What is made of what was learnt, n biases."""

    is_off: BoolArray  # (n,) not small, as most are
    added: FloatArray  # (n,) variance that taking the estimate off brings into a sensor without bias


class Registration:
    """The biases of all sensors of a site.

    For each scan: `corrected` before it is processed, `learn` after it. All is kept in plain arrays, with
    `checkpoint` and `go_back_to` for late data.
    """

    def __init__(self, prior_sigma: FloatArray, is_anchor: BoolArray, speed_mps: float) -> None:
        """prior_sigma (s, BIASES), 0 where there is no bias to be estimated; is_anchor (s,); speed_mps is how
        fast objects usually are, 1 sigma on each axis."""
        column = np.full(prior_sigma.shape, -1, dtype=np.int64)
        sensor, bias = (places[:MOST_BIASES] for places in np.nonzero(prior_sigma > 0.0))
        column[sensor, bias] = np.arange(len(sensor))
        sigma = np.ascontiguousarray(prior_sigma[sensor, bias])
        is_clock = bias == TIME
        driver = np.cumsum(np.where(is_clock, 3, 1)) - np.where(is_clock, 3, 1)
        self._model = BiasModel(column, driver, is_clock, sigma, is_anchor, _WANDER_AN_HOUR**2 / 3600.0)
        self._places = sensor, bias
        self._speed_mps = speed_mps
        self._state = _new_state(len(sigma), len(sigma) + 2 * int(np.count_nonzero(is_clock)))
        self._verdict = _Verdict(np.zeros(len(sigma), np.bool_), np.zeros(len(sigma)))
        self._work_out_corrections()

    @classmethod
    def for_site(cls, site: Site) -> Registration:
        """Radars, cameras, direction finders and tracks of others, anchored on whatever reports itself."""
        prior = np.array([_prior_sigmas(sensor) for sensor in site.sensors]).reshape(-1, BIASES)
        anchors = np.array([sensor.kind in _ANCHORS for sensor in site.sensors], dtype=np.bool_)
        return cls(prior, anchors, site.prior.speed_sigma_mps)

    def corrected(self, sensor: int, looks: Records) -> Records:
        """The detections of a scan, as the kernels take them, without the sensor's biases: a copy, or the
        very array where nothing is known of them.

        Variances grow by that which taking off an estimate brings into a sensor without bias. A clock's bias
        goes into `offset_s`: the scan keeps its place in time.
        """
        if not self._is_known[sensor]:
            return looks
        better = looks.copy()
        take_off(better, self._off[sensor], self._added[sensor], self._speed_mps)
        return better

    def learn(
        self,
        sensors: Records,
        sensor: int,
        time_ns: int,
        tracks: Records,
        perception: Records,
        looks: Records,
    ) -> tuple[float, float]:
        """Learns from a scan of one sensor that has been processed: the kernels' rows of all sensors, the
        store's tracks and perception as the scan left them, and the scan's detections as corrected, which
        name their tracks.

        Gives the sum of the normalised innovations squared of sure associations, and of how many components,
        for `Consistency`.
        """
        squares, components, is_due = learn_biases(
            self._state,
            self._model,
            sensor,
            time_ns,
            sensors,
            tracks,
            perception,
            looks,
        )
        if is_due:
            self._settle()
        return squares, components

    def warm_up(self) -> None:
        """Compiles, or loads, what only detections of a sensor that is off need."""
        take_off(np.zeros(0, LOOK), np.zeros(BIASES), np.zeros(BIASES), self._speed_mps)

    def bias(self, sensor: int) -> Bias:
        """What is known of one sensor."""
        variance = self._by_sensor(np.diag(self._state.covariance) * self._model.sigma**2)[sensor]
        value = self._by_sensor(self._state.used * self._model.sigma)[sensor]
        return Bias(value, np.sqrt(variance), bool(self._verdict.is_off[self._places[0] == sensor].any()))

    def checkpoint(self) -> tuple[AnyArray, ...]:
        """A copy of all that is known."""
        return tuple(array.copy() for array in (*self._state, *self._verdict))

    def go_back_to(self, checkpoint: tuple[AnyArray, ...]) -> None:
        """Forgets all that came after a checkpoint."""
        for array, saved in zip((*self._state, *self._verdict), checkpoint, strict=True):
            array[...] = saved
        self._work_out_corrections()

    def _by_sensor(self, values: FloatArray) -> FloatArray:
        """(s, BIASES) of values (n,); 0 for biases that are not estimated."""
        table = np.zeros(self._model.column.shape)
        table[self._places] = values
        return table

    def _settle(self) -> None:
        """Decides what is taken off measurements from now on."""
        state, verdict = self._state, self._verdict
        precision = np.linalg.inv(state.covariance)
        pull, told = precision @ state.estimate, precision - np.eye(len(precision))
        mean, covariance, verdict.is_off[:] = _weighed(told, pull, self._places[0])
        # By so much the posterior mean varies if there is no bias at all: B - B D^-1 B.
        prior = np.where(verdict.is_off, 1.0, _WELL_ALIGNED**2)
        lost = (covariance**2 / prior).sum(axis=1)
        verdict.added[:] = np.maximum(np.diag(covariance) - lost, 0.0)
        change = np.clip(mean, -_MOST, _MOST) - state.used
        state.used[:] += change
        # Tracks still stand where the former biases have put them.
        state.subjects["shift"] += self._displacements(change)
        self._work_out_corrections()

    def _displacements(self, biases: FloatArray) -> FloatArray:
        """(SUBJECTS, 6): V b for each track, of biases (n,)."""
        model, sensitivity = self._model, self._state.sensitivity
        moved = sensitivity[:, :, model.driver[~model.is_clock]] @ biases[~model.is_clock]
        axes = model.driver[model.is_clock][:, None] + np.arange(3)
        along = (sensitivity[:, :, axes] * self._state.subjects["velocity"][:, None, None, :]).sum(axis=3)
        return np.asarray(moved - along @ biases[model.is_clock])

    def _work_out_corrections(self) -> None:
        """What `corrected` does to the detections of each sensor."""
        sigma = self._model.sigma
        self._off = self._by_sensor(self._state.used * sigma)
        self._added = self._by_sensor(self._verdict.added * sigma**2)
        self._is_known = [bool(row.any()) for row in self._off]


def _weighed(told: FloatArray, pull: FloatArray, sensor: IntArray) -> tuple[AnyArray, AnyArray, BoolArray]:
    """Mean (n,) and covariance (n, n) of the biases of these sensors (n,), and which are off (n,).

    The filter runs with the wide prior for all, N(0, 1). What the data alone say, precision told = B^-1 - 1,
    is put together with a narrow prior for what is well aligned. First all is; then one after another is held
    to be off, as long as the evidence grows, and no more by chance than the prior odds say (a spike-and-slab
    prior: Mitchell and Beauchamp 1988). In a sensor that is off anyway, a second bias is as likely as not.
    """
    narrow = _WELL_ALIGNED**-2
    covariance = np.linalg.inv(told + narrow * np.eye(len(told)))
    mean = covariance @ pull
    is_off = np.zeros(len(told), dtype=np.bool_)
    for _ in range(len(told)):
        # By how much the evidence grows if one prior precision falls by `step`: a change of rank 1.
        step = np.where(is_off, 0.0, 1.0 - narrow)
        scale = 1.0 + step * np.diag(covariance)
        gain = 0.5 * (np.log((narrow + step) / narrow / scale) - step * mean**2 / scale)
        is_known = (sensor[:, None] == sensor[is_off]).any(axis=1)
        gain -= np.where(is_known, 0.0, math.log(1.0 / _OFF_PROBABILITY - 1.0))
        k = int(np.argmax(np.where(is_off, 0.0, gain)))
        if is_off[k] or gain[k] <= 0.0:
            break
        shown, part = covariance[:, k].copy(), step[k] / scale[k]
        mean -= part * mean[k] * shown
        covariance -= part * np.outer(shown, shown)
        is_off[k] = True
    return mean, covariance, is_off


def _prior_sigmas(sensor: Sensor) -> list[float]:
    """(BIASES,) of one sensor of a site."""
    usual = usual_sigmas(sensor)
    sigmas = [usual[component] * _PRIOR_SIGMAS for component in _COMPONENTS]
    estimated = _KINDS.get(sensor.kind, ())
    return [value if k in estimated else 0.0 for k, value in enumerate([*sigmas, _PRIOR_TIME_S])]


def _new_state(biases: int, drivers: int) -> BiasState:
    return BiasState(
        estimate=np.zeros(biases),
        covariance=np.eye(biases),
        used=np.zeros(biases),
        time_ns=np.zeros(2, np.int64),
        subjects=np.zeros(SUBJECTS, SUBJECT),
        sensitivity=np.zeros((SUBJECTS, STATE, drivers + STATE)),
    )
