"""`tocsin replay`: a capture of real or simulated bytes through the whole line."""

from __future__ import annotations

import time
from pathlib import Path

from tocsin.clock import PacedClock
from tocsin.config.site import Site
from tocsin.config.toml import load
from tocsin.config.writing import to_toml
from tocsin.recording.recorder import Recorder
from tocsin.recording.recording import Recording
from tocsin.runtime.line import Line
from tocsin.runtime.summary import RunSummary
from tocsin.runtime.watch import Progress, Watch, no_progress
from tocsin.sensors.capture_source import CaptureSource
from tocsin.sensors.discovery import discover, with_positions_from
from tocsin.sensors.secrets import site_secret


def replay_capture(
    capture: Path,
    site_file: Path | None,
    out: Path,
    speed: float = 0.0,
    watch: Watch | None = None,
    progress: Progress = no_progress,
    overwrite: bool = False,
) -> RunSummary:
    """Replays a capture at `speed` times its own pace; 0: as fast as it goes.

    Without a site file, the site is what the capture tells of itself.
    """
    began = time.perf_counter()
    progress("reading", 0.0)
    site = _site_of(capture, site_file)
    source = CaptureSource(capture, site, site_secret(site))
    clock: PacedClock | None = None
    first_ns = last_ns = 0
    with Recorder(out, to_toml(site), site.sensor_names, site.frame, overwrite=overwrite) as recorder:
        line = Line(site, recorder, source.statuses, watch)
        for batch in source.batches():
            last_ns = int(batch.received_ns[-1])
            if clock is None:
                first_ns = int(batch.received_ns[0])
                clock = PacedClock(first_ns, speed)
            clock.wait_until(last_ns)
            line.share_done = source.bytes_read / max(source.size, 1)
            line.push(batch)
            progress("replaying", line.share_done)
        line.finish()
    summary = RunSummary(
        directory=out,
        scans=sum(status.scans for status in source.statuses),
        detections=sum(status.detections for status in source.statuses),
        statuses=(*source.statuses, source.unassigned),
        tracks_confirmed=line.tracks_confirmed,
        messages=tuple(line.alerts.messages),
        metrics=None,
        notes=tuple(source.notes),
        replays=line.replays,
        duration_s=(last_ns - first_ns) / 1e9,
        wall_s=time.perf_counter() - began,
    )
    Recording(out).write_metrics({"run": summary.counts()})
    return summary


def _site_of(capture: Path, site_file: Path | None) -> Site:
    if site_file is None:
        return discover(capture)
    return with_positions_from(capture, load(site_file, Site))
