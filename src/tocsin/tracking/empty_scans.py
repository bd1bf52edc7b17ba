"""Looks in which a sensor found nothing: they send no rows, but they are evidence."""

from __future__ import annotations

from tocsin.config.site import Site
from tocsin.units import NANOSECONDS_PER_SECOND

# After a silence of all sensors as long as this, it was the line that was off, not the sky that was empty.
_OFF_AFTER_NS = 3600 * NANOSECONDS_PER_SECOND


class EmptyScans:
    """Knows when each sensor with a period in the site file should have looked again.

    A look counts as empty when half a period has passed after it was due.
    """

    def __init__(self, site: Site) -> None:
        self._period_ns = {
            number: round(sensor.period_s * NANOSECONDS_PER_SECOND)
            for number, sensor in enumerate(site.sensors)
            if sensor.period_s is not None
        }
        self._due_ns: dict[int, int] = {}
        self._last_empty_ns: dict[int, int] = {}
        self._next_ns: int | None = None

    def start(self, now_ns: int) -> None:
        """The first thing was received: every sensor is due one period later."""
        if not self._due_ns:
            self._due_ns = {number: now_ns + period for number, period in self._period_ns.items()}
            self._set_next()

    def reported(self, sensor: int, time_ns: int) -> None:
        """A sensor has looked at a time: the next look is one period later."""
        if sensor in self._due_ns and time_ns > self._due_ns[sensor] - self._period_ns[sensor]:
            self._due_ns[sensor] = time_ns + self._period_ns[sensor]
            self._set_next()

    def missed_until(self, now_ns: int) -> list[tuple[int, int]]:
        """(time, sensor) of every look that by now was empty, in order; each is told once."""
        missed: list[tuple[int, int]] = []
        while self._next_ns is not None and self._next_ns <= now_ns:
            for sensor, due_ns in self._due_ns.items():
                period_ns = self._period_ns[sensor]
                if now_ns - due_ns > _OFF_AFTER_NS:
                    self._due_ns[sensor] = now_ns
                elif due_ns + period_ns // 2 <= now_ns:
                    missed.append((due_ns, sensor))
                    self._last_empty_ns[sensor] = due_ns
                    self._due_ns[sensor] = due_ns + period_ns
            self._set_next()
        return sorted(missed)

    def half_period_ns(self, sensor: int) -> int:
        """A look reported within so much of an empty one is that look."""
        return self._period_ns[sensor] // 2

    def may_be_contradicted(self, sensor: int, time_ns: int) -> bool:
        """Whether a look at this time can be one that was already taken as empty."""
        last = self._last_empty_ns.get(sensor)
        return last is not None and time_ns - last <= self._period_ns[sensor] // 2

    def _set_next(self) -> None:
        self._next_ns = min(
            (due_ns + self._period_ns[sensor] // 2 for sensor, due_ns in self._due_ns.items()), default=None
        )
