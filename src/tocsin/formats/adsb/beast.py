"""Beast: the binary stream of Mode S receivers (Mode-S Beast, dump1090, readsb; TCP port 30005).

    byte  0      1a
          1      31 Mode A/C, 32 Mode S short, 33 Mode S long, 34 status of the receiver
          2-7    counter of 12 MHz since the receiver's start, high byte first
          8      signal level, 255 is full scale
          9-     2, 7, 14 or 14 bytes

Of what follows byte 1, every 1a is sent twice; so a single one is always the start of a frame.
Source: the receiver's published data format (Mode-S Beast wiki, 'Data output formats').
"""

from __future__ import annotations

import re

from tocsin.errors import DecodeError, InvalidInput
from tocsin.formats.adsb.frame import LONG_BYTES, MODE_AC_BYTES, SHORT_BYTES, ReceivedMessage

_KINDS = {MODE_AC_BYTES: b"\x1a1", SHORT_BYTES: b"\x1a2", LONG_BYTES: b"\x1a3"}
_COUNTER_BYTES = 6
_HEAD_BYTES = _COUNTER_BYTES + 1

_FRAME = re.compile(
    rb"\x1a(?:"
    rb"1((?:[^\x1a]|\x1a\x1a){9})|2((?:[^\x1a]|\x1a\x1a){14})|3((?:[^\x1a]|\x1a\x1a){21})"
    rb"|4(?:[^\x1a]|\x1a\x1a){21})",
    re.DOTALL,
)
_BEGUN = re.compile(rb"\x1a(?:[1-4](?:[^\x1a]|\x1a\x1a){0,20}\x1a?)?", re.DOTALL)
_START = re.compile(rb"(?<!\x1a)(?:\x1a\x1a)*\x1a(?=[1-4]|\Z)", re.DOTALL)
_SHOWN_BYTES = 64  # of what is damaged


class BeastStream:
    """Cuts one connection's bytes into messages; keeps less than one frame between calls."""

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, data: bytes) -> tuple[list[ReceivedMessage], list[DecodeError]]:
        """The messages that these bytes complete, and what lay between them and is none.

        Kinds: `beast_damaged`, and `beast_unknown_type` for a frame of a type that is not Mode S.
        """
        buffer = self._kept + data
        messages: list[ReceivedMessage] = []
        errors: list[DecodeError] = []
        position = 0
        while position < len(buffer):
            found = _FRAME.match(buffer, position)
            if found is not None:
                position = found.end()
                if found.lastindex:
                    messages.append(_message(found[found.lastindex]))
                continue
            if _BEGUN.fullmatch(buffer, position):
                break
            end = _next_start(buffer, position + 1)
            errors.append(_error(buffer, position, end))
            position = end
        self._kept = buffer[position:]
        return messages, errors

    def end(self) -> DecodeError | None:
        """The connection is closed: what it left unfinished, kind `beast_truncated`."""
        rest, self._kept = self._kept, b""
        return DecodeError("beast_truncated", f"{len(rest)} bytes of a cut frame", rest) if rest else None


def beast_frame(message: ReceivedMessage) -> bytes:
    """The bytes of a frame; InvalidInput for a message of another length or a counter of over 48 bits."""
    kind = _KINDS.get(len(message.data))
    if kind is None:
        raise InvalidInput(f"Beast: a message has 2, 7 or 14 bytes, not {len(message.data)}")
    try:
        head = (message.ticks or 0).to_bytes(_COUNTER_BYTES, "big") + bytes((message.signal or 0,))
    except (OverflowError, ValueError) as error:
        raise InvalidInput("Beast: the counter has 48 bits and the signal 8, without sign") from error
    return kind + (head + message.data).replace(b"\x1a", b"\x1a\x1a")


def _message(body: bytes) -> ReceivedMessage:
    if b"\x1a" in body:
        body = body.replace(b"\x1a\x1a", b"\x1a")
    ticks = int.from_bytes(body[:_COUNTER_BYTES], "big")
    return ReceivedMessage(body[_HEAD_BYTES:], ticks, body[_COUNTER_BYTES])


def _next_start(buffer: bytes, position: int) -> int:
    """Where the next frame may start; the end where none does."""
    found = _START.search(buffer, position)
    return len(buffer) if found is None else found.end() - 1


def _error(buffer: bytes, position: int, end: int) -> DecodeError:
    data = buffer[position : min(end, position + _SHOWN_BYTES)]
    if len(data) > 1 and data[0] == 0x1A and data[1] not in b"\x1a1234":
        return DecodeError("beast_unknown_type", f"a Beast frame of type {data[1]:#04x}", data)
    return DecodeError("beast_damaged", f"{end - position} bytes that are no Beast frame", data)
