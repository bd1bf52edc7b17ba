"""What others are told of a track: the same whatever the standard in which it goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tocsin.model.alerts import AlertMessage


@dataclass(frozen=True, slots=True)
class TrackReport:
    """A confirmed track at one time. Position is WGS-84; axes are east, north and up of where the object is.

    Sigmas are standard deviations; `circle_sigma_m` is the one along the worst direction of the plane.
    `object_class` is the most probable class, 'unknown' without a probability where nothing was said of it
    yet. `sensors` is how many saw it in the last minute, not which: that would show where they look.
    `is_coasting` says that nobody has seen it for several looks, `is_simulated` that one of those sensors has
    told simulated reports in that minute. `identity` is what a cooperative sensor
    told, '' if none: an aircraft's address, or a keyed hash of anything that could lead to a person.
    """

    track_id: str
    time_ns: int
    latitude_rad: float
    longitude_rad: float
    altitude_m: float
    velocity_east_mps: float
    velocity_north_mps: float
    velocity_up_mps: float
    sigma_east_m: float
    sigma_north_m: float
    sigma_up_m: float
    sigma_velocity_east_mps: float
    sigma_velocity_north_mps: float
    sigma_velocity_up_mps: float
    circle_sigma_m: float
    existence: float
    object_class: str
    class_probability: float | None
    sensors: int
    is_coasting: bool
    is_simulated: bool
    identity: str


@dataclass(frozen=True, slots=True)
class AirPicture:
    """All confirmed tracks at one time; `numbers` gives each, by its identity, a number of 16 bits.

    `left_out` counts tracks whose state no standard has room for. `alerts` are the latest messages of those
    that are open, `ended_alerts` the last ones of those that ended.
    """

    time_ns: int
    reports: tuple[TrackReport, ...]
    numbers: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0
    alerts: tuple[AlertMessage, ...] = ()
    ended_alerts: tuple[AlertMessage, ...] = ()
