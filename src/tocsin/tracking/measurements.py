"""The door of the tracker: detections become measurements in the site's plane, checked and named.

What passes here is trusted by the kernels: finite values, positive errors, one dtype a column.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Site
from tocsin.model.columns import Columns
from tocsin.model.detections import HEARD_ABSENT, NO_SCAN, Detections
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    LOOK,
    NO_IDENTITY,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_UP,
)
from tocsin.tracking.kernels.naming import name_looks
from tocsin.tracking.settings import usual_sigmas
from tocsin.units import AnyArray, BoolArray, FloatArray, IntArray

_POLAR = {
    RANGE: ("range_m", "range_sigma_m"),
    AZIMUTH: ("azimuth_rad", "azimuth_sigma_rad"),
    ELEVATION: ("elevation_rad", "elevation_sigma_rad"),
    RANGE_RATE: ("range_rate_mps", "range_rate_sigma_mps"),
}
_ERRORS = (
    *((slice(component, component + 1), name) for component, (_, name) in _POLAR.items()),
    (slice(EAST, UP + 1), "position_sigma_m"),
    (slice(VELOCITY_EAST, VELOCITY_UP + 1), "velocity_sigma_mps"),
)
"""Columns of errors, and the components that each is of."""


LISTENERS = -1
"""In place of a sensor: all nodes that only tell whether they hear something. What they say at one time is
used together, whoever says it."""
LISTENING = frozenset({SensorKind.MICROPHONE, SensorKind.DIRECTION_FINDER})
"""Kinds that may do so: single microphones, receivers that only measure a strength."""


@dataclass(frozen=True, slots=True, eq=False)
class Measurements(Columns):
    """Detections on their way to the kernels, m rows."""

    time_ns: IntArray
    received_ns: IntArray
    sensor: AnyArray  # LISTENERS for what only tells that something is heard
    scan_key: IntArray
    is_numbered: BoolArray  # the sensor says which of its looks a row is of
    node: AnyArray  # who has reported it: the sensor, also of what only tells that something is heard
    heard: AnyArray  # what that says; see HEARD in model/detections.py
    looks: AnyArray  # (m,) LOOK of kernels/layout.py, but for the offset, which the scan tells
    origin: FloatArray  # (m, 3) where a moving sensor was, in the site's plane; NaN of one that stands

    @property
    def mask(self) -> IntArray:
        """(m,) which components were measured."""
        return self.looks["mask"]

    @property
    def name(self) -> IntArray:
        """(m,) a number made of all that is measured."""
        return self.looks["name"]


class MeasurementDoor:
    """Turns batches of detections into measurements."""

    def __init__(self, site: Site) -> None:
        self._frame = site.frame
        self._prior_altitude_m = site.prior.altitude_m
        self._sigmas = np.array([usual_sigmas(sensor) for sensor in site.sensors]).reshape(-1, COMPONENTS)
        self.identities: dict[int, str] = {NO_IDENTITY: ""}
        self._numbered = 0
        self._listens = np.array([sensor.kind in LISTENING for sensor in site.sensors], dtype=np.bool_)

    def convert(self, detections: Detections) -> Measurements:
        """One measurement for each detection, in the order given; mask 0 if it neither places nor points."""
        measured, mask = self._components(detections)
        first, self._numbered = self._numbered, self._numbered + len(detections)
        looks = np.zeros(len(detections), LOOK)
        looks["measured"] = measured
        looks["measured"][(mask[:, None] >> np.arange(COMPONENTS)) & 1 == 0] = 0.0
        looks["mask"] = mask
        looks["number"] = np.arange(first, self._numbered)
        looks["identity"] = self._identity(detections.identity)
        looks["stated"] = self._fill_errors(detections, looks["sigma"])
        name_looks(looks, detections.time_ns, detections.sensor)
        only_hears = (mask == 0) & (detections.heard != HEARD_ABSENT) & self._listens[detections.sensor]
        looks["name"][only_hears] += detections.heard[only_hears]
        has_no_scan = (detections.scan == NO_SCAN) | only_hears
        return Measurements(
            detections.time_ns,
            detections.received_ns,
            np.where(only_hears, LISTENERS, detections.sensor),
            np.where(has_no_scan, detections.time_ns, detections.scan),
            detections.scan != NO_SCAN,
            detections.sensor,
            detections.heard,
            looks,
            self._origin(detections),
        )

    def _origin(self, detections: Detections) -> FloatArray:
        origin = np.full((len(detections), 3), np.nan)
        told = np.flatnonzero(np.isfinite(detections.sensor_latitude_rad))
        if len(told):
            origin[told] = self._frame.to_enu(
                detections.sensor_latitude_rad[told],
                detections.sensor_longitude_rad[told],
                detections.sensor_altitude_m[told],
            )
        return origin

    def _components(self, detections: Detections) -> tuple[FloatArray, IntArray]:
        count = len(detections)
        measured = np.full((count, COMPONENTS), np.nan)
        for component, (name, _) in _POLAR.items():
            measured[:, component] = getattr(detections, name)
        placed = np.isfinite(detections.latitude_rad) & np.isfinite(detections.longitude_rad)
        if placed.any():
            self._place(detections, placed, measured)
        mask = (np.isfinite(measured) << np.arange(COMPONENTS)).sum(axis=1)
        return measured, mask.astype(np.int64)

    def _place(self, detections: Detections, placed: AnyArray, measured: FloatArray) -> None:
        """Positions and velocities in the site's plane; polar values of the same row are left aside."""
        latitude, longitude = detections.latitude_rad[placed], detections.longitude_rad[placed]
        altitude = detections.altitude_m[placed]
        has_altitude = np.isfinite(altitude)
        enu = self._frame.to_enu(
            latitude, longitude, np.where(has_altitude, altitude, self._prior_altitude_m)
        )
        enu[~has_altitude, 2] = np.nan
        velocity = np.column_stack(
            [getattr(detections, f"velocity_{axis}_mps")[placed] for axis in ("east", "north", "up")]
        )
        known = np.isfinite(velocity)
        turned = self._frame.rotate_velocity_from(latitude, longitude, np.where(known, velocity, 0.0))
        turned[~known] = np.nan
        rows = np.flatnonzero(placed)
        measured[rows] = np.nan
        measured[rows, EAST : UP + 1] = enu
        measured[rows, VELOCITY_EAST : VELOCITY_UP + 1] = turned

    def _fill_errors(self, detections: Detections, sigma: FloatArray) -> IntArray:
        """1 sigma of every component into sigma (m, COMPONENTS): the detection's own, or else what is usual
        of its sensor; gives (m,) a bit mask of those that are its own."""
        sigma[:] = self._sigmas[detections.sensor]
        stated = np.zeros(len(detections), np.int64)
        for components, name in _ERRORS:
            given = getattr(detections, name)
            known = ~np.isnan(given)
            if known.any():
                sigma[known, components] = given[known, None]
                stated[known] |= sum(1 << c for c in range(COMPONENTS)[components])
        return stated

    def _identity(self, texts: AnyArray) -> IntArray:
        numbers = np.zeros(len(texts), dtype=np.int64)
        for text in set(texts.tolist()) - {""}:
            number = identity_number(text)
            self.identities[number] = text
            numbers[texts == text] = number
        return numbers


def identity_number(text: str) -> int:
    """A number for an identity, the same everywhere and always."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def canonical_order(measurements: Measurements) -> IntArray:
    """Rows by receipt, sensor and scan, and in each scan by what was measured, not by how it arrived: so the
    same scan gives the same sums. A name is made of all that is measured: only equal rows share one."""
    m = measurements
    return np.lexsort((m.name, m.time_ns, m.scan_key, m.sensor, m.received_ns))


def distinct_names(names: IntArray) -> IntArray:
    """The names of a scan in canonical order, where equal rows are counted on: no two tracks share a name."""
    row = np.arange(len(names))
    is_first = np.append(True, names[1:] != names[:-1])[: len(names)]
    return names + row - np.maximum.accumulate(np.where(is_first, row, 0))
