"""What came over one way in and was not read yet: bounded, so that no sensor fills the memory or the line."""

from __future__ import annotations

from collections import Counter, deque
from typing import NamedTuple

from tocsin.clock import WallClock
from tocsin.sensors.bucket import Bucket

MOST_WAITING_BYTES = 32 * 1024 * 1024
FLOODED, OVERFLOWN = "flooded", "queue_full"


class Arrival(NamedTuple):
    """A datagram, a message, a body, or so much of a stream as came at once; or the end of a stream."""

    data: bytes
    received_ns: int
    source: str  # address of the sender, or the topic
    is_end: bool = False  # of that sender's stream: nothing more of it comes, and there is no data


class Inbox:
    """Filled by a socket, emptied by the line; `dropped` counts arrivals that were not kept, by reason.

    A bucket of one second holds what may come at most; what is more is dropped at once, newest first.
    """

    def __init__(self, clock: WallClock, most_per_s: float, most_bytes: int = MOST_WAITING_BYTES) -> None:
        self.dropped: Counter[str] = Counter()
        self.arrivals = 0
        self.bytes = 0
        self.last_received_ns: int | None = None
        self._clock = clock
        self._most_bytes = most_bytes
        self._bucket = Bucket(most_per_s, clock.now_ns())
        self._waiting: deque[Arrival] = deque()
        # Each is changed by one side alone, so that no lock is needed.
        self._bytes_kept, self._bytes_taken = 0, 0

    def put(self, data: bytes, source: str = "") -> bool:
        """Takes an arrival, received now; whether it was kept."""
        now_ns = self._clock.now_ns()
        self.arrivals += 1
        self.bytes += len(data)
        self.last_received_ns = now_ns
        if not self._bucket.may_come(now_ns):
            self.dropped[FLOODED] += 1
            return False
        if self._bytes_kept - self._bytes_taken + len(data) > self._most_bytes:
            self.dropped[OVERFLOWN] += 1
            return False
        self._bytes_kept += len(data)
        self._waiting.append(Arrival(data, now_ns, source))
        return True

    def drop(self, reason: str) -> None:
        """Counts what is not even read."""
        self.dropped[reason] += 1

    def end(self, source: str) -> None:
        """A stream of which something came is closed, now; whoever reads it drops what it left unfinished."""
        self._waiting.append(Arrival(b"", self._clock.now_ns(), source, is_end=True))

    def take(self, until_ns: int) -> list[Arrival]:
        """What was received until then, in order; from another thread than `put` if need be."""
        taken: list[Arrival] = []
        while self._waiting and self._waiting[0].received_ns <= until_ns:
            taken.append(self._waiting.popleft())
        self._bytes_taken += sum(len(arrival.data) for arrival in taken)
        return taken
