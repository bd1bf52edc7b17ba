"""tocsin beside Stone Soup, the strongest open peer in Python: the same detections in the same run."""

from __future__ import annotations

import importlib
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.options import Options, Unavailable
from benchmarks.runs import over_oracle, site_of, tracked
from benchmarks.skies import DENSE_CELL_M, SPARSE_CELL_M, Plan, Sky, make_sky
from benchmarks.table import Column, Goal, Part, Plot, Series, Table, at_least, at_most
from tocsin.units import FloatArray

CELLS = {"sparse": SPARSE_CELL_M, "dense": DENSE_CELL_M}
WARM_UP_SCANS, TIMED_SCANS, ALL_SCANS = 10, 20, 100
SCORED_IN_FULL = 30  # objects; with more, Stone Soup takes minutes
REPEATS = 5  # of tocsin's timed run, which is short
TIMED_SEED = 1

# What `[prior]` of the site file says for each motion model.
MODELS: Mapping[str, Mapping[str, object]] = {
    "constant velocity": {"motion": "straight"},
    "full IMM": {"motion": "modes"},
}
SPEED_GOALS = {"constant velocity": 1000.0, "full IMM": 250.0}  # at SPEED_OBJECTS
SPEED_OBJECTS = 100
PEERS = {"nearest_neighbour": "Stone Soup, GNN", "jpda": "Stone Soup, JPDA"}


def describe() -> str:
    return """Scans a second and GOSPA beside Stone Soup 1.9.1, in three dimensions.

The skies of `referee_rows`, with heights of 300 to 3000 m and a radar that measures elevation too (0.5
deg; false detections uniform in elevation from 0 to 30 deg). Stone Soup: extended Kalman filter, kd-tree,
two detections make a track and three scans without one end it (least GOSPA of a grid on other seeds);
global nearest neighbour, its fastest, and JPDA by efficient hypothesis management. Everyone is told the
true Pd, clutter, errors and process noise. Speed: one process, one run, medians over the same 20 scans
after a warm-up of 10. GOSPA is horizontal, over that of an oracle, on the same scans for all: 100 up to
30 objects, the 30 timed ones with more.

Goals: tocsin's GOSPA below Stone Soup's best in every row; at 100 objects 1,000 times the scans a second
of Stone Soup's fastest with constant velocity, and 250 times with the full IMM."""


@dataclass(frozen=True)
class _Case:
    tracker: str  # of MODELS or PEERS
    cell_m: float
    objects: int
    seed: int

    def sky(self, scans: int) -> Sky:
        return make_sky(Plan(self.objects, self.cell_m, is_flat=False), scans, self.seed)


def run(options: Options) -> Sequence[Part]:
    _peer("jpda")  # or else says at once what is missing
    sizes = (10, 30) if options.quick else (10, 30, 100)
    rows = [(cell_m, objects) for cell_m in CELLS.values() for objects in sizes]
    cases = [
        _Case(tracker, *row, seed)
        for row in rows
        for tracker in (*PEERS, *MODELS)
        for seed in options.seeds(full=4 if row[1] <= SCORED_IN_FULL else 2, quick=1)
    ]
    gospa: dict[tuple[str, float, int], list[float]] = {}
    # The long ones first, so that no process waits for the last.
    cases.sort(key=lambda case: -case.objects)
    for case, ratio in zip(cases, options.pooled(_scored, cases), strict=True):
        gospa.setdefault((case.tracker, case.cell_m, case.objects), []).append(ratio)
    ratios = {key: float(np.mean(found)) for key, found in gospa.items()}
    speeds = {row: _speeds(*row) for row in rows}
    return [_table(rows, speeds, ratios), _plot(sizes, speeds)]


def _table(
    rows: Sequence[tuple[float, int]],
    speeds: Mapping[tuple[float, int], Mapping[str, float]],
    gospa: Mapping[tuple[str, float, int], float],
) -> Table:
    headings = (
        Column("sky"),
        Column("objects"),
        Column("tracker"),
        Column("scans/s"),
        Column("times the fastest peer"),
    )
    table = Table("Beside Stone Soup", [*headings, Column("GOSPA / oracle", ".3f")])
    for row in rows:
        cell_m, objects = row
        sky = "sparse" if cell_m == SPARSE_CELL_M else "dense"
        fastest = max(speeds[row][peer] for peer in PEERS)
        best = min(gospa[peer, *row] for peer in PEERS)
        for peer, name in PEERS.items():
            own = speeds[row][peer]
            table.add(sky, objects, name, own, own / fastest, gospa[peer, *row])
        for model in MODELS:
            own, ratio = speeds[row][model], gospa[model, *row]
            goals = _goals(model, objects, own / fastest, ratio, best)
            table.add(sky, objects, f"tocsin, {model}", own, own / fastest, ratio, goals=goals)
    return table


def _goals(model: str, objects: int, times: float, ratio: float, best: float) -> list[Goal]:
    goals = [at_most(ratio, best, "GOSPA")]
    if objects == SPEED_OBJECTS:
        goals.append(at_least(times, SPEED_GOALS[model], "speed"))
    return goals


def _plot(sizes: Sequence[int], speeds: Mapping[tuple[float, int], Mapping[str, float]]) -> Plot:
    names = PEERS | {model: f"tocsin, {model}" for model in MODELS}
    series = [
        Series(name, sizes, [speeds[SPARSE_CELL_M, size][tracker] for size in sizes])
        for tracker, name in names.items()
    ]
    return Plot("peers", "Speed, sparse sky", "objects", "scans/s", series, x_log=True, y_log=True)


def _peer(name: str) -> Callable[[Sky], Iterator[FloatArray]]:
    """A configuration of Stone Soup, which is not there in every environment."""
    try:
        found: Callable[[Sky], Iterator[FloatArray]] = getattr(
            importlib.import_module("benchmarks.stone_soup"), name
        )
    except ModuleNotFoundError as missing:
        raise Unavailable(f"there is no {missing.name}; pip install 'tocsin[bench]'") from missing
    return found


def _scored(case: _Case) -> float:
    """GOSPA over the oracle's, not timed."""
    is_short = case.objects > SCORED_IN_FULL
    sky = case.sky(WARM_UP_SCANS + TIMED_SCANS if is_short else ALL_SCANS)
    if case.tracker in PEERS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return over_oracle(sky, list(_peer(case.tracker)(sky)))
    return over_oracle(sky, tracked(sky, site_of(sky.plan, MODELS[case.tracker]))[0])


def _speeds(cell_m: float, objects: int) -> dict[str, float]:
    """Scans a second of every tracker; tocsin before and after the peers, as a machine changes its pace."""
    sky = _Case("", cell_m, objects, TIMED_SEED).sky(WARM_UP_SCANS + TIMED_SCANS)
    sites = {model: site_of(sky.plan, prior) for model, prior in MODELS.items()}
    taken: dict[str, list[FloatArray]] = {model: [] for model in sites}
    for model, site in sites.items():
        taken[model] += [tracked(sky, site)[1][WARM_UP_SCANS:] for _ in range(REPEATS)]
    for peer in PEERS:
        taken[peer] = [_seconds(_peer(peer)(sky))[WARM_UP_SCANS:]]
    for model, site in sites.items():
        taken[model] += [tracked(sky, site)[1][WARM_UP_SCANS:] for _ in range(REPEATS)]
    return {tracker: 1.0 / float(np.median(np.concatenate(found))) for tracker, found in taken.items()}


def _seconds(scans: Iterator[FloatArray]) -> FloatArray:
    """What each scan took."""
    seconds = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tic = time.perf_counter()
        for _ in scans:
            seconds.append(time.perf_counter() - tic)
            tic = time.perf_counter()
    return np.array(seconds)
