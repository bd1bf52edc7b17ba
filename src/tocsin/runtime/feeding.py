"""Feeds a line with detections at the pace of a clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from tocsin.clock import PacedClock
from tocsin.config.site import Site
from tocsin.model.detections import Detections
from tocsin.model.timeliness import refuse_untimely
from tocsin.model.validation import in_canonical_order, validate
from tocsin.runtime.line import Line
from tocsin.runtime.statuses import Statuses
from tocsin.runtime.watch import Progress, no_progress
from tocsin.sensors.placement import refuse_unplaced
from tocsin.units import NANOSECONDS_PER_SECOND

# At full speed larger steps cost less; at a pace, smaller ones look smoother.
_PACED_STEP_NS = NANOSECONDS_PER_SECOND // 4
_FULL_SPEED_STEP_NS = 20 * NANOSECONDS_PER_SECOND


class Pace(Protocol):
    """Whoever says when detections are received."""

    def wait_until(self, time_ns: int) -> None:
        """Returns when it is time."""


def feed(
    line: Line,
    site: Site,
    statuses: Statuses,
    detections: Detections,
    speed: float = 0.0,
    progress: Progress = no_progress,
    pace: Pace | None = None,
) -> None:
    """Checks detections at the door and hands them to the line as if they were received one after another.

    `speed` is how many times faster than they were received; 0 is as fast as it goes. `pace` waits instead of
    a clock of that speed.
    """
    usable, invalid = validate(detections)
    usable, untimely = refuse_untimely(usable)
    usable, unplaced = refuse_unplaced(usable, site)
    for refused in (invalid, untimely, unplaced):
        statuses.refuse(refused)
    usable = in_canonical_order(usable)
    if not len(usable):
        return
    first_ns, last_ns = int(usable.received_ns[0]), int(usable.received_ns[-1])
    clock: Pace = PacedClock(first_ns, speed) if pace is None else pace
    step_ns = _FULL_SPEED_STEP_NS if pace is None and speed <= 0 else _PACED_STEP_NS
    for now_ns, batch in in_steps(usable, step_ns):
        clock.wait_until(now_ns)
        line.share_done = (now_ns - first_ns) / max(last_ns - first_ns, 1)
        statuses.count(batch)
        line.push(batch)
        progress("running", line.share_done)


def in_steps(detections: Detections, step_ns: int) -> Iterator[tuple[int, Detections]]:
    """Cuts detections in order of receipt into (time at which all of it was received, batch)."""
    step = (detections.received_ns - detections.received_ns[0]) // step_ns
    edges = np.flatnonzero(np.diff(step)) + 1
    start = np.concatenate([[0], edges])
    end = np.append(edges, len(detections))
    for a, b in zip(start.tolist(), end.tolist(), strict=True):
        yield int(detections.received_ns[b - 1]), detections.take(slice(a, b))
