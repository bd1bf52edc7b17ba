"""`tocsin` with clocks in it: what each room of the line takes, and how long detections wait for their track.

    python -m benchmarks.metered FILE run --site SITE ...      then FILE holds it as JSON

Each room's time is its own, without what it calls in other rooms.
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.cli.app import main
from tocsin.clock import WallClock
from tocsin.model.detections import Detections
from tocsin.model.tracks import Picture
from tocsin.units import IntArray

ALL = "line"
"""The step of the line; its own time is what no room takes."""


class Meter:
    """Seconds by room, each without those of the rooms inside; for one thread."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._rooms: list[str] = []
        self._since = 0.0

    def enter(self, room: str) -> None:
        self._turn()
        self._rooms.append(room)

    def leave(self) -> None:
        self._turn()
        self._rooms.pop()

    def _turn(self) -> None:
        now = time.perf_counter()
        if self._rooms:
            self.seconds[self._rooms[-1]] += now - self._since
        self._since = now

    def calls(self, room: str, owner: Any, name: str) -> None:
        """From now on measures a function or method."""
        call = getattr(owner, name)

        @functools.wraps(call)
        def measured(*arguments: Any, **named: Any) -> Any:
            self.enter(room)
            try:
                return call(*arguments, **named)
            finally:
                self.leave()

        setattr(owner, name, measured)

    def steps(self, room: str, owner: Any, name: str) -> None:
        """The same for a generator, each time that it is asked for more."""
        call: Callable[..., Iterator[Any]] = getattr(owner, name)

        @functools.wraps(call)
        def measured(*arguments: Any, **named: Any) -> Iterator[Any]:
            items = call(*arguments, **named)
            while True:
                self.enter(room)
                try:
                    item = next(items)
                except StopIteration:
                    return
                finally:
                    self.leave()
                yield item

        setattr(owner, name, measured)


class Waits:
    """How long each detection waited till a picture of its time, or of a later one, was there."""

    def __init__(self) -> None:
        self._clock = WallClock()
        self._waiting: list[Detections] = []
        self.since_measured: list[IntArray] = []
        self.since_received: list[IntArray] = []
        self.pictures_ns: list[int] = []

    def detected(self, detections: Detections) -> None:
        self._waiting.append(detections)

    def shown(self, picture: Picture) -> None:
        now_ns = self._clock.now_ns()
        self.pictures_ns.append(now_ns)
        left = []
        for batch in self._waiting:
            is_shown = batch.time_ns <= picture.time_ns
            self.since_measured.append(now_ns - batch.time_ns[is_shown])
            self.since_received.append(now_ns - batch.received_ns[is_shown])
            if not is_shown.all():
                left.append(batch.take(~is_shown))
        self._waiting = left


def install(meter: Meter, waits: Waits) -> None:
    """Puts the clocks in."""
    from tocsin.alerting.alerter import Alerter
    from tocsin.assessment.assessor import Assessor
    from tocsin.outputs.cap import CapEncoder
    from tocsin.recording.recorder import Recorder
    from tocsin.runtime.live_service import LiveService
    from tocsin.sensors.live import asterix
    from tocsin.sensors.live.source import LiveSource
    from tocsin.tracking import Timeline

    tracks, detections = Recorder.tracks, Recorder.detections

    def shown(self: Recorder, picture: Picture, *rest: Any) -> None:
        waits.shown(picture)
        tracks(self, picture, *rest)

    def detected(self: Recorder, batch: Detections) -> None:
        waits.detected(batch)
        detections(self, batch)

    Recorder.tracks, Recorder.detections = shown, detected  # type: ignore[method-assign]
    meter.calls(ALL, LiveService, "_step")
    meter.calls("formats", asterix, "decode_placed")
    meter.steps("sensors", LiveSource, "batches")
    for name in ("push", "advance"):
        meter.steps("tracking", Timeline, name)
    meter.calls("assessment", Assessor, "assess")
    meter.calls("alerting", Alerter, "decide")
    meter.calls("outputs", CapEncoder, "encode")
    for name in ("detections", "tracks", "associations", "alerts", "cap"):
        meter.calls("recording", Recorder, name)


def as_json(meter: Meter, waits: Waits) -> dict[str, Any]:
    """What was measured."""
    measured, received = (
        np.concatenate([np.zeros(0, np.int64), *parts]) / 1e9
        for parts in (waits.since_measured, waits.since_received)
    )
    return {
        "seconds": dict(meter.seconds),
        "detections": len(measured),
        "since_measured_s": np.percentile(measured, [50, 95, 99, 100]).tolist() if len(measured) else [],
        "since_received_s": np.percentile(received, [50, 95, 99, 100]).tolist() if len(received) else [],
        "pictures": len(waits.pictures_ns),
    }


if __name__ == "__main__":
    file, sys.argv[1:] = Path(sys.argv[1]), sys.argv[2:]
    own_meter, own_waits = Meter(), Waits()
    install(own_meter, own_waits)
    try:
        main()
    finally:
        file.write_text(json.dumps(as_json(own_meter, own_waits)), encoding="utf-8")
