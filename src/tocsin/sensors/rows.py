"""Detections gathered row by row into batches that went through the one door for detections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tocsin.model.detections import Detection, Detections
from tocsin.model.timeliness import refuse_untimely
from tocsin.model.validation import validate
from tocsin.sensors.ledger import Ledger
from tocsin.units import NANOSECONDS_PER_SECOND

BATCH_NS = NANOSECONDS_PER_SECOND // 4
"""A batch spans no more receipt than this, so that a replay at its own pace stays smooth."""

BLANK = Detections.of(time_ns=[0], sensor=[0]).row(0)
"""A row in which nothing was measured, to be filled with `_replace`."""


class Rows:
    """Rows in order of receipt in, batches of what can be used out; what is refused is counted."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[Detection] = []

    def add(self, rows: Iterable[Detection]) -> Iterator[Detections]:
        """Takes rows received no earlier than those before; gives a batch, never empty, when one is full."""
        for row in rows:
            if self._waiting and row.received_ns - self._waiting[0].received_ns > BATCH_NS:
                yield from self.flush()
            self._waiting.append(row)

    def flush(self) -> Iterator[Detections]:
        """Gives what waits."""
        if not self._waiting:
            return
        usable, invalid = validate(as_columns(self._waiting))
        usable, untimely = refuse_untimely(usable)
        self._waiting = []
        self._ledger.refuse_all(invalid)
        self._ledger.refuse_all(untimely)
        self._ledger.detections(usable)
        if len(usable):
            yield usable


def as_columns(rows: list[Detection]) -> Detections:
    """At least one row as columns."""
    return Detections.of(**dict(zip(Detection._fields, zip(*rows, strict=True), strict=True)))
