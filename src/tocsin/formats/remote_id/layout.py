"""What every Remote ID message shares: size, header, epoch, refusals, and how text and scaled numbers lie.

Source of the layouts in this room: ASTM F3411-22a, clause 5.4 (broadcast Remote ID), with which ASD-STAN
EN 4709-002 agrees. All numbers are little-endian. A message is 25 bytes, the first of which is
type << 4 | protocol version.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TypeVar

from tocsin.errors import DecodeError, InvalidInput

MESSAGE_BYTES = 25
PROTOCOL_VERSION = 2  # F3411-22a; 0 and 1 are F3411-19, whose fields lie at the same places
_RADIANS_PER_CODE = math.radians(1e-7)
_QUARTER_TURN = 900_000_000  # 90 degrees in steps of 1e-7
EPOCH_2019_S = 1_546_300_800  # 2019-01-01T00:00:00Z, from which the standard's 32-bit times count


class MessageType(IntEnum):
    """Upper four bits of a message's first byte."""

    BASIC_ID = 0
    LOCATION = 1
    AUTHENTICATION = 2
    SELF_ID = 3
    SYSTEM = 4
    OPERATOR_ID = 5
    PACK = 15


Member = TypeVar("Member", bound=IntEnum)


def header(message_type: MessageType) -> int:
    """First byte of a message that tocsin writes."""
    return message_type << 4 | PROTOCOL_VERSION


def damaged(message: str, data: bytes) -> DecodeError:
    """Bytes whose lengths or structure cannot be Remote ID."""
    return DecodeError("remote_id_damaged", message, data)


def out_of_range(what: str, data: bytes) -> DecodeError:
    """A value that the standard does not allow; the value itself is not named, it may be personal."""
    return DecodeError("remote_id_out_of_range", f"{what} is outside the range of the standard", data)


def reserved(what: str, data: bytes) -> DecodeError:
    """A value that the standard keeps for later and whose meaning is therefore unknown."""
    return DecodeError("remote_id_reserved", f"{what} has a value that the standard reserves", data)


def member(kind: type[Member], value: int, what: str, data: bytes) -> Member:
    """The named value of an enumeration, or DecodeError `remote_id_reserved`."""
    try:
        return kind(value)
    except ValueError:
        raise reserved(what, data) from None


def text(raw: bytes, what: str, data: bytes) -> str:
    """ASCII up to the first NUL, or DecodeError `remote_id_not_text`."""
    try:
        return raw.split(b"\0", 1)[0].decode("ascii")
    except UnicodeDecodeError:
        raise DecodeError("remote_id_not_text", f"{what} is not ASCII", data) from None


def text_bytes(value: str, size: int, what: str) -> bytes:
    """ASCII filled up with NUL to `size` bytes; InvalidInput where it does not fit."""
    if not value.isascii() or "\0" in value or len(value) > size:
        raise InvalidInput(f"{what} must be at most {size} ASCII characters without NUL")
    return value.encode("ascii").ljust(size, b"\0")


def scaled(value: float, scale: float, offset: float, limits: tuple[int, int], what: str) -> int:
    """The integer n with value = n * scale + offset, rounded; InvalidInput outside `limits` or not finite."""
    if not math.isfinite(value):
        raise InvalidInput(f"{what} must be a finite number")
    number = round((value - offset) / scale)
    if not limits[0] <= number <= limits[1]:
        low, high = (limit * scale + offset for limit in limits)
        raise InvalidInput(f"{what} must lie between {low:g} and {high:g}")
    return number


def altitude_m(code: int) -> float | None:
    """Half metres above -1000 m, which itself says unknown."""
    return code * 0.5 - 1000.0 if code else None


def altitude_code(value_m: float | None, what: str) -> int:
    """The reverse of `altitude_m`: two bytes' worth, 0 for unknown."""
    return 0 if value_m is None else scaled(value_m, 0.5, -1000.0, (1, 65535), what)


def position_rad(latitude_code: int, longitude_code: int, data: bytes) -> tuple[float | None, float | None]:
    """Latitude and longitude from 1e-7 degrees; both 0 say unknown."""
    if latitude_code == 0 == longitude_code:
        return None, None
    if abs(latitude_code) > _QUARTER_TURN or abs(longitude_code) > 2 * _QUARTER_TURN:
        raise out_of_range("a position", data)
    return latitude_code * _RADIANS_PER_CODE, longitude_code * _RADIANS_PER_CODE


def position_codes(latitude_rad: float | None, longitude_rad: float | None) -> tuple[int, int]:
    """The reverse of `position_rad`."""
    if latitude_rad is None or longitude_rad is None:
        return 0, 0
    limit = _QUARTER_TURN
    latitude = scaled(latitude_rad, _RADIANS_PER_CODE, 0.0, (-limit, limit), "latitude_rad")
    longitude = scaled(longitude_rad, _RADIANS_PER_CODE, 0.0, (-2 * limit, 2 * limit), "longitude_rad")
    return latitude, longitude
