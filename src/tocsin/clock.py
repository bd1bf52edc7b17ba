"""The only place that asks what time it is, so that everything else can be replayed."""

from __future__ import annotations

import threading
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


class SteeredClock:
    """The time of a recording between two ends, as people want it: faster, slower, or standing still.

    Any thread may steer and ask.
    """

    def __init__(self, start_ns: int, end_ns: int, speed: float) -> None:
        self.start_ns, self.end_ns = start_ns, end_ns
        self._lock = threading.Lock()
        self._speed, self._playing = speed, True
        self._shown_ns, self._since_ns = start_ns, time.monotonic_ns()

    def now_ns(self) -> int:
        """The time that it shows [UTC ns]."""
        with self._lock:
            return self._now_ns()

    def play(self, speed: float) -> None:
        """Goes on, so many times as fast as the wall."""
        with self._lock:
            self._hold()
            self._speed, self._playing = speed, True

    def pause(self) -> None:
        """Stands still."""
        with self._lock:
            self._hold()
            self._playing = False

    @property
    def pace(self) -> tuple[float, bool]:
        """Its speed, and whether it goes."""
        with self._lock:
            return self._speed, self._playing and self._now_ns() < self.end_ns

    def wait_until(self, time_ns: int, most_s: float) -> bool:
        """Sleeps until it shows this time, but no longer than `most_s` of the wall; whether it does."""
        with self._lock:
            ahead_ns = time_ns - self._now_ns()
            ahead_s = ahead_ns / 1e9 / self._speed if self._playing else most_s
        if ahead_ns > 0:
            time.sleep(min(ahead_s, most_s))
        return self.now_ns() >= time_ns

    def _hold(self) -> None:
        self._shown_ns, self._since_ns = self._now_ns(), time.monotonic_ns()

    def _now_ns(self) -> int:
        gone_ns = (time.monotonic_ns() - self._since_ns) * self._speed if self._playing else 0
        return min(self._shown_ns + round(gone_ns), self.end_ns)


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
