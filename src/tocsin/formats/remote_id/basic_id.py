"""Basic ID message (type 0): what the aircraft is and what it is called.

    byte  0     type << 4 | version
          1     kind of identity << 4 | kind of aircraft
          2-21  identity: text filled with NUL, or binary for session identities

Source: ASTM F3411-22a, Basic ID message; serial numbers are ANSI/CTA-2063-A.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from tocsin.errors import InvalidInput
from tocsin.formats.remote_id.layout import MESSAGE_BYTES, MessageType, header, member, text, text_bytes

IDENTITY_BYTES = 20


class IdentityKind(IntEnum):
    """What kind of name `identity` is."""

    NONE = 0
    SERIAL_NUMBER = 1
    REGISTRATION = 2
    TRAFFIC_MANAGEMENT = 3
    SESSION = 4


class AircraftKind(IntEnum):
    """What flies, in the words of the standard."""

    UNDECLARED = 0
    AEROPLANE = 1
    HELICOPTER_OR_MULTIROTOR = 2
    GYROPLANE = 3
    HYBRID_LIFT = 4
    ORNITHOPTER = 5
    GLIDER = 6
    KITE = 7
    FREE_BALLOON = 8
    CAPTIVE_BALLOON = 9
    AIRSHIP = 10
    PARACHUTE = 11
    ROCKET = 12
    TETHERED_POWERED = 13
    GROUND_OBSTACLE = 14
    OTHER = 15


_BINARY_KINDS = frozenset((IdentityKind.TRAFFIC_MANAGEMENT, IdentityKind.SESSION))


@dataclass(frozen=True, slots=True)
class BasicId:
    """One Basic ID message. `identity` is personal data: text, or 40 hex digits for the binary kinds."""

    identity_kind: IdentityKind
    aircraft_kind: AircraftKind
    identity: str = field(repr=False)


def decode_basic_id(data: bytes) -> BasicId:
    """Decode 25 bytes; DecodeError `remote_id_reserved` or `remote_id_not_text`."""
    kind = member(IdentityKind, data[1] >> 4, "the kind of identity", data)
    raw = data[2 : 2 + IDENTITY_BYTES]
    identity = raw.hex() if kind in _BINARY_KINDS else text(raw, "the identity", data)
    return BasicId(kind, AircraftKind(data[1] & 0x0F), identity)


def encode_basic_id(message: BasicId) -> bytes:
    """The 25 bytes of a message; InvalidInput for an identity that does not fit."""
    start = bytes((header(MessageType.BASIC_ID), message.identity_kind << 4 | message.aircraft_kind))
    if message.identity_kind in _BINARY_KINDS:
        raw = _binary(message.identity)
    else:
        raw = text_bytes(message.identity, IDENTITY_BYTES, "identity")
    return (start + raw).ljust(MESSAGE_BYTES, b"\0")


def _binary(identity: str) -> bytes:
    try:
        raw = bytes.fromhex(identity)
    except ValueError:
        raw = b""
    if len(raw) != IDENTITY_BYTES:
        raise InvalidInput(f"identity must be {2 * IDENTITY_BYTES} hex digits for this kind")
    return raw
