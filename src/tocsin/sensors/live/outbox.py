"""Answers on their way back to those who are connected: put by the line's thread, written by the event loop.

What somebody does not take is not kept for long: who leaves more than `MOST_WAITING_BYTES` is hung up on.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterable

from tocsin.sensors.answers import Answer

MOST_WAITING_BYTES = 1024 * 1024
NOT_TAKEN, GONE = "answer_not_taken", "answer_for_nobody"


class Outbox:
    """`dropped` counts answers that reached nobody, by reason."""

    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()
        self._writers: dict[str, asyncio.StreamWriter] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: deque[Answer] = deque()  # filled by one side, emptied by the other: no lock is needed

    def connect(self, source: str, writer: asyncio.StreamWriter) -> None:
        """Somebody is there; in the event loop."""
        self._loop = asyncio.get_running_loop()
        self._writers[source] = writer

    def disconnect(self, source: str) -> None:
        """Somebody has gone; in the event loop."""
        self._writers.pop(source, None)

    def put(self, answers: Iterable[Answer]) -> None:
        """Answers, in order; from any thread."""
        before = len(self._waiting)
        self._waiting.extend(answers)
        if len(self._waiting) == before:
            return
        if self._loop is None or self._loop.is_closed():
            self.dropped[GONE] += len(self._waiting)
            self._waiting.clear()
            return
        self._loop.call_soon_threadsafe(self._write)

    def _write(self) -> None:
        while self._waiting:
            answer = self._waiting.popleft()
            writer = self._writers.get(answer.source)
            if writer is None or writer.is_closing():
                self.dropped[GONE] += bool(answer.data)
                continue
            writer.write(answer.data)
            if writer.transport.get_write_buffer_size() > MOST_WAITING_BYTES:
                self.dropped[NOT_TAKEN] += 1
                writer.transport.abort()
            elif answer.hangs_up:
                writer.close()
