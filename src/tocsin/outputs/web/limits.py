"""What one client may take of the console, so that none takes what is for the others."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

from tocsin.outputs.refusal import Refusal

_THIS_MACHINE = frozenset({"127.0.0.1", "::1"})


class Rate:
    """So many events within so many seconds, and no more."""

    def __init__(self, most: int, within_s: float) -> None:
        self._most, self._within_s = most, within_s
        self._times: deque[float] = deque()

    @property
    def is_used_up(self) -> bool:
        """Whether one more would be too many."""
        now_s = asyncio.get_running_loop().time()
        while self._times and now_s - self._times[0] >= self._within_s:
            self._times.popleft()
        return len(self._times) >= self._most

    def note(self) -> None:
        """One more, now."""
        self._times.append(asyncio.get_running_loop().time())


class Seats:
    """Clients at one time, of one address and in all; this machine's may stand for many, behind a proxy."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many are there."""
        return self._taken.total()

    @contextmanager
    def seat(self, address: str) -> Iterator[None]:
        """One, while it is entered. Raises Refusal(503) where there is none left."""
        if self.taken >= self._most:
            raise Refusal(503, f"{self._most} clients watch already; [console] most_clients says so")
        if self._taken[address] >= self._most_of_one and address not in _THIS_MACHINE:
            which = "[console] most_clients_of_one_address says so"
            raise Refusal(503, f"{self._most_of_one} clients of your address watch already; {which}")
        self._taken[address] += 1
        try:
            yield
        finally:
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]
