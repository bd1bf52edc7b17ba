"""Extended squitters of ADS-B: what airborne aircraft say of their position, motion and accuracy.

    byte  0      downlink format << 3 | capability (format 17) or control field (format 18)
          1-3    address
          4-10   message, whose first 5 bits are its type code
         11-13   parity
    type  9-18   airborne position with pressure altitude        20-22  with height above the ellipsoid
          19     airborne velocity       29  target state, with NACp (subtype 1)
          31     operational status, with NACp and GVA
          5-8    position on the ground

Of format 18, control fields 0 and 1 are aircraft without a transponder, under a 24-bit address of ICAO or
another one, and 6 is the same sent again by a ground station; the others are measured by radars (TIS-B).
The bits are read by rs1090. Source: RTCA DO-260B, 2.2.3.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias, cast

import rs1090

from tocsin.errors import DecodeError
from tocsin.formats.adsb.accuracy import horizontal_bound_m, vertical_bound_m
from tocsin.formats.adsb.cpr import EncodedPosition
from tocsin.formats.adsb.frame import LONG_BYTES
from tocsin.formats.adsb.parity import remainder
from tocsin.units import FOOT_M, NAUTICAL_MILE_M

KNOT_MPS = NAUTICAL_MILE_M / 3600.0
FOOT_PER_MINUTE_MPS = FOOT_M / 60.0

_TRANSPONDER, _OTHER_DEVICE = 17, 18
_OWN_ADDRESS, _OTHER_ADDRESS, _SENT_AGAIN = 0, 1, 6
_GEODETIC_TYPES = frozenset(range(20, 23))
_POSITION_TYPES = frozenset(range(9, 19)) | _GEODETIC_TYPES
_GROUND_TYPES = frozenset(range(5, 9))
_VELOCITY_TYPE = 19
_SUPERSONIC = 2  # its subtype whose unit is 4 knots
_TARGET_STATE, _OPERATIONAL_STATUS = 29, 31


@dataclass(frozen=True, slots=True)
class AirbornePosition:
    """Where it is, half told (see `cpr`), and one of two heights: of pressure, or above the ellipsoid."""

    address: str
    encoded: EncodedPosition
    pressure_altitude_m: float | None = None
    geodetic_altitude_m: float | None = None


@dataclass(frozen=True, slots=True)
class AirborneVelocity:
    """Motion over ground, course clockwise from true north; speeds through the air are left out.

    `geodetic_above_pressure_m` is what its height above the ellipsoid exceeds its pressure altitude by.
    """

    address: str
    speed_mps: float | None = None
    course_rad: float | None = None
    climb_mps: float | None = None
    geodetic_above_pressure_m: float | None = None


@dataclass(frozen=True, slots=True)
class PositionAccuracy:
    """95 % bounds of its position; None where unknown, and for the height also where it is not told."""

    address: str
    horizontal_m: float | None = None
    vertical_m: float | None = None


class UnusedPosition(NamedTuple):
    """A position that is no aircraft's own in the air; `reason` is the word under which it is counted."""

    reason: str


Squitter: TypeAlias = AirbornePosition | AirborneVelocity | PositionAccuracy | UnusedPosition

ON_THE_GROUND = UnusedPosition("on_the_ground")
MEASURED_BY_OTHERS = UnusedPosition("measured_by_others")


def decode_squitters(messages: Sequence[bytes]) -> list[Squitter | DecodeError | None]:
    """For each Mode S message what it tells, None for one that tells nothing of the above.

    The kind of error is `mode_s_bad_parity`; values that the standard doesn't have are unknown.
    """
    found: list[Squitter | DecodeError | None] = [_unread(data) for data in messages]
    wanted = [number for number, data in enumerate(messages) if found[number] is None and _is_wanted(data)]
    if not wanted:
        return found
    answers = rs1090.decode([messages[number].hex() for number in wanted])
    for number, answer in zip(wanted, cast("list[Mapping[str, Any] | None]", answers), strict=True):
        data = messages[number]
        found[number] = _READERS[data[4] >> 3](data, {} if answer is None else answer)
    return found


def _is_squitter(data: bytes) -> bool:
    return len(data) == LONG_BYTES and data[0] >> 3 in (_TRANSPONDER, _OTHER_DEVICE)


def _unread(data: bytes) -> DecodeError | UnusedPosition | None:
    """What can be said of a message without reading its values."""
    if not _is_squitter(data):
        return None
    if remainder(data):
        return DecodeError("mode_s_bad_parity", "an extended squitter of wrong parity", data)
    kind = data[4] >> 3
    if kind in _GROUND_TYPES:
        return ON_THE_GROUND
    if kind in _POSITION_TYPES and not _is_own(data):
        return MEASURED_BY_OTHERS
    return None


def _is_wanted(data: bytes) -> bool:
    if not _is_squitter(data) or not _is_own(data):
        return False
    # Of the target states, DO-260B lays out subtype 1 only; what came before has its NACp elsewhere.
    return data[4] >> 3 in _READERS and (data[4] >> 3 != _TARGET_STATE or data[4] >> 1 & 3 == 1)


def _is_own(data: bytes) -> bool:
    return data[0] >> 3 == _TRANSPONDER or data[0] & 7 in (_OWN_ADDRESS, _OTHER_ADDRESS, _SENT_AGAIN)


def _address(data: bytes) -> str:
    """Six hexadecimal digits, after a tilde where the address is none of ICAO's (as readsb writes it)."""
    is_other = data[0] >> 3 == _OTHER_DEVICE and data[0] & 7 == _OTHER_ADDRESS
    return "~" * is_other + data[1:4].hex()


def _position(data: bytes, values: Mapping[str, Any]) -> AirbornePosition:
    """The place is read here: where an altitude has no meaning for rs1090, it gives nothing at all."""
    bits = int.from_bytes(data[4:11], "big")
    encoded = EncodedPosition(bool(bits >> 34 & 1), bits >> 17 & 0x1FFFF, bits & 0x1FFFF)
    height_m = _scaled(values.get("altitude"), FOOT_M)
    if data[4] >> 3 in _GEODETIC_TYPES:
        return AirbornePosition(_address(data), encoded, geodetic_altitude_m=height_m)
    return AirbornePosition(_address(data), encoded, pressure_altitude_m=height_m)


def _velocity(data: bytes, values: Mapping[str, Any]) -> AirborneVelocity:
    """rs1090 0.7 takes an unknown speed on an axis for -1 knot, subtype 2 for single knots, and a difference
    of no feet for none."""
    east, north = (data[5] & 3) << 8 | data[6], (data[7] & 0x7F) << 3 | data[8] >> 5
    unit = KNOT_MPS * (4.0 if data[4] & 7 == _SUPERSONIC else 1.0)
    is_known = east > 0 and north > 0
    difference_ft = 0.0 if data[10] & 0x7F == 1 else values.get("geo_minus_baro")
    return AirborneVelocity(
        _address(data),
        _scaled(values.get("groundspeed") if is_known else None, unit),
        _scaled(values.get("track") if is_known else None, math.radians(1.0)),
        _scaled(values.get("vertical_rate"), FOOT_PER_MINUTE_MPS),
        _scaled(difference_ft, FOOT_M),
    )


def _accuracy(data: bytes, values: Mapping[str, Any]) -> PositionAccuracy:
    return PositionAccuracy(
        _address(data), horizontal_bound_m(values.get("NACp")), vertical_bound_m(values.get("GVA"))
    )


def _scaled(value: float | None, unit: float) -> float | None:
    return None if value is None else value * unit


_READERS: dict[int, Callable[[bytes, Mapping[str, Any]], Squitter]] = {
    **dict.fromkeys(_POSITION_TYPES, _position),
    _VELOCITY_TYPE: _velocity,
    _TARGET_STATE: _accuracy,
    _OPERATIONAL_STATUS: _accuracy,
}
