"""Self-ID message (type 3): what the operator says of the flight, in 23 characters.

    byte 0 type << 4 | version, 1 kind of text, 2-24 text filled with NUL

Source: ASTM F3411-22a, Self-ID message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from tocsin.formats.remote_id.layout import MessageType, header, reserved, scaled, text, text_bytes

DESCRIPTION_BYTES = 23
FIRST_PRIVATE_KIND = 201


class DescriptionKind(IntEnum):
    """What the text is about; kinds from 201 on are private and stay plain numbers."""

    TEXT = 0
    EMERGENCY = 1
    EXTENDED_STATUS = 2


@dataclass(frozen=True, slots=True)
class SelfId:
    """One Self-ID message; the text is free and may name a person, so it is not shown by repr."""

    kind: int
    description: str = field(repr=False)


def decode_self_id(data: bytes) -> SelfId:
    """Decode 25 bytes; DecodeError `remote_id_reserved` or `remote_id_not_text`."""
    kind = data[1]
    if max(DescriptionKind) < kind < FIRST_PRIVATE_KIND:
        raise reserved("the kind of description", data)
    return SelfId(kind, text(data[2:], "the description", data))


def encode_self_id(message: SelfId) -> bytes:
    """The 25 bytes of a message; InvalidInput for a text that does not fit."""
    start = bytes((header(MessageType.SELF_ID), scaled(message.kind, 1, 0, (0, 255), "kind")))
    return start + text_bytes(message.description, DESCRIPTION_BYTES, "description")
