"""Cursor on Target events of aircraft: what is read of them and written, in whatever encoding.

    type     a-<affiliation>-<dimension>-...; the dimension A is air, and only that is read
    point    WGS-84; hae above the ellipsoid; ce and le one sigma on the plane and of the height, in metres
    opex     o live operation, e exercise, s simulation; a name may follow, as in e-north
    track    course clockwise from true north in degrees, speed in m/s

9999999 stands for an unknown hae, ce or le in XML, and 999999 in protobuf.
Source: MITRE MP090284, 'Cursor-on-Target message router user's guide', and its Event.xsd (version 2.0).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tocsin.errors import DecodeError

OWN_UID_PREFIX = "tocsin."
"""What the uid of every event starts with that a tocsin writes, this one or another."""
UNKNOWN = 9_999_999.0
_LEAST_UNKNOWN = 999_999.0
_AIR = re.compile(r"a-[^-]{1,8}-A(?:-.*)?", re.DOTALL)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_NS = 7_000_000_000 * 10**9
"""The year 2191, which nanoseconds in 64 bits still hold."""


@dataclass(frozen=True, slots=True)
class CotEvent:
    """An object in the air. `kind` is the event's type; errors are one sigma; None is unknown.

    The uid may be a person's or a serial number: it stands in no repr.
    """

    uid: str = field(repr=False)
    kind: str
    time_ns: int
    latitude_rad: float
    longitude_rad: float
    altitude_m: float | None = None
    horizontal_error_m: float | None = None
    vertical_error_m: float | None = None
    speed_mps: float | None = None
    course_rad: float | None = None
    stale_ns: int | None = None
    is_simulated: bool = False
    """Of an exercise or a simulation, by the event's `opex`."""


def is_simulated(opex: str) -> bool:
    """Whether an event's `opex` says that it is of an exercise (e) or a simulation (s)."""
    return opex[:1] in ("e", "s")


def is_air(kind: str) -> bool:
    """Whether a type is of an object in the air."""
    return _AIR.fullmatch(kind) is not None


def read_time_ns(text: str) -> int:
    """UTC nanoseconds of an XML Schema dateTime; without a zone it is UTC. DecodeError `cot_damaged`."""
    if _TIME.fullmatch(text) is None:
        raise damaged("a time")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise damaged("a time") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return checked_time_ns((moment - _EPOCH) // timedelta(microseconds=1) * 1000)


def written_time(time_ns: int) -> str:
    """The dateTime of UTC nanoseconds, to the millisecond."""
    moment = _EPOCH + timedelta(milliseconds=time_ns // 1_000_000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def checked_time_ns(time_ns: int) -> int:
    """The same, or DecodeError `cot_out_of_range` before 1970 and after 2191."""
    if not 0 <= time_ns <= LATEST_NS:
        raise out_of_range("a time")
    return time_ns


def checked_position_rad(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """In radians, or DecodeError `cot_out_of_range`."""
    if not (abs(latitude_deg) <= 90.0 and abs(longitude_deg) <= 180.0):
        raise out_of_range("a position")
    return math.radians(latitude_deg), math.radians(longitude_deg)


def known(metres: float) -> float | None:
    """A height or an error; None for the values that stand for unknown, or are none."""
    return metres if math.isfinite(metres) and abs(metres) < _LEAST_UNKNOWN else None


def known_error(metres: float) -> float | None:
    """An error; None also for 0, which senders write that know of none."""
    return None if metres <= 0.0 else known(metres)


def checked_motion(speed_mps: float, course_deg: float) -> tuple[float | None, float | None]:
    """Speed, and course in radians, each None where it is no number that either can be."""
    return (
        speed_mps if 0.0 <= speed_mps < 1e4 else None,
        math.radians(course_deg) if abs(course_deg) <= 360.0 else None,
    )


# Events may be of people: no error carries the bytes or any of their values.


def damaged(what: str) -> DecodeError:
    """The event is not what the standard says."""
    return DecodeError("cot_damaged", f"a Cursor on Target event: {what}")


def out_of_range(what: str) -> DecodeError:
    """A value is none that the standard allows."""
    return DecodeError("cot_out_of_range", f"a Cursor on Target event: {what} out of range")
