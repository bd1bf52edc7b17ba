"""Detections gathered row by row into batches that went through the one door for detections."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tocsin.model.detections import Detection, Detections
from tocsin.model.timeliness import refuse_untimely
from tocsin.model.validation import validate
from tocsin.sensors.ledger import Ledger
from tocsin.units import NANOSECONDS_PER_SECOND

BATCH_NS = NANOSECONDS_PER_SECOND // 4
"""A batch spans no more receipt than this, so that a replay at its own pace stays smooth."""

BLANK = Detections.of(time_ns=[0], sensor=[0]).row(0)
"""A row in which nothing was measured, to be filled with `_replace`."""


_NEEDED = ("time_ns", "received_ns", "sensor")
_BEFORE_IDENTITY = BLANK[6 : Detection._fields.index("identity")]
_AFTER_IDENTITY = BLANK[Detection._fields.index("identity") + 1 :]


def polar_row(
    time_ns: int,
    received_ns: int,
    sensor: int,
    scan: int,
    range_m: float | None,
    azimuth_rad: float | None,
    identity: str,
) -> Detection:
    """A row of range and azimuth: a fifth of the time of `_replace`, for radars that report thousands."""
    measured = (time_ns, received_ns, sensor, scan, range_m, azimuth_rad)
    return tuple.__new__(Detection, (*measured, *_BEFORE_IDENTITY, identity, *_AFTER_IDENTITY))


def number_or_nan(value: float | None) -> float:
    """A value as rows have it: NaN where nothing was measured."""
    return math.nan if value is None else value


class Rows:
    """Rows in order of receipt in, batches of what can be used out; what is refused is counted.

    With `tick_ns`, what is received within one tick counts as received at its end.
    """

    def __init__(self, ledger: Ledger, tick_ns: int = 1) -> None:
        self._ledger = ledger
        self._tick_ns = tick_ns
        self._waiting: list[Detection] = []

    def add(self, rows: Iterable[Detection]) -> Iterator[Detections]:
        """Takes rows received no earlier than those before; gives a batch, never empty, when one is full."""
        for row in self._ledger.places.with_places(rows, self._ledger):
            if self._waiting and row.received_ns - self._waiting[0].received_ns > BATCH_NS:
                yield from self.flush()
            self._waiting.append(row)

    def flush(self) -> Iterator[Detections]:
        """Gives what waits."""
        if not self._waiting:
            return
        columns = as_columns(self._waiting)
        received_ns = -(-columns.received_ns // self._tick_ns) * self._tick_ns
        usable, invalid = validate(replace(columns, received_ns=received_ns))
        usable, untimely = refuse_untimely(usable)
        self._waiting = []
        self._ledger.refuse_all(invalid)
        self._ledger.refuse_all(untimely)
        self._ledger.detections(usable)
        if len(usable):
            yield usable


def as_columns(rows: list[Detection]) -> Detections:
    """At least one row as columns; what is absent from all of them is left to be filled in at once."""
    columns = zip(Detection._fields, zip(*rows, strict=True), BLANK, strict=True)
    return Detections.of(
        **{
            name: values
            for name, values, blank in columns
            if name in _NEEDED or values[0] is not blank or values.count(blank) < len(values)
        }
    )
