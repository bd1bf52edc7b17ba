"""Sites with outputs, and skies, for the tests of this room; every place and name in them is made up."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from tests.assessment.pictures import START_NS, diagonal, make_site, make_tracks

from tocsin.clock import WallClock
from tocsin.config.outputs import Output
from tocsin.config.site import Site
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments
from tocsin.model.sensors import SensorStatus
from tocsin.model.track_reports import AirPicture, TrackReport
from tocsin.model.tracks import Tracks
from tocsin.outputs.live.channel import OutputChannel
from tocsin.units import NANOSECONDS_PER_SECOND

CODE = {"system_area_code": 25, "system_identification_code": 77}
_PATIENCE_S = 10.0


@dataclass(frozen=True)
class MadeSky:
    """What the line would show."""

    time_ns: int
    tracks: Tracks
    assessments: Assessments | None = None
    alerts: tuple[AlertMessage, ...] = ()
    ended: tuple[AlertMessage, ...] = ()
    statuses: tuple[SensorStatus, ...] = ()


def sky(at_s: float = 0.0, states: Any = (), **columns: Any) -> MadeSky:
    """Tracks of which each is known to 20 m and 2 m/s, seen right now by the first sensor."""
    count = len(states)
    time_ns = START_NS + round(at_s * NANOSECONDS_PER_SECOND)
    seen_ns = np.full((count, 5), np.iinfo(np.int64).min)
    seen_ns[:, 0] = time_ns
    covariance = np.tile(diagonal(20.0, 20.0, 40.0, 2.0, 2.0, 1.0), (count, 1, 1))
    return MadeSky(time_ns, make_tracks(states, covariance, **{"seen_ns": seen_ns} | columns))


def output(to: str, **settings: Any) -> Output:
    return Output.model_validate({"name": "peer", "to": to} | settings)


def site_with(*outputs: Output, status: str = "Exercise") -> Site:
    return make_site(outputs=outputs, site={"status": status})


def report(name: str = "T0", at_s: float = 0.0, **values: Any) -> TrackReport:
    """A track 3 km up that flies to the north-east."""
    usual: dict[str, Any] = {
        "track_id": name,
        "time_ns": START_NS + round(at_s * NANOSECONDS_PER_SECOND),
        "latitude_rad": math.radians(10.05), "longitude_rad": math.radians(20.02), "altitude_m": 3000.0,
        "velocity_east_mps": 30.0, "velocity_north_mps": 40.0, "velocity_up_mps": -1.5,
        "sigma_east_m": 12.0, "sigma_north_m": 25.0, "sigma_up_m": 60.0,
        "sigma_velocity_east_mps": 1.0, "sigma_velocity_north_mps": 2.0, "sigma_velocity_up_mps": 0.5,
        "circle_sigma_m": 26.0, "existence": 0.97, "object_class": "delta_wing_drone",
        "class_probability": 0.83, "sensors": 2, "is_coasting": False, "is_simulated": False, "identity": "",
    }  # fmt: skip
    return TrackReport(**usual | values)


def picture(at_s: float = 0.0, *reports: TrackReport) -> AirPicture:
    numbers = {one.track_id: k for k, one in enumerate(reports, 1)}
    return AirPicture(START_NS + round(at_s * NANOSECONDS_PER_SECOND), reports, numbers)


def channel(to: str, **settings: Any) -> OutputChannel:
    """One output of a site, on real ways."""
    one = output(to, **settings)
    return OutputChannel(site_with(one), one, WallClock())


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.01)
