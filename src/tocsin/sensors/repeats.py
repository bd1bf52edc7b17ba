"""Whether the same bytes came before: what two lines carry, or what is sent again, is one measurement."""

from __future__ import annotations

from tocsin.sensors.recent import KEPT_NS

MOST_KEPT = 1_000_000
"""Of each of two halves: at more than 16,000 records a second the memory is shorter than a minute."""


class Repeats:
    """Remembers for one to two minutes: quicker than `Recent`, for radars that report thousands a second.

    Times of receipt must not decrease.
    """

    def __init__(self) -> None:
        self._newer: set[bytes] = set()
        self._older: set[bytes] = set()
        self._since_ns = 0

    def has(self, record: bytes, received_ns: int) -> bool:
        """Whether a record came before; it has from now on."""
        if received_ns - self._since_ns > KEPT_NS or len(self._newer) >= MOST_KEPT:
            is_all_old = received_ns - self._since_ns > 2 * KEPT_NS
            self._older = set() if is_all_old else self._newer
            self._newer = set()
            self._since_ns = received_ns
        if record in self._newer or record in self._older:
            return True
        self._newer.add(record)
        return False
