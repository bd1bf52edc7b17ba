"""How many names there ever were, while only those of late are kept: a service runs for months."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.units import NANOSECONDS_PER_SECOND

_KEPT_NS = 600 * NANOSECONDS_PER_SECOND


class Distinct:
    """Counts names; one that comes back after ten minutes without it counts again."""

    def __init__(self) -> None:
        self.count = 0
        self._last_ns: dict[str, int] = {}
        self._forgot_ns = 0

    def note(self, names: Iterable[str], time_ns: int) -> None:
        """The names that there are at a time."""
        before = len(self._last_ns)
        self._last_ns.update(dict.fromkeys(names, time_ns))
        self.count += len(self._last_ns) - before
        if time_ns - self._forgot_ns > _KEPT_NS:
            self._forgot_ns = time_ns
            self._last_ns = {name: last for name, last in self._last_ns.items() if time_ns - last <= _KEPT_NS}
