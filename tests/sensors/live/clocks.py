"""A clock that shows what it is told."""

from __future__ import annotations

from tocsin.clock import WallClock


class SetClock(WallClock):
    """`time_ns` is what it shows."""

    def __init__(self, time_ns: int) -> None:
        super().__init__()
        self.time_ns = time_ns

    def now_ns(self) -> int:
        return self.time_ns
