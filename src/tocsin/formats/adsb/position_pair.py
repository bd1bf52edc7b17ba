"""Where one aircraft is, from its even and odd position messages and from where it was.

An even and an odd message of at most 10 s apart give a position by themselves (RTCA DO-260B, A.1.7.7); one
alone gives it near a position that is known. Where both ways are open and disagree, two transmitters speak
under one address, or one of them forges: nothing is told then.
"""

from __future__ import annotations

from enum import Enum

from tocsin.formats.adsb.cpr import EncodedPosition, Position, position_near, position_of_pair
from tocsin.units import NANOSECONDS_PER_SECOND

PAIR_NS = 10 * NANOSECONDS_PER_SECOND
"""An even and an odd message farther apart than this are no pair."""
KNOWN_NS = 30 * NANOSECONDS_PER_SECOND
"""For so long a position helps to read the next message; at 300 m/s an aircraft flies 9 km."""
REPEATED_NS = NANOSECONDS_PER_SECOND // 2
"""The same bits within this time are one message that came by two ways; an aircraft that stands in the air
sends them again after 0.8 s at the earliest, for even and odd ones take turns."""
_SAME_DEG = 1e-6  # both ways read the same bits: they differ by rounding, or by a whole zone


class NoPosition(Enum):
    """Why there is none; the value is the word under which it is counted."""

    REPEATED = "repeated"
    UNPAIRED = "position_unpaired"
    CONTRADICTORY = "position_contradictory"


class PositionPair:
    """The last even and odd message of one aircraft, and its last position."""

    __slots__ = ("_known", "_last")

    def __init__(self) -> None:
        self._last: dict[bool, tuple[EncodedPosition, int]] = {}
        self._known: tuple[Position, int] | None = None

    def take(self, message: EncodedPosition, time_ns: int) -> Position | NoPosition:
        """The position that a message received at this time tells."""
        before = self._last.get(message.is_odd)
        if before is not None and before[0] == message and abs(time_ns - before[1]) < REPEATED_NS:
            return NoPosition.REPEATED
        found = self._paired(message, time_ns)
        near = self._near(message, time_ns)
        self._last[message.is_odd] = (message, time_ns)
        if found is None:
            found = near
        elif near is not None and not _is_same(found, near):
            return NoPosition.CONTRADICTORY
        if found is None:
            return NoPosition.UNPAIRED
        self._known = (found, time_ns)
        return found

    def _paired(self, message: EncodedPosition, time_ns: int) -> Position | None:
        other = self._last.get(not message.is_odd)
        if other is None or abs(time_ns - other[1]) > PAIR_NS:
            return None
        return position_of_pair(message, other[0])

    def _near(self, message: EncodedPosition, time_ns: int) -> Position | None:
        if self._known is None or abs(time_ns - self._known[1]) > KNOWN_NS:
            return None
        return position_near(message, self._known[0])


def _is_same(one: Position, other: Position) -> bool:
    apart_deg = (one.longitude_deg - other.longitude_deg + 180.0) % 360.0 - 180.0
    return abs(one.latitude_deg - other.latitude_deg) < _SAME_DEG and abs(apart_deg) < _SAME_DEG
