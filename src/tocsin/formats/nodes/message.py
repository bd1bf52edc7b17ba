"""What all messages of nodes share: one JSON object (RFC 8259) of at most 4,096 bytes, with a version.

    {"v": 1, "time": "2031-04-02T20:00:00.25Z", ...}

`v` is the version of this form. `time` is when it was measured, as UTC in ISO 8601 or as seconds since 1970;
a node without a clock leaves it out, and its message is dated by receipt. Unknown keys, numbers in quotes,
NaN and infinity are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tocsin.errors import DecodeError
from tocsin.formats.json_stream import is_cut
from tocsin.units import NANOSECONDS_PER_SECOND, seconds_to_nanoseconds

VERSION = 1
MOST_BYTES = 4096
_LATEST_S = 9e9  # as in the tables: the year 2255
_ISO_8601 = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+]00:00)$"
_FAULTS_TOLD = 3


def _is_possible(time: str) -> str:
    if not 0 <= _iso_8601_ns(time) <= _LATEST_S * NANOSECONDS_PER_SECOND:
        raise ValueError("should be between 1970 and 2255")
    return time


IsoTime = Annotated[str, Field(max_length=40, pattern=_ISO_8601), AfterValidator(_is_possible)]
UnixTime = Annotated[float, Field(ge=0, le=_LATEST_S)]
LatitudeDeg = Annotated[float, Field(ge=-90, le=90)]
LongitudeDeg = Annotated[float, Field(ge=-180, le=180)]
AltitudeM = Annotated[float, Field(ge=-1000, le=100_000)]
AzimuthDeg = Annotated[float, Field(ge=-360, le=360)]
ElevationDeg = Annotated[float, Field(ge=-90, le=90)]
Confidence = Annotated[float, Field(ge=0, le=1)]
SigmaDeg = Annotated[float, Field(ge=0.01, le=180)]


class NodeForm(BaseModel):
    """What a node sends; nothing in it changes once it is read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )

    v: Annotated[int, Field(ge=VERSION, le=VERSION)]
    """Version of this form of message."""


class NodeMessage(NodeForm):
    """A message of a node."""

    time: IsoTime | UnixTime | None = None
    """When it was measured, UTC: ISO 8601, or seconds since 1970; absent: when it is received."""

    @property
    def time_ns(self) -> int | None:
        """When it was measured, UTC nanoseconds, or None where the node does not say."""
        if isinstance(self.time, str):
            return _iso_8601_ns(self.time)
        return None if self.time is None else seconds_to_nanoseconds(self.time)


Message = TypeVar("Message", bound=NodeMessage)


def decode_as(kind: type[Message], payload: bytes) -> Message:
    """A payload as one kind of message.

    DecodeError `node_message_too_large`, `_truncated`, `_not_json`, `_version` or `_invalid`; its text holds
    no values.
    """
    if len(payload) > MOST_BYTES:
        message = f"{len(payload)} bytes are more than the {MOST_BYTES} of a node's message"
        raise DecodeError("node_message_too_large", message, payload[:MOST_BYTES])
    try:
        return kind.model_validate_json(payload)
    except ValidationError as error:
        raise refusal_of(kind, error, payload) from None


def encode_node_message(message: NodeMessage) -> bytes:
    """The payload of a message; what is absent is left out."""
    return message.model_dump_json(exclude_none=True).encode()


def refusal_of(kind: type[BaseModel], error: ValidationError, payload: bytes) -> DecodeError:
    """What is wrong with a payload that should be of this kind, without anything of it in the text."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        if is_cut(payload, faults[0]["msg"]):
            return DecodeError("node_message_truncated", "is cut off", payload)
        return DecodeError("node_message_not_json", "is not JSON", payload)
    if any(fault["loc"][:1] == ("v",) for fault in faults):
        return DecodeError(
            "node_message_version", f"needs the version as it is known here: {VERSION}", payload
        )
    told = dict.fromkeys(f"{_key(kind.model_fields, fault['loc'])}: {fault['msg']}" for fault in faults)
    return DecodeError("node_message_invalid", "; ".join(list(told)[:_FAULTS_TOLD]), payload)


def _key(known: Mapping[str, object], location: tuple[int | str, ...]) -> str:
    """The key that is at fault; one that nobody knows is not repeated, for it may be anything."""
    if not location:
        return "the message"
    return str(location[0]) if location[0] in known else "another key"


def _iso_8601_ns(time: str) -> int:
    """UTC nanoseconds of a text that has the form; ValueError where its numbers are no date."""
    whole, _, fraction = re.sub(r"(Z|[+]00:00)$", "", time).partition(".")
    since_1970 = datetime.fromisoformat(whole).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    seconds = since_1970.days * 86_400 + since_1970.seconds
    return seconds * NANOSECONDS_PER_SECOND + int(fraction.ljust(9, "0"))
