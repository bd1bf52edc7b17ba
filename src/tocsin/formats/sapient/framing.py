"""How SAPIENT messages follow each other on a connection.

    0   length of the message, 4 bytes, unsigned, little endian
    4   the message, protobuf

There is no mark to find again: after a length that can't be, what follows can't be read, and the connection
is at its end. Source: BSI Flex 335 v2, transport over TCP.
"""

from __future__ import annotations

import struct

from tocsin.errors import DecodeError

MOST_BYTES = 1024 * 1024
"""Of one message; the usual middleware takes no more either."""
_LENGTH = struct.Struct("<I")


class SapientStream:
    """Cuts one connection's bytes into messages; keeps at most one that is not all there."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self.is_broken = False
        """A length was wrong: nothing more can be read of this connection."""

    @property
    def is_within(self) -> bool:
        """Whether a message has begun that is not all there."""
        return bool(self._kept)

    def feed(self, data: bytes) -> tuple[list[bytes], DecodeError | None]:
        """The messages that these bytes complete; with `sapient_bad_length` the connection is to be ended."""
        if self.is_broken:
            return [], None
        messages: list[bytes] = []
        kept, start = self._kept, 0
        kept += data
        while len(kept) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(kept, start)
            if not 0 < length <= MOST_BYTES:
                self.is_broken = True
                kept.clear()
                return messages, DecodeError("sapient_bad_length", f"a SAPIENT message of {length} bytes")
            if len(kept) - start < _LENGTH.size + length:
                break
            start += _LENGTH.size
            messages.append(bytes(kept[start : start + length]))
            start += length
        del kept[:start]
        return messages, None


def framed(message: bytes) -> bytes:
    """A message as it goes over a connection."""
    return _LENGTH.pack(len(message)) + message
