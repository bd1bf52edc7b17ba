"""Simulations: `tocsin simulate`, and `tocsin demo`, which sends one through the whole line."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from tocsin.config.writing import to_toml
from tocsin.evaluation.report import evaluate
from tocsin.model.tables import DETECTIONS
from tocsin.recording.recorder import Recorder
from tocsin.recording.recording import Recording
from tocsin.runtime.feeding import Pace, feed
from tocsin.runtime.left_out import LeftOut
from tocsin.runtime.line import Line
from tocsin.runtime.oracle import ask_oracle
from tocsin.runtime.statuses import Statuses
from tocsin.runtime.summary import RunSummary, SimulationSummary
from tocsin.runtime.watch import Progress, Watch, no_progress
from tocsin.simulation.library import load_scenario
from tocsin.simulation.run import Simulated, simulate
from tocsin.simulation.wire import write_capture


class Attendance(Pace, Protocol):
    """People at the desk of a run."""

    def line(self, recorder: Recorder, statuses: Statuses, watch: Watch | None) -> Line:
        """The line that they have their say in."""

    def end(self) -> None:
        """Nothing more comes; the recording is closed next."""


def simulate_to(
    scenario: str,
    seed: int,
    out: Path,
    as_bytes: bool = False,
    progress: Progress = no_progress,
    overwrite: bool = False,
) -> SimulationSummary:
    """Writes truth and detections of a scenario, and with `as_bytes` what the sensors would have sent."""
    loaded = load_scenario(scenario)
    simulated = simulate(loaded, seed, lambda share: progress("simulating", share))
    write_simulated(simulated, out, overwrite)
    captures = tuple(write_capture(simulated, out / "captures").values()) if as_bytes else ()
    objects, first = np.unique(simulated.truth.object_id.astype(str), return_index=True)
    return SimulationSummary(
        directory=out,
        scenario=loaded.header.name,
        seed=seed,
        detections=len(simulated.detections),
        objects=len(objects),
        threats=int(simulated.truth.threat[first].sum()),
        duration_s=(simulated.end_ns - simulated.start_ns) / 1e9,
        files=(out / "site.toml", out / "detections.parquet", out / "truth.parquet", *captures),
    )


def write_simulated(simulated: Simulated, out: Path, overwrite: bool = False) -> None:
    """Writes site file, detections and truth of a run."""
    with _recorder(simulated, out, overwrite, tables=(DETECTIONS.name,)) as recorder:
        recorder.detections(simulated.detections)
        recorder.truth(simulated.truth)
        recorder.origins(simulated.origins)


def run_scenario(
    scenario: str,
    seed: int,
    out: Path,
    speed: float = 0.0,
    watch: Watch | None = None,
    progress: Progress = no_progress,
    overwrite: bool = False,
    without: LeftOut | None = None,
    attend: Callable[[Simulated], Attendance] | None = None,
) -> RunSummary:
    """Simulates a scenario, runs it through the whole line, records all, and scores it against the truth.

    `without` leaves all sensors of one kind, or a part of the line, out, to see what they are worth. `attend`
    gives those who have their say while it runs, and set its pace.
    """
    began = time.perf_counter()
    loaded = load_scenario(scenario)
    if without is not None and without.kind is not None:
        loaded = loaded.without(without.kind)
    simulated = simulate(loaded, seed, lambda share: progress("simulating", share))
    statuses = Statuses(simulated.site)
    attendance = None if attend is None else attend(simulated)
    with _recorder(simulated, out, overwrite, is_journaled=attendance is not None) as recorder:
        recorder.truth(simulated.truth)
        recorder.origins(simulated.origins)
        if attendance is None:
            line = Line(simulated.site, recorder, statuses.all, watch, left_out=without)
        else:
            line = attendance.line(recorder, statuses, watch)
        feed(line, simulated.site, statuses, simulated.detections, speed, progress, attendance)
        line.advance(simulated.end_ns)
        line.finish()
        if attendance is not None:
            attendance.end()
    progress("scoring", 0.0)
    recording = Recording(out)
    metrics = evaluate(recording, ask_oracle(recording)).metrics()
    progress("scoring", 1.0)
    summary = RunSummary(
        directory=out,
        scans=sum(status.scans for status in statuses.all),
        detections=sum(status.detections for status in statuses.all),
        statuses=statuses.all,
        tracks_confirmed=line.tracks_confirmed,
        messages=tuple(line.alerts.messages),
        metrics=metrics,
        notes=(),
        replays=line.replays,
        duration_s=(simulated.end_ns - simulated.start_ns) / 1e9,
        wall_s=time.perf_counter() - began,
    )
    recording.write_metrics(metrics | {"run": summary.counts()})
    return summary


def _recorder(
    simulated: Simulated,
    out: Path,
    overwrite: bool,
    tables: tuple[str, ...] | None = None,
    is_journaled: bool = False,
) -> Recorder:
    site = simulated.site
    if tables is None:
        return Recorder(
            out, to_toml(site), site.sensor_names, site.frame, overwrite=overwrite, is_journaled=is_journaled
        )
    return Recorder(out, to_toml(site), site.sensor_names, site.frame, tables=tables, overwrite=overwrite)
