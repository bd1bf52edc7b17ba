"""Extended squitters written, for simulated aircraft and for tests: format 17 with a 24-bit ICAO address.

    position  type 11 (pressure altitude) or 20 (height above the ellipsoid), 5 bits
              surveillance status 2, antenna 1, altitude 12 (25 ft above -1000 ft, the fifth lowest bit set),
              time 1, odd 1, latitude 17, longitude 17
    velocity  type 19, 5 bits; subtype 1, 3; flags and accuracy 5
              west 1, knots + 1 10, south 1, knots + 1 10
              pressure rate 1, down 1, 64 ft/min + 1 9, reserved 2, below pressure altitude 1, 25 ft + 1 7
    status    type 31, 5 bits; subtype 0, 3; capability and mode 32, version 3 (2), supplement 1, NACp 4,
              GVA 2, integrity 2, barometric 1, heading 1, supplement 1, reserved 1

Source: RTCA DO-260B, 2.2.3.2.3, 2.2.3.2.6 and 2.2.3.2.7.2.
"""

from __future__ import annotations

import math

from tocsin.errors import InvalidInput
from tocsin.formats.adsb.cpr import EncodedPosition
from tocsin.formats.adsb.parity import with_parity
from tocsin.formats.adsb.squitter import FOOT_PER_MINUTE_MPS, KNOT_MPS, AirbornePosition, AirborneVelocity
from tocsin.units import FOOT_M

_HEAD = 17 << 3 | 5  # a transponder of an airborne aircraft


def encode_position(message: AirbornePosition) -> bytes:
    """The 14 bytes of a position, with the pressure altitude where it has both or neither."""
    kind, height_m = 11, message.pressure_altitude_m
    if height_m is None and message.geodetic_altitude_m is not None:
        kind, height_m = 20, message.geodetic_altitude_m
    fields = [(kind, 5), (0, 3), (_altitude_code(height_m), 12), (0, 1), *_encoded(message.encoded)]
    return _squitter(message.address, fields)


def encode_velocity(message: AirborneVelocity) -> bytes:
    """The 14 bytes of a velocity over ground, below 1,022 knots on each axis."""
    east, north = None, None
    if message.speed_mps is not None and message.course_rad is not None:
        east = message.speed_mps * math.sin(message.course_rad) / KNOT_MPS
        north = message.speed_mps * math.cos(message.course_rad) / KNOT_MPS
    climb = None if message.climb_mps is None else message.climb_mps / FOOT_PER_MINUTE_MPS / 64
    above = message.geodetic_above_pressure_m
    fields = [(19, 5), (1, 3), (0, 5), *_signed(east, 10), *_signed(north, 10), (1, 1), *_signed(climb, 9)]
    return _squitter(
        message.address, [*fields, (0, 2), *_signed(None if above is None else above / FOOT_M / 25, 7)]
    )


def encode_status(address: str, nac_p: int, gva: int) -> bytes:
    """The 14 bytes of an operational status of version 2 with these accuracy categories."""
    fields = [(31, 5), (0, 3), (0, 32), (2, 3), (0, 1), (nac_p, 4), (gva, 2), (3, 2), (0, 4)]
    return _squitter(address, fields)


def _squitter(address: str, fields: list[tuple[int, int]]) -> bytes:
    bits = 0
    for value, width in fields:
        if not 0 <= value < 1 << width:
            raise InvalidInput(f"ADS-B: {value} does not fit into {width} bits")
        bits = bits << width | value
    return with_parity(bytes((_HEAD,)) + bytes.fromhex(address) + bits.to_bytes(7, "big"))


def _encoded(position: EncodedPosition) -> list[tuple[int, int]]:
    return [(int(position.is_odd), 1), (position.latitude, 17), (position.longitude, 17)]


def _altitude_code(height_m: float | None) -> int:
    if height_m is None:
        return 0
    steps = round((height_m / FOOT_M + 1000.0) / 25.0)
    if not 0 <= steps < 1 << 11:
        raise InvalidInput(f"ADS-B: a height of {height_m} m does not fit into 11 bits of 25 ft")
    return (steps & 0x7F0) << 1 | 0x10 | steps & 0xF


def _signed(value: float | None, width: int) -> list[tuple[int, int]]:
    """A sign and a magnitude of so many bits, 0 for unknown; InvalidInput where it is too large."""
    if value is None:
        return [(0, 1), (0, width)]
    return [(int(value < 0), 1), (round(abs(value)) + 1, width)]
