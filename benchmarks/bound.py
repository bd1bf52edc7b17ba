"""How near the tracker's errors are to the least possible, and whether it knows its errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.options import Options
from benchmarks.oracle import bound_covariances
from benchmarks.runs import site_of, steps
from benchmarks.skies import Plan, make_sky
from benchmarks.table import Column, Part, Table, at_least, at_most, between
from tocsin.evaluation.gospa import gospa
from tocsin.units import BoolArray, FloatArray, IntArray

SCANS = 100
SETTLED_SCANS = 20  # since an object was first seen: before, the prior of its velocity counts
INSIDE = 0.85  # of 20 runs that are inside with 95 %, 17 or more are so in 98 of 100 cases
GOALS = {0.9: 1.03, 0.5: 1.08}
HORIZONTAL = [0, 1, 3, 4]  # of a track's state


def describe() -> str:
    return """Horizontal RMSE over the posterior Cramer-Rao bound, and NEES, with clutter.

The sparse skies of `referee_rows`: nearly constant velocity, n objects and n false detections a scan.
Objects count from 20 scans after they were first seen, where a track is assigned within 500 m ('followed'
is their share). The bound is Tichavsky's recursion with H at the truth, for the very detections that each
object had: averaging J^-1 so is averaging over detection patterns. NEES over its dimension n, of the
position (n = 2) and of position and velocity (n = 4), 1 if a track is as sure as it may be. NIS is what the
tracker itself says of the radar at the end of a run (`Tracker.health`), over its dimension; 'inside' is the
share of runs in which it lies in its 95 % interval. All five modes of flight are at work, though all fly
straight; the last rows tell the site file so.

Goals: RMSE at most 1.03 times the bound at Pd 0.9 and 1.08 at 0.5; mean NEES / n in 0.9 to 1.2; NIS inside in
95 % of the runs, less what chance takes of 20."""


class _Ages:
    """How many scans ago each object was first seen."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}

    def settled(self, scan: int, objects: IntArray, is_seen: BoolArray) -> BoolArray:
        for number in objects[is_seen].tolist():
            self._first.setdefault(number, scan)
        return np.array(
            [scan - self._first.get(number, scan) >= SETTLED_SCANS for number in objects.tolist()]
        )


def _sums(case: tuple[int, float, str, int]) -> FloatArray:
    """Objects, those followed, and sums over these: squared error, bound, NEES of position and of all; the
    radar's NIS, and whether it is inside its interval."""
    objects, probability, told, seed = case
    sky = make_sky(Plan(objects, detection_probability=probability), SCANS, seed)
    ages, sums = _Ages(), np.zeros(8)
    run = steps(sky, site_of(sky.plan, {"motion": told}))
    for scan, (step, (is_seen, bound)) in enumerate(zip(run, bound_covariances(sky), strict=True)):
        settled = ages.settled(scan, step.turn.objects, is_seen)
        tracks = step.tracks
        pairs = gospa(step.turn.positions, tracks.state[:, :2]).pairs
        true, found = pairs[settled[pairs[:, 0]]].T
        error = tracks.state[found][:, HORIZONTAL] - step.turn.states[true]
        covariance = tracks.covariance[found][:, HORIZONTAL][:, :, HORIZONTAL]
        sums[:6] += (
            settled.sum(),
            len(true),
            (error[:, :2] ** 2).sum(),
            np.trace(bound[true, :2, :2], axis1=1, axis2=2).sum(),
            _nees(error[:, :2], covariance[:, :2, :2]),
            _nees(error, covariance),
        )
    health = step.tracker.health("radar")
    sums[6:] = health.nis, health.low <= health.nis <= health.high
    return sums


def _nees(error: FloatArray, covariance: FloatArray) -> float:
    """Sum over the rows of squared error by what is believed of it."""
    return float((error * np.linalg.solve(covariance, error[:, :, None])[:, :, 0]).sum())


def run(options: Options) -> Sequence[Part]:
    seeds = options.seeds()
    rows = [(objects, probability, "modes") for probability in GOALS for objects in (10, 30, 100)]
    rows += [(30, probability, "straight") for probability in GOALS]
    found = options.pooled(_sums, [(*row, seed) for row in rows for seed in seeds])
    table = Table(
        f"Errors over the bound, {len(seeds)} seeds of {SCANS} scans",
        [
            Column("Pd"),
            Column("objects"),
            Column("flight told"),
            Column("followed", ".1%"),
            Column("RMSE [m]", ".1f"),
            Column("bound [m]", ".1f"),
            Column("RMSE / bound", ".3f"),
            Column("NEES / 2, position", ".2f"),
            Column("NEES / 4, with velocity", ".2f"),
            Column("NIS", ".3f"),
            Column("inside", ".0%"),
        ],
    )
    for (objects, probability, told), sums in zip(
        rows, np.reshape(found, (len(rows), -1, 8)).sum(axis=1), strict=True
    ):
        wanted, followed, squared, bound, of_position, of_all, nis, inside = sums.tolist()
        nis, inside = nis / len(seeds), inside / len(seeds)
        ratio, of_position, of_all = (
            np.sqrt(squared / bound),
            of_position / followed / 2,
            of_all / followed / 4,
        )
        goals = [
            at_most(ratio, GOALS[probability], "RMSE"),
            between(of_position, 0.9, 1.2, "position"),
            between(of_all, 0.9, 1.2, "with velocity"),
            at_least(inside, INSIDE, "NIS inside"),
        ]
        rmse, least = np.sqrt(squared / followed), np.sqrt(bound / followed)
        table.add(
            probability, objects, told, followed / wanted, rmse, least, ratio, of_position, of_all, nis,
            inside, goals=goals,
        )  # fmt: skip
    return [table]
