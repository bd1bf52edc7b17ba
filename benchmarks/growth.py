"""How time grows with the number of objects, and what Python around the kernels takes."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from benchmarks.inside import CompiledTime
from benchmarks.options import Options
from benchmarks.runs import columns_of, site_of, steps, tracker_of
from benchmarks.skies import AZIMUTH_SIGMA_RAD, Plan, make_sky
from benchmarks.table import Column, Part, Plot, Series, Table, at_least, at_most
from tocsin.evaluation.gospa import CUTOFF_M

OBJECTS, QUICK_OBJECTS = (10, 100, 1_000, 5_000, 10_000), (10, 100, 1_000)
FIRST = 1_000  # growth is judged from here on: below, the cost of a call shows
ALIKE = 100  # objects: errors across are as large as these have from a radar of 0.3 deg
SCANS, WARM_UP_SCANS = 30, 10
PYTHON_US, PYTHON_US_PER_DETECTION = 100.0, 0.05
AREAS, AREA_OBJECTS, QUICK_AREA_OBJECTS, AREA_REPEATS = 4, 2_500, 250, 5


def describe() -> str:
    return """Time a scan at 10 to 10,000 objects, and what Python around the kernels takes of it.

The sparse skies of `referee_rows`, one turn a second; from arrays in memory to the confirmed tracks out,
medians of 20 scans after 10, one process. 'Followed' is the share of objects with a confirmed track
within 500 m. Python is the time of a scan less that of all compiled calls. Growth is the time a scan over
n log n, as a multiple of that at 1,000 objects. It is judged where only the number of objects differs:
more of them lie in a larger square, so the radar's azimuth is as much better as the errors across stay
those at 100 objects. With one radar for all sizes gates grow with the square's side; times are given for
that too. Areas are trackers of their own, each with its objects: one after another in one thread, and in a
thread each, as compiled calls let go of Python's lock; medians of five turns about.

Goals: growth at most 1 from 1,000 objects on; Python at most 100 us and 0.05 us a detection; four threads
at least 3 times as fast as one."""


@dataclass(frozen=True)
class _Times:
    """Medians over scans."""

    scan_s: float
    slow_s: float  # 99th percentile
    python_s: float
    detections: float
    followed: float

    @property
    def python_goal_us(self) -> float:
        return PYTHON_US + PYTHON_US_PER_DETECTION * self.detections


def _times(plan: Plan) -> _Times:
    seconds, python, detections = [], [], []
    with CompiledTime() as compiled:
        before = 0.0
        for step in steps(make_sky(plan, SCANS, seed=1)):
            seconds.append(step.seconds)
            python.append(step.seconds - (compiled.seconds - before))
            detections.append(len(step.turn.plots))
            before = compiled.seconds
    distance, _ = KDTree(step.tracks.state[:, :2]).query(step.turn.positions)
    timed = slice(WARM_UP_SCANS, None)
    return _Times(
        float(np.median(seconds[timed])),
        float(np.percentile(seconds[timed], 99)),
        float(np.median(python[timed])),
        float(np.mean(detections[timed])),
        float(np.mean(distance < CUTOFF_M)),
    )


def run(options: Options) -> Sequence[Part]:
    sizes = QUICK_OBJECTS if options.quick else OBJECTS
    better = {n: Plan(n, azimuth_sigma_rad=AZIMUTH_SIGMA_RAD * math.sqrt(ALIKE / n)) for n in sizes}
    alike = {n: _times(plan) for n, plan in better.items()}
    same = {n: _times(Plan(n)) for n in sizes}
    return [
        _table("Time a scan, errors across alike at all sizes", alike, is_judged=True),
        _table("Time a scan, the same radar at all sizes", same, is_judged=False),
        _areas(options),
        _plot(alike, same),
    ]


def _table(title: str, times: Mapping[int, _Times], is_judged: bool) -> Table:
    table = Table(
        title,
        [
            Column("objects", ",.0f"),
            Column("followed", ".1%"),
            Column("scans/s"),
            Column("median [ms]"),
            Column("p99 [ms]"),
            Column("growth over n log n", ".2f"),
            Column("Python [us]"),
        ],
    )
    first = times[FIRST].scan_s / _n_log_n(FIRST)
    for objects, found in times.items():
        growth = found.scan_s / _n_log_n(objects) / first if objects >= FIRST else None
        python_us = 1e6 * found.python_s
        goals = [at_most(python_us, found.python_goal_us, "Python")]
        if is_judged and objects > FIRST:
            goals.insert(0, at_most(growth, 1.0, "growth"))
        speed, median_ms, slow_ms = 1.0 / found.scan_s, 1e3 * found.scan_s, 1e3 * found.slow_s
        table.add(objects, found.followed, speed, median_ms, slow_ms, growth, python_us, goals=goals)
    return table


def _areas(options: Options) -> Table:
    """Several areas in one thread and in as many threads."""
    objects = QUICK_AREA_OBJECTS if options.quick else AREA_OBJECTS
    plan = Plan(objects, azimuth_sigma_rad=AZIMUTH_SIGMA_RAD * math.sqrt(ALIKE / objects))
    scans = [columns_of(turn) for turn in make_sky(plan, WARM_UP_SCANS + 2 * AREA_REPEATS, seed=1).turns]
    trackers = [tracker_of(site_of(plan)) for _ in range(AREAS)]

    def advance(area: int, scan: int) -> None:
        trackers[area].update(scan, "radar", **scans[scan])  # type: ignore[arg-type]

    one: list[float] = []
    many: list[float] = []
    with ThreadPoolExecutor(AREAS) as threads:
        for scan in range(len(scans)):
            tic = time.perf_counter()
            if scan % 2:
                list(threads.map(advance, range(AREAS), [scan] * AREAS))
            else:
                for area in range(AREAS):
                    advance(area, scan)
            if scan >= WARM_UP_SCANS:
                (many if scan % 2 else one).append(time.perf_counter() - tic)
    one_s, many_s = float(np.median(one)), float(np.median(many))
    ratio = one_s / many_s
    columns = [
        Column("areas"), Column("one thread [ms]"), Column("a thread each [ms]"),
        Column("times as fast", ".2f"),
    ]  # fmt: skip
    table = Table(f"Areas side by side, {objects:,} objects each", columns)
    table.add(AREAS, 1e3 * one_s, 1e3 * many_s, ratio, goals=[at_least(ratio, 3.0, "ratio")])
    return table


def _n_log_n(objects: int) -> float:
    return objects * math.log(objects)


def _plot(alike: Mapping[int, _Times], same: Mapping[int, _Times]) -> Plot:
    sizes = list(alike)
    from_first = [size for size in sizes if size >= FIRST]
    first = alike[FIRST].scan_s / _n_log_n(FIRST)
    lines = [
        Series("errors alike", sizes, [1e3 * found.scan_s for found in alike.values()]),
        Series("same radar", sizes, [1e3 * found.scan_s for found in same.values()]),
        Series("n log n", from_first, [1e3 * first * _n_log_n(size) for size in from_first], is_goal=True),
    ]
    return Plot("growth", "Growth", "objects", "ms a scan", lines, x_log=True, y_log=True)
