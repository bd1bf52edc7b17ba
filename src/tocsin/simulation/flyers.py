"""What flies in a scenario file: classes with their kinematics, and the objects that fly.

Figures of a class are published or assumed; the scenario file says beside each where it is from.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from tocsin.config.section import Altitude, Latitude, Longitude, Name, Section


def _ordered(interval: tuple[float, float]) -> tuple[float, float]:
    if interval[0] > interval[1]:
        raise ValueError("the first number must not be above the second")
    return interval


SpeedRange = Annotated[
    tuple[Annotated[float, Field(ge=0, le=1000)], Annotated[float, Field(ge=0, le=1000)]],
    AfterValidator(_ordered),
]
AltitudeRange = Annotated[tuple[Altitude, Altitude], AfterValidator(_ordered)]
TimeRange = Annotated[
    tuple[Annotated[float, Field(ge=0, le=604_800)], Annotated[float, Field(ge=0, le=604_800)]],
    AfterValidator(_ordered),
]
Waypoint = tuple[Latitude, Longitude]


class ClassSection(Section):
    """A class of flyer: what all of its kind can do, and by what they can be perceived."""

    speed_mps: SpeedRange
    """Slowest and fastest, through the air; over the ground for what hovers [m/s]."""
    altitude_m: AltitudeRange
    """Lowest and highest, above the ellipsoid [m]."""
    max_turn_rate_degps: float = Field(10.0, gt=0, le=360)
    """Fastest change of heading; a coordinated turn for what has wings [deg/s]."""
    max_climb_mps: float = Field(3.0, ge=0, le=100)
    """Fastest climb and descent [m/s]."""
    hovers: bool = False
    """It can stand still and turn on the spot."""
    max_acceleration_mps2: float = Field(3.0, gt=0, le=100)
    """For what hovers: fastest change of the velocity [m/s2]."""
    radar_cross_section_m2: float = Field(0.0, ge=0, le=1e4)
    """Median radar cross section; 0: no radar sees it [m2]."""
    radar_cross_section_spread_db: float = Field(0.0, ge=0, le=20)
    """Spread from object to object, log-normal, 1 sigma [dB]."""
    acoustic_range_m: float = Field(0.0, ge=0, le=50_000)
    """How far microphones can hear it in quiet; 0: it is silent [m]."""
    emits_radio: bool = False
    """Direction finders can hear it."""
    broadcasts: Literal["none", "remote_id", "adsb"] = "none"
    """Whether it says itself where and who it is, and how."""
    threat: bool = False
    """Zones should be warned of it."""


class ObjectSection(Section):
    """So many objects of one class with one task; its spreads and the seed make each different."""

    name: Name
    """Unique in the file; objects are called name-1, name-2 ..."""
    class_name: Name
    """One of the file's [classes.NAME]."""
    count: int = Field(1, ge=1, le=100_000)
    """How many there are."""
    waypoints: Annotated[tuple[Waypoint, ...], Field(min_length=1)]
    """Start, then what is flown over in turn, as [latitude, longitude] [deg]."""
    start_radius_m: float = Field(0.0, ge=0, le=1e6)
    """It starts anywhere within this distance of the first waypoint [m]."""
    waypoint_radius_m: float = Field(0.0, ge=0, le=1e6)
    """It flies to anywhere within this distance of each other waypoint [m]."""
    start_s: TimeRange = (0.0, 0.0)
    """Earliest and latest start, after the scenario's [s]."""
    stay_s: TimeRange = (604_800.0, 604_800.0)
    """Shortest and longest time for which it is there [s]."""
    speed_mps: SpeedRange | None = None
    """Slowest and fastest that these fly; absent: as their class [m/s]."""
    altitude_m: AltitudeRange | None = None
    """Lowest and highest that these fly, above the ellipsoid; absent: as their class [m]."""
    course_deg: float | None = Field(None, ge=-360, le=360)
    """First course, clockwise from north; absent: to the next waypoint, or any [deg]."""
    course_spread_deg: float = Field(0.0, ge=0, le=180)
    """Spread of the first course, 1 sigma [deg]."""
    wander_degps: float = Field(0.0, ge=0, le=90)
    """It follows no waypoints but turns at random, this fast, 1 sigma [deg/s]."""
    after_last: Literal["vanish", "continue", "again"] = "continue"
    """At the last waypoint it lands, goes straight on, or starts again with the first."""
    pause_s: float = Field(0.0, ge=0, le=86_400)
    """What hovers stands still so long at each waypoint [s]."""
    radio_silent: bool = False
    """Emits and broadcasts nothing, whatever its class does."""

    @model_validator(mode="after")
    def _has_somewhere_to_go(self) -> Self:
        if self.wander_degps > 0 and len(self.waypoints) > 1:
            raise ValueError("what wanders has one waypoint, its start; give wander_degps or more waypoints")
        return self
