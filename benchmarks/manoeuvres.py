"""Fliers that turn, stop, hover and weave, beside straight ones: what manoeuvres cost."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from benchmarks.flights import Flight, Leg, fly
from benchmarks.following import NOBODY, following, watched
from benchmarks.instruments import Instrument, reports, site_with, together
from benchmarks.options import Options
from benchmarks.table import Column, Table

OBJECTS, SECONDS, SETTLED_S = 6, 200.0, 20.0
REACH_M, HEIGHT_M = 12_000.0, 400.0
RADAR = Instrument(
    name="radar",
    kind="radar",
    measures=frozenset({"range", "azimuth", "elevation"}),
    period_s=1.0,
    pd=((0.0, 0.9),),
    max_range_m=REACH_M,
    false_per_look=10.0,
    range_sigma_m=15.0,
    azimuth_sigma_deg=0.2,
    elevation_sigma_deg=0.4,
    max_elevation_deg=40.0,
)


def describe() -> str:
    return f"""Manoeuvres: turns, stops, hovering and weaving, beside straight flight

{OBJECTS} objects of one kind under a radar with a turn of 1 s (15 m, 0.2 deg, elevation 0.4 deg, Pd 0.9,
ten false plots a turn), 3 to 8 km from it. Straight: 25 to 45 m/s. Turns: coordinated, of 3 to 10 deg/s and
60 to 180 deg, between straight legs. Stop and hover: a multirotor that brakes from 15 m/s with 3 m/s2,
hovers for 20 s, and leaves on another course. Weaving: 8 deg/s to either side, every 5 s, at 30 m/s. Errors
are horizontal, from {SETTLED_S:.0f} s on; 'worst' is the 99th percentile. One site file for all, and
nothing in it tells what flies."""


def straight(_: np.random.Generator) -> tuple[float, float, list[Leg]]:
    return 25.0, 45.0, [Leg(SECONDS + 1.0)]


def turning(rng: np.random.Generator) -> tuple[float, float, list[Leg]]:
    legs: list[Leg] = []
    while sum(leg.duration_s for leg in legs) < SECONDS + 1.0:
        rate = rng.uniform(3.0, 10.0)
        side = rng.choice([-1.0, 1.0])
        legs += [Leg(rng.uniform(15.0, 35.0)), Leg(rng.uniform(60.0, 180.0) / rate, side * rate)]
    return 20.0, 40.0, legs


def hovering(rng: np.random.Generator) -> tuple[float, float, list[Leg]]:
    legs: list[Leg] = []
    while sum(leg.duration_s for leg in legs) < SECONDS + 1.0:
        brake, hover = Leg(5.0, 0.0, -3.0), Leg(20.0, rng.uniform(-8.0, 8.0))
        legs += [Leg(rng.uniform(15.0, 35.0)), brake, hover, Leg(5.0, 0.0, 3.0)]
    return 15.0, 15.0, legs


def weaving(rng: np.random.Generator) -> tuple[float, float, list[Leg]]:
    first = rng.choice([-8.0, 8.0])
    swings = [Leg(5.0, first * (-1.0) ** k) for k in range(1, math.ceil(SECONDS / 5.0) + 1)]
    return 30.0, 30.0, [Leg(2.5, first), *swings]


KINDS: dict[str, Callable[[np.random.Generator], tuple[float, float, list[Leg]]]] = {
    "straight": straight,
    "turns": turning,
    "stop and hover": hovering,
    "weaving": weaving,
}


def fliers(kind: str, rng: np.random.Generator) -> list[Flight]:
    """So placed that they stay at a fair distance of the radar."""
    made: list[Flight] = []
    while len(made) < OBJECTS:
        bearing, distance = rng.uniform(0.0, 2.0 * math.pi), rng.uniform(3_000.0, 8_000.0)
        start = (
            distance * math.sin(bearing),
            distance * math.cos(bearing),
            HEIGHT_M + rng.uniform(-200.0, 200.0),
        )
        slowest, fastest, legs = KINDS[kind](rng)
        flight = fly(start, rng.uniform(0.0, 360.0), rng.uniform(slowest, fastest), legs)
        reach = np.linalg.norm(flight.state[:, :2], axis=1)
        if reach.min() > 2_000.0 and reach.max() < 10_000.0:
            made.append(flight)
    return made


def one_sky(case: tuple[str, int]) -> tuple[list[float], float, int, float, float]:
    """Errors [m] of followed objects, ANEES, changes of track, share of time followed, ghosts."""
    kind, seed = case
    rng = np.random.default_rng([list(KINDS).index(kind), seed])
    flights = fliers(kind, rng)
    prior = {
        "altitude_m": HEIGHT_M,
        "altitude_sigma_m": 150.0,
        "lifetime_s": 900.0,
        "birth_rate_per_km2_s": OBJECTS / (math.pi * (REACH_M / 1e3) ** 2 * SECONDS),
    }
    estimates = watched(
        site_with([RADAR], prior), together([reports(RADAR, 0, flights, SECONDS, rng)]), SECONDS
    )
    seen = following(estimates, flights).between(SETTLED_S, SECONDS)
    there = seen.label != NOBODY
    changes = sum(seen.changes(k) for k in range(OBJECTS))
    errors = seen.error_m[there].tolist()
    return errors, seen.anees(), changes, seen.followed(), float(seen.ghosts.mean())


def run(options: Options) -> list[Table]:
    seeds = options.seeds()
    columns = [
        Column("flight"),
        Column("RMSE m", ".1f"),
        Column("over straight", ".2f"),
        Column("worst m", ".0f"),
        Column("ANEES", ".2f"),
        Column("new tracks an object", ".2f"),
        Column("followed", ".3f"),
        Column("ghosts"),
    ]
    table = Table("Manoeuvres", columns, f"{len(seeds)} skies of {OBJECTS} of each kind.")
    cases = [(kind, seed) for kind in KINDS for seed in seeds]
    done = options.pooled(one_sky, cases)
    least = math.nan
    for kind in KINDS:
        found = [result for (of, _), result in zip(cases, done, strict=True) if of == kind]
        errors = np.concatenate([result[0] for result in found])
        rmse = float(np.sqrt(np.mean(errors**2)))
        least = rmse if kind == "straight" else least
        anees, changes, followed, ghosts = np.mean([result[1:] for result in found], axis=0).tolist()
        worst = float(np.percentile(errors, 99))
        table.add(kind, rmse, rmse / least, worst, anees, changes / OBJECTS, followed, ghosts)
    return [table]
