"""Whether existence means what it says: of what is at 0.8, four in five should be real."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
from scipy.spatial import KDTree
from scipy.stats import chi2

from benchmarks.options import Options
from benchmarks.runs import steps
from benchmarks.skies import DENSE_CELL_M, SPARSE_CELL_M, Plan, make_sky
from benchmarks.table import Column, Part, Plot, Series, Table, at_most
from tocsin.units import BoolArray, FloatArray, IntArray

SCANS, WARM_UP_SCANS = 100, 20
OBJECTS, QUICK_OBJECTS = 1000, 100  # so many, that the deciles between fill
DECILES = 10
ENOUGH_SAMPLES = 1000
ELLIPSE = float(chi2.ppf(0.99, 2))
SKIES = {"sparse": (SPARSE_CELL_M, 0.05), "dense": (DENSE_CELL_M, 0.10)}


def describe() -> str:
    return """Existence by decile against the share that is real, sparse and dense.

The skies of `referee_rows` with 1,000 objects, after 20 scans. All components count, published or not,
after every scan. One is real where a living object is within its horizontal 99 % ellipse and is assigned
to it alone, so 1 % of the surest are not. Where several could have the same object, the likeliest
assignment is taken (least sum of -log r N(object; component) / (1 - r)): or else what is hardly there, of
which there is twice as much, takes objects from the sure tracks that follow them.

Goals: mean existence and share real differ by at most 0.05 in every decile of the sparse sky and 0.10 of
the dense one; a decile with fewer than 1,000 samples counts as not measured."""


def is_real(truth: FloatArray, existence: FloatArray, state: FloatArray, covariance: FloatArray) -> BoolArray:
    """Which of n components have an object (m, 2) of their own within their 99 % ellipse."""
    place, spread = state[:, :2], covariance[:, :2, :2]
    axes2 = np.linalg.eigvalsh(spread)
    if not (axes2 > 0.0).all() or not ((existence >= 0.0) & (existence <= 1.0 + 1e-9)).all():
        raise ValueError("a component has a covariance that is none, or an existence outside 0 to 1")
    reach = np.sqrt(ELLIPSE * axes2[:, -1])
    near = KDTree(truth).query_ball_point(place, reach)
    rows = np.repeat(np.arange(len(place)), [len(found) for found in near])
    columns = np.concatenate([np.zeros(0), *near]).astype(np.int64)
    offset = place[rows] - truth[columns]
    squared = (offset * np.linalg.solve(spread[rows], offset[:, :, None])[:, :, 0]).sum(axis=1)
    sure = np.clip(existence, 1e-6, 1.0 - 1e-6)
    cost = np.log((1.0 - sure) / sure) + 0.5 * np.linalg.slogdet(spread)[1]
    inside = squared < ELLIPSE
    rows, columns = rows[inside], columns[inside]
    return assigned(rows, columns, cost[rows] + 0.5 * squared[inside], (len(place), len(truth)))


def assigned(rows: IntArray, columns: IntArray, cost: FloatArray, shape: tuple[int, int]) -> BoolArray:
    """Which rows get a column of their own: as many as can, and of these assignments that of least cost."""
    result = np.zeros(shape[0], np.bool_)
    chosen, row = np.unique(rows, return_inverse=True)
    alone = np.arange(len(chosen))
    every_row, every_column = np.append(row, alone), np.append(columns, shape[1] + alone)
    # The solver takes a cost of 0 as no edge; costs here are within a few tens.
    every_cost = np.append(cost + 100.0, np.full(len(chosen), 1000.0))
    graph = csr_array((every_cost, (every_row, every_column)), shape=(len(chosen), shape[1] + len(chosen)))
    result[chosen] = min_weight_full_bipartite_matching(graph)[1] < shape[1]
    return result


def _counts(case: tuple[int, float, int]) -> FloatArray:
    """By decile (10, 3): components, sum of their existence, real ones."""
    objects, cell_m, seed = case
    counts = np.zeros((DECILES, 3))
    for scan, step in enumerate(steps(make_sky(Plan(objects, cell_m), SCANS, seed))):
        if scan < WARM_UP_SCANS:
            continue
        found = step.tracker.components()
        is_new = found.time_ns == found.time_ns.max()  # what the latest scan brought up to date
        existence = found.existence[is_new]
        real = is_real(step.turn.positions, existence, found.state[is_new], found.covariance[is_new])
        decile = np.minimum((existence * DECILES).astype(np.int64), DECILES - 1)
        for column, values in enumerate((np.ones(len(real)), existence, real)):
            counts[:, column] += np.bincount(decile, weights=values, minlength=DECILES)
    return counts


def run(options: Options) -> Sequence[Part]:
    seeds = options.seeds()
    objects = QUICK_OBJECTS if options.quick else OBJECTS
    cases = [(objects, cell_m, seed) for cell_m, _ in SKIES.values() for seed in seeds]
    found = np.reshape(options.pooled(_counts, cases), (len(SKIES), len(seeds), DECILES, 3)).sum(axis=1)
    tables: list[Part] = []
    lines = [Series("as it should be", (0.0, 1.0), (0.0, 1.0), is_goal=True)]
    for (name, (_, tolerance)), counts in zip(SKIES.items(), found, strict=True):
        table = Table(
            f"Existence, {name} sky, {len(seeds)} seeds",
            [
                Column("existence"),
                Column("samples", ",.0f"),
                Column("mean existence", ".3f"),
                Column("share real", ".3f"),
            ],
        )
        with np.errstate(invalid="ignore"):
            mean, share = counts[:, 1] / counts[:, 0], counts[:, 2] / counts[:, 0]
        for decile, samples in enumerate(counts[:, 0]):
            off = abs(mean[decile] - share[decile]) if samples >= ENOUGH_SAMPLES else None
            name_of = f"{decile / DECILES:.1f} to {(decile + 1) / DECILES:.1f}"
            table.add(
                name_of, samples, mean[decile], share[decile], goals=[at_most(off, tolerance, "difference")]
            )
        tables.append(table)
        lines.append(Series(name, mean.tolist(), share.tolist()))
    return [
        *tables,
        Plot("calibration", "Existence means what it says", "mean existence", "share real", lines),
    ]
