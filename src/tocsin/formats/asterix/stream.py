"""ASTERIX on a connection: data blocks one after the other, each of which tells its own length.

    0 category, 1-2 length of the whole block, 3- records

Source: EUROCONTROL-SPEC-0149 (ASTERIX Part 1), clause 4.2.
"""

from __future__ import annotations

from tocsin.errors import DecodeError
from tocsin.formats.asterix.datagram import HEADER_BYTES

_SHOWN_BYTES = 64  # of what is damaged


class AsterixStream:
    """Cuts one connection's bytes into whole blocks; keeps less than one, at most 65,534 bytes."""

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, data: bytes) -> tuple[bytes, list[DecodeError]]:
        """The blocks that these bytes complete, as a datagram has them.

        A length that can't be is kind `asterix_damaged`: where the next block begins nobody knows, so all
        that is there goes, and what comes next is taken for the beginning of a block.
        """
        buffer, position = self._kept + data, 0
        while position + HEADER_BYTES <= len(buffer):
            length = int.from_bytes(buffer[position + 1 : position + HEADER_BYTES], "big")
            if length <= HEADER_BYTES:
                self._kept = b""
                rest = buffer[position : position + _SHOWN_BYTES]
                return buffer[:position], [DecodeError("asterix_damaged", "no length of a data block", rest)]
            if position + length > len(buffer):
                break
            position += length
        self._kept = buffer[position:]
        return buffer[:position], []

    def end(self) -> DecodeError | None:
        """The connection is closed: what it left unfinished, kind `asterix_truncated`."""
        rest, self._kept = self._kept, b""
        text = f"a data block cut after {len(rest)} bytes"
        return DecodeError("asterix_truncated", text, rest) if rest else None
