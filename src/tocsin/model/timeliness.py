"""The contract's limits of lateness: what is too old or from the future is refused and counted."""

from __future__ import annotations

from collections import Counter

from tocsin.model.detections import Detections
from tocsin.units import NANOSECONDS_PER_SECOND

LATEST_NS = 10 * NANOSECONDS_PER_SECOND
"""A detection received later than this after it was measured is refused."""
FARTHEST_AHEAD_NS = 5 * NANOSECONDS_PER_SECOND
"""A detection measured more than this after it was received is refused."""

RECEIVED_TOO_LATE, FROM_THE_FUTURE = "received_too_late", "from_the_future"


def refuse_untimely(detections: Detections) -> tuple[Detections, Counter[tuple[int, str]]]:
    """Gives the timely detections, and how many were refused by (number of the sensor, reason)."""
    age_ns = detections.received_ns - detections.time_ns
    too_late, too_early = age_ns > LATEST_NS, age_ns < -FARTHEST_AHEAD_NS
    if not (too_late | too_early).any():
        return detections, Counter()
    counts: Counter[tuple[int, str]] = Counter()
    for reason, rows in ((RECEIVED_TOO_LATE, too_late), (FROM_THE_FUTURE, too_early)):
        for sensor in detections.sensor[rows].tolist():
            counts[sensor, reason] += 1
    return detections.take(~(too_late | too_early)), counts
