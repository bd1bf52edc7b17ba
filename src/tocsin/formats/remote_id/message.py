"""A Remote ID payload as a carrier brings it: one message of 25 bytes, or a pack of up to nine.

    pack: 0 type 15 << 4 | version, 1 bytes of one message (25), 2 how many, 3- the messages

Source: ASTM F3411-22a, Message Pack.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from tocsin.errors import DecodeError, InvalidInput
from tocsin.formats.remote_id.authentication import (
    AuthenticationPage,
    decode_authentication,
    encode_authentication,
)
from tocsin.formats.remote_id.basic_id import BasicId, decode_basic_id, encode_basic_id
from tocsin.formats.remote_id.layout import (
    MESSAGE_BYTES,
    PROTOCOL_VERSION,
    MessageType,
    damaged,
    header,
    reserved,
)
from tocsin.formats.remote_id.location import Location, decode_location, encode_location
from tocsin.formats.remote_id.operator_id import OperatorId, decode_operator_id, encode_operator_id
from tocsin.formats.remote_id.self_id import SelfId, decode_self_id, encode_self_id
from tocsin.formats.remote_id.system import System, decode_system, encode_system

Message: TypeAlias = BasicId | Location | AuthenticationPage | SelfId | System | OperatorId
MAXIMUM_MESSAGES = 9
_PACK_HEADER_BYTES = 3

_DECODERS: dict[int, Callable[[bytes], Message]] = {
    MessageType.BASIC_ID: decode_basic_id,
    MessageType.LOCATION: decode_location,
    MessageType.AUTHENTICATION: decode_authentication,
    MessageType.SELF_ID: decode_self_id,
    MessageType.SYSTEM: decode_system,
    MessageType.OPERATOR_ID: decode_operator_id,
}
_ENCODERS: dict[type, Callable[[Any], bytes]] = {
    BasicId: encode_basic_id,
    Location: encode_location,
    AuthenticationPage: encode_authentication,
    SelfId: encode_self_id,
    System: encode_system,
    OperatorId: encode_operator_id,
}


def split_payload(payload: bytes) -> list[bytes]:
    """The messages of 25 bytes in a payload, of a pack or alone; equal bytes are the same measurement.

    What follows the last message is left aside: carriers fill up. Raises DecodeError `remote_id_damaged`, or
    `remote_id_empty_pack` for a transmitter that has nothing to say yet.
    """
    if payload and payload[0] >> 4 == MessageType.PACK:
        return _split_pack(payload)
    if len(payload) < MESSAGE_BYTES:
        raise damaged(f"a message of {len(payload)} bytes instead of {MESSAGE_BYTES}", payload)
    return [payload[:MESSAGE_BYTES]]


def decode_message(data: bytes) -> Message:
    """Decode one message of 25 bytes.

    Raises DecodeError with kind `remote_id_damaged`, `remote_id_reserved` (a type, version or value kept for
    later), `remote_id_out_of_range` or `remote_id_not_text`.
    """
    if len(data) != MESSAGE_BYTES:
        raise damaged(f"a message of {len(data)} bytes instead of {MESSAGE_BYTES}", data)
    if data[0] & 0x0F > PROTOCOL_VERSION:
        raise reserved("the protocol version", data)
    decode = _DECODERS.get(data[0] >> 4)
    if decode is None:
        raise reserved("the type of message", data)
    return decode(data)


def decode_payload(payload: bytes) -> tuple[list[Message], list[DecodeError]]:
    """All messages that a payload holds, and what was wrong with the others; never raises DecodeError."""
    messages: list[Message] = []
    errors: list[DecodeError] = []
    try:
        for data in split_payload(payload):
            try:
                messages.append(decode_message(data))
            except DecodeError as error:
                errors.append(error)
    except DecodeError as error:
        errors.append(error)
    return messages, errors


def encode_message(message: Message) -> bytes:
    """The 25 bytes of a message; InvalidInput for values that the standard has no room for."""
    return _ENCODERS[type(message)](message)


def encode_pack(messages: Sequence[Message]) -> bytes:
    """A pack of one to nine messages; InvalidInput for any other number."""
    if not 1 <= len(messages) <= MAXIMUM_MESSAGES:
        raise InvalidInput(f"a pack holds 1 to {MAXIMUM_MESSAGES} messages, not {len(messages)}")
    start = bytes((header(MessageType.PACK), MESSAGE_BYTES, len(messages)))
    return start + b"".join(map(encode_message, messages))


def _split_pack(payload: bytes) -> list[bytes]:
    if len(payload) < _PACK_HEADER_BYTES or payload[1] != MESSAGE_BYTES:
        raise damaged(f"a pack whose messages are not of {MESSAGE_BYTES} bytes", payload)
    count = payload[2]
    end = _PACK_HEADER_BYTES + count * MESSAGE_BYTES
    if count == 0:
        raise DecodeError("remote_id_empty_pack", "a pack of no message", payload)
    if count > MAXIMUM_MESSAGES or len(payload) < end:
        raise damaged(f"a pack of {count} messages in {len(payload)} bytes", payload)
    starts = range(_PACK_HEADER_BYTES, end, MESSAGE_BYTES)
    return [payload[start : start + MESSAGE_BYTES] for start in starts]
