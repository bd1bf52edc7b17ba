"""What a book can't take now, because the disk is full or does not answer, waits in memory in its order.

Warnings go on from there: who reads the book is given what waits for it, under the numbers that it will have.
All connections of one book share what waits: whoever writes next, with whatever connection, writes it first.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from tocsin.recording.database import transaction

MOST_WAITING = 100_000
"""Evidence and deliveries are dropped above it; messages and actions never are."""


@dataclass(frozen=True, slots=True)
class Write:
    """One row that is to be written: a statement, its values, and what was made into it.

    `key` tells what takes whose place, `number` is that of a message or action; what has neither may be
    dropped.
    """

    statement: str
    values: tuple[Any, ...]
    number: int = 0
    made_of: object = None
    key: Hashable = None


class Waiting:
    """Of one book; any thread, one at a time within `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.trouble = ""
        """Why the book takes nothing now; empty: it does."""
        self.dropped = 0
        self._batches: dict[Hashable, tuple[Write, ...]] = {}
        self._turn = count()

    def __len__(self) -> int:
        return len(self._batches)

    def put(self, *writes: Write) -> None:
        """Rows that are written together or not at all, after all that wait."""
        with self.lock:
            is_kept = any(write.number for write in writes)
            key = writes[0].key
            if key not in self._batches and not is_kept and len(self._batches) >= MOST_WAITING:
                self.dropped += 1
                return
            self._batches[next(self._turn) if key is None else key] = writes

    def drain(self, connection: sqlite3.Connection) -> None:
        """Writes all that waits, or as far as the book takes it.

        Raises sqlite3.Error for what has nothing to do with the file.
        """
        with self.lock:
            for key, writes in list(self._batches.items()):
                try:
                    with transaction(connection):
                        for write in writes:
                            connection.execute(write.statement, write.values)
                except sqlite3.DatabaseError as error:
                    if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                        del self._batches[key]
                        raise
                    self.trouble = str(error)
                    return
                del self._batches[key]
            self.trouble = ""

    def numbered(self, kind: type) -> Sequence[tuple[int, Any]]:
        """What waits of one kind, with its number, in order."""
        with self.lock:
            writes = [write for batch in self._batches.values() for write in batch]
        return [(write.number, write.made_of) for write in writes if isinstance(write.made_of, kind)]
