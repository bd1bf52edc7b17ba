"""What the sensors of a recording gave, in time: one pass over the detections, a count every five seconds.

A recording of `tocsin run` has what each sensor was (`presence`); in others a sensor is known by its
detections alone, and one that gave none may have seen nothing or have been away.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.recording.blocks import TIME, Blocks
from tocsin.recording.past_tracks import Numbers
from tocsin.units import FloatArray, IntArray

BIN_S = 5.0
LIVE, QUIET, WAITING = "live", "quiet", "waiting"
_MOST_BINS = 2_000_000
_RATE_OVER_S = 10.0


class SensorThen(NamedTuple):
    """One sensor at one time; `detections` since the recording began, `last_s` None where none came yet."""

    state: str
    detections: int
    per_s: float
    last_s: float | None


class Change(NamedTuple):
    """A sensor that was something else from then on."""

    time_s: float
    sensor: str
    state: str


class PastSensors:
    """Counts of s sensors; `quiet_after_s` (s,) is the silence after which one is called quiet."""

    def __init__(
        self, detections: Blocks, presence: Blocks, sensors: tuple[str, ...], quiet_after_s: FloatArray
    ) -> None:
        self._names, self._quiet_after_s = sensors, np.maximum(quiet_after_s, BIN_S)
        span = detections.span_s or (0.0, 0.0)
        self._start_s = span[0]
        bins = min(int((span[1] - span[0]) / BIN_S) + 1, _MOST_BINS)
        self._count: IntArray = np.zeros((bins, len(sensors)), np.int64)
        self._last_s: FloatArray = np.full((bins, len(sensors)), -np.inf)
        for block in range(len(detections.spans_s)):
            self._add(detections, block)
        self._total = np.cumsum(self._count, axis=0)
        self._changes = _changes(presence)

    @property
    def is_told(self) -> bool:
        """Whether it was recorded what each sensor was."""
        return bool(self._changes)

    def at(self, time_s: float) -> list[SensorThen]:
        """All of them, in the order of the site."""
        bin_ = int(np.clip((time_s - self._start_s) // BIN_S, -1, len(self._count) - 1))
        told = {change.sensor: change.state for change in self._changes if change.time_s <= time_s}
        found = []
        for sensor, name in enumerate(self._names):
            last_s = self._last(sensor, bin_, time_s)
            state = told.get(name, WAITING if self.is_told else self._state(sensor, time_s, last_s))
            since = max(bin_ - round(_RATE_OVER_S / BIN_S), -1)
            total = int(self._total[bin_, sensor]) if bin_ >= 0 else 0
            before = int(self._total[since, sensor]) if since >= 0 else 0
            found.append(SensorThen(state, total, (total - before) / _RATE_OVER_S, last_s))
        return found

    @property
    def changes(self) -> list[Change]:
        """When sensors came and went, in order of time, where it was recorded: silence says neither."""
        return self._changes

    def _add(self, detections: Blocks, block: int) -> None:
        table = detections.block(block, (TIME, "sensor"))
        time_s = table[TIME].to_numpy()
        known = Numbers({name: number for number, name in enumerate(self._names)})
        sensor = known.column(table["sensor"])
        is_known = (sensor >= 0) & (sensor < len(self._names))
        time_s, sensor = time_s[is_known], sensor[is_known]
        bins = np.clip(((time_s - self._start_s) // BIN_S).astype(np.int64), 0, len(self._count) - 1)
        np.add.at(self._count, (bins, sensor), 1)
        np.maximum.at(self._last_s, (bins, sensor), time_s)

    def _last(self, sensor: int, bin_: int, time_s: float) -> float | None:
        """When it was last heard of until a time: exact, but for what came in the same five seconds later."""
        filled = np.flatnonzero(self._count[: bin_ + 1, sensor])
        for place in filled[-2:][::-1].tolist():
            if self._last_s[place, sensor] <= time_s:
                return float(self._last_s[place, sensor])
        return None if not len(filled) else float(self._start_s + BIN_S * int(filled[-1]))

    def _state(self, sensor: int, time_s: float, last_s: float | None) -> str:
        if last_s is None:
            return WAITING
        return LIVE if time_s - last_s <= self._quiet_after_s[sensor] else QUIET


def _changes(presence: Blocks) -> list[Change]:
    span = presence.span_s
    if span is None:
        return []
    rows = presence.rows(*span, ("sensor", "state")).to_pylist()
    return sorted(Change(row[TIME], row["sensor"], row["state"]) for row in rows)
