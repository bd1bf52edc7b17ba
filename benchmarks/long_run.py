"""Memory of a long run: two busy hours through the line of the service, faster than real time."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import structlog

from benchmarks.end_to_end import memory_mb
from benchmarks.options import Options
from benchmarks.table import Column, Part, Table, at_most
from tocsin.config.recording import Kept
from tocsin.config.writing import to_toml
from tocsin.model.detections import NO_SCAN, Detections
from tocsin.recording.recorder import Recorder
from tocsin.recording.series import Series
from tocsin.runtime.alert_office import AlertOffice
from tocsin.runtime.feeding import in_steps
from tocsin.runtime.line import Line
from tocsin.simulation import Simulated, load_scenario, simulate
from tocsin.units import NANOSECONDS_PER_SECOND

IS_LONG = True  # half an hour: `python -m benchmarks long_run`
SCENARIO, SEEDS = "mass-arrival", (1, 2, 3)
MINUTES, QUICK_MINUTES = 120.0, 20.0
WARM_UP_MINUTES, QUICK_WARM_UP_MINUTES = 20.0, 10.0
EVERY_MINUTES = 10.0
PART_HOURS, FLUSH_EVERY_NS, TICK_NS = 0.25, 5 * NANOSECONDS_PER_SECOND, NANOSECONDS_PER_SECOND // 10
SCANS_A_NIGHT = 10_000_000  # more than one has, so that none is taken for a scan of the one before
MINUTE_NS = 60 * NANOSECONDS_PER_SECOND
GROWTH = 0.03


def describe() -> str:
    return f"""Memory after minutes and hours of a busy night.

`{SCENARIO}` with seeds {", ".join(map(str, SEEDS))}, over and over without a pause, for two hours of its own
time: tracks, assessments, alerts, the desk with nobody at it, and the journalled recording in parts of a
quarter of an hour, in steps of a tenth of a second as the service takes them. The sockets are left out.
Memory is what the process holds (VmRSS).

Goal: at most {GROWTH:.0%} more at the end than after {WARM_UP_MINUTES:.0f} minutes."""


def run(options: Options) -> Sequence[Part]:
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)  # that nobody answers is no news here
    minutes = QUICK_MINUTES if options.quick else MINUTES
    warm_up = QUICK_WARM_UP_MINUTES if options.quick else WARM_UP_MINUTES
    table = Table(
        "Memory",
        [Column("minutes"), Column("memory [MB]", ".0f"), Column("tracks so far", ",.0f"),
         Column("detections so far", ",.0f")],
    )  # fmt: skip
    warm_mb = np.inf
    for at_minutes, tracks, detections in _night(minutes):
        held_mb = memory_mb("self")
        if at_minutes <= warm_up:
            warm_mb = held_mb
        goals = [at_most(held_mb / warm_mb - 1.0, GROWTH)] if at_minutes >= minutes else []
        table.add(f"{at_minutes:.0f}", held_mb, tracks, detections, goals=goals)
    return [table]


def _night(minutes: float) -> Iterator[tuple[float, int, int]]:
    """Minutes that are over, every ten of them, with the tracks confirmed and the detections so far."""
    nights = [simulate(load_scenario(SCENARIO), seed) for seed in SEEDS]
    site, start_ns = nights[0].site, nights[0].start_ns

    def recorder(directory: Path, first: int) -> Recorder:
        return Recorder(
            directory, to_toml(site), site.sensor_names, site.frame, is_journaled=True, first_detection=first
        )

    with tempfile.TemporaryDirectory() as temporary:
        series = Series(Path(temporary) / "runs", Kept(part_hours=PART_HOURS), recorder)
        first = series.begin(start_ns)
        office = AlertOffice(site, Path(temporary) / "alerts.sqlite")
        with series:
            line = Line(site, first, (), None, office.desk.editor, office.issued, recent=office.recent)
            due, detections, flushed_ns = 0.0, 0, start_ns
            for now_ns, batch in _again_and_again(nights):
                detections += len(batch)
                line.push(batch)
                line.advance(now_ns + 1)
                if (following := series.roll(now_ns, detections)) is not None:
                    line.record_in(following)
                if now_ns - flushed_ns >= FLUSH_EVERY_NS:
                    series.recorder.flush()
                    flushed_ns = now_ns
                office.step(line, now_ns)
                if (now_ns - start_ns) / MINUTE_NS >= due:
                    yield due, line.tracks_confirmed, detections
                    if due >= minutes:
                        break
                    due += EVERY_MINUTES
            office.close()


def _again_and_again(nights: Sequence[Simulated]) -> Iterator[tuple[int, Detections]]:
    """What was received, tick by tick, of one night after another, for ever."""
    number, start_ns = 0, nights[0].start_ns
    while True:
        night = nights[number % len(nights)]
        shift_ns, seen = start_ns - night.start_ns, night.detections
        yield from in_steps(
            replace(
                seen,
                time_ns=seen.time_ns + shift_ns,
                received_ns=seen.received_ns + shift_ns,
                scan=np.where(seen.scan == NO_SCAN, NO_SCAN, seen.scan + number * SCANS_A_NIGHT),
            ),
            TICK_NS,
        )
        start_ns += night.end_ns - night.start_ns
        number += 1
