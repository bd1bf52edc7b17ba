"""What aircraft say by ADS-B, message by message, to detections: one for each position.

Height: rows have it above the ellipsoid. Most position messages tell a pressure altitude instead, which is
off by the weather and the geoid, hundreds of metres together. But velocity messages tell by how much the
height above the ellipsoid exceeds it, and that changes slowly: both together give the height. Without that
difference there is no height in the row, rather than one with a sigma that would spoil the plane as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tocsin.formats.adsb import (
    AirbornePosition,
    AirborneVelocity,
    NoPosition,
    PositionAccuracy,
    PositionPair,
    Squitter,
    UnusedPosition,
)
from tocsin.model.detections import Detection
from tocsin.sensors.bounds import sigma_of_bounds_m
from tocsin.sensors.kept import Kept
from tocsin.sensors.rows import BLANK
from tocsin.units import NANOSECONDS_PER_SECOND

MOST_AIRCRAFT = 20_000
"""Of more addresses than this, those heard longest ago are forgotten."""
MOVING_NS = 3 * NANOSECONDS_PER_SECOND
"""A velocity is sent twice a second; an older one is none, for in a turn it is wrong by then."""
LASTING_NS = 30 * NANOSECONDS_PER_SECOND
"""Accuracies and the difference of heights hold for so long; they are sent at least every 2.5 s."""


def identity_of(address: str) -> str:
    """The identity of an address as formats.adsb writes it: ICAO's, or after a tilde another one."""
    return f"adsb:{address[1:]}" if address.startswith("~") else f"icao:{address}"


@dataclass(slots=True)
class _Aircraft:
    """What was told last, and when."""

    position: PositionPair = field(default_factory=PositionPair)
    velocity: AirborneVelocity | None = None
    velocity_ns: int = 0
    geodetic_above_pressure_m: float | None = None
    difference_ns: int = 0
    horizontal_m: float | None = None
    vertical_m: float | None = None
    accuracy_ns: int = 0


class AircraftMemory:
    """Puts together what each aircraft told in several messages."""

    def __init__(self) -> None:
        self._aircraft: Kept[str, _Aircraft] = Kept(_Aircraft, MOST_AIRCRAFT)

    def take(self, message: Squitter, received_ns: int) -> Detection | str | None:
        """The row of a position, without its sensor; or why it is none; None for what is no position."""
        if isinstance(message, UnusedPosition):
            return message.reason
        aircraft = self._aircraft.of(message.address)
        if isinstance(message, AirborneVelocity):
            _take_velocity(aircraft, message, received_ns)
            return None
        if isinstance(message, PositionAccuracy):
            _take_accuracy(aircraft, message, received_ns)
            return None
        place = aircraft.position.take(message.encoded, received_ns)
        if isinstance(place, NoPosition):
            return place.value
        row = BLANK._replace(
            time_ns=received_ns,
            received_ns=received_ns,
            latitude_rad=math.radians(place.latitude_deg),
            longitude_rad=math.radians(place.longitude_deg),
            identity=identity_of(message.address),
        )
        return _with_motion(_with_height(row, aircraft, message), aircraft)

    def __len__(self) -> int:
        return len(self._aircraft)


def _take_velocity(aircraft: _Aircraft, message: AirborneVelocity, received_ns: int) -> None:
    aircraft.velocity, aircraft.velocity_ns = message, received_ns
    if message.geodetic_above_pressure_m is not None:
        aircraft.geodetic_above_pressure_m = message.geodetic_above_pressure_m
        aircraft.difference_ns = received_ns


def _take_accuracy(aircraft: _Aircraft, message: PositionAccuracy, received_ns: int) -> None:
    aircraft.horizontal_m, aircraft.accuracy_ns = message.horizontal_m, received_ns
    aircraft.vertical_m = message.vertical_m or aircraft.vertical_m


def _with_height(row: Detection, aircraft: _Aircraft, message: AirbornePosition) -> Detection:
    """Height above the ellipsoid and the error of the position, for the axes that are known."""
    altitude_m = message.geodetic_altitude_m
    difference_m = aircraft.geodetic_above_pressure_m
    is_lasting = row.received_ns - aircraft.difference_ns <= LASTING_NS
    if (
        altitude_m is None
        and difference_m is not None
        and message.pressure_altitude_m is not None
        and is_lasting
    ):
        altitude_m = message.pressure_altitude_m + difference_m
    horizontal_m = vertical_m = None
    if row.received_ns - aircraft.accuracy_ns <= LASTING_NS:
        horizontal_m = aircraft.horizontal_m
        vertical_m = None if altitude_m is None else aircraft.vertical_m
    return row._replace(
        altitude_m=math.nan if altitude_m is None else altitude_m,
        position_sigma_m=sigma_of_bounds_m(horizontal_m, vertical_m),
    )


def _with_motion(row: Detection, aircraft: _Aircraft) -> Detection:
    velocity = aircraft.velocity
    if velocity is None or row.received_ns - aircraft.velocity_ns > MOVING_NS:
        return row
    return with_velocity(row, velocity.speed_mps, velocity.course_rad, velocity.climb_mps)


def with_velocity(
    row: Detection, speed_mps: float | None, course_rad: float | None, climb_mps: float | None
) -> Detection:
    """A row with as much of a motion over ground as is known; standing still needs no course."""
    if climb_mps is not None:
        row = row._replace(velocity_up_mps=climb_mps)
    if speed_mps == 0.0:
        course_rad = 0.0
    if speed_mps is None or course_rad is None:
        return row
    return row._replace(
        velocity_east_mps=speed_mps * math.sin(course_rad),
        velocity_north_mps=speed_mps * math.cos(course_rad),
    )
