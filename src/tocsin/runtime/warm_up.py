"""Compiles, or loads, all kernels before the first detection waits for them."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np

from tocsin.assessment.assessor import Assessor
from tocsin.config.site import Place, Sensor, Site, ZoneSection
from tocsin.jit import is_compiled
from tocsin.model.detections import Detections
from tocsin.model.tracks import Tracks
from tocsin.runtime.watch import Progress, no_progress
from tocsin.tracking import Timeline, Tracker

_ROOMS = ("tracking", "assessment")


def is_warm() -> bool:
    """Whether the kernels of this version were compiled on this machine before."""
    return all(is_compiled(room) for room in _ROOMS)


def warm_up(progress: Progress = no_progress) -> None:
    """Sends a few detections of one object through tracker and assessor."""
    progress("loading kernels" if is_warm() else "compiling kernels, the first time only", 0.0)
    square = ((0.01, 0.01), (0.01, 0.02), (0.02, 0.02))
    site = Site(
        site=Place(name="warm-up", latitude_deg=0.0, longitude_deg=0.0),
        sensors=(Sensor.model_validate({"name": "radar", "kind": "radar", "latitude_deg": 0.0,
                                        "longitude_deg": 0.0, "period_s": 1.0}),),
        zones=(ZoneSection(name="zone", polygon=square),),
    )  # fmt: skip
    timeline, assessor = Timeline(site), Assessor(site)
    time_ns = np.arange(5) * 1_000_000_000
    detections = Detections.of(
        time_ns=time_ns,
        sensor=np.zeros(5),
        scan=np.arange(5),
        range_m=5000.0 - 30.0 * np.arange(5),
        azimuth_rad=np.full(5, 0.5),
    )  # fmt: skip
    timeline.filter.warm_up()
    # The compiler makes millions of objects that stay: looking through them for waste is a tenth of its time.
    collects = gc.isenabled()
    gc.disable()
    try:
        assessor.hear(detections)
        pictures = [*timeline.push(detections), *timeline.finish()]
        for picture in pictures:
            assessor.assess(picture)
        # What was measured counts as activity a little later: alone, and held against a track.
        tracks = pictures[-1].tracks
        for later_s, shown in ((20, Tracks.empty(1)), (22, tracks), (90, tracks)):
            now_ns = int(time_ns[-1]) + later_s * 1_000_000_000
            assessor.assess(replace(pictures[-1], time_ns=now_ns, tracks=shown))
        Tracker(site.sensors).update(0.0, "radar", range_m=5000.0, azimuth_rad=0.5)
    finally:
        if collects:
            gc.enable()
    progress("ready", 1.0)
