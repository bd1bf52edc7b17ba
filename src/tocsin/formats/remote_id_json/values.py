"""How receivers write the values of Remote ID in JSON: numbers with or without unit, classes, times as text.

    speed "15.5 m/s", geodetic_altitude "120.5 m" or 120.5, latitude "62.6834720", "Unknown", "Undefined"
    horizontal_accuracy "<10 m", "< 10 m", "<18.52 km (10 NM)", ">=150 m or Unknown"
    timestamp "20 min 34.5 s", "1 h 0 min 0.0 s", "3600.5" or 1234.5: after the full hour UTC

What cannot be read is unknown; text is at most as long as the message that it stands in.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from tocsin.formats.remote_id.location import TENTHS_OF_AN_HOUR
from tocsin.units import seconds_to_nanoseconds

_NUMBER = r"[-+]?[0-9]{1,12}(?:[.][0-9]{0,20})?(?:[eE][-+]?[0-9]{1,2})?"
_MEASURED = re.compile(rf"({_NUMBER})\s*(?:[a-zA-Z/ ]{{0,8}})")
_BOUND = re.compile(rf"<\s*({_NUMBER})\s*(km|m/s|m)\b")
_AFTER_THE_HOUR = re.compile(r"(?:([0-9.]{1,6}) h )?([0-9]{1,2}) min ([0-9]{1,2}(?:[.][0-9]{1,20})?) s")
_ADDRESS = re.compile(r"[0-9a-f]{12}")
_NO_ADDRESS = "0" * 12
_EARLIEST_S, _LATEST_S = 1e8, 9e9  # what is less counts from another beginning than 1970


def number(value: Any) -> float | None:
    """A finite number, alone or with its unit, or None."""
    if isinstance(value, str):
        found = _MEASURED.fullmatch(value.strip()) if len(value) < 64 else None
        return None if found is None else float(found[1])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None


def bound_m(value: Any) -> float | None:
    """The bound of a class of accuracy [m], or None; a bare number may be one of two things: none."""
    found = _BOUND.match(value) if isinstance(value, str) else None
    if found is None or found[2] == "m/s":
        return None
    return float(found[1]) * (1000.0 if found[2] == "km" else 1.0)


def tenths_after_hour(value: Any) -> int | None:
    """Tenths of a second after the full hour, or None."""
    seconds = number(value)
    if isinstance(value, str) and (found := _AFTER_THE_HOUR.fullmatch(value.strip()[:64])):
        hours = number(found[1]) if found[1] else 0.0
        seconds = None if hours is None else hours * 3600.0 + int(found[2]) * 60.0 + float(found[3])
    if seconds is None or not 0 <= (tenths := round(seconds * 10)) <= TENTHS_OF_AN_HOUR:
        return None
    return tenths


def unix_time_ns(value: Any) -> int | None:
    """UTC nanoseconds of seconds since 1970, or None."""
    seconds = number(value)
    if seconds is None or not _EARLIEST_S <= seconds <= _LATEST_S:
        return None
    return seconds_to_nanoseconds(seconds)


def address(value: Any) -> str:
    """The address of a transmitter as 02:00:5e:00:53:01; '' where there is none."""
    if not isinstance(value, str) or not value.strip():
        return ""
    digits = value.split()[0].lower().replace(":", "").replace("-", "")
    if not _ADDRESS.fullmatch(digits) or digits == _NO_ADDRESS:
        return ""
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def told(value: float | None, low: float, high: float) -> float | None:
    """A value within the limits of the standard; another one is garbage, and therefore unknown."""
    return value if value is not None and low <= value <= high and math.isfinite(value) else None


def text(value: Any) -> str:
    """A short text, or ''."""
    return value.strip() if isinstance(value, str) and len(value) <= 64 else ""


Number = Annotated[float | None, BeforeValidator(number)]
BoundM = Annotated[float | None, BeforeValidator(bound_m)]
Tenths = Annotated[int | None, BeforeValidator(tenths_after_hour)]
UnixTimeNs = Annotated[int | None, BeforeValidator(unix_time_ns)]
Address = Annotated[str, BeforeValidator(address)]
Text = Annotated[str, BeforeValidator(text)]
