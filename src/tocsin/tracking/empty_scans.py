"""Looks in which a sensor found nothing: they send no rows, but they are evidence."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.config.site import Site
from tocsin.units import NANOSECONDS_PER_SECOND

# After a silence of all sensors as long as this, it was the line that was off, not the sky that was empty.
_OFF_AFTER_NS = 3600 * NANOSECONDS_PER_SECOND
# How fast a spell of slow delivery is forgotten: half of it after five reports.
_FORGET_LATENCY = 0.87


@dataclass(slots=True)
class _Rhythm:
    """When one sensor looks, and how late its reports come."""

    period_ns: int
    last_ns: int
    latency_ns: int = 0
    last_empty_ns: int | None = None
    has_reported: bool = False

    @property
    def due_ns(self) -> int:
        return self.last_ns + self.period_ns

    @property
    def missed_ns(self) -> int:
        """When the next look counts as empty unless something was received."""
        return self.due_ns + self.latency_ns + self.period_ns // 2


class EmptyScans:
    """Knows when each sensor with a period in the site file should have looked again.

    A look counts as empty when half a period has passed after its report should have been there.
    """

    def __init__(self, site: Site) -> None:
        self._periods_ns = {
            number: round(sensor.period_s * NANOSECONDS_PER_SECOND)
            for number, sensor in enumerate(site.sensors)
            if sensor.period_s is not None
        }
        self._rhythms: dict[int, _Rhythm] = {}
        self._next_ns: int | None = None

    def start(self, now_ns: int) -> None:
        """The first thing was received: every sensor is due one period later."""
        if not self._rhythms:
            self._rhythms = {number: _Rhythm(period, now_ns) for number, period in self._periods_ns.items()}
            self._set_next()

    def reported(self, sensor: int, time_ns: int, received_ns: int) -> None:
        """A sensor has looked: its next look is one period later, and the report as late as this one."""
        rhythm = self._rhythms.get(sensor)
        if rhythm is None:
            return
        latency_ns = received_ns - time_ns
        rhythm.latency_ns = max(latency_ns, round(_FORGET_LATENCY * rhythm.latency_ns), 0)
        if time_ns > rhythm.last_ns or not rhythm.has_reported:
            rhythm.last_ns = time_ns
        rhythm.has_reported = True
        self._set_next()

    def missed_until(self, now_ns: int) -> list[tuple[int, int]]:
        """(time, sensor) of every look that by now was empty, in order; each is told once."""
        missed: list[tuple[int, int]] = []
        while self._next_ns is not None and self._next_ns <= now_ns:
            for sensor, rhythm in self._rhythms.items():
                if now_ns - rhythm.due_ns > _OFF_AFTER_NS:
                    rhythm.last_ns = now_ns
                elif rhythm.missed_ns <= now_ns:
                    missed.append((rhythm.due_ns, sensor))
                    rhythm.last_ns = rhythm.last_empty_ns = rhythm.due_ns
            self._set_next()
        return sorted(missed)

    def half_period_ns(self, sensor: int) -> int:
        """A look reported within so much of an empty one is that look."""
        return self._periods_ns[sensor] // 2

    def may_be_contradicted(self, sensor: int, time_ns: int) -> bool:
        """Whether a look at this time can be one that was already taken as empty."""
        rhythm = self._rhythms.get(sensor)
        if rhythm is None or rhythm.last_empty_ns is None:
            return False
        return time_ns - rhythm.last_empty_ns <= rhythm.period_ns // 2

    def _set_next(self) -> None:
        self._next_ns = min((rhythm.missed_ns for rhythm in self._rhythms.values()), default=None)
