"""The order of things: detections that arrive in any batches become scans in order of time.

What decides is when detections were measured and received, never how they were cut into batches. A scan that
arrives after a later one has been used takes the tracker back to a checkpoint; a period without detections is
an empty scan. Pictures already published stay as they were.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tocsin.config.site import Site
from tocsin.model.detections import Detections
from tocsin.model.learnt import Learnt
from tocsin.model.tracks import Picture
from tocsin.tracking.empty_scans import EmptyScans
from tocsin.tracking.filter import Filter, Scan
from tocsin.tracking.history import KEPT_NS, History
from tocsin.tracking.measurements import LISTENERS, MeasurementDoor, Measurements, canonical_order
from tocsin.units import IntArray

BIAS_NAMES = ("range_m", "azimuth_rad", "elevation_rad", "east_m", "north_m", "up_m", "time_s")


class Timeline:
    """Feeds a tracker in order of time and publishes a picture for each distinct scan time."""

    def __init__(self, site: Site) -> None:
        self.filter = Filter(site)
        self._door = MeasurementDoor(site)
        self._empty = EmptyScans(site)
        self._history = History(self.filter, self._door.identities)
        self._listening: set[int] = set()  # sensors that have told whether they hear something, and no more
        self._waiting: list[Measurements] = []
        self._published_ns: int | None = None
        self._shown_ns: dict[int, None] = {}

    @property
    def replays(self) -> int:
        """How often late data took the tracker back."""
        return self._history.replays

    def learnt(self, sensor: int) -> Learnt:
        """What running has taught of one sensor."""
        health, bias = self.filter.consistency.health(sensor), self.filter.registration.bias(sensor)
        factor = self.filter.learning.detection_factor[sensor]
        named = zip(BIAS_NAMES, bias.value.tolist(), strict=True)
        return Learnt(
            health.word,
            health.nis if math.isfinite(health.nis) else None,
            {name: value for name, value in named if value != 0.0},
            float(factor.mean()) if factor.any() else None,
        )

    def push(self, detections: Detections) -> Iterator[Picture]:
        """Takes detections in any batches, received no earlier than those before and timely by the contract;
        gives every picture that is complete.

        A picture is complete when something is received later, for until then its scan may get more rows. The
        picture of a scan that came late comes after those of later scans, if its time was not published yet.
        """
        if len(detections):
            self._waiting.append(self._door.convert(detections))
            yield from self._process_received_before(int(detections.received_ns.max()))

    def advance(self, now_ns: int) -> Iterator[Picture]:
        """Nothing more was received until now: gives all that this completes, empty scans included."""
        yield from self._process_received_before(now_ns)
        yield from self._look_in_vain(now_ns)

    def finish(self) -> Iterator[Picture]:
        """Nothing more comes: gives the last pictures."""
        yield from self._process_received_before(None)

    def _process_received_before(self, limit_ns: int | None) -> Iterator[Picture]:
        if not self._waiting:
            return
        waiting = Measurements.concatenate(self._waiting)
        ready = np.ones(len(waiting), bool) if limit_ns is None else waiting.received_ns < limit_ns
        self._waiting = [] if ready.all() else [waiting.take(~ready)]
        if ready.any():
            yield from self._process(waiting.take(ready))

    def _process(self, measurements: Measurements) -> Iterator[Picture]:
        """Scan by scan in order of receipt, and of time where received together."""
        measurements = measurements.take(canonical_order(measurements))
        start, end, time_ns = _scan_bounds(measurements)
        received_ns, sensor = measurements.received_ns[start], measurements.sensor[start]
        previous_ns: int | None = None
        for k in np.lexsort((sensor, time_ns, received_ns)).tolist():
            now_ns = int(received_ns[k])
            if now_ns != previous_ns:
                yield from self._publish()
                self._empty.start(now_ns)
                yield from self._look_in_vain(now_ns)
                previous_ns = now_ns
            elif self.filter.time_ns is not None and time_ns[k] > self.filter.time_ns:
                yield from self._publish()
            yield from self._use(measurements.take(slice(start[k], end[k])), int(time_ns[k]), now_ns)
        yield from self._publish()

    def _use(self, rows: Measurements, time_ns: int, now_ns: int) -> Iterator[Picture]:
        """Processes a reported scan, after going back where it is late or more of one already used.

        A scan that neither places nor points nor tells of hearing says no more than that its sensor looked.
        """
        sensor, contradicts = int(rows.sensor[0]), None
        if sensor == LISTENERS:
            yield from self._use_heard(rows, time_ns, now_ns)
            return
        if self._empty.may_be_contradicted(sensor, time_ns):
            contradicts = self._empty.half_period_ns(sensor)
        usable = rows.mask != 0
        if usable.any():
            rows = rows if usable.all() else rows.take(usable)
            is_shown = time_ns not in self._shown_ns
            scan = Scan(time_ns, sensor, rows)
            yield from self._late(self._history.use(scan, int(rows.scan_key[0]), contradicts, is_shown))
        self._empty.reported(sensor, time_ns, now_ns)

    def _use_heard(self, rows: Measurements, time_ns: int, now_ns: int) -> Iterator[Picture]:
        """Processes what nodes that only hear have said of one time; silence is not known to be theirs."""
        is_shown = time_ns not in self._shown_ns
        yield from self._late(self._history.use(Scan(time_ns, LISTENERS, rows), time_ns, None, is_shown))
        for node in set(rows.node.tolist()):
            self._listening.add(node)
            self._empty.reported(node, time_ns, now_ns)

    def _look_in_vain(self, now_ns: int) -> Iterator[Picture]:
        """Processes the looks that by now are known to have found nothing.

        Such a look is dated when it was due or, where another sensor was used meanwhile, at that sensor's
        time: going back for the sake of half a period would change nothing but the effort.
        """
        for due_ns, sensor in self._empty.missed_until(now_ns):
            if sensor in self._listening:
                continue
            latest_ns = self.filter.time_ns
            time_ns = due_ns if latest_ns is None else max(due_ns, latest_ns)
            if latest_ns is not None and time_ns > latest_ns:
                yield from self._publish()
            self._history.use_empty(Scan(time_ns, sensor, None), due_ns)
        yield from self._publish()

    def _publish(self) -> Iterator[Picture]:
        """The picture of the latest scan time, unless it was given already; before it those of late scans."""
        yield from self._late(self._history.settle())
        latest_ns = self.filter.time_ns
        if latest_ns is None or (self._published_ns is not None and latest_ns <= self._published_ns):
            return
        self._published_ns = latest_ns
        self._note_shown(latest_ns)
        yield self._history.published(self.filter.picture(self._door.identities))

    def _late(self, pictures: list[Picture]) -> list[Picture]:
        """Pictures of scans that came late, which are given now."""
        for picture in pictures:
            self._note_shown(picture.time_ns)
        return pictures

    def _note_shown(self, time_ns: int) -> None:
        """No scan time is published twice; those that nothing late can still reach are forgotten."""
        self._shown_ns[time_ns] = None
        while next(iter(self._shown_ns)) < time_ns - KEPT_NS:
            del self._shown_ns[next(iter(self._shown_ns))]


def _scan_bounds(measurements: Measurements) -> tuple[IntArray, IntArray, IntArray]:
    """First row, last row + 1, and latest time of each scan in canonically ordered measurements."""
    m = measurements
    new = (np.diff(m.received_ns) != 0) | (np.diff(m.sensor) != 0) | (np.diff(m.scan_key) != 0)
    start = np.concatenate([[0], np.flatnonzero(new) + 1])
    return start, np.append(start[1:], len(m)), np.maximum.reduceat(m.time_ns, start)
