"""What the filter needs of a site file, in the units and frames of the kernels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import chi2

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Prior, Sensor, Site
from tocsin.geo.frame import LocalFrame
from tocsin.tracking.kernels.layout import (
    COMPONENTS,
    CRUISE,
    GATE_PROBABILITY,
    HOVER,
    MANOEUVRE,
    MODES,
    MOTION,
    NOBODY,
    RADIO,
    SENSOR,
    SOUND,
    STEADY,
    TURN_LEFT,
    TURN_RIGHT,
    WAYS,
    Record,
    Records,
    Thresholds,
    records,
)
from tocsin.units import FloatArray

# Kinds that report where an object is; the others that never report a range only point at it.
PLACING = frozenset({SensorKind.RADAR, SensorKind.REMOTE_ID, SensorKind.ADSB, SensorKind.TRACKS})

# Kinds of which a row is the word of, or about, one object, and no look at all the others.
SELF_REPORTING = frozenset({SensorKind.REMOTE_ID, SensorKind.ADSB, SensorKind.TRACKS, SensorKind.SIGHTING})

# What these kinds perceive objects by, if they emit it; to all sensors of a medium they do, or don't.
EMITTED = {SensorKind.DIRECTION_FINDER: RADIO, SensorKind.MICROPHONE: SOUND}
# The sensor that perceives most of all objects perceives so much of those that emit (assumed).
_UNOBSTRUCTED = 0.9

_CONFIRM, _DROP = 0.5, 0.3  # hysteresis that served best in the design's measurements
# Components are pruned at most at the first, else at this share of what a new track is, at least at the last.
_PRUNE, _SHARE_OF_NEW, _LEAST_PRUNE = 5e-4, 0.1, 1e-6


# How long objects fly in each way before they choose again [s], and how often they choose each. Two ways are
# straight: once in an hour or so another is chosen, as preset flights do, or every few seconds, as happens
# between manoeuvres. Expecting all to choose again after 100 s made straight flight 2 to 3 % less accurate,
# and its velocity variance 1.3 to 1.5 times what it was; after 1,000 s, every turn was noticed late (ADR 13).
_HOLD_S = {CRUISE: 15.0, MANOEUVRE: 8.0, TURN_LEFT: 15.0, TURN_RIGHT: 15.0, HOVER: 40.0, STEADY: 3000.0}
_CHOSEN = {CRUISE: 0.4, MANOEUVRE: 0.2, TURN_LEFT: 0.12, TURN_RIGHT: 0.12, HOVER: 0.06, STEADY: 0.1}
# Acceleration noise of each mode over that of the site's prior.
_LIVELINESS = {CRUISE: 1.0, MANOEUVRE: 30.0, TURN_LEFT: 2.0, TURN_RIGHT: 2.0, HOVER: 1.0}
# A bank of 23 degrees at 50 m/s, or of 10 at 20 m/s; the noise covers half and twice of it.
_TURN_RADPS = math.radians(5.0)
# On the spot: speeds that fade within seconds to a tenth of what is usual.
_HOVER_DAMPING_PER_S, _HOVER_SPEED_SHARE = 0.2, 0.1


def motion_of(prior: Prior, frame: LocalFrame) -> Records:
    """The motion model that a site's prior describes, one row.

    The vertical axis gets the share of the acceleration noise that its speeds have of the horizontal ones, so
    that a flat prior stays flat.
    """
    rows = records(MOTION, 1)
    motion = rows[0]
    share = min((prior.vertical_speed_sigma_mps / prior.speed_sigma_mps) ** 2, 1.0)
    motion.modes = MODES if prior.motion == "modes" else 1
    for m in range(MODES):
        motion.horizontal_density[m] = prior.acceleration_density_m2ps3 * _LIVELINESS[m]
        motion.vertical_density[m] = motion.horizontal_density[m] * share
    motion.turn_radps[TURN_LEFT], motion.turn_radps[TURN_RIGHT] = _TURN_RADPS, -_TURN_RADPS
    motion.damping_per_s[HOVER] = _HOVER_DAMPING_PER_S
    for density, speed in (
        (motion.horizontal_density, prior.speed_sigma_mps),
        (motion.vertical_density, prior.vertical_speed_sigma_mps),
    ):
        density[HOVER] = 2.0 * _HOVER_DAMPING_PER_S * (_HOVER_SPEED_SHARE * speed) ** 2
    stationary, motion.rate, motion.forward, motion.backward = _changes()
    motion.prior = stationary[:MODES]
    motion.prior[CRUISE] += stationary[STEADY]
    motion.steady = stationary[STEADY] / motion.prior[CRUISE]
    motion.lifetime_s = prior.lifetime_s
    motion.birth_rate_per_m2_s = prior.birth_rate_per_km2_s * 1e-6
    motion.altitude_up_m = prior.altitude_m - frame.altitude_m
    motion.altitude_sigma_m = prior.altitude_sigma_m
    motion.speed_sigma_mps = prior.speed_sigma_mps
    motion.vertical_speed_sigma_mps = prior.vertical_speed_sigma_mps
    return rows


def _changes() -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Stationary probabilities of the ways to fly, and the generator G of their changes as forward
    diag(-rate) backward.

    Objects leave way m at rate 1 / hold for way n with probability q_n. Such a chain is reversible, so G is
    symmetric after scaling by the square roots of its stationary probabilities, and its rates are real.
    """
    leave = np.array([1.0 / _HOLD_S[m] for m in range(WAYS)])
    chosen = np.array([_CHOSEN[m] for m in range(WAYS)])
    generator = leave[:, None] * (chosen[None, :] - np.eye(WAYS))
    stationary = chosen / leave
    stationary /= stationary.sum()
    root = np.sqrt(stationary)
    rates, vectors = np.linalg.eigh(root[:, None] * generator / root[None, :])
    return stationary, -rates, vectors / root[:, None], vectors.T * root[None, :]


def sensor_models_of(site: Site) -> Records:
    """All sensors of a site as the kernels see them; one without a position stands at the site's origin."""
    rows = records(SENSOR, len(site.sensors))
    for number, sensor in enumerate(site.sensors):
        _fill_sensor(rows[number], sensor, number, site.frame)
    rows.medium, rows.emits_prior = NOBODY, 1.0
    for kind, medium in EMITTED.items():
        own = [number for number, sensor in enumerate(site.sensors) if sensor.kind == kind]
        if own:
            rows.medium[own] = medium
            rows.emits_prior[own] = min(float(rows.visible_prior[own].max()) / _UNOBSTRUCTED, 1.0)
    return rows


def _fill_sensor(row: Any, sensor: Sensor, number: int, frame: LocalFrame) -> None:
    full = sensor.filled()
    assert full.max_range_m is not None and full.detection_probability is not None
    if full.latitude_deg is None or full.longitude_deg is None:
        place = frame
    else:
        altitude_m = frame.altitude_m if full.altitude_m is None else full.altitude_m
        place = LocalFrame.from_degrees(full.latitude_deg, full.longitude_deg, altitude_m)
    row.position, row.rotation = frame.station(place)
    area_m2 = math.pi * (full.max_range_m**2 - full.min_range_m**2)
    if full.false_detections_per_km2 is not None:
        per_m2 = full.false_detections_per_km2 * 1e-6
    else:
        per_m2 = (full.false_detections_per_scan or 0.0) / area_m2
    row.number, row.points = number, len(full.detection_probability)
    for k, (range_m, probability) in enumerate(full.detection_probability):
        row.detection_range_m[k], row.detection_probability[k] = range_m, probability
    row.min_range_m, row.max_range_m = full.min_range_m, full.max_range_m
    row.min_elevation_rad = math.radians(full.min_elevation_deg)
    row.max_elevation_rad = math.radians(full.max_elevation_deg)
    row.min_range_rate_mps = full.min_range_rate_mps
    row.clutter_per_m2, row.clutter_per_rad = per_m2, per_m2 * area_m2 / (2.0 * math.pi)
    row.detection_factor, row.clutter_factor = 1.0, 1.0
    row.propagation_speed_mps = full.propagation_speed_mps or math.inf
    row.visible_prior, row.visible_hold_s = full.visible_probability, full.visible_hold_s
    if full.azimuth_resolution_deg is not None:
        row.resolution[0] = full.range_resolution_m or math.inf
        row.resolution[1] = math.radians(full.azimuth_resolution_deg)
        row.resolution[2] = math.radians(full.elevation_resolution_deg or math.inf)
    row.multipath_probability, row.multipath_excess_m = full.multipath_probability, full.multipath_excess_m
    row.reports_every_s = (full.period_s or 0.0) if full.kind in SELF_REPORTING else 0.0


def usual_sigmas(sensor: Sensor) -> tuple[float, ...]:
    """1 sigma of each component where a detection carries none of its own; velocities from the position's."""
    full = sensor.filled()
    assert full.range_sigma_m and full.azimuth_sigma_deg and full.elevation_sigma_deg
    assert full.range_rate_sigma_mps and full.position_sigma_m
    velocity = max(1.0, 0.1 * full.position_sigma_m)  # GNSS speeds are an order better than positions
    return (
        full.range_sigma_m,
        math.radians(full.azimuth_sigma_deg),
        math.radians(full.elevation_sigma_deg),
        full.range_rate_sigma_mps,
        *(full.position_sigma_m,) * 3,
        *(velocity,) * 3,
    )


def thresholds_of(site: Site, sensors: Records, searchers: Sequence[Record]) -> Thresholds:
    """When tracks are pruned, confirmed and dropped.

    What a detection is worth when it is of nothing known must not be pruned at once, or what was missed at
    first is never found: the threshold lies well below the existence of a new track where the sky is watched,
    which is births between two looks over false detections. The silence of another searcher may leave
    of that no more than what is hidden from it: with so much left, it waits for who made it to look again.
    """
    hidden, worth = 1.0, _PRUNE / _SHARE_OF_NEW
    for sensor, row in zip(site.sensors, sensors, strict=True):
        if sensor.kind in PLACING and row.clutter_per_m2 > 0.0:
            births = (
                site.prior.birth_rate_per_km2_s
                * 1e-6
                * min(sensor.filled().period_s or 1.0, site.prior.lifetime_s)
            )
            worth = min(worth, births / row.clutter_per_m2)
            for other in searchers:
                if other.number != row.number and other.visible_prior < 1.0:
                    hidden = min(hidden, 1.0 - other.visible_prior)
    prune = max(_SHARE_OF_NEW * worth, _LEAST_PRUNE)
    return Thresholds(prune, _CONFIRM, _DROP, max(hidden * prune, _LEAST_PRUNE))


def gate_quantiles() -> FloatArray:
    """How wide gates are: the chi-square quantile of GATE_PROBABILITY by number of components."""
    return np.array([0.0, *(chi2.ppf(GATE_PROBABILITY, n) for n in range(1, COMPONENTS + 1))])
