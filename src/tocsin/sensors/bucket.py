"""How much may come: a bucket that is filled at a steady rate and holds what may come in a second."""

from __future__ import annotations

from tocsin.units import NANOSECONDS_PER_SECOND


class Bucket:
    """Starts full."""

    def __init__(self, most_per_s: float, now_ns: int) -> None:
        self._most_per_s = most_per_s
        self._allowed, self._filled_ns = most_per_s, now_ns

    def may_come(self, now_ns: int) -> bool:
        """Whether one more may come now; if so, it is counted."""
        passed_s = (now_ns - self._filled_ns) / NANOSECONDS_PER_SECOND
        self._allowed = min(self._most_per_s, self._allowed + passed_s * self._most_per_s)
        self._filled_ns = now_ns
        if self._allowed < 1.0:
            return False
        self._allowed -= 1.0
        return True
