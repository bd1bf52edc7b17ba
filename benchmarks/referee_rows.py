"""Accuracy on skies of many sizes, sparse and dense, beside an oracle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.options import Options
from benchmarks.runs import over_oracle, tracked
from benchmarks.skies import DENSE_CELL_M, SPARSE_CELL_M, Plan, make_sky
from benchmarks.table import Column, Part, Table, at_most

SCANS = 100
ALLOWANCE = 1.02
# What a two-dimensional prototype of the tracker reached on another drawing of the same scenario, 8 seeds.
PROTOTYPE = {
    (SPARSE_CELL_M, 10): 2.063,
    (SPARSE_CELL_M, 30): 1.766,
    (SPARSE_CELL_M, 100): 1.360,
    (SPARSE_CELL_M, 300): 1.172,
    (DENSE_CELL_M, 30): 4.578,
    (DENSE_CELL_M, 100): 3.442,
    (DENSE_CELL_M, 300): 2.483,
}


def describe() -> str:
    return """GOSPA over an oracle's on skies of 10 to 300 objects, sparse and dense.

One radar in the middle of a square, a turn a second, 100 turns: range 10 m, azimuth 0.3 deg, Pd 0.9, as
many false detections a scan as objects. Ten objects in a square of 20 km (sparse) or 5 km (dense), 20 to
55 m/s, nearly constant velocity (1 m2/s3), living 200 s or until they leave; those who go are replaced.
The oracle is an extended Kalman filter that is told which plot is of which object and who lives. GOSPA: p
= 2, alpha = 2, 500 m. Goal: at most 2 % above what a prototype reached."""


def _ratio(case: tuple[float, int, int]) -> float:
    cell_m, objects, seed = case
    sky = make_sky(Plan(objects, cell_m), SCANS, seed)
    return over_oracle(sky, tracked(sky)[0])


def run(options: Options) -> Sequence[Part]:
    seeds = options.seeds(full=8)
    rows = [row for row in PROTOTYPE if not options.quick or row[1] <= 100]
    ratios = options.pooled(_ratio, [(*row, seed) for row in rows for seed in seeds])
    table = Table(
        f"GOSPA / oracle, mean of {len(seeds)} seeds",
        [
            Column("sky"),
            Column("objects"),
            Column("GOSPA / oracle", ".3f"),
            Column("spread over seeds", ".3f"),
        ],
    )
    for (cell_m, objects), found in zip(rows, np.array(ratios).reshape(len(rows), -1), strict=True):
        name = "sparse" if cell_m == SPARSE_CELL_M else "dense"
        goal = at_most(float(found.mean()), ALLOWANCE * PROTOTYPE[cell_m, objects])
        table.add(name, objects, found.mean(), found.std(ddof=1), goals=[goal])
    return [table]
