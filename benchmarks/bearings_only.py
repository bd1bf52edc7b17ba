"""Ten objects and six direction finders: whether bearings alone make tracks, and no ghosts."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.flights import Flight, straight
from benchmarks.following import following, watched
from benchmarks.instruments import Instrument, reports, site_with, together
from benchmarks.options import Options
from benchmarks.table import Column, Table, at_least, at_most
from tocsin.evaluation.gospa import CUTOFF_M

OBJECTS, FINDERS, SECONDS, SETTLED_S = 10, 6, 180.0, 60.0
SIDE_M, REACH_M = 10_000.0, 16_000.0
HEIGHT_M, HEIGHT_SIGMA_M = 200.0, 80.0
GHOSTS, LIFETIME_S = 0.2, 900.0


def describe() -> str:
    return f"""Bearings only: ten objects, six direction finders of 2 deg

Ten straight fliers at 15 to 35 m/s in {SIDE_M / 1e3:.0f} km x {SIDE_M / 1e3:.0f} km, about 200 m high; six
direction finders around them, each with its own period of 1 to 2 s and its own phase, Pd 0.8 to 0.9,
azimuth alone with 2 deg, one false bearing in twenty looks. An object is found where GOSPA's assignment
pairs it with a published track within 500 m. A ghost is a track that is nobody's. 'All ten' is the share of
skies in which all are found at 60 s."""


def finders(rng: np.random.Generator) -> list[Instrument]:
    """On a ring around the square's middle, not quite evenly."""
    made = []
    for k in range(FINDERS):
        bearing = 2.0 * math.pi * (k + rng.uniform(-0.2, 0.2)) / FINDERS
        distance = rng.uniform(0.5, 0.7) * SIDE_M
        place = (distance * math.sin(bearing), distance * math.cos(bearing), 10.0)
        period = rng.uniform(1.0, 2.0)
        pd = ((0.0, rng.uniform(0.8, 0.9)),)
        phase = rng.uniform(0.0, period)
        made.append(
            Instrument(
                name=f"finder {k}",
                kind="direction_finder",
                measures=frozenset({"azimuth"}),
                period_s=period,
                pd=pd,
                max_range_m=REACH_M,
                false_per_look=0.05,
                position_m=place,
                first_look_s=phase,
                azimuth_sigma_deg=2.0,
                believed={"visible_probability": 1.0},
            )
        )
    return made


def fliers(rng: np.random.Generator) -> list[Flight]:
    """Straight paths that stay in the square."""
    made: list[Flight] = []
    while len(made) < OBJECTS:
        start = (*rng.uniform(-SIDE_M / 2, SIDE_M / 2, 2), HEIGHT_M + HEIGHT_SIGMA_M * rng.uniform(-1.0, 1.0))
        flight = straight(start, rng.uniform(0.0, 360.0), rng.uniform(15.0, 35.0), SECONDS + 2.0)
        if np.abs(flight.state[:, :2]).max() < SIDE_M / 2:
            made.append(flight)
    return made


def one_sky(seed: int) -> tuple[float, float, float, float, float, float]:
    """Objects found at 60 s and from then on, whether all were at 60 s, ghosts, median error, first found."""
    rng = np.random.default_rng(seed)
    flights, instruments = fliers(rng), finders(rng)
    prior = {
        "altitude_m": HEIGHT_M,
        "altitude_sigma_m": HEIGHT_SIGMA_M,
        "speed_sigma_mps": 18.0,
        "vertical_speed_sigma_mps": 1.0,
        "acceleration_density_m2ps3": 0.1,
        "lifetime_s": LIFETIME_S,
        "birth_rate_per_km2_s": OBJECTS / ((SIDE_M / 1e3) ** 2 * LIFETIME_S),
    }
    parts = [reports(one, number, flights, SECONDS, rng) for number, one in enumerate(instruments)]
    estimates = watched(site_with(instruments, prior), together(parts), SECONDS)
    seen = following(estimates, flights, CUTOFF_M)
    found = np.isfinite(seen.error_m)
    settled = seen.time_s >= SETTLED_S
    if not settled.any():
        return 0.0, 0.0, 0.0, 0.0, math.nan, math.nan
    at_60 = found[settled][0].sum()
    error = seen.error_m[settled]
    middle = float(np.nanmedian(error)) if np.isfinite(error).any() else math.nan
    first = [seen.time_s[column.argmax()] if column.any() else SECONDS for column in found.T]
    return (
        float(at_60),
        float(found[settled].sum(axis=1).mean()),
        float(at_60 == OBJECTS),
        float(seen.ghosts[settled].mean()),
        middle,
        float(np.median(first)),
    )


def run(options: Options) -> list[Table]:
    columns = [
        Column("sky"),
        Column("found at 60 s", ".2f"),
        Column("all ten", ".2f"),
        Column("found 60-180 s", ".2f"),
        Column("ghosts", ".3f"),
        Column("median error m", ".0f"),
        Column("first found s", ".0f"),
    ]
    seeds = options.seeds()
    table = Table("Bearings only", columns, f"Means of {len(seeds)} skies.")
    results = np.array(options.pooled(one_sky, seeds))
    at_60, later, every, ghosts = results[:, :4].mean(axis=0).tolist()
    errors, first = (column[np.isfinite(column)] for column in results[:, 4:].T)
    is_silent = not later  # where nothing is found, that there are no ghosts is no merit
    table.add(
        "ten objects",
        at_60,
        every,
        later,
        ghosts,
        float(errors.mean()) if len(errors) else None,
        float(first.mean()) if len(first) else None,
        goals=[
            at_least(at_60, float(OBJECTS), "found at 60 s"),
            at_most(None if is_silent else ghosts, GHOSTS, "ghosts"),
        ],
    )
    return [table]
