"""Cursor on Target events as XML.

    <event version="2.0" uid="..." type="a-n-A-C-F" how="m-g" time="..." start="..." stale="...">
      <point lat="46.5" lon="6.6" hae="3000.0" ce="10.0" le="9999999.0"/>
      <detail><track course="92.1" speed="129.3"/> ... </detail>
    </event>

Read with expat itself, and not with defusedxml, which sets the same handlers of it, or lxml: it calls for
each element as it comes, so an event that is of no aircraft is left at its first tag, before the names and
positions inside are read at all. A document type declaration, without which there are no entities, is
refused; the encoding is UTF-8 whatever is declared; text is never gathered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from tocsin.errors import DecodeError
from tocsin.formats.cot.event import (
    UNKNOWN,
    CotEvent,
    checked_motion,
    checked_position_rad,
    damaged,
    is_air,
    is_simulated,
    known,
    known_error,
    read_time_ns,
)

MOST_BYTES = 65_536
DEEPEST = 16
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)
_LONGEST_NUMBER = 40
_USUAL_VERSION = "2.0"
_VERSION = re.compile(r"\s*2(?:\.\d+)?\s*", re.ASCII)


class _NotAir(Exception):
    """Ends the reading of an event of no aircraft."""


class _Elements:
    """The attributes of the few elements that are used."""

    def __init__(self) -> None:
        self.event: Mapping[str, str] = {}
        self.point: Mapping[str, str] | None = None
        self.track: Mapping[str, str] = {}
        self._path: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise DecodeError("cot_too_deep", f"a Cursor on Target event of more than {DEEPEST} levels")
        if self._path == ["event"]:
            if not is_air(attributes.get("type", "")):
                raise _NotAir
            self.event = attributes
        elif len(self._path) == 1:
            raise damaged("another element")
        elif self._path == ["event", "point"]:
            self.point = attributes
        elif self._path == ["event", "detail", "track"]:
            self.track = attributes

    def end(self, _name: str) -> None:
        self._path.pop()


def decode_xml(data: bytes) -> CotEvent | None:
    """One event; None if it is of no aircraft, and then nothing but its type was looked at.

    Raises DecodeError, none of which carries any of the bytes: `cot_oversized`, `cot_not_xml`,
    `cot_forbidden_xml`, `cot_too_deep`, `cot_version`, `cot_damaged` or `cot_out_of_range`.
    """
    if len(data) > MOST_BYTES:
        raise DecodeError("cot_oversized", f"a Cursor on Target event of {len(data)} bytes")
    try:
        return _event(_parsed(data))
    except _NotAir:
        return None


def track_of(detail: str) -> tuple[float | None, float | None]:
    """Speed and course of what stands in a `detail` element; unknown where it can't be read."""
    data = f'<event type="a-u-A"><detail>{detail}</detail></event>'.encode(errors="replace")
    try:
        return _motion(_parsed(data).track)
    except DecodeError:
        return None, None


def _parsed(data: bytes) -> _Elements:
    elements = _Elements()
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = elements.start
    parser.EndElementHandler = elements.end
    parser.StartDoctypeDeclHandler = _forbidden
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise DecodeError("cot_not_xml", f"XML that is not well formed (expat {error.code})") from None
    return elements


def _forbidden(*_declared: object) -> None:
    raise DecodeError("cot_forbidden_xml", "a document type declaration")


def _event(elements: _Elements) -> CotEvent:
    event, point = elements.event, elements.point
    if _VERSION.fullmatch(event.get("version", _USUAL_VERSION)) is None:
        raise DecodeError("cot_version", "an event of another version than 2 of its form")
    if point is None:
        raise damaged("no point")
    if not event.get("uid"):
        raise damaged("no uid")
    latitude_deg, longitude_deg = _number(point, "lat"), _number(point, "lon")
    latitude_rad, longitude_rad = checked_position_rad(latitude_deg, longitude_deg)
    speed_mps, course_rad = _motion(elements.track)
    return CotEvent(
        uid=event["uid"],
        kind=event["type"],
        time_ns=read_time_ns(event.get("time", "")),
        latitude_rad=latitude_rad,
        longitude_rad=longitude_rad,
        altitude_m=known(_number(point, "hae", UNKNOWN)),
        horizontal_error_m=known_error(_number(point, "ce", UNKNOWN)),
        vertical_error_m=known_error(_number(point, "le", UNKNOWN)),
        speed_mps=speed_mps,
        course_rad=course_rad,
        stale_ns=read_time_ns(event["stale"]) if "stale" in event else None,
        is_simulated=is_simulated(event.get("opex", "")),
    )


def _motion(track: Mapping[str, str]) -> tuple[float | None, float | None]:
    return checked_motion(_number(track, "speed", UNKNOWN), _number(track, "course", UNKNOWN))


def _number(attributes: Mapping[str, str], name: str, absent: float | None = None) -> float:
    text = attributes.get(name)
    if text is None and absent is not None:
        return absent
    if text is None or len(text) > _LONGEST_NUMBER or _NUMBER.fullmatch(text) is None:
        # Some senders write "NaN" for what they don't know, which is damage only where a value is needed.
        if text is not None and absent is not None:
            return absent
        raise damaged(f"no number {name}")
    return float(text)
