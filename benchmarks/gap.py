"""Straight fliers that a radar doesn't see for a minute: whether they come back as the same track."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from benchmarks.flights import Flight, straight
from benchmarks.following import NOBODY, following, watched
from benchmarks.instruments import FLAT, Instrument, reports, site_with, together
from benchmarks.options import Options
from benchmarks.table import Column, Table, at_least
from tocsin.units import BoolArray, FloatArray

FLIERS, SECONDS, GAP_S = 8, 240.0, 60.0
REACH_M, FALSE = 20_000.0, 10.0
TERRAIN = {"visible_probability": 0.9, "visible_hold_s": 60.0}
# What the site file says of the radar: nothing of terrain, or that an object may be hidden from it.
SITES: dict[str, Mapping[str, object]] = {"as usual": {}, "tells of terrain": TERRAIN}
SAME = 0.95


def describe() -> str:
    return f"""A straight flier unseen for a minute: the same identity afterwards

{FLIERS} fliers at 25 to 50 m/s, flat, under a radar with a turn of 2 s (30 m, 0.3 deg), Pd 0.9 and ten
false plots a turn within 20 km. Terrain hides each of them for 60 s, beginning between 60 and 100 s. The
same identity: the track that follows it most of the time from 10 to 40 s after the gap is the one of the 20
s before. 'Alive after' is how many tracks of before are still published when the gap ends. The site file
either says nothing of terrain, or that an object is hidden one time in ten, for a minute or so
(`visible_probability`, `visible_hold_s`)."""


def fliers(rng: np.random.Generator) -> list[Flight]:
    """Straight paths that stay within reach of the radar."""
    made: list[Flight] = []
    while len(made) < FLIERS:
        bearing, distance = rng.uniform(0.0, 2.0 * math.pi), rng.uniform(2_000.0, 15_000.0)
        start = distance * np.array([math.sin(bearing), math.cos(bearing), 0.0])
        flight = straight(start, rng.uniform(0.0, 360.0), rng.uniform(25.0, 50.0), SECONDS + 1.0)
        reach = np.linalg.norm(flight.state[:, :2], axis=1)
        if reach.max() < 0.9 * REACH_M and reach.min() > 1_000.0:
            made.append(flight)
    return made


def one_sky(case: tuple[str, int]) -> tuple[int, int, float]:
    """How many fliers keep their track, how many tracks live through the gap, and mean ghosts."""
    site_name, seed = case
    rng = np.random.default_rng(seed)
    flights = fliers(rng)
    hidden_s = rng.uniform(60.0, 100.0, FLIERS)

    def sees(time_s: FloatArray, states: FloatArray) -> BoolArray:
        into = time_s[:, None] - hidden_s
        return np.broadcast_to((into < 0.0) | (into >= GAP_S), states.shape[:2])

    radar = Instrument(
        "radar", "radar", frozenset({"range", "azimuth"}), 2.0, ((0.0, 0.9),), REACH_M, FALSE,
        range_sigma_m=30.0, azimuth_sigma_deg=0.3,
        believed=SITES[site_name],
    )  # fmt: skip
    births = FLIERS / (math.pi * (REACH_M / 1e3) ** 2 * SECONDS)
    site = site_with([radar], FLAT | {"lifetime_s": 900.0, "birth_rate_per_km2_s": births})
    estimates = watched(site, together([reports(radar, 0, flights, SECONDS, rng, sees)]), SECONDS)
    seen = following(estimates, flights)
    kept, alive = 0, 0
    for k, gap_s in enumerate(hidden_s):
        before = seen.between(gap_s - 20.0, gap_s).leader(k)
        after = seen.between(gap_s + GAP_S + 10.0, gap_s + GAP_S + 40.0).leader(k)
        at_end = [estimate for estimate in estimates if estimate.time_s < gap_s + GAP_S][-1]
        kept += before == after != NOBODY
        alive += before in at_end.label
    return kept, alive, float(seen.ghosts.mean())


def run(options: Options) -> list[Table]:
    columns = [
        Column("site file"),
        Column("same identity", ".3f"),
        Column("alive after", ".3f"),
        Column("ghosts"),
    ]
    seeds = options.seeds()
    table = Table("Unseen for a minute", columns, f"{len(seeds)} skies of {FLIERS} fliers.")
    for name in SITES:
        found = np.array(options.pooled(one_sky, [(name, seed) for seed in seeds]))
        kept, alive, ghosts = (found / [FLIERS, FLIERS, 1]).mean(axis=0).tolist()
        table.add(name, kept, alive, ghosts, goals=[at_least(kept, SAME)])
    return [table]
