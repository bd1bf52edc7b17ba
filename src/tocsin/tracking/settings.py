"""What the filter needs of a site file, in the units and frames of the kernels."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import chi2

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Prior, Sensor, Site
from tocsin.geo.frame import LocalFrame
from tocsin.tracking.kernels.layout import COMPONENTS, GATE_PROBABILITY, Motion, SensorModel, Thresholds

# Kinds that report where an object is; the others that never report a range only point at it.
PLACING = frozenset({SensorKind.RADAR, SensorKind.REMOTE_ID, SensorKind.ADSB, SensorKind.TRACKS})

# Kinds of which a row is the word of, or about, one object, and no look at all the others.
_SELF_REPORTING = frozenset({SensorKind.REMOTE_ID, SensorKind.ADSB, SensorKind.TRACKS, SensorKind.SIGHTING})

_CONFIRM, _DROP = 0.5, 0.3  # hysteresis that served best in the design's measurements
_PRUNE, _PRUNE_WHERE_SELDOM_SEEN = 5e-4, 1e-4  # at 5e-4 nothing is ever born where Pd <= 0.5
_SELDOM = 0.5


def motion_of(prior: Prior, frame: LocalFrame) -> Motion:
    """The motion model that a site's prior describes.

    The vertical axis gets the share of the acceleration noise that its speeds have of the horizontal ones, so
    that a flat prior stays flat.
    """
    share = (prior.vertical_speed_sigma_mps / prior.speed_sigma_mps) ** 2
    return Motion(
        prior.acceleration_density_m2ps3,
        prior.acceleration_density_m2ps3 * min(share, 1.0),
        prior.lifetime_s,
        prior.birth_rate_per_km2_s * 1e-6,
        prior.altitude_m - frame.altitude_m,
        prior.altitude_sigma_m,
        prior.speed_sigma_mps,
        prior.vertical_speed_sigma_mps,
    )


def sensor_model_of(sensor: Sensor, number: int, frame: LocalFrame) -> SensorModel:
    """One sensor as the kernels see it; one without a position stands at the site's origin."""
    full = sensor.filled()
    assert full.max_range_m is not None and full.detection_probability is not None
    assert full.visible_probability is not None and full.visible_hold_s is not None
    if full.latitude_deg is None or full.longitude_deg is None:
        place = frame
    else:
        altitude_m = frame.altitude_m if full.altitude_m is None else full.altitude_m
        place = LocalFrame.from_degrees(full.latitude_deg, full.longitude_deg, altitude_m)
    position, rotation = frame.station(place)
    area_m2 = math.pi * (full.max_range_m**2 - full.min_range_m**2)
    if full.false_detections_per_km2 is not None:
        per_m2 = full.false_detections_per_km2 * 1e-6
    else:
        per_m2 = (full.false_detections_per_scan or 0.0) / area_m2
    ranges, probabilities = np.array(full.detection_probability, dtype=np.float64).T
    return SensorModel(
        number,
        np.ascontiguousarray(position),
        np.ascontiguousarray(rotation),
        np.ascontiguousarray(ranges),
        np.ascontiguousarray(probabilities),
        full.min_range_m,
        full.max_range_m,
        math.radians(full.min_elevation_deg),
        math.radians(full.max_elevation_deg),
        per_m2,
        per_m2 * area_m2 / (2.0 * math.pi),
        math.inf if full.propagation_speed_mps is None else full.propagation_speed_mps,
        full.visible_probability,
        full.visible_hold_s,
        (full.period_s or 0.0) if full.kind in _SELF_REPORTING else 0.0,
    )


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


def thresholds_of(site: Site) -> Thresholds:
    """When tracks are pruned, confirmed and dropped, and how wide gates are."""
    placing = [sensor.filled() for sensor in site.sensors if sensor.kind in PLACING]
    least = min((min(p for _, p in sensor.detection_probability or ()) for sensor in placing), default=1.0)
    prune = _PRUNE_WHERE_SELDOM_SEEN if least <= _SELDOM else _PRUNE
    gates = np.array([0.0, *(chi2.ppf(GATE_PROBABILITY, n) for n in range(1, COMPONENTS + 1))])
    return Thresholds(prune, _CONFIRM, _DROP, gates)
