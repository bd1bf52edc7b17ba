"""JSON of any receiver to reports: which form it is, is told by its keys.

An object is a state of DragonSync, the short form of ESP32 receivers, or the decoded messages of one
aircraft, as an array is. A heartbeat is no report.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from tocsin.errors import DecodeError
from tocsin.formats.json_stream import is_cut
from tocsin.formats.remote_id_json.dragonsync import is_dragonsync, read_dragonsync
from tocsin.formats.remote_id_json.mesh_mapper import is_mesh_mapper, read_mesh_mapper
from tocsin.formats.remote_id_json.open_drone_id import is_open_drone_id, read_open_drone_id
from tocsin.formats.remote_id_json.report import RemoteIdReport

MOST_BYTES = 16_384


def decode_remote_id_json(data: bytes) -> RemoteIdReport | None:
    """One message of a receiver; None for a heartbeat.

    DecodeError `remote_id_json_too_large`, `_truncated`, `_not_json`, `_unknown` (no form that is known
    here), `_invalid` or `_out_of_range`.
    """
    if len(data) > MOST_BYTES:
        text = f"{len(data)} bytes are more than {MOST_BYTES}"
        raise DecodeError("remote_id_json_too_large", text, data[:MOST_BYTES])
    try:
        message = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        if is_cut(data, error):
            raise DecodeError("remote_id_json_truncated", "is cut off", data) from None
        raise DecodeError("remote_id_json_not_json", "is not JSON", data) from None
    try:
        return _read(message, data)
    except ValidationError:
        text = "has parts that are no objects where objects should be"
        raise DecodeError("remote_id_json_invalid", text, data) from None


def _read(message: Any, data: bytes) -> RemoteIdReport | None:
    if isinstance(message, list) and is_open_drone_id(message):
        return read_open_drone_id(message)
    if isinstance(message, dict):
        if is_open_drone_id([message]):
            return read_open_drone_id([message])
        if is_mesh_mapper(message):
            return read_mesh_mapper(message)
        if is_dragonsync(message):
            return read_dragonsync(message)
        if "signal_type" in message:
            return RemoteIdReport(unusable="signal_without_position")
        if "heartbeat" in message:
            return None
    raise DecodeError("remote_id_json_unknown", "has no form of a Remote ID receiver", data)
