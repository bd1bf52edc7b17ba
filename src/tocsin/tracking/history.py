"""The recent past: scans and checkpoints, so that late data can be used as if they had come in time."""

from __future__ import annotations

import bisect
from collections import deque
from dataclasses import dataclass, replace
from itertools import zip_longest

from tocsin.model.timeliness import FARTHEST_AHEAD_NS, LATEST_NS
from tocsin.model.tracks import Associations, Picture
from tocsin.tracking.filter import Checkpoint, Filter, Scan
from tocsin.tracking.measurements import Measurements, canonical_order
from tocsin.units import NANOSECONDS_PER_SECOND

_CHECKPOINT_EVERY_NS = NANOSECONDS_PER_SECOND
# What is still accepted can be this much older than the newest scan; the rest is slack for the checkpoints.
KEPT_NS = LATEST_NS + FARTHEST_AHEAD_NS + 2 * _CHECKPOINT_EVERY_NS


@dataclass(slots=True)
class _Step:
    """A scan that was used; `empty_due_ns` of one without detections; the checkpoint was taken before it."""

    scan: Scan
    key: int
    empty_due_ns: int | None = None
    before: Checkpoint | None = None

    @property
    def order(self) -> tuple[int, int]:
        return self.scan.time_ns, self.scan.sensor


@dataclass(slots=True)
class _Late:
    """A scan that belongs into the past, what it takes the place of, and whether its picture is wanted."""

    step: _Step
    removed: list[_Step]
    is_shown: bool


class History:
    """Runs a tracker forward, and back and forward again where a scan belongs into the past."""

    def __init__(self, filtering: Filter, identities: dict[int, str]) -> None:
        self.replays = 0
        self._identities = identities
        self._filter = filtering
        self._steps: deque[_Step] = deque()
        self._by_key: dict[tuple[int, int], _Step] = {}
        self._checkpoint_ns: int | None = None
        self._published: deque[Associations] = deque()
        self._repeats = False
        self._late: list[_Late] = []

    def use(self, scan: Scan, key: int, contradicts_ns: int | None, is_shown: bool) -> list[Picture]:
        """Processes a scan that a sensor reported; one from the past at the latest when `settle` is called.

        More rows of a scan used before are joined to it. With contradicts_ns, empty scans of this sensor that
        were due within so much of it are taken back. Gives the pictures, where is_shown, of scans from the
        past that were processed by now.
        """
        pictures = []
        if any(late.step.key == key and late.step.scan.sensor == scan.sensor for late in self._late):
            pictures = self.settle()
        removed = []
        if (earlier := self._by_key.get((scan.sensor, key))) is not None:
            scan = _joined(earlier.scan, scan)
            removed.append(earlier)
        if contradicts_ns is not None:
            removed += [
                step
                for step in self._steps
                if step.empty_due_ns is not None
                and step.scan.sensor == scan.sensor
                and abs(step.empty_due_ns - scan.time_ns) <= contradicts_ns
            ]
        step = _Step(scan, key)
        if removed or (self._steps and step.order < self._steps[-1].order):
            self._late.append(_Late(step, removed, is_shown))
            return pictures
        pictures += self.settle()
        self._run(step)
        return pictures

    def settle(self) -> list[Picture]:
        """Processes what belongs into the past, all of it at once: going back costs more than what came."""
        late, self._late = self._late, []
        return self._replay(late) if late else []

    def use_empty(self, scan: Scan, due_ns: int) -> None:
        """Processes a look in which the sensor found nothing; it must not lie in the past."""
        self._run(_Step(scan, due_ns, empty_due_ns=due_ns))

    def published(self, picture: Picture) -> Picture:
        """The same picture without evidence that was published before a replay; to be called for each."""
        if self._repeats:
            known = {pair for part in self._published for pair in _pairs(part)}
            fresh = [pair not in known for pair in _pairs(picture.associations)]
            picture = Picture(picture.time_ns, picture.tracks, picture.associations.take(fresh))
            self._repeats = False
        if len(picture.associations):
            self._published.append(picture.associations)
        while self._published and self._published[0].time_ns[-1] < picture.time_ns - KEPT_NS:
            self._published.popleft()
        return picture

    def _run(self, step: _Step) -> None:
        time_ns = step.scan.time_ns
        step.before = None
        if self._checkpoint_ns is None or time_ns - self._checkpoint_ns >= _CHECKPOINT_EVERY_NS:
            step.before = self._filter.checkpoint()
            self._checkpoint_ns = time_ns
        self._steps.append(step)
        if step.empty_due_ns is None:
            self._by_key[step.scan.sensor, step.key] = step
        self._filter.process(step.scan)
        self._forget_before(time_ns - KEPT_NS)

    def _replay(self, late: list[_Late]) -> list[Picture]:
        """Goes back to the last checkpoint before all that changes, and forward again."""
        self.replays += 1
        self._repeats = True
        removed = [step for one in late for step in one.removed]
        first = min(step.order for step in [*removed, *(one.step for one in late)])
        steps = list(self._steps)
        start = max(
            (k for k, step in enumerate(steps) if step.before is not None and step.order <= first), default=0
        )
        again = [step for step in steps[start:] if not any(step is gone for gone in removed)]
        for one in late:
            bisect.insort(again, one.step, key=lambda step: step.order)
        checkpoint = steps[start].before
        assert checkpoint is not None, "the oldest step kept always has a checkpoint"
        self._filter.go_back_to(checkpoint)
        self._steps = deque(steps[:start])
        self._checkpoint_ns = None
        wanted_ns = {one.step.scan.time_ns for one in late if one.is_shown}
        pictures = []
        for step, following in zip_longest(again, again[1:]):
            self._run(step)
            time_ns = step.scan.time_ns
            if time_ns in wanted_ns and following is not None and following.scan.time_ns > time_ns:
                pictures.append(self.published(self._filter.picture(self._identities)))
                self._repeats = True  # what follows was published before, too
        return pictures

    def _forget_before(self, time_ns: int) -> None:
        """Drops the oldest steps, as long as the first that stays has a checkpoint."""
        while len(self._steps) > 1 and self._steps[0].scan.time_ns < time_ns:
            until = next((k for k in range(1, len(self._steps)) if self._steps[k].before is not None), None)
            if until is None or self._steps[until].scan.time_ns > time_ns:
                return
            for _ in range(until):
                step = self._steps.popleft()
                self._by_key.pop((step.scan.sensor, step.key), None)


def _pairs(associations: Associations) -> list[tuple[str, int]]:
    return list(zip(associations.track_id.tolist(), associations.detection.tolist(), strict=True))


def _joined(first: Scan, second: Scan) -> Scan:
    """One scan of the rows of both."""
    parts = [scan.measurements for scan in (first, second) if scan.measurements is not None]
    rows = Measurements.concatenate(parts)
    # Sorted as if all had been received together.
    order = canonical_order(replace(rows, received_ns=rows.received_ns * 0))
    return Scan(max(first.time_ns, second.time_ns), first.sensor, rows.take(order))
