"""What is said on a wire, and what all who speak need to know of a run."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tocsin.errors import InvalidInput
from tocsin.model.detections import Detection, Detections
from tocsin.simulation.run import Simulated
from tocsin.units import NANOSECONDS_PER_SECOND

_DAY_NS = 86_400 * NANOSECONDS_PER_SECOND
# 95 % of a normal error are within so many sigma: of a position on two axes, of a height on one.
_HORIZONTAL_95 = math.sqrt(-2.0 * math.log(0.05))
_VERTICAL_95 = 1.96


class Spoken(NamedTuple):
    """One datagram, message, page, or part of a stream, and when it leaves the sensor [UTC ns]."""

    sent_ns: int
    data: bytes
    topic: str = ""


def detections_of(simulated: Simulated, number: int) -> Detections:
    """What one sensor of a run detected, in the order of receipt."""
    own = simulated.detections.take(np.flatnonzero(simulated.detections.sensor == number))
    return own.take(np.argsort(own.received_ns, kind="stable"))


def rows_of(simulated: Simulated, number: int) -> Iterator[Detection]:
    """The same, row by row."""
    own = detections_of(simulated, number)
    return (own.row(index) for index in range(len(own)))


def looks_ns(simulated: Simulated, number: int) -> list[int]:
    """When one sensor looked and was in order, UTC nanoseconds."""
    schedule = simulated.schedules[number]
    time_s = schedule.time_s(schedule.looks(0.0, schedule.duration_s))
    working_s = time_s[schedule.in_order(time_s)]
    after_ns: list[int] = np.rint(working_s * NANOSECONDS_PER_SECOND).astype(np.int64).tolist()
    return [simulated.start_ns + one_ns for one_ns in after_ns]


def codes_of(simulated: Simulated, number: int) -> tuple[int, int]:
    """SAC and SIC of a sensor that speaks ASTERIX. Raises `InvalidInput` where the site file has none."""
    sensor = simulated.site.sensors[number]
    if sensor.system_area_code is None or sensor.system_identification_code is None:
        what = f"{sensor.kind.value.replace('_', ' ')} {sensor.name!r} has no name in ASTERIX"
        raise InvalidInput(f"{what}: give system_area_code, system_identification_code")
    return sensor.system_area_code, sensor.system_identification_code


def time_of_day_s(time_ns: int) -> float:
    """Seconds after midnight UTC."""
    return (time_ns % _DAY_NS) / NANOSECONDS_PER_SECOND


def bounds_95_m(simulated: Simulated, number: int) -> tuple[float, float]:
    """What a sensor's positions are within, 95 % of the time: on the plane, and in height [m]."""
    sigma_m = simulated.site.sensors[number].filled().position_sigma_m or 0.0
    return _HORIZONTAL_95 * sigma_m, _VERTICAL_95 * sigma_m


def speed_and_course(row: Detection) -> tuple[float, float]:
    """Speed over ground [m/s] and course clockwise from north [rad]."""
    east_mps, north_mps = row.velocity_east_mps, row.velocity_north_mps
    return math.hypot(east_mps, north_mps), math.atan2(east_mps, north_mps) % math.tau


def made_up(identity: str, digits: int) -> str:
    """So many hexadecimal digits that stand for a simulated identity, and for nobody outside."""
    return hashlib.sha256(identity.encode()).hexdigest()[:digits]
