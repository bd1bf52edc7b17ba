"""What sensors truly do in a scenario file, where it differs from what the site file believes of them.

A tracker is told the site file's figures; these are the world's, and a good tracker bears the difference.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from tocsin.config.kinds import SensorKind
from tocsin.config.section import Name, Section
from tocsin.config.site import ProbabilityByRange
from tocsin.simulation.flyers import SpeedRange, TimeRange, Waypoint

Measurement = Literal["range", "azimuth", "elevation", "range_rate", "heard"]


def _without_overlap(outages: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    if any(later[0] < earlier[1] for earlier, later in pairwise(outages)):
        raise ValueError("outages must be in order and not overlap")
    return outages


class PerceptionSection(Section):
    """How some sensors truly perceive; of several sections for one sensor, a later overrides an earlier."""

    sensors: tuple[Name, ...] = ()
    """Names of the sensors that it is about ..."""
    kind: SensorKind | None = None
    """... or all of a kind."""
    measures: tuple[Measurement, ...] | None = None
    """What comes with a detection; absent: what is usual for the kind. `heard` stands alone."""
    detection_probability: ProbabilityByRange | None = None
    """Probability of a detection at a look, by range in metres, linear in between; absent: as in the site."""
    reference_cross_section_m2: float | None = Field(None, gt=0, le=1e4)
    """For a radar, the cross section of that table; others scale its ranges by the fourth root [m2]."""
    fading_visible_s: float | None = Field(None, gt=0, le=1e6)
    """Mean time for which an object is perceptible without a break (the table holds then) ... [s]"""
    fading_hidden_s: float | None = Field(None, gt=0, le=1e6)
    """... and mean time for which it then is not, behind terrain, in a notch, in wind noise [s]."""
    outages: Annotated[tuple[TimeRange, ...], AfterValidator(_without_overlap)] | None = None
    """Times [from, to) after the scenario's start without any detection [s]."""
    azimuth_bias_deg: float | None = Field(None, ge=-180, le=180)
    """Every azimuth is wrong by this: it was badly surveyed [deg]."""
    resolution_m: float | None = Field(None, ge=0, le=1e5)
    """Objects nearer to each other than this in range, and than those below, give one plot; absent: as in the
    site [m]."""
    resolution_deg: float | None = Field(None, ge=0, le=180)
    """As above, in azimuth; alone for sensors that measure no range; 0: all are told apart [deg]."""
    resolution_elevation_deg: float | None = Field(None, ge=0, le=180)
    """As above, in elevation [deg]."""
    multipath_probability: float | None = Field(None, ge=0, lt=1)
    """Share of an object's plots with a copy behind it, in the same direction; absent: as in the site."""
    multipath_excess_m: float | None = Field(None, gt=0, le=1e5)
    """How much farther such copies are, in the mean over objects; exponential [m]."""
    multipath_hold_s: float | None = Field(None, gt=0, le=1e6)
    """After about so long the excess of an object's copies is another; absent: 60 [s]."""
    false_detections_per_scan: float | None = Field(None, ge=0, le=1e6)
    """Mean number a look, uniform over what it covers; absent: as the site file."""
    rotates: bool | None = None
    """The antenna turns from north over a period, and each detection has the time of its own look."""
    latency_s: float | None = Field(None, ge=0, le=600)
    """From measurement to receipt [s]."""
    velocity_sigma_mps: float | None = Field(None, gt=0, le=100)
    """Error of a reported velocity on each axis, 1 sigma [m/s]."""
    error_hold_s: float | None = Field(None, ge=0, le=1e4)
    """For how long errors of reported positions stay alike, as a filter's; 0: each is a new one [s]."""

    @model_validator(mode="after")
    def _is_about_something(self) -> Self:
        if bool(self.sensors) == (self.kind is not None):
            raise ValueError("give sensors or kind, one of them")
        if (self.fading_visible_s is None) != (self.fading_hidden_s is None):
            raise ValueError("fading_visible_s and fading_hidden_s go together: give both or neither")
        if self.measures is not None and "heard" in self.measures and len(self.measures) > 1:
            raise ValueError("heard stands alone: who knows a direction or a distance says that")
        return self


class NoiseSection(Section):
    """Cars on a road, or the like: what passes on the ground and is taken for something in the air."""

    name: Name
    """Unique in the file."""
    kind: SensorKind = SensorKind.MICROPHONE
    """The kind of sensor that perceives it."""
    path: Annotated[tuple[Waypoint, ...], Field(min_length=2)]
    """The road, as [latitude, longitude] [deg]; each passes from one end to the other."""
    altitude_m: float = Field(0.0, ge=-1000, le=9000)
    """Height of the road above the ellipsoid [m]."""
    passes_per_hour: float = Field(..., ge=0, le=1e5)
    """How many pass, at random [1/h]."""
    speed_mps: SpeedRange
    """Slowest and fastest [m/s]."""
    reach_m: float = Field(..., gt=0, le=1e5)
    """How far they are perceived: bearings come in bursts while one is near, as often as of a flyer [m]."""
