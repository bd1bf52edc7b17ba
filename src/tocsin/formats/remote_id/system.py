"""System message (type 4): where the operator is, the area of a swarm, the European class. Personal data.

    byte  0      type << 4 | version
          1      classification << 2 | kind of operator position
          2-5    operator's latitude, 6-9 longitude, signed, 1e-7 degrees (both 0: unknown)
         10-11   aircraft in the area, 12 its radius in 10 m
         13-14   ceiling, 15-16 floor of the area: 0.5 m above -1000 m (-1000: unknown)
         17      European category << 4 | European class
         18-19   operator's height above the ellipsoid, as above
         20-23   seconds since 2019 (0: unknown; absent before F3411-22)

Source: ASTM F3411-22a, System message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from struct import Struct

from tocsin.formats.remote_id.layout import (
    EPOCH_2019_S,
    MessageType,
    altitude_code,
    altitude_m,
    header,
    member,
    position_codes,
    position_rad,
    reserved,
    scaled,
)
from tocsin.units import NANOSECONDS_PER_SECOND

LAYOUT = Struct("<BBiiHBHHBHIx")


class OperatorPosition(IntEnum):
    """What the operator's position is."""

    TAKEOFF = 0
    LIVE = 1
    FIXED = 2


class Classification(IntEnum):
    """Whose classes the aircraft is filed under."""

    UNDECLARED = 0
    EUROPEAN = 1


class EuropeanCategory(IntEnum):
    """Category of operation in the European Union."""

    UNDEFINED = 0
    OPEN = 1
    SPECIFIC = 2
    CERTIFIED = 3


@dataclass(frozen=True, slots=True)
class System:
    """One System message; None is the standard's 'unknown'. The operator's position is personal data.

    `european_class` is 0 to 6 (C0 to C6); category and class are None outside the European classification.
    """

    operator_position: OperatorPosition = OperatorPosition.TAKEOFF
    operator_latitude_rad: float | None = field(default=None, repr=False)
    operator_longitude_rad: float | None = field(default=None, repr=False)
    operator_altitude_m: float | None = field(default=None, repr=False)
    area_count: int = 1
    area_radius_m: float = 0.0
    area_ceiling_m: float | None = None
    area_floor_m: float | None = None
    classification: Classification = Classification.UNDECLARED
    category: EuropeanCategory | None = None
    european_class: int | None = None
    time_ns: int | None = None


def decode_system(data: bytes) -> System:
    """Decode 25 bytes; DecodeError `remote_id_out_of_range` or `remote_id_reserved`."""
    (_, flags, latitude, longitude, count, radius, ceiling, floor, european, operator_altitude,
     seconds) = LAYOUT.unpack(data)  # fmt: skip
    classification = member(Classification, flags >> 2 & 7, "the classification", data)
    is_european = classification is Classification.EUROPEAN
    latitude_rad, longitude_rad = position_rad(latitude, longitude, data)
    if is_european and european & 0x0F > 7:
        raise reserved("the European class", data)
    return System(
        member(OperatorPosition, flags & 3, "the kind of operator position", data),
        latitude_rad,
        longitude_rad,
        altitude_m(operator_altitude),
        count,
        radius * 10.0,
        altitude_m(ceiling),
        altitude_m(floor),
        classification,
        member(EuropeanCategory, european >> 4, "the European category", data) if is_european else None,
        (european & 0x0F) - 1 if is_european and european & 0x0F else None,
        (seconds + EPOCH_2019_S) * NANOSECONDS_PER_SECOND if seconds else None,
    )


def encode_system(message: System) -> bytes:
    """The 25 bytes of a message; InvalidInput for values that the standard has no room for."""
    european_class = -1 if message.european_class is None else message.european_class
    european = (message.category or 0) << 4 | scaled(european_class, 1, -1, (0, 7), "european_class")
    time_s = None if message.time_ns is None else message.time_ns // NANOSECONDS_PER_SECOND
    return LAYOUT.pack(
        header(MessageType.SYSTEM),
        message.classification << 2 | message.operator_position,
        *position_codes(message.operator_latitude_rad, message.operator_longitude_rad),
        scaled(message.area_count, 1, 0, (0, 65535), "area_count"),
        scaled(message.area_radius_m, 10.0, 0.0, (0, 255), "area_radius_m"),
        altitude_code(message.area_ceiling_m, "area_ceiling_m"),
        altitude_code(message.area_floor_m, "area_floor_m"),
        european if message.classification is Classification.EUROPEAN else 0,
        altitude_code(message.operator_altitude_m, "operator_altitude_m"),
        0 if time_s is None else scaled(time_s, 1, EPOCH_2019_S, (1, 0xFFFF_FFFF), "time_ns"),
    )
