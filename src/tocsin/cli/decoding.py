"""The messages of a capture as they stand in it, with personal data masked: what `tocsin decode` prints."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Any

from tocsin.errors import DecodeError
from tocsin.formats.asterix import Message as AsterixMessage
from tocsin.formats.asterix import decode_datagram
from tocsin.formats.capture import Packet
from tocsin.formats.datagrams import DATAGRAM_LINK_TYPES, datagram
from tocsin.formats.remote_id import Message, decode_payload, remote_id_frames
from tocsin.sensors.capture_file import CaptureFile
from tocsin.sensors.raw_asterix import NO_LINK
from tocsin.units import NANOSECONDS_PER_SECOND

MASKED = "masked"
REMOTE_ID, ASTERIX = "remote_id", "asterix"


@dataclass(frozen=True, slots=True)
class Decoded:
    """One message: the packet's number and time of receipt, and through what it came.

    `sender` counts the transmitters of Remote ID or the radars of a file from 1, in order of appearance;
    `address` is that of the transmitter, personal data, or SAC/SIC of the radar.
    """

    packet: int
    time_ns: int
    standard: str
    carrier: str
    sender: int
    address: str
    message: Message | AsterixMessage

    @property
    def kind(self) -> str:
        """What kind of message it is."""
        return type(self.message).__name__


class Decoding:
    """Reads a capture; counts grow while `messages` is iterated.

    `damaged` counts what could not be read by kind, `kinds` the messages by theirs, `distinct` those that are
    no repetition. Raises `UnusableFile` for a file that cannot be read or is of no kind that tocsin knows.
    """

    def __init__(self, path: Path) -> None:
        self.damaged: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.distinct: Counter[str] = Counter()
        self.packets = 0
        self._file = CaptureFile(path, self.damaged)
        self._seen: set[int] = set()
        self._senders: dict[str, int] = {}

    @property
    def remarks(self) -> list[str]:
        """What is to be said of the file itself."""
        return self._file.remarks

    @property
    def senders(self) -> int:
        """How many transmitters and radars were seen."""
        return len(self._senders)

    def messages(self) -> Iterator[Decoded]:
        """Every message, in order of receipt."""
        for packet in self._file.packets():
            self.packets += 1
            try:
                for decoded in self._of_packet(packet):
                    self._count(decoded)
                    yield decoded
            except DecodeError as error:
                self.damaged[error.kind] += 1

    def _of_packet(self, packet: Packet) -> Iterator[Decoded]:
        if packet.link_type == NO_LINK:
            yield from self._radar_messages(packet, packet.data, "file")
        elif packet.link_type in DATAGRAM_LINK_TYPES:
            found = datagram(packet)
            if found is not None:
                yield from self._radar_messages(packet, found.payload, "udp")
        else:
            yield from self._remote_id_messages(packet)

    def _radar_messages(self, packet: Packet, payload: bytes, carrier: str) -> Iterator[Decoded]:
        messages, errors = decode_datagram(payload)
        self.damaged.update(error.kind for error in errors)
        for message in messages:
            radar = f"{message.sac}/{message.sic}"
            yield Decoded(
                packet.number, packet.time_ns, ASTERIX, carrier, self._sender(radar), radar, message
            )

    def _remote_id_messages(self, packet: Packet) -> Iterator[Decoded]:
        for frame in remote_id_frames(packet):
            messages, errors = decode_payload(frame.payload)
            self.damaged.update(error.kind for error in errors)
            sender, address = self._sender(frame.transmitter), frame.transmitter
            carrier = frame.carrier.value
            for message in messages:
                yield Decoded(packet.number, packet.time_ns, REMOTE_ID, carrier, sender, address, message)

    def _sender(self, address: str) -> int:
        return self._senders.setdefault(address, len(self._senders) + 1)

    def _count(self, decoded: Decoded) -> None:
        self.kinds[decoded.kind] += 1
        key = hash((decoded.address, decoded.message))
        if key not in self._seen:
            self._seen.add(key)
            self.distinct[decoded.kind] += 1


def as_json(decoded: Decoded, unmask: bool) -> dict[str, Any]:
    """One message for programs; degrees and seconds, as in all files."""
    is_personal = decoded.standard == REMOTE_ID
    return {
        "packet": decoded.packet,
        "time_s": decoded.time_ns / NANOSECONDS_PER_SECOND,
        "standard": decoded.standard,
        "carrier": decoded.carrier,
        "sender": decoded.sender,
        "address": MASKED if is_personal and decoded.address and not unmask else decoded.address,
        "message": decoded.kind,
        **values(decoded.message, unmask),
    }


def values(message: Message | AsterixMessage, unmask: bool) -> dict[str, Any]:
    """The fields of a message under their names in files; those that no repr shows are personal data."""
    found: dict[str, Any] = {}
    for field in fields(message):
        name, value = _as_in_files(field.name, getattr(message, field.name))
        is_hidden = not field.repr and not unmask and value not in (None, "")
        found[name] = MASKED if is_hidden else value
    return found


def _as_in_files(name: str, value: Any) -> tuple[str, Any]:
    if name.endswith("_rad"):
        return name.removesuffix("_rad") + "_deg", None if value is None else round(math.degrees(value), 8)
    if name.endswith("_ns"):
        return name.removesuffix("_ns") + "_s", None if value is None else value / NANOSECONDS_PER_SECOND
    if isinstance(value, Enum):
        return name, value.name.lower()
    if isinstance(value, bytes):
        return name, value.hex()
    if isinstance(value, float):
        return name, round(value, 6)
    return name, value
