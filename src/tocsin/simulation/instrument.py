"""A sensor as it truly is in a scenario: the site file's figures, with those of [[perception]] over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.geo.frame import LocalFrame
from tocsin.simulation.merging import Cell
from tocsin.simulation.perception import Measurement, PerceptionSection
from tocsin.simulation.scenario import Scenario
from tocsin.units import FloatArray

_USUAL_MEASUREMENTS: dict[SensorKind, tuple[Measurement, ...]] = {
    SensorKind.RADAR: ("range", "azimuth", "elevation"),
    SensorKind.DIRECTION_FINDER: ("azimuth",),
    SensorKind.MICROPHONE: ("azimuth",),
    SensorKind.CAMERA: ("azimuth", "elevation"),
    SensorKind.SIGHTING: ("azimuth",),
}
# Of a reported velocity on each axis (assumed; GNSS receivers state 0.1 to 0.5 m/s).
_USUAL_VELOCITY_SIGMA_MPS = 0.3

# An object moves on by some hundred metres, and other ground reflects (assumed).
_USUAL_HOLD_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Instrument:
    """`sensor` has every default filled in; `true` has what [[perception]] says, later sections over earlier.

    `position_enu_m` (3,) and `rotation` (3, 3) place it: what is at p in the site's tangent plane is at
    rotation @ (p - position) in the sensor's own.
    """

    number: int
    sensor: Sensor
    true: PerceptionSection
    position_enu_m: FloatArray
    rotation: FloatArray

    @property
    def name(self) -> str:
        """As in the site file."""
        return self.sensor.name

    @property
    def period_s(self) -> float:
        """Between looks [s]."""
        return _given(self.sensor.period_s)

    @property
    def max_range_m(self) -> float:
        """Nothing farther is seen [m]."""
        return _given(self.sensor.max_range_m)

    @property
    def false_per_scan(self) -> float:
        """Mean number of false detections a look, over the whole coverage."""
        if self.true.false_detections_per_scan is not None:
            return self.true.false_detections_per_scan
        if self.sensor.false_detections_per_km2 is not None:
            area_m2 = np.pi * (self.max_range_m**2 - self.sensor.min_range_m**2)
            return float(self.sensor.false_detections_per_km2 * area_m2 / 1e6)
        return _given(self.sensor.false_detections_per_scan)

    @property
    def cell(self) -> Cell | None:
        """What is inside one cell gives one plot; None: all are told apart."""
        sensor, true = self.sensor, self.true
        azimuth_deg = _first(true.resolution_deg, sensor.azimuth_resolution_deg)
        if not azimuth_deg:
            return None
        range_m = _first(true.resolution_m, sensor.range_resolution_m)
        elevation_deg = _first(true.resolution_elevation_deg, sensor.elevation_resolution_deg)
        return Cell(
            np.inf if range_m is None else range_m,
            float(np.radians(azimuth_deg)),
            np.inf if elevation_deg is None else float(np.radians(elevation_deg)),
        )

    @property
    def multipath_probability(self) -> float:
        """Share of an object's plots with a copy behind it."""
        if self.true.multipath_probability is not None:
            return self.true.multipath_probability
        return self.sensor.multipath_probability

    @property
    def multipath_excess_m(self) -> float:
        """By which copies are farther, in the mean [m]."""
        return self.true.multipath_excess_m or self.sensor.multipath_excess_m

    @property
    def multipath_hold_s(self) -> float:
        """After about so long the excess of an object's copies is another [s]."""
        return self.true.multipath_hold_s or _USUAL_HOLD_S

    @property
    def measures(self) -> tuple[Measurement, ...]:
        """What comes with a detection; nothing for receivers of broadcasts."""
        return self.true.measures or _USUAL_MEASUREMENTS.get(self.sensor.kind, ())

    @property
    def sigmas(self) -> FloatArray:
        """Errors of range [m], azimuth, elevation [rad] and range rate [m/s], (4,), 1 sigma."""
        sensor = self.sensor
        angles = np.radians([_given(sensor.azimuth_sigma_deg), _given(sensor.elevation_sigma_deg)])
        return np.array([_given(sensor.range_sigma_m), *angles, _given(sensor.range_rate_sigma_mps)])

    @property
    def position_sigma_m(self) -> float:
        """Error of a reported position on each axis, 1 sigma [m]."""
        return _given(self.sensor.position_sigma_m)

    @property
    def velocity_sigma_mps(self) -> float:
        """Of a reported velocity on each axis [m/s]."""
        return self.true.velocity_sigma_mps or _USUAL_VELOCITY_SIGMA_MPS

    def detection_probability(self, range_m: FloatArray, cross_section_m2: float | None = None) -> FloatArray:
        """At ranges (k,), for an object of a cross section; linear between the ranges of the table.

        The received power goes with cross section over range to the fourth (the radar equation: Skolnik,
        Radar Handbook, 3rd ed., chapter 1), so that a smaller object is as a reference one farther away.
        """
        given = self.true.detection_probability or self.sensor.detection_probability
        table = np.asarray(given, dtype=np.float64)
        reference = self.true.reference_cross_section_m2
        if reference is not None and cross_section_m2 is not None:
            range_m = range_m * (reference / max(cross_section_m2, 1e-12)) ** 0.25
        return np.interp(range_m, table[:, 0], table[:, 1])


def instruments(scenario: Scenario) -> tuple[Instrument, ...]:
    """The sensors of a scenario, in the order of the site file."""
    return tuple(
        _instrument(scenario, number, sensor.filled()) for number, sensor in enumerate(scenario.site.sensors)
    )


def _instrument(scenario: Scenario, number: int, sensor: Sensor) -> Instrument:
    merged: dict[str, Any] = {"sensors": (sensor.name,)}
    for section in scenario.perception:
        if sensor.name in section.sensors or section.kind == sensor.kind:
            merged |= section.model_dump(exclude_none=True, exclude={"sensors", "kind"})
    altitude_m = scenario.site.site.altitude_m if sensor.altitude_m is None else sensor.altitude_m
    own = LocalFrame.from_degrees(_given(sensor.latitude_deg), _given(sensor.longitude_deg), altitude_m)
    position_enu_m, rotation = scenario.site.frame.station(own)
    return Instrument(number, sensor, PerceptionSection.model_validate(merged), position_enu_m, rotation)


def _first(true: float | None, believed: float | None) -> float | None:
    """What [[perception]] says or, where it says nothing, the site file."""
    return believed if true is None else true


def _given(value: float | None) -> float:
    """A figure that `Sensor.filled` and the checks of a scenario promise to be there."""
    assert value is not None
    return value
