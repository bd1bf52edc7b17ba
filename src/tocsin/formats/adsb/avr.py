"""AVR: Mode S messages as text, one a line (dump1090 and readsb; TCP port 30002).

    *8D4840D6202CC371C32CE0576098;                message in hexadecimal digits
    @016CE3671C2A8D4840D6202CC371C32CE0576098;    the same after 12 digits of the receiver's 12 MHz counter

4 digits are Mode A/C (`*0000;` is sent so that a silent line stays open), 14 and 28 are Mode S.
"""

from __future__ import annotations

import re

from tocsin.errors import DecodeError, InvalidInput
from tocsin.formats.adsb.frame import ReceivedMessage

LONGEST_LINE_BYTES = 64
_LINE = re.compile(rb"(?:\*|@([0-9A-Fa-f]{12}))([0-9A-Fa-f]{4}|[0-9A-Fa-f]{14}|[0-9A-Fa-f]{28})")
_START = re.compile(rb"[*@][^*@]*\Z")


class AvrStream:
    """Cuts one connection's bytes into messages; keeps less than one line between calls."""

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, data: bytes) -> tuple[list[ReceivedMessage], list[DecodeError]]:
        """The messages that these bytes complete, and what is none: kind `avr_damaged`."""
        *lines, rest = (self._kept + data).split(b";")
        messages: list[ReceivedMessage] = []
        errors: list[DecodeError] = []
        for line in lines:
            start = _start(line)
            if line[:start].strip():
                errors.append(_damaged(line[:start]))
            found = _LINE.fullmatch(line, start)
            if found is not None:
                messages.append(_message(found[1], found[2]))
            elif start < len(line):
                errors.append(_damaged(line[start:]))
        if len(rest) > LONGEST_LINE_BYTES:
            start = max(_start(rest), len(rest) - LONGEST_LINE_BYTES)
            errors.append(_damaged(rest[:start]))
            rest = rest[start:]
        self._kept = rest
        return messages, errors

    def end(self) -> DecodeError | None:
        """The connection is closed: what it left unfinished, kind `avr_truncated`."""
        rest, self._kept = self._kept.strip(), b""
        return DecodeError("avr_truncated", f"{len(rest)} bytes of a cut AVR line", rest) if rest else None


def avr_line(message: ReceivedMessage) -> bytes:
    """The line of a message; InvalidInput for another length or a counter of over 48 bits."""
    if len(message.data) not in (2, 7, 14):
        raise InvalidInput(f"AVR: a message has 2, 7 or 14 bytes, not {len(message.data)}")
    if message.ticks is None:
        return f"*{message.data.hex().upper()};\n".encode()
    if not 0 <= message.ticks < 1 << 48:
        raise InvalidInput("AVR: the counter has 48 bits, without sign")
    return f"@{message.ticks:012X}{message.data.hex().upper()};\n".encode()


def _start(line: bytes) -> int:
    """Where the last thing that looks like a message starts; the end where nothing does."""
    found = _START.search(line)
    return len(line) if found is None else found.start()


def _message(counter: bytes | None, digits: bytes) -> ReceivedMessage:
    ticks = None if counter is None else int(counter, 16)
    return ReceivedMessage(bytes.fromhex(digits.decode()), ticks)


def _damaged(data: bytes) -> DecodeError:
    return DecodeError("avr_damaged", f"{len(data)} bytes that are no AVR line", data[:LONGEST_LINE_BYTES])
