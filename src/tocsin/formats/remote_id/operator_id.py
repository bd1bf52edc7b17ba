"""Operator ID message (type 5): the registration of the operator. Personal data.

    byte 0 type << 4 | version, 1 kind of identity, 2-21 text filled with NUL

Source: ASTM F3411-22a, Operator ID message.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tocsin.formats.remote_id.layout import (
    MESSAGE_BYTES,
    MessageType,
    header,
    reserved,
    scaled,
    text,
    text_bytes,
)

IDENTITY_BYTES = 20
FIRST_PRIVATE_KIND = 201


@dataclass(frozen=True, slots=True)
class OperatorId:
    """One Operator ID message; kind 0 is the registration, 201 and above are private."""

    kind: int
    identity: str = field(repr=False)


def decode_operator_id(data: bytes) -> OperatorId:
    """Decode 25 bytes; DecodeError `remote_id_reserved` or `remote_id_not_text`."""
    if 0 < data[1] < FIRST_PRIVATE_KIND:
        raise reserved("the kind of operator identity", data)
    return OperatorId(data[1], text(data[2 : 2 + IDENTITY_BYTES], "the operator identity", data))


def encode_operator_id(message: OperatorId) -> bytes:
    """The 25 bytes of a message; InvalidInput for an identity that does not fit."""
    start = bytes((header(MessageType.OPERATOR_ID), scaled(message.kind, 1, 0, (0, 255), "kind")))
    return (start + text_bytes(message.identity, IDENTITY_BYTES, "identity")).ljust(MESSAGE_BYTES, b"\0")
