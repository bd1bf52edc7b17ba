"""Opens a recording of bytes: a pcap, a pcapng, or ASTERIX data blocks one after the other.

Packets come out in order of receipt, whatever the file holds; damage is counted and what is left is read.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from tocsin.errors import DecodeError, UnusableFile
from tocsin.formats.capture import Packet, packets
from tocsin.sensors.raw_asterix import begins_as_asterix, raw_packets
from tocsin.units import NANOSECONDS_PER_SECOND

_START_BYTES = 65_536
_LATEST_POSSIBLE_NS = 9_000_000_000 * NANOSECONDS_PER_SECOND  # as in the table of detections
_OUT_OF_ORDER_NS = 10 * NANOSECONDS_PER_SECOND  # several interfaces are written a little out of order
IMPOSSIBLE_TIME = "receipt_time_impossible"
OUT_OF_ORDER = "packet_out_of_order"


class CaptureFile:
    """A file of captured packets.

    `damage` counts by kind what could not be read of the file itself, `remarks` says the same for people.
    `bytes_read` of `size` tells how far the reading is.
    Raises `UnusableFile` for a file that is missing, unreadable or of no kind that tocsin knows.
    """

    def __init__(self, path: Path, damage: Counter[str] | None = None) -> None:
        self.path = path
        self.damage: Counter[str] = Counter() if damage is None else damage
        self.remarks: list[str] = []
        self.bytes_read = 0
        try:
            if path.is_dir():
                raise UnusableFile(path, "is a folder, not a capture")
            self.size = path.stat().st_size
            with path.open("rb") as stream:
                self._reader = _reader_of(path, stream.read(_START_BYTES))
        except UnusableFile:
            raise
        except OSError as error:
            raise _unreadable(path, error) from error

    def packets(self) -> Iterator[Packet]:
        """All packets, received no earlier than those before.

        ASTERIX data blocks without a container come as packets of link type `NO_LINK` of raw_asterix.py.
        Raises `UnusableFile` where the file can no longer be read.
        """
        yield from _in_order_of_receipt(self._as_stored(), self.damage)
        if late := self.damage[OUT_OF_ORDER]:
            self.remarks.append(
                f"{late} packets of the capture are dated over 10 s before those in front of them: not used"
            )

    def _as_stored(self) -> Iterator[Packet]:
        try:
            with self.path.open("rb") as stream:
                for packet in self._reader(stream):
                    self.bytes_read = stream.tell()
                    yield packet
        except DecodeError as error:
            self.damage[error.kind] += 1
            self.remarks.append(str(error))
        except OSError as error:
            raise _unreadable(self.path, error) from error
        self.bytes_read = self.size


def is_capture(path: Path) -> bool:
    """Whether a file begins as a pcap or a pcapng. Raises `UnusableFile` where it can't be read."""
    try:
        with path.open("rb") as stream:
            next(packets(stream), None)
    except DecodeError as error:
        return error.kind != "not_a_capture"
    except OSError as error:
        raise _unreadable(path, error) from error
    return True


def _reader_of(path: Path, start: bytes) -> Callable[[BinaryIO], Iterator[Packet]]:
    if not start:
        raise UnusableFile(path, "is empty")
    try:
        next(packets(io.BytesIO(start)), None)
    except DecodeError as error:
        if error.kind != "not_a_capture":
            return packets
        if begins_as_asterix(start):
            return raw_packets
        reason = (
            "is neither a pcap nor a pcapng capture, nor does it begin with ASTERIX of category 048 or 034"
        )
        raise UnusableFile(path, reason) from error
    return packets


def _unreadable(path: Path, error: OSError) -> UnusableFile:
    if isinstance(error, FileNotFoundError):
        return UnusableFile(path, "no such file")
    return UnusableFile(path, f"cannot be read ({error.strerror})")


def _in_order_of_receipt(stored: Iterator[Packet], damage: Counter[str]) -> Iterator[Packet]:
    """Drops and counts packets whose time cannot be; the small disorder of several interfaces is levelled."""
    latest_ns: int | None = None
    for packet, is_leap in _leaps(stored, damage):
        if is_leap:
            damage[IMPOSSIBLE_TIME] += 1
        elif latest_ns is not None and packet.time_ns < latest_ns - _OUT_OF_ORDER_NS:
            damage[OUT_OF_ORDER] += 1
        elif latest_ns is not None and packet.time_ns < latest_ns:
            yield replace(packet, time_ns=latest_ns)
        else:
            latest_ns = packet.time_ns
            yield packet


def _leaps(stored: Iterator[Packet], damage: Counter[str]) -> Iterator[tuple[Packet, bool]]:
    """Each packet, and whether its time leaps ahead while the next one is back where we were.

    Without this, one damaged time would make all that follows seem old.
    """
    before_ns: int | None = None
    held: Packet | None = None
    for packet in stored:
        if not 0 <= packet.time_ns <= _LATEST_POSSIBLE_NS:
            damage[IMPOSSIBLE_TIME] += 1
            continue
        if held is not None:
            returns = before_ns is None or packet.time_ns >= before_ns - _OUT_OF_ORDER_NS
            is_leap = returns and held.time_ns > packet.time_ns + _OUT_OF_ORDER_NS
            yield held, is_leap
            if not is_leap:
                before_ns = max(held.time_ns, before_ns or 0)
        held = packet
    if held is not None:
        yield held, False
