"""A thousand objects, each seen every other time, among four times as many false detections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.options import Options
from benchmarks.oracle import oracle_estimates
from benchmarks.runs import steps
from benchmarks.skies import Plan, make_sky
from benchmarks.table import Column, Part, Table, at_least, at_most
from tocsin.evaluation.gospa import CUTOFF_M, gospa
from tocsin.units import FloatArray

SHOWN_SCANS = (10, 20, 30, 40)
FOUND, UNMATCHED = 0.97, 0.03


def describe() -> str:
    return """How many of 1,000 seldom seen objects are found in 40 scans, and how many tracks are of nothing.

A sparse sky (ten objects in a square of 20 km), Pd 0.5, 4,000 false detections a scan; nobody dies or
turns up. Found: an object with a confirmed track of its own within 500 m. Unmatched: share of the
confirmed tracks that are of no object. The oracle of `referee_rows` knows which plot is of which object
and still errs by more than 500 m where the radar is far. Goals after 40 scans: at least 0.97 found, at
most 0.03 unmatched."""


def _shares(case: tuple[int, int]) -> FloatArray:
    """By shown scan: shares of objects found and of tracks unmatched, of tocsin and of the oracle."""
    objects, seed = case
    plan = Plan(objects, detection_probability=0.5, false_per_object=4.0, is_immortal=True)
    sky = make_sky(plan, SHOWN_SCANS[-1], seed)
    shares = []
    for scan, (step, told) in enumerate(zip(steps(sky), oracle_estimates(sky), strict=True), start=1):
        if scan in SHOWN_SCANS:
            truth = step.turn.positions
            shares.append([*_found(truth, step.tracks.state[:, :2]), *_found(truth, told)])
    return np.array(shares)


def _found(truth: FloatArray, estimates: FloatArray) -> tuple[float, float]:
    score = gospa(truth, estimates, CUTOFF_M)
    return len(score.pairs) / len(truth), score.false_count / max(len(estimates), 1)


def run(options: Options) -> Sequence[Part]:
    objects = 300 if options.quick else 1000
    seeds = options.seeds()
    found = np.array(options.pooled(_shares, [(objects, seed) for seed in seeds]))
    table = Table(
        f"{objects:,} objects, Pd 0.5, {len(seeds)} seeds",
        [
            Column("scan"),
            Column("found", ".3f"),
            Column("worst seed", ".3f"),
            Column("unmatched", ".4f"),
            Column("oracle found", ".3f"),
            Column("oracle unmatched", ".4f"),
        ],
    )
    for row, scan in enumerate(SHOWN_SCANS):
        share, unmatched, *oracle = found[:, row].mean(axis=0).tolist()
        goals = [at_least(share, FOUND, "found"), at_most(unmatched, UNMATCHED, "unmatched")]
        is_last = scan == SHOWN_SCANS[-1]
        worst = float(found[:, row, 0].min())
        table.add(scan, share, worst, unmatched, *oracle, goals=goals if is_last else ())
    return [table]
