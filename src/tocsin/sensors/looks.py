"""The looks of a radar that sees all around at once: what comes in one burst is one look.

Its plots may be dated when each was sent, milliseconds apart, so that equal times tell nothing.
"""

from __future__ import annotations

from tocsin.units import NANOSECONDS_PER_SECOND

_SHARE = 0.75  # of a period: what is measured later than this after the first plot is of the next look


class Looks:
    """Numbers looks from 1 on in order of time, as `Turns` does for an antenna that turns."""

    looks_at_once = True

    def __init__(self, period_s: float) -> None:
        self.period_s = period_s
        self._length_ns = _SHARE * period_s * NANOSECONDS_PER_SECOND
        self._first_ns: int | None = None
        self._number = 0

    def turn_of(self, time_ns: int, _azimuth_rad: float) -> int:
        """The number of the look in which a plot was made; one that is late is of the look before."""
        if self._first_ns is None or time_ns - self._first_ns >= self._length_ns:
            self._first_ns = time_ns
            self._number += 1
        elif self._first_ns - time_ns >= self._length_ns:
            return max(self._number - 1, 0)
        return self._number
