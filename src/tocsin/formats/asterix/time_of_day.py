"""A radar's time of day to a point in time."""

from __future__ import annotations

from functools import lru_cache

from tocsin.formats.asterix.scales import SECONDS_OF_A_DAY
from tocsin.units import NANOSECONDS_PER_SECOND

_DAY_NS = SECONDS_OF_A_DAY * NANOSECONDS_PER_SECOND


@lru_cache(maxsize=64)  # the reports of a datagram share a few times
def time_of_day_to_ns(time_of_day_s: float, received_ns: int) -> int:
    """UTC nanoseconds of a time of day: of the days around `received_ns`, the one that brings it nearest."""
    offset_ns = round(time_of_day_s * NANOSECONDS_PER_SECOND)
    return offset_ns + (received_ns - offset_ns + _DAY_NS // 2) // _DAY_NS * _DAY_NS
