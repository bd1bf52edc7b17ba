"""How Cursor on Target events follow each other on a connection, or fill a datagram.

    connection  <event ...>...</event><event ...>...</event>    XML, each maybe after <?xml ...?>
                bf, length (a varint), protobuf                 TAK protocol, version 1
    datagram    <event ...>...</event>                          XML
                bf 00 bf, XML                                   TAK protocol, version 0
                bf 01 bf, protobuf                              TAK protocol, version 1

Source: the TAK protocol's description, published with ATAK-CIV.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tocsin.errors import DecodeError
from tocsin.formats.cot.event import CotEvent
from tocsin.formats.cot.protobuf_reading import decode_protobuf
from tocsin.formats.cot.xml_reading import MOST_BYTES, decode_xml

_MAGIC = 0xBF
_XML_DATAGRAM, _PROTOBUF_DATAGRAM = b"\xbf\x00\xbf", b"\xbf\x01\xbf"
_OTHER_DATAGRAM = re.compile(rb"\xbf[^\x00\x01]\xbf", re.DOTALL)
_START = re.compile(rb"<event(?=[\s/>])")
_END = re.compile(rb"</event\s{0,16}>")
_BETWEEN = re.compile(rb"(?:\s++|\xef\xbb\xbf|<\?xml[^>]{0,200}\?>)*")
_LONGEST_MARK = 256  # of a tag or declaration that is not all there yet
_LONGEST_VARINT = 3
_LONGEST_END = 32


@dataclass(frozen=True, slots=True)
class RawEvent:
    """The bytes of one event, cut out and not yet read. They may be of a person: keep them nowhere."""

    data: bytes = field(repr=False)
    is_protobuf: bool


def decode_event(raw: RawEvent) -> CotEvent | None:
    """The event, None if it is of no aircraft; raises DecodeError as `decode_xml` and `decode_protobuf`."""
    return decode_protobuf(raw.data) if raw.is_protobuf else decode_xml(raw.data)


def split_datagram(data: bytes) -> tuple[list[RawEvent], list[DecodeError]]:
    """The events of a datagram or of one message of a broker."""
    if data.startswith(_PROTOBUF_DATAGRAM):
        return [RawEvent(data[3:], is_protobuf=True)], []
    if _OTHER_DATAGRAM.match(data):
        return [], [DecodeError("cot_version", f"version {data[1]} of the TAK protocol")]
    stream = CotStream()
    events, errors = stream.feed(data.removeprefix(_XML_DATAGRAM))
    unfinished = stream.end()
    return events, errors if unfinished is None else [*errors, unfinished]


class CotStream:
    """Cuts one connection's bytes into events; keeps at most `MOST_BYTES` between calls."""

    def __init__(self) -> None:
        self._kept = b""
        self._searched = 0  # so much of what is kept holds no end of an event
        self._to_skip = 0  # so much of an oversized message is still to come

    @property
    def is_within(self) -> bool:
        """Whether an event has begun that is not all there."""
        return self._to_skip > 0 or bool(self._kept)

    def end(self) -> DecodeError | None:
        """The connection is closed: kind `cot_truncated` where it left an event unfinished."""
        is_within, self._kept, self._searched, self._to_skip = self.is_within, b"", 0, 0
        return _truncated() if is_within else None

    def feed(self, data: bytes) -> tuple[list[RawEvent], list[DecodeError]]:
        """The events that these bytes complete; kinds `cot_truncated`, `cot_oversized`, `cot_noise`."""
        buffer = self._kept + data[self._to_skip :]
        self._to_skip = max(self._to_skip - len(data), 0)
        self._kept = b""
        found: list[RawEvent | DecodeError] = []
        position: int | None = 0
        while position is not None:
            position = self._step(buffer, position, found)
        return (
            [one for one in found if isinstance(one, RawEvent)],
            [one for one in found if isinstance(one, DecodeError)],
        )

    def _step(self, buffer: bytes, position: int, found: list[RawEvent | DecodeError]) -> int | None:
        """Takes what comes next and gives where to go on; None where the rest waits for more, or is none."""
        between = _BETWEEN.match(buffer, position)
        begin = position if between is None else between.end()
        if begin < len(buffer) and buffer[begin] == _MAGIC:
            return self._protobuf(buffer, begin, found)
        if _START.match(buffer, begin):
            return self._xml(buffer, begin, found)
        return self._resume(buffer, begin, found)

    def _xml(self, buffer: bytes, start: int, found: list[RawEvent | DecodeError]) -> int | None:
        end = _END.search(buffer, max(start, self._searched))
        self._searched = 0
        last = _last_start(buffer, start, len(buffer) if end is None else end.start())
        if end is None and len(buffer) - start <= MOST_BYTES:
            self._kept = buffer[start:]
            self._searched = max(len(self._kept) - _LONGEST_END, 0)
            return None
        if end is None:
            found.append(_oversized(len(buffer) - start))
            self._kept = buffer[last:] if start < last and len(buffer) - last <= MOST_BYTES else b""
            return None
        if last > start:
            found.append(_truncated())
        is_too_long = end.end() - last > MOST_BYTES
        found.append(
            _oversized(end.end() - last)
            if is_too_long
            else RawEvent(buffer[last : end.end()], is_protobuf=False)
        )
        return end.end()

    def _protobuf(self, buffer: bytes, begin: int, found: list[RawEvent | DecodeError]) -> int | None:
        length, start = 0, begin + 1
        for byte in buffer[start : start + _LONGEST_VARINT]:
            length |= (byte & 0x7F) << 7 * (start - begin - 1)
            start += 1
            if not byte & 0x80:
                break
        else:
            if start - begin - 1 < _LONGEST_VARINT:
                self._kept = buffer[begin:]
                return None
            return self._resume(buffer, begin, found)
        end = start + length
        if length > MOST_BYTES:
            found.append(_oversized(length))
            self._to_skip = max(end - len(buffer), 0)
        elif end > len(buffer):
            self._kept = buffer[begin:]
            return None
        else:
            found.append(RawEvent(buffer[start:end], is_protobuf=True))
        return min(end, len(buffer))

    def _resume(self, buffer: bytes, begin: int, found: list[RawEvent | DecodeError]) -> int | None:
        """Goes on at the next event in XML, which alone can be told from noise."""
        start = _START.search(buffer, begin)
        if start is None:
            self._leave(buffer, begin, found)
            return None
        found.append(_noise(start.start() - begin))
        return start.start()

    def _leave(self, buffer: bytes, begin: int, found: list[RawEvent | DecodeError]) -> None:
        """Keeps of what holds no event no more than what may be the beginning of one."""
        mark = buffer.rfind(b"<", max(begin, len(buffer) - _LONGEST_MARK))
        self._kept = buffer[mark:] if mark >= 0 else b""
        dropped = len(buffer) - begin - len(self._kept)
        if dropped > 0:
            found.append(_noise(dropped))


def _last_start(buffer: bytes, start: int, end: int) -> int:
    """Where the last event before the end starts: those before it were cut off."""
    last = start
    for found in _START.finditer(buffer, start, end):
        last = found.start()
    return last


def _noise(count: int) -> DecodeError:
    return DecodeError("cot_noise", f"{count} bytes that are no Cursor on Target event")


def _truncated() -> DecodeError:
    return DecodeError("cot_truncated", "a Cursor on Target event that was cut off")


def _oversized(count: int) -> DecodeError:
    return DecodeError("cot_oversized", f"a Cursor on Target event of {count} bytes or more")
