"""Cursor on Target events as protobuf: TAK protocol payload, version 1.

The schema is takproto's. Times are milliseconds of UTC; a `track` with more than course and speed stands as
XML in `xmlDetail`. Source: the TAK protocol's description and .proto files, published with ATAK-CIV.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.message import DecodeError as ProtobufError
from takproto.proto import TakMessage

from tocsin.errors import DecodeError
from tocsin.formats.cot.event import (
    CotEvent,
    checked_motion,
    checked_position_rad,
    checked_time_ns,
    damaged,
    is_air,
    is_simulated,
    known,
    known_error,
)
from tocsin.formats.cot.xml_reading import track_of

_MILLISECOND_NS = 1_000_000


def decode_protobuf(data: bytes) -> CotEvent | None:
    """The event of one TakMessage; None if it is of no aircraft, or no event at all.

    Raises DecodeError `cot_not_protobuf`, `cot_damaged` or `cot_out_of_range`, without any of the bytes.
    """
    message = TakMessage()
    try:
        message.ParseFromString(data)
    except (ProtobufError, ValueError):
        raise DecodeError("cot_not_protobuf", "a TAK payload that is no protobuf message") from None
    event = message.cotEvent
    return _event(event) if is_air(event.type) else None


def _event(event: Any) -> CotEvent:
    if not event.uid:
        raise damaged("no uid")
    latitude_rad, longitude_rad = checked_position_rad(event.lat, event.lon)
    detail = event.detail
    if detail.HasField("track"):
        speed_mps, course_rad = checked_motion(detail.track.speed, detail.track.course)
    else:
        speed_mps, course_rad = track_of(detail.xmlDetail)
    return CotEvent(
        uid=event.uid,
        kind=event.type,
        time_ns=checked_time_ns(event.sendTime * _MILLISECOND_NS),
        latitude_rad=latitude_rad,
        longitude_rad=longitude_rad,
        altitude_m=known(event.hae),
        horizontal_error_m=known_error(event.ce),
        vertical_error_m=known_error(event.le),
        speed_mps=speed_mps,
        course_rad=course_rad,
        stale_ns=checked_time_ns(event.staleTime * _MILLISECOND_NS) if event.staleTime else None,
        is_simulated=is_simulated(event.opex),
    )
