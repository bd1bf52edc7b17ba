"""When troubles that last are told again: at once when there are others, and once a minute."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.units import NANOSECONDS_PER_SECOND

_AGAIN_NS = 60 * NANOSECONDS_PER_SECOND


class Reminder:
    """Of one list of troubles; how many they are counts, for their words tell figures that grow."""

    def __init__(self) -> None:
        self._count = 0
        self._told_ns = 0

    def is_to_be_told(self, troubles: Sequence[str], now_ns: int) -> bool:
        """Whether to say these now, or that there are none any more."""
        is_other = len(troubles) != self._count
        is_due = bool(troubles) and now_ns - self._told_ns >= _AGAIN_NS
        if is_other or is_due:
            self._count, self._told_ns = len(troubles), now_ns
        return is_other or is_due
