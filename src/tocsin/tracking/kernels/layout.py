"""What the kernels pass to each other: layouts of tracks, sensors and scans, and constants with their why.

A state is (6,): east, north, up [m] in the site's tangent plane, then their velocities [m/s].
A measurement is a row of ten components with a bit mask of those that were measured.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.units import BoolArray, FloatArray, IntArray

STATE = 6
RANGE, AZIMUTH, ELEVATION, RANGE_RATE, EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH, VELOCITY_UP = range(10)
COMPONENTS = 10

# 1 - P_G = 1e-4: a gate of 16 in every dimension would lose 3e-3 in four of them.
GATE_PROBABILITY = 0.9999
# An edge lighter than this share of the track's missed existence changes nothing that is shown.
NEGLIGIBLE_EDGE = 1e-3
# No density of what is new or false is taken as less, and no odds as more: where a site says that a sensor
# never errs, the products of EXACT_DETECTIONS odds must stay finite.
LEAST_DENSITY, GREATEST_ODDS = 1e-28, 1e28
# Clusters of up to so many detections are enumerated: 2^10 masks cost about as much as belief propagation.
EXACT_DETECTIONS = 10
BELIEF_TOLERANCE = 1e-4
BELIEF_SWEEPS = 1000
# Half-width of the range rates and vertical speeds over which false detections are taken as uniform [m/s].
FALSE_SPEED_MPS = 100.0
# Height over which false position reports are taken as uniform [m].
FALSE_HEIGHT_M = 10_000.0
# Ratios of the weight of a matching, and of another, identity to that of a detection that carries none.
IDENTITY_MATCH, IDENTITY_MISMATCH = 1e4, 1e-4
# Support is what a sensor contributed in the last minute.
SUPPORT_SECONDS = 60.0
# Detections that a track remembers until it is published: those that made it before it was confirmed.
REMEMBERED = 12
# Detections below this probability are not called a track's evidence.
EVIDENCE_PROBABILITY = 0.1
NO_IDENTITY = 0


class Store(NamedTuple):
    """All Bernoulli components; capacity n, sensors s. Only the first `count` rows live."""

    state: FloatArray  # (n, 6)
    covariance: FloatArray  # (n, 6, 6)
    existence: FloatArray  # (n,)
    time_ns: IntArray  # (n,) to which the state is predicted
    born_ns: IntArray  # (n,)
    name: IntArray  # (n,) hash of the detection that made it
    identity: IntArray  # (n,) hash of what it calls itself, NO_IDENTITY if nothing
    confirmed: BoolArray  # (n,)
    visible: FloatArray  # (n, s) probability that the sensor can perceive it
    support: FloatArray  # (n, s) decayed sum of association probabilities
    touched_ns: IntArray  # (n, s) when visible and support were last brought up to date
    seen_ns: IntArray  # (n, s)
    evidence_number: IntArray  # (n, REMEMBERED) ring of detection numbers
    evidence_probability: FloatArray  # (n, REMEMBERED)
    evidence_time_ns: IntArray  # (n, REMEMBERED)
    evidence_sensor: IntArray  # (n, REMEMBERED)
    evidence_count: IntArray  # (n,) so many were ever put into the ring ...
    evidence_published: IntArray  # (n,) ... of which so many were published


class Motion(NamedTuple):
    """Nearly constant velocity and the life of objects."""

    horizontal_density: float  # m2/s3 per axis
    vertical_density: float  # m2/s3
    lifetime_s: float
    birth_rate_per_m2_s: float
    altitude_up_m: float  # prior mean of height over the tangent plane at its origin
    altitude_sigma_m: float
    speed_sigma_mps: float
    vertical_speed_sigma_mps: float


class SensorModel(NamedTuple):
    """One sensor as the filter believes it; position and rotation as LocalFrame.station gives them."""

    number: int
    position: FloatArray  # (3,) in the site's plane
    rotation: FloatArray  # (3, 3) from the site's axes to the sensor's own east, north, up
    detection_ranges_m: FloatArray  # (k,)
    detection_probabilities: FloatArray  # (k,)
    min_range_m: float
    max_range_m: float
    min_elevation_rad: float
    max_elevation_rad: float
    clutter_per_m2: float
    clutter_per_rad: float
    propagation_speed_mps: float  # inf: at once
    visible_prior: float
    visible_hold_s: float
    reports_every_s: float  # where each object reports itself, so often; 0: one look finds all that is there


class Looks(NamedTuple):
    """The detections of one scan, d of them, in canonical order."""

    time_ns: int
    measured: FloatArray  # (d, 10)
    sigma: FloatArray  # (d, 10)
    mask: IntArray  # (d,) bit c set: component c was measured
    offset_s: FloatArray  # (d,) time of the detection minus time_ns
    identity: IntArray  # (d,)
    number: IntArray  # (d,)
    name: IntArray  # (d,) what a track that it makes would be called
    is_whole: bool  # one look at all that is covered, and not the report of one object


class Undetected(NamedTuple):
    """Intensity of objects that no sensor has seen yet, on a grid over the site's plane."""

    intensity: FloatArray  # (rows, columns) objects per m2
    west_m: float
    south_m: float
    cell_m: float


class Thresholds(NamedTuple):
    """When components are dropped and published."""

    prune: float
    confirm: float
    drop: float
    gates: npt.NDArray[np.float64]  # (11,) chi-square quantile of GATE_PROBABILITY by number of components
