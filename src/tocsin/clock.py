"""The only place that asks what time it is, so that everything else can be replayed."""

from __future__ import annotations

import time


class PacedClock:
    """The time of a recording, flowing `speed` times as fast as the wall; 0 never waits."""

    def __init__(self, start_ns: int, speed: float) -> None:
        self.start_ns = start_ns
        self.speed = speed
        self._wall_start_ns = time.monotonic_ns()

    def wait_until(self, time_ns: int) -> None:
        """Sleeps until the recording's clock shows this time [UTC ns]."""
        if self.speed <= 0:
            return
        due_ns = self._wall_start_ns + (time_ns - self.start_ns) / self.speed
        ahead_s = (due_ns - time.monotonic_ns()) / 1e9
        if ahead_s > 0:
            time.sleep(ahead_s)


class WallClock:
    """UTC as this machine has it, which never goes back: where the machine's clock is set back, it waits."""

    def __init__(self) -> None:
        self._latest_ns = 0

    def now_ns(self) -> int:
        """UTC [ns since 1970]."""
        self._latest_ns = max(self._latest_ns, time.time_ns())
        return self._latest_ns


def pause(seconds: float) -> None:
    """Does nothing for so long."""
    time.sleep(seconds)
