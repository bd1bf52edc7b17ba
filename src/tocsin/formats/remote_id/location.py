"""Location/Vector message (type 1): where an aircraft is and how it moves.

    byte  0      type << 4 | version
          1      status << 4 | height above ground << 2 | direction + 180 << 1 | speed range << 0
          2      direction from true north, whole degrees (361: unknown)
          3      ground speed, 0.25 m/s, or 0.75 m/s above 63.75 m/s (255 m/s: unknown)
          4      vertical speed, signed, 0.5 m/s, up positive (63 m/s: unknown)
          5-8    latitude, 9-12 longitude, signed, 1e-7 degrees (both 0: unknown)
         13-14   pressure altitude, 15-16 height above the ellipsoid, 17-18 height above take-off or ground:
                 0.5 m above -1000 m (-1000: unknown)
         19      vertical << 4 | horizontal accuracy
         20      pressure altitude << 4 | speed accuracy
         21-22   tenths of a second after the full hour UTC (65535: unknown)
         23      accuracy of that time in tenths (0: unknown)

Source: ASTM F3411-22a, Location/Vector message.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct

from tocsin.formats.remote_id import accuracy
from tocsin.formats.remote_id.layout import (
    MessageType,
    altitude_code,
    altitude_m,
    header,
    member,
    out_of_range,
    position_codes,
    position_rad,
    scaled,
)
from tocsin.units import NANOSECONDS_PER_SECOND

LAYOUT = Struct("<BBBBbiiHHHBBHBx")
TENTHS_OF_AN_HOUR = 36_000
UNKNOWN_TIME = 0xFFFF
_TENTH_NS = NANOSECONDS_PER_SECOND // 10
_HOUR_NS = 3600 * NANOSECONDS_PER_SECOND
_FAST_OFFSET_MPS = 63.75  # 255 * 0.25, where the second range of speeds begins


class OperationalStatus(IntEnum):
    """What the aircraft says of its own state."""

    UNDECLARED = 0
    GROUND = 1
    AIRBORNE = 2
    EMERGENCY = 3
    SYSTEM_FAILURE = 4


class HeightReference(IntEnum):
    """What `height_m` is measured from."""

    TAKEOFF = 0
    GROUND = 1


_STATUSES = tuple(OperationalStatus)
_REFERENCES = tuple(HeightReference)


@dataclass(frozen=True, slots=True)
class Location:
    """One Location/Vector message; None is the standard's 'unknown'.

    Position is WGS-84, `geodetic_altitude_m` above its ellipsoid, `pressure_altitude_m` in the standard
    atmosphere (1013.25 hPa), `direction_rad` the course clockwise from true north, `vertical_speed_mps` up.
    Accuracies are 95 % bounds. `tenths_after_hour` counts tenths of a second (see `location_time_ns`).
    """

    status: OperationalStatus = OperationalStatus.UNDECLARED
    latitude_rad: float | None = None
    longitude_rad: float | None = None
    geodetic_altitude_m: float | None = None
    pressure_altitude_m: float | None = None
    height_m: float | None = None
    height_reference: HeightReference = HeightReference.TAKEOFF
    direction_rad: float | None = None
    speed_mps: float | None = None
    vertical_speed_mps: float | None = None
    horizontal_accuracy_m: float | None = None
    vertical_accuracy_m: float | None = None
    pressure_altitude_accuracy_m: float | None = None
    speed_accuracy_mps: float | None = None
    tenths_after_hour: int | None = None
    time_accuracy_s: float | None = None


def decode_location(data: bytes) -> Location:
    """Decode 25 bytes; DecodeError `remote_id_out_of_range` or `remote_id_reserved`."""
    (_, flags, direction, speed, climb, latitude, longitude, pressure, geodetic, height, position_accuracy,
     other_accuracy, tenths, time_accuracy) = LAYOUT.unpack(data)  # fmt: skip
    status = flags >> 4
    if status >= len(_STATUSES):
        member(OperationalStatus, status, "the operational status", data)
    if tenths > TENTHS_OF_AN_HOUR and tenths != UNKNOWN_TIME:
        raise out_of_range("the time after the hour", data)
    latitude_rad, longitude_rad = position_rad(latitude, longitude, data)
    time_accuracy &= 0x0F
    return Location(
        _STATUSES[status],
        latitude_rad,
        longitude_rad,
        altitude_m(geodetic),
        altitude_m(pressure),
        altitude_m(height),
        _REFERENCES[flags >> 2 & 1],
        _direction_rad(direction, flags >> 1 & 1, data),
        _speed_mps(speed, flags & 1),
        _vertical_speed_mps(climb, data),
        accuracy.bound_95(position_accuracy & 0x0F, accuracy.HORIZONTAL_M, "the horizontal accuracy", data),
        accuracy.bound_95(position_accuracy >> 4, accuracy.VERTICAL_M, "the vertical accuracy", data),
        accuracy.bound_95(other_accuracy >> 4, accuracy.VERTICAL_M, "the pressure altitude accuracy", data),
        accuracy.bound_95(other_accuracy & 0x0F, accuracy.SPEED_MPS, "the speed accuracy", data),
        None if tenths == UNKNOWN_TIME else tenths,
        time_accuracy / 10 if time_accuracy else None,
    )


def encode_location(location: Location) -> bytes:
    """The 25 bytes of a message; InvalidInput for values that the standard has no room for."""
    direction, is_west = _direction_codes(location.direction_rad)
    speed, is_fast = _speed_codes(location.speed_mps)
    climb_mps = 63.0 if location.vertical_speed_mps is None else location.vertical_speed_mps
    climb_limits = (-124, 126 if location.vertical_speed_mps is None else 124)
    flags = location.status << 4 | location.height_reference << 2 | is_west << 1 | is_fast
    tenths = UNKNOWN_TIME if location.tenths_after_hour is None else location.tenths_after_hour
    if tenths != UNKNOWN_TIME:
        tenths = scaled(tenths, 1, 0, (0, TENTHS_OF_AN_HOUR), "tenths_after_hour")
    vertical = accuracy.code_of(location.vertical_accuracy_m, accuracy.VERTICAL_M)
    horizontal = accuracy.code_of(location.horizontal_accuracy_m, accuracy.HORIZONTAL_M)
    pressure = accuracy.code_of(location.pressure_altitude_accuracy_m, accuracy.VERTICAL_M)
    return LAYOUT.pack(
        header(MessageType.LOCATION),
        flags,
        direction,
        speed,
        scaled(climb_mps, 0.5, 0.0, climb_limits, "vertical_speed_mps"),
        *position_codes(location.latitude_rad, location.longitude_rad),
        altitude_code(location.pressure_altitude_m, "pressure_altitude_m"),
        altitude_code(location.geodetic_altitude_m, "geodetic_altitude_m"),
        altitude_code(location.height_m, "height_m"),
        vertical << 4 | horizontal,
        pressure << 4 | accuracy.code_of(location.speed_accuracy_mps, accuracy.SPEED_MPS),
        tenths,
        scaled(location.time_accuracy_s or 0.0, 0.1, 0.0, (0, 15), "time_accuracy_s"),
    )


def location_time_ns(tenths_after_hour: int, received_ns: int) -> int:
    """UTC nanoseconds of a Location: of the hours around `received_ns`, the one that brings it nearest."""
    offset_ns = tenths_after_hour * _TENTH_NS
    return offset_ns + round((received_ns - offset_ns) / _HOUR_NS) * _HOUR_NS


def _direction_rad(code: int, is_west: int, data: bytes) -> float | None:
    if code > 180 and not (is_west and code == 181):
        raise out_of_range("the direction", data)
    degrees = code + 180 * is_west
    return None if degrees == 361 else math.radians(degrees % 360)


def _direction_codes(direction_rad: float | None) -> tuple[int, int]:
    if direction_rad is None:
        return 181, 1
    degrees = scaled(direction_rad % math.tau, math.radians(1.0), 0.0, (0, 360), "direction_rad") % 360
    return degrees % 180, degrees // 180


def _speed_mps(code: int, is_fast: int) -> float | None:
    if not is_fast:
        return code * 0.25
    return None if code == 255 else code * 0.75 + _FAST_OFFSET_MPS


def _speed_codes(speed_mps: float | None) -> tuple[int, int]:
    if speed_mps is None:
        return 255, 1
    if speed_mps <= _FAST_OFFSET_MPS:
        return scaled(speed_mps, 0.25, 0.0, (0, 255), "speed_mps"), 0
    return scaled(speed_mps, 0.75, _FAST_OFFSET_MPS, (0, 254), "speed_mps"), 1


def _vertical_speed_mps(code: int, data: bytes) -> float | None:
    if code == 126:
        return None
    if not -124 <= code <= 124:
        raise out_of_range("the vertical speed", data)
    return code * 0.5
