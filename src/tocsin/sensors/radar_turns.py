"""Which turn of a radar's antenna a plot belongs to.

North markers cut turns where the radar sends them (EUROCONTROL-SPEC-0149-2b, I034/000): a plot made between
two markers is of the turn between them, however late it is sent. Without markers, the antenna passes
`elapsed / period` turns from one plot to the next, of which the azimuths tell the broken part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tocsin.units import NANOSECONDS_PER_SECOND

_SHORTEST_PERIOD_S, _LONGEST_PERIOD_S = 0.1, 120.0
_SAME_MARKER_NS = NANOSECONDS_PER_SECOND // 10  # the same marker over a second line
_APART_RAD = math.radians(30.0)  # no antenna turns so far between two plots of the same 1/128 s
_MARKER_MISSED = 1.5  # so many periods without a marker: one was lost


@dataclass(slots=True)
class _Mark:
    time_ns: int
    azimuth_rad: float
    turn: int


class Turns:
    """Numbers the turns of one radar, from 1 on in order of time."""

    def __init__(self, usual_period_s: float) -> None:
        self._usual_period_s = usual_period_s
        self._told_period_s: float | None = None
        self._shortest_s: float | None = None
        self._period_ns = usual_period_s * NANOSECONDS_PER_SECOND
        self._marker: _Mark | None = None
        self._plot: _Mark | None = None
        self.looks_at_once = False
        """Plots of the same moment came from all around: the antenna does not turn."""

    @property
    def period_s(self) -> float:
        """One turn [s]: as the radar tells it, else as its markers show, else as usual."""
        return self._told_period_s or self._shortest_s or self._usual_period_s

    @property
    def measured_period_s(self) -> float | None:
        """The same without what is usual: None where the radar has not shown it."""
        return self._told_period_s or self._shortest_s

    def told_period(self, period_s: float | None) -> None:
        """The radar's own word for its period (I034/041)."""
        if period_s is not None and _SHORTEST_PERIOD_S <= period_s <= _LONGEST_PERIOD_S:
            self._told_period_s = period_s
            self._period_ns = self.period_s * NANOSECONDS_PER_SECOND

    def north(self, time_ns: int) -> bool:
        """The antenna passes north: whether that begins a new turn (and is not the same marker again)."""
        if self._marker is None:
            turn = 1 if self._plot is None else self._plot.turn + 1
        else:
            elapsed_ns = time_ns - self._marker.time_ns
            if elapsed_ns < _SAME_MARKER_NS:
                return False
            turn = self._marker.turn + max(1, round(elapsed_ns / self._period_ns))
            self._measure(elapsed_ns / NANOSECONDS_PER_SECOND)
        self._marker = _Mark(time_ns, 0.0, turn)
        return True

    def turn_of(self, time_ns: int, azimuth_rad: float) -> int:
        """The number of the turn in which a plot was made."""
        before = self._plot
        if before is not None and time_ns == before.time_ns and not self.looks_at_once:
            apart_rad = abs(math.remainder(azimuth_rad - before.azimuth_rad, math.tau))
            self.looks_at_once = apart_rad > _APART_RAD
        turn = self._by_markers(time_ns) if self._marker else self._by_plots(time_ns, azimuth_rad)
        if turn < 0:
            turn = 0
        if before is None:
            self._plot = _Mark(time_ns, azimuth_rad, turn)
        elif turn >= before.turn:
            before.time_ns, before.azimuth_rad, before.turn = time_ns, azimuth_rad, turn
        return turn

    def _measure(self, interval_s: float) -> None:
        """A marker may be lost, but none is sent too often: the shortest interval is the period."""
        if _SHORTEST_PERIOD_S <= interval_s <= _LONGEST_PERIOD_S:
            self._shortest_s = min(interval_s, self._shortest_s or interval_s)
            self._period_ns = self.period_s * NANOSECONDS_PER_SECOND

    def _by_markers(self, time_ns: int) -> int:
        assert self._marker is not None
        turns = (time_ns - self._marker.time_ns) / self._period_ns
        if 0.0 <= turns < _MARKER_MISSED:
            return self._marker.turn
        return self._marker.turn + math.floor(turns)

    def _by_plots(self, time_ns: int, azimuth_rad: float) -> int:
        if self._plot is None:
            return 1
        elapsed_ns = time_ns - self._plot.time_ns
        turns = elapsed_ns / self._period_ns
        if elapsed_ns and not self.looks_at_once:
            turns -= (azimuth_rad - self._plot.azimuth_rad) / math.tau
        return self._plot.turn + round(turns)
