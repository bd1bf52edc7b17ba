"""Compiles, or loads, all kernels before the first detection waits for them.

Compiling takes minutes, and more than half of that is the one kernel that processes a scan. So it has a
process for itself, and all others are compiled beside it in another; what either has made, both load.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from tocsin.assessment.assessor import Assessor
from tocsin.assessment.foresight import Foresight
from tocsin.config.site import Place, Sensor, Site, ZoneSection
from tocsin.jit import is_compiled
from tocsin.model.detections import Detections
from tocsin.model.tracks import Associations, Picture, Tracks
from tocsin.runtime.watch import Progress, no_progress
from tocsin.tracking import Timeline, Tracker
from tocsin.units import NANOSECONDS_PER_SECOND

_ROOMS = ("tracking", "assessment")
_HELP = "from tocsin.runtime.warm_up import warm_up_beside_scans; warm_up_beside_scans()"


def is_warm() -> bool:
    """Whether the kernels of this version were compiled on this machine before."""
    return all(is_compiled(room) for room in _ROOMS)


def warm_up(progress: Progress = no_progress) -> None:
    """Sends a few detections of one object through tracker and assessor."""
    was_warm = is_warm()
    progress("loading kernels" if was_warm else "compiling kernels, the first time only", 0.0)
    helper = None if was_warm else _helper()
    try:
        with _without_collecting():
            warm_up_scans()
            if helper is not None:
                helper.wait()
            # Loads what the helper has compiled; whatever it could not is compiled here.
            warm_up_beside_scans()
    finally:
        if helper is not None:
            helper.kill()
            helper.wait()
    progress("ready", 1.0)


def warm_up_scans() -> None:
    """What turns detections into tracks."""
    site = _site()
    timeline = Timeline(site)
    for _ in (*timeline.push(_detections()), *timeline.finish()):
        pass
    Tracker(site.sensors).update(0.0, "radar", range_m=5000.0, azimuth_rad=0.5)


def warm_up_beside_scans() -> None:
    """What not every scan needs, and what is made of tracks."""
    site = _site()
    Timeline(site).filter.warm_up()
    assessor, track = Assessor(site), _one_track()
    assessor.hear(_detections())
    # What was measured counts as activity a little later: alone, and held against a track.
    for second, shown in ((4, track), (24, Tracks.empty(1)), (26, track), (94, track)):
        assessed = assessor.assess(Picture(second * NANOSECONDS_PER_SECOND, shown, Associations.empty()))
    Foresight(site).paths(assessed, ["T1"])


def _site() -> Site:
    square = ((0.01, 0.01), (0.01, 0.02), (0.02, 0.02))
    return Site(
        site=Place(name="warm-up", latitude_deg=0.0, longitude_deg=0.0),
        sensors=(Sensor.model_validate({"name": "radar", "kind": "radar", "latitude_deg": 0.0,
                                        "longitude_deg": 0.0, "period_s": 1.0}),),
        zones=(ZoneSection(name="zone", polygon=square),),
    )  # fmt: skip


def _detections() -> Detections:
    return Detections.of(
        time_ns=np.arange(5) * NANOSECONDS_PER_SECOND,
        sensor=np.zeros(5),
        scan=np.arange(5),
        range_m=5000.0 - 30.0 * np.arange(5),
        azimuth_rad=np.full(5, 0.5),
    )


def _one_track() -> Tracks:
    never, once = np.zeros((1, 1), dtype=np.int64), np.ones((1, 1))
    return Tracks(
        track_id=np.array(["T1"], dtype=object),
        state=np.zeros((1, 6)),
        covariance=np.eye(6)[np.newaxis],
        existence=np.ones(1),
        born_ns=np.zeros(1, dtype=np.int64),
        seen_ns=never,
        support=once,
        visible=once,
        identity=np.array([""], dtype=object),
    )


def _helper() -> subprocess.Popen[bytes] | None:
    """Another process that compiles its share; None where there can be none."""
    if (os.cpu_count() or 1) < 2 or not sys.executable:
        return None
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        return subprocess.Popen(
            [sys.executable, "-c", _HELP], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return None


@contextmanager
def _without_collecting() -> Iterator[None]:
    """The compiler makes millions of objects that stay: looking through them for waste is a tenth of it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
