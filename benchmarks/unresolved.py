"""Formations that one resolution cell holds: how many of their tracks stay, told of the cell or not."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.flights import Flight, straight
from benchmarks.following import NOBODY, following, watched
from benchmarks.instruments import FLAT, Instrument, reports, site_with, together
from benchmarks.options import Options
from benchmarks.table import Column, Table
from tocsin.units import FloatArray

PD, FALSE, REACH_M = 0.9, 10.0, 12_000.0
CELL_M, CELL_DEG = 150.0, 1.5
FORMATIONS = (2, 3, 8)
SPACINGS_M = (30.0, 60.0, 100.0)
RESOLVED_S, SCANS = 30.0, 60
SECONDS = RESOLVED_S + SCANS
SPEED_MPS, DISTANCE_M, LIFETIME_S, DENSITY = 35.0, 6_000.0, 900.0, 0.3
CUTOFF_M, NEAR_M = 200.0, 1_000.0
COARSE = Instrument(
    name="coarse",
    kind="radar",
    measures=frozenset({"range", "azimuth"}),
    period_s=1.0,
    pd=((0.0, PD),),
    max_range_m=REACH_M,
    false_per_look=FALSE,
    resolution=(CELL_M, CELL_DEG),
)
FINE = replace(
    COARSE, name="fine", resolution=None, first_look_s=0.5, max_range_m=4_000.0, false_per_look=1.0
)


def describe() -> str:
    return """Formations inside one resolution cell: how many tracks stay

Two, three or eight fly in parallel at 35 m/s, 30, 60 or 100 m apart. For 30 s a radar sees them that tells
all apart; then they are out of its reach, and 60 scans follow of another one, whose cell of 150 m by 1.5 deg
is 160 m across where they are: of what is inside one cell it reports the middle. Both turn in 1 s, with 25 m,
0.2 deg, Pd 0.9, and 10 (the fine one 1) false plots a turn. 'Told' has the cell in its site file. A track
stays if it is published after the last scan and follows an object: GOSPA (c = 200 m) pairs them."""


@dataclass(frozen=True)
class Case:
    """One sky."""

    objects: int
    spacing_m: float
    seed: int
    is_told: bool

    @property
    def radars(self) -> list[Instrument]:
        """As the site file describes them; the fine one stands where they leave its reach in time."""
        told = {"range_resolution_m": CELL_M, "azimuth_resolution_deg": CELL_DEG}
        coarse = replace(COARSE, believed=told) if self.is_told else COARSE
        return [coarse, FINE]


def formation(case: Case, rng: np.random.Generator) -> tuple[list[Flight], FloatArray]:
    """In a line abreast, or astern, or in between, on parallel courses; and where the fine radar stands."""
    bearing, course = rng.uniform(0.0, 2.0 * math.pi), rng.uniform(0.0, 360.0)
    centre = DISTANCE_M * np.array([math.sin(bearing), math.cos(bearing), 0.0])
    ahead = np.array([math.sin(math.radians(course)), math.cos(math.radians(course)), 0.0])
    line = rng.uniform(0.0, 2.0 * math.pi)
    beside = np.array([math.sin(line), math.cos(line), 0.0])
    places = case.spacing_m * (np.arange(case.objects) - (case.objects - 1) / 2)
    start = centre - ahead * SPEED_MPS * SECONDS / 2
    left = start + ahead * (SPEED_MPS * RESOLVED_S - FINE.max_range_m)
    return [straight(start + place * beside, course, SPEED_MPS, SECONDS) for place in places], left


def one_sky(case: Case) -> tuple[int, float, float, int]:
    """Objects with a track at the end; over the scans of the coarse radar: share of time followed, GOSPA [m];
    tracks that follow nothing at the end."""
    rng = np.random.default_rng([case.seed, case.objects, round(case.spacing_m)])
    flights, place = formation(case, rng)
    coarse, fine = case.radars
    radars = [coarse, replace(fine, position_m=tuple(place.tolist()))]
    columns = [reports(radar, k, flights, SECONDS, rng) for k, radar in enumerate(radars)]
    births = case.objects / (math.pi * (REACH_M / 1e3) ** 2 * SECONDS)
    prior = FLAT | {
        "speed_sigma_mps": 25.0,
        "acceleration_density_m2ps3": DENSITY,
        "lifetime_s": LIFETIME_S,
        "birth_rate_per_km2_s": births,
    }
    estimates = watched(site_with(radars, prior), together(columns), SECONDS)
    seen = following(estimates, flights, CUTOFF_M)
    blurred = seen.between(RESOLVED_S, math.inf)
    stayed = int((blurred.label[-1] != NOBODY).sum())
    return stayed, blurred.followed(), float(blurred.gospa_m.mean()), int(blurred.ghosts[-1])


def run(options: Options) -> list[Table]:
    columns = [
        Column("objects", ".0f"),
        Column("apart m", ".0f"),
        Column("told"),
        Column("tracks that stay", ".2f"),
        Column("followed", ".3f"),
        Column("GOSPA m", ".1f"),
        Column("ghosts", ".2f"),
    ]
    seeds = options.seeds()
    table = Table(
        "Formations inside one cell",
        columns,
        f"{len(seeds)} seeds; followed and GOSPA: mean of the 60 scans; ghosts: after the last.",
    )
    kinds = [(n, gap, told) for n in FORMATIONS for gap in SPACINGS_M for told in (False, True)]
    cases = [Case(n, gap, seed, told) for n, gap, told in kinds for seed in seeds]
    results = np.array(options.pooled(one_sky, cases)).reshape(len(kinds), len(seeds), 4).mean(axis=1)
    for (n, gap, told), row in zip(kinds, results, strict=True):
        table.add(n, gap, "yes" if told else "no", *row.tolist())
    return [table]
