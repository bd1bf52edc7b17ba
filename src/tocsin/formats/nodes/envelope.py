"""`envelope`: a node's message with its sender's name, kind and seal, for any way that bytes may come.

    {"v": 1, "sensor": "Mast 3", "kind": "heard", "message": "{\\"v\\": 1, \\"heard\\": true}",
     "sent_ms": 1932926400000, "seal": "9f86d0..."}

`message` is the message itself as text, so that nobody need agree on how to write JSON again. `seal` is
HMAC-SHA256 (RFC 2104) in hexadecimal digits, with the key of the node, of these lines in UTF-8, each ended by
a line feed:

    tocsin 1
    Mast 3
    heard
    1932926400000
    {"v": 1, "heard": true}

Over UDP and TCP, which have no topics, every message comes in an envelope; it may go without seal where the
site file names no key. On a connection, envelopes follow each other with or without line ends.
"""

from __future__ import annotations

import hmac
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from tocsin.errors import DecodeError
from tocsin.formats.nodes.message import MOST_BYTES, NodeForm, refusal_of

ENVELOPE_MOST_BYTES = 2 * MOST_BYTES + 1024
"""Quotes within the message take two bytes each."""
_MARK = b'"message"'
_NO_LINE_END = r"^[^\x00-\x1f\x7f]+$"


class Envelope(NodeForm):
    """A message of a node with its sender's name, kind and seal."""

    sensor: Annotated[str, Field(min_length=1, max_length=80, pattern=_NO_LINE_END)]
    """The sensor's name in the site file."""
    kind: Literal["heard", "bearing", "status", "sighting"]
    """What the message is."""
    message: Annotated[str, Field(max_length=MOST_BYTES)]
    """The message, as text."""
    sent_ms: Annotated[int, Field(ge=0, le=9_000_000_000_000)] | None = None
    """When it was sealed, UTC, milliseconds since 1970; what is not sealed needs none."""
    seal: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """HMAC-SHA256 of all this, in hexadecimal digits."""


def is_envelope(payload: bytes) -> bool:
    """Whether a payload is an envelope and no message by itself, none of which has this key."""
    return _MARK in payload


def decode_envelope(payload: bytes) -> Envelope:
    """A payload as an envelope; DecodeError as `decode_as`, with nothing of what is in it."""
    if len(payload) > ENVELOPE_MOST_BYTES:
        text = f"{len(payload)} bytes are more than the {ENVELOPE_MOST_BYTES} of a node's envelope"
        raise DecodeError("node_message_too_large", text, payload[:MOST_BYTES])
    try:
        return Envelope.model_validate_json(payload)
    except ValidationError as error:
        raise refusal_of(Envelope, error, payload) from None


def seal_of(key: bytes, sensor: str, kind: str, sent_ms: int, message: str) -> str:
    """The seal of a message."""
    lines = ("tocsin 1", sensor, kind, str(sent_ms), message)
    return hmac.digest(key, "".join(f"{line}\n" for line in lines).encode(), "sha256").hex()


def is_sealed_with(key: bytes, envelope: Envelope) -> bool:
    """Whether an envelope bears the seal of this key."""
    if envelope.seal is None or envelope.sent_ms is None:
        return False
    seal = seal_of(key, envelope.sensor, envelope.kind, envelope.sent_ms, envelope.message)
    return hmac.compare_digest(seal, envelope.seal)


def encode_envelope(
    sensor: str, kind: str, message: str, key: bytes | None = None, sent_ms: int | None = None
) -> bytes:
    """The payload of a message in its envelope, sealed if there is a key; then it needs `sent_ms`, too."""
    seal = None if key is None or sent_ms is None else seal_of(key, sensor, kind, sent_ms, message)
    envelope = Envelope.model_validate(
        {"v": 1, "sensor": sensor, "kind": kind, "message": message, "sent_ms": sent_ms, "seal": seal}
    )
    return envelope.model_dump_json(exclude_none=True).encode()
