"""Authentication message (type 2): one page of a signature, kept as bytes and not judged.

    byte  0     type << 4 | version
          1     kind << 4 | page number
    page 0:     2 last page, 3 bytes in all, 4-7 seconds since 2019 (0: none), 8-24 data
    others:     2-24 data

Source: ASTM F3411-22a, Authentication message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import Struct

from tocsin.errors import InvalidInput
from tocsin.formats.remote_id.layout import EPOCH_2019_S, MessageType, header, scaled
from tocsin.units import NANOSECONDS_PER_SECOND

FIRST_PAGE = Struct("<BBBBI17s")
FIRST_PAGE_BYTES = 17
OTHER_PAGE_BYTES = 23


@dataclass(frozen=True, slots=True)
class AuthenticationPage:
    """One page. `last_page`, `total_bytes` and `time_ns` (UTC) stand on page 0 only, else None."""

    kind: int
    page: int
    data: bytes = field(repr=False)
    last_page: int | None = None
    total_bytes: int | None = None
    time_ns: int | None = None


def decode_authentication(data: bytes) -> AuthenticationPage:
    """Decode 25 bytes; every pattern of bits is allowed."""
    kind, page = data[1] >> 4, data[1] & 0x0F
    if page:
        return AuthenticationPage(kind, page, data[2:])
    _, _, last_page, total_bytes, seconds, content = FIRST_PAGE.unpack(data)
    time_ns = (seconds + EPOCH_2019_S) * NANOSECONDS_PER_SECOND if seconds else None
    return AuthenticationPage(kind, 0, content, last_page, total_bytes, time_ns)


def encode_authentication(message: AuthenticationPage) -> bytes:
    """The 25 bytes of a page, data filled up with zeros; InvalidInput where it or a number does not fit."""
    limit = OTHER_PAGE_BYTES if message.page else FIRST_PAGE_BYTES
    if len(message.data) > limit or not (0 <= message.kind <= 15 and 0 <= message.page <= 15):
        raise InvalidInput(f"page {message.page} holds {limit} bytes; kind and page are 0 to 15")
    start = bytes((header(MessageType.AUTHENTICATION), message.kind << 4 | message.page))
    if message.page:
        return start + message.data.ljust(limit, b"\0")
    time_s = EPOCH_2019_S if message.time_ns is None else message.time_ns // NANOSECONDS_PER_SECOND
    seconds = scaled(time_s, 1, EPOCH_2019_S, (0, 0xFFFF_FFFF), "time_ns")
    last_page = scaled(message.last_page or 0, 1, 0, (0, 255), "last_page")
    total_bytes = scaled(message.total_bytes or 0, 1, 0, (0, 255), "total_bytes")
    return FIRST_PAGE.pack(*start, last_page, total_bytes, seconds, message.data)
