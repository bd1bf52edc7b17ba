"""Steps of ASTERIX's numbers in SI units and radians, and how numbers become bits.

Sources: EUROCONTROL-SPEC-0149-4 (category 048) and -2b (category 034), the items named.
"""

from __future__ import annotations

import math

from tocsin.errors import DecodeError, InvalidInput
from tocsin.units import FOOT_M, NAUTICAL_MILE_M

TIME_STEP_S = 1 / 128  # I048/140, I034/030, I034/041
RANGE_STEP_M = NAUTICAL_MILE_M / 256  # I048/040 RHO
AZIMUTH_STEP_RAD = math.tau / 65536  # I048/040 THETA, I048/200 heading
FLIGHT_LEVEL_STEP_M = 25 * FOOT_M  # I048/090: a quarter of 100 ft
HEIGHT_STEP_M = 25 * FOOT_M  # I048/110
SPEED_STEP_MPS = NAUTICAL_MILE_M / 16384  # I048/200: 2^-14 NM/s
SECTOR_STEP_RAD = math.tau / 256  # I034/020
POSITION_STEP_RAD = math.pi / 8388608  # I034/120: 180 degrees / 2^23
SECONDS_OF_A_DAY = 86400


def signed(value: int, bits: int) -> int:
    """Two's complement in the lowest `bits` bits."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> bits - 1 else value


def value_of(item: bytes | None, step: float, is_signed: bool = True) -> float | None:
    """A whole item as one number in steps."""
    return None if item is None else int.from_bytes(item, "big", signed=is_signed) * step


def source_of(item: bytes | None, data: bytes) -> tuple[int, int]:
    """SAC and SIC, item 010 of every category; DecodeError `asterix_item_missing`."""
    if item is None:
        raise DecodeError("asterix_item_missing", "a record that names no data source (item 010)", data)
    return item[0], item[1]


def time_of_day_s(item: bytes | None, data: bytes) -> float | None:
    """Seconds after midnight UTC; DecodeError `asterix_out_of_range` for more than a day."""
    if item is None:
        return None
    seconds = int.from_bytes(item, "big") * TIME_STEP_S
    if seconds >= SECONDS_OF_A_DAY:
        raise DecodeError("asterix_out_of_range", "a time of day of more than a day", data)
    return seconds


def steps(value: float, step: float, bits: int, what: str, is_signed: bool = False) -> int:
    """`value` in whole steps, as the unsigned number of its bits; InvalidInput where it does not fit."""
    if not math.isfinite(value):
        raise InvalidInput(f"{what} must be a finite number")
    count = round(value / step)
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    if not low <= count <= high:
        raise InvalidInput(f"{what} must lie between {low * step:g} and {high * step:g}")
    return count % (1 << bits)


def angle_steps(value: float, step: float, bits: int, what: str) -> int:
    """An angle in whole steps of a circle of 2^bits of them; InvalidInput where it is not finite."""
    if not math.isfinite(value):
        raise InvalidInput(f"{what} must be a finite number")
    return round(value / step) % (1 << bits)


def time_steps(value: float) -> int:
    """A time of day in whole steps; the step that rounding brings to midnight becomes 0."""
    if not 0 <= value < SECONDS_OF_A_DAY:
        raise InvalidInput(f"a time of day lies between 0 and {SECONDS_OF_A_DAY} s")
    return round(value / TIME_STEP_S) % round(SECONDS_OF_A_DAY / TIME_STEP_S)
