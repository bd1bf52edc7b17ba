"""What came within the last minute, so that what comes again is known."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from tocsin.units import NANOSECONDS_PER_SECOND

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

KEPT_NS = 60 * NANOSECONDS_PER_SECOND
"""Longer than anything may be late: what comes again after that is refused as too late."""


class Recent(Generic[Key, Value]):
    """A dictionary that forgets what was put a minute ago; times of receipt must not decrease."""

    def __init__(self) -> None:
        # A plain dict that loses its first keys is slow to find the next one: it passes over all the gaps.
        self._put: OrderedDict[Key, tuple[int, Value]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """What was put last under a key, or None."""
        found = self._put.get(key)
        return None if found is None else found[1]

    def put(self, key: Key, value: Value, received_ns: int) -> None:
        """Remembers a value, and forgets what is too old."""
        self._put[key] = (received_ns, value)
        self._put.move_to_end(key)
        while received_ns - self._put[oldest := next(iter(self._put))][0] > KEPT_NS:
            del self._put[oldest]

    def __len__(self) -> int:
        return len(self._put)
