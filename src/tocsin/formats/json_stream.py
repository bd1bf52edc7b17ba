"""JSON objects and arrays out of a stream of bytes, as from a serial line: where each begins and ends.

Nothing need stand between them, and they may go over several lines. Bytes outside are skipped. One that
begins at the start of a line while another is open ends the other: its end was lost.
"""

from __future__ import annotations

from collections.abc import Iterator

_OPENING, _CLOSING, _QUOTE, _ESCAPE = frozenset(b"{["), frozenset(b"}]"), ord('"'), ord("\\")
_LINE_ENDS = frozenset(b"\r\n")


class JsonStream:
    """Frames one stream; keeps at most `most_bytes` of what is incomplete."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._open = bytearray()
        self._depth = 0
        self._is_text = self._is_escaped = False
        self._is_line_start = True
        self.skipped = 0
        """Bytes that were no part of a whole object or array, line ends and spaces left out."""

    def add(self, chunk: bytes) -> Iterator[bytes]:
        """The objects and arrays that a chunk completes, as bytes."""
        for byte in chunk:
            if byte in _OPENING and self._is_line_start:
                self._drop()
            self._is_line_start = byte in _LINE_ENDS
            if not self._depth and byte not in _OPENING:
                self.skipped += not (self._is_line_start or byte == 0x20)
                continue
            self._open.append(byte)
            self._follow(byte)
            if not self._depth:
                yield bytes(self._open)
                self._open.clear()
            elif len(self._open) >= self._most_bytes:
                self._drop()

    def end(self) -> int:
        """The stream is closed: how many bytes of an unfinished object or array are dropped."""
        unfinished = len(self._open)
        self._drop()
        self._is_line_start = True
        return unfinished

    def _follow(self, byte: int) -> None:
        if self._is_text:
            if self._is_escaped:
                self._is_escaped = False
            elif byte == _ESCAPE:
                self._is_escaped = True
            elif byte == _QUOTE:
                self._is_text = False
        elif byte == _QUOTE:
            self._is_text = True
        elif byte in _OPENING:
            self._depth += 1
        elif byte in _CLOSING:
            self._depth -= 1

    def _drop(self) -> None:
        """Gives up what is open."""
        self.skipped += len(self._open)
        self._open.clear()
        self._depth, self._is_text, self._is_escaped = 0, False, False


def is_cut(text: bytes, error: ValueError | str) -> bool:
    """Whether what pydantic's parser says of a text is that it ends too early; nothing at all is not cut."""
    return bool(text.strip()) and "EOF while parsing" in str(error)
