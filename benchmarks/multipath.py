"""Copies by multipath: how many become tracks, and how soon an object that flies behind another does."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.flights import Flight, straight
from benchmarks.following import NOBODY, following, watched
from benchmarks.instruments import FLAT, Instrument, reports, site_with, together
from benchmarks.options import Options
from benchmarks.table import Column, Table

PD, FALSE, REACH_M = 0.9, 10.0, 12_000.0
COPIES, EXCESS_M, HOLD_S = 0.5, 300.0, 60.0
OBJECTS, SECONDS, SETTLED_S = 5, 90.0, 10.0
LIFETIME_S, DENSITY = 600.0, 0.3
BEHIND_M, BEHIND_FROM_S = 300.0, 30.0
CUTOFF_M = 150.0
RADAR = Instrument(
    name="radar",
    kind="radar",
    measures=frozenset({"range", "azimuth"}),
    period_s=1.0,
    pd=((0.0, PD),),
    max_range_m=REACH_M,
    false_per_look=FALSE,
    copy_excess_m=EXCESS_M,
    copy_hold_s=HOLD_S,
)
SKIES = ("alone", "one behind", "one behind, aside")


def describe() -> str:
    return """Copies by multipath: how many become tracks, and how soon a real follower is found

A radar with a turn of 1 s (25 m, 0.2 deg), Pd 0.9 and ten false plots a turn; half of the plots of objects
have a copy in the same direction, farther by an excess that is exponential over objects, 300 m in the mean,
and another one after about a minute. Five objects fly far from each other at 25 to 45 m/s. In the skies with
one behind, a sixth turns up 300 m behind the first at 30 s, in the same direction as seen from the radar or
100 m aside, and flies with it. 'Told' has `multipath_probability` and `multipath_excess_m` in its site file.
Tracks of nothing: published ones that follow no object, in the mean of the scans, an object. Delay: from when
the one behind turns up to its track, the median of the skies where it is found (GOSPA's pairs, c = 150 m)."""


@dataclass(frozen=True)
class Case:
    """One sky."""

    sky: str
    has_copies: bool
    is_told: bool
    seed: int

    @property
    def radar(self) -> Instrument:
        """As the site file describes it."""
        told = {"multipath_probability": COPIES, "multipath_excess_m": EXCESS_M}
        radar = replace(RADAR, copies=COPIES if self.has_copies else 0.0)
        return replace(radar, believed=told) if self.is_told else radar


def flights_of(case: Case, rng: np.random.Generator) -> list[Flight]:
    """Five on their own; then, in skies that have one, the one behind the first."""
    flights = []
    for k in range(OBJECTS):
        bearing = 2.0 * math.pi * (k + rng.uniform(0.2, 0.8)) / OBJECTS
        place = rng.uniform(4_000.0, 8_000.0) * np.array([math.sin(bearing), math.cos(bearing), 0.0])
        flights.append(straight(place, rng.uniform(0.0, 360.0), rng.uniform(25.0, 45.0), SECONDS))
    if case.sky != SKIES[0]:
        first = flights[0]
        there = first.time_s >= BEHIND_FROM_S
        ahead = first.state[there]
        out = ahead[:, :2] / np.linalg.norm(ahead[:, :2], axis=1)[:, None]
        aside = 100.0 if case.sky == SKIES[2] else 0.0
        state = ahead.copy()
        state[:, :2] += BEHIND_M * out + aside * np.column_stack([out[:, 1], -out[:, 0]])
        flights.append(Flight(first.time_s[there], state))
    return flights


def one_sky(case: Case) -> tuple[float, float, float, float]:
    """Tracks of nothing an object; share of the five's time followed; of the one behind the delay [s], or
    NaN, and the share of its time followed."""
    rng = np.random.default_rng([case.seed, SKIES.index(case.sky), case.has_copies])
    flights = flights_of(case, rng)
    columns = reports(case.radar, 0, flights, SECONDS, rng)
    births = len(flights) / (math.pi * (REACH_M / 1e3) ** 2 * SECONDS)
    prior = FLAT | {
        "speed_sigma_mps": 25.0,
        "acceleration_density_m2ps3": DENSITY,
        "lifetime_s": LIFETIME_S,
        "birth_rate_per_km2_s": births,
    }
    estimates = watched(site_with([case.radar], prior), together([columns]), SECONDS)
    seen = following(estimates, flights, CUTOFF_M).between(SETTLED_S, math.inf)
    five = float((seen.label[:, :OBJECTS] != NOBODY).mean())
    delay, behind = math.nan, math.nan
    if len(flights) > OBJECTS:
        times = seen.time_s[seen.label[:, OBJECTS] != NOBODY]
        delay = float(times[0] - BEHIND_FROM_S) if len(times) else math.nan
        behind = float((seen.label[:, OBJECTS] != NOBODY)[seen.alive[:, OBJECTS]].mean())
    return float(seen.ghosts.mean()) / OBJECTS, five, delay, behind


def run(options: Options) -> list[Table]:
    columns = [
        Column("sky"),
        Column("copies"),
        Column("told"),
        Column("tracks of nothing", ".3f"),
        Column("followed", ".3f"),
        Column("delay s", ".1f"),
        Column("found", ".2f"),
        Column("one behind followed", ".3f"),
    ]
    seeds = options.seeds()
    table = Table("Copies by multipath", columns, f"{len(seeds)} seeds; from {SETTLED_S:.0f} s on.")
    kinds = [(sky, has, told) for sky in SKIES for has in (False, True) for told in (False, True)]
    cases = [Case(*kind, seed) for kind in kinds for seed in seeds]
    results = np.array(options.pooled(one_sky, cases)).reshape(len(kinds), len(seeds), 4)
    for (sky, has, told), rows in zip(kinds, results, strict=True):
        delays = rows[:, 2][np.isfinite(rows[:, 2])]
        is_alone = sky == SKIES[0]
        table.add(
            sky, "yes" if has else "no", "yes" if told else "no", *rows[:, :2].mean(axis=0).tolist(),
            float(np.median(delays)) if len(delays) else None,
            None if is_alone else len(delays) / len(seeds), None if is_alone else float(rows[:, 3].mean()),
        )  # fmt: skip
    return [table]
