"""The plots of one turn of a radar, kept together until the turn is complete: then they are one scan.

A turn is handed on when a plot of the next one comes, or a quarter of a period after the next north marker,
or when a period and a quarter have passed since its first plot. What comes still later goes on at once under
the number of its turn. So a plot counts as received when its turn was complete.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from tocsin.model.detections import Detection
from tocsin.units import NANOSECONDS_PER_SECOND

Plot = TypeVar("Plot")
MakeRow = Callable[[int, int, int, Plot], Detection]
"""Time of measurement, time of receipt, number of the turn, plot."""

_TRANSIT_SHARE = 0.25  # of a period: radars take 0.5 to 2 s, of turns of 5 to 12 s, to send a plot
_AT_ONCE_NS = NANOSECONDS_PER_SECOND // 2


class Numbering(Protocol):
    """Tells which turn, or look, a plot is of; with `looks_at_once` all plots of one come together."""

    @property
    def looks_at_once(self) -> bool: ...

    @property
    def period_s(self) -> float: ...

    def turn_of(self, time_ns: int, azimuth_rad: float) -> int:
        """The number of the turn in which a plot was made, rising with time."""


class TurnGathering(Generic[Plot]):
    """Takes plots in order of receipt; each method gives the rows that it completes."""

    def __init__(self, turns: Numbering, make_row: MakeRow[Plot], completed: Callable[[], None]) -> None:
        """`completed` is called whenever a turn with at least one plot is handed on."""
        self._turns = turns
        self.due_ns: int | None = None
        """When the open turn counts as complete; None while none is open."""
        self._make_row = make_row
        self._completed = completed
        self._open: list[tuple[int, Plot]] = []
        self._turn = -1

    def next_begins(self, received_ns: int) -> None:
        """The next turn has begun: of this one, only what is under way still comes."""
        if self.due_ns is not None:
            self.due_ns = min(self.due_ns, received_ns + self._periods_ns(_TRANSIT_SHARE))

    def add(
        self, time_ns: int, azimuth_rad: float, received_ns: int, plot: Plot, rows: list[Detection]
    ) -> None:
        """A timely plot: to `rows` come the turn that it completes, or itself where its turn was before."""
        turn = self._turns.turn_of(time_ns, azimuth_rad)
        if turn > self._turn:
            rows += self.complete(received_ns)
            self._turn = turn
            self.due_ns = received_ns + self._periods_ns(1.0 + _TRANSIT_SHARE)
        if turn == self._turn and self.due_ns is not None:
            self._open.append((time_ns, plot))
            if self._turns.looks_at_once:
                self.due_ns = min(self.due_ns, received_ns + _AT_ONCE_NS)
        else:
            rows.append(self._make_row(time_ns, received_ns, turn, plot))

    def complete(self, received_ns: int) -> list[Detection]:
        """Ends the open turn: its rows, received now."""
        rows = [self._make_row(time_ns, received_ns, self._turn, plot) for time_ns, plot in self._open]
        if rows:
            self._completed()
        self._open, self.due_ns = [], None
        return rows

    def _periods_ns(self, share: float) -> int:
        return math.ceil(share * self._turns.period_s * NANOSECONDS_PER_SECOND)
