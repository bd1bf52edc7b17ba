"""A fast sensor that can't see some objects, beside a slow radar that does: whether it talks them away."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from benchmarks.flights import Flight, Leg, fly
from benchmarks.following import NOBODY, following, watched
from benchmarks.instruments import FLAT, Instrument, reports, site_with, together
from benchmarks.options import Options
from benchmarks.table import Column, Table, at_most
from tocsin.units import BoolArray, FloatArray

SECONDS, SETTLED_S = 600.0, 60.0
BLIND_TO, SEEN = 4, 2
BELIEVED = (0.1, 0.5)
REACH_M = 12_000.0
RADAR = Instrument(
    name="radar",
    kind="radar",
    measures=frozenset({"range", "azimuth"}),
    period_s=1.0,
    pd=((0.0, 0.9),),
    max_range_m=REACH_M,
    false_per_look=1.0,
    range_sigma_m=30.0,
    azimuth_sigma_deg=0.3,
)


def describe() -> str:
    return f"""A fast blind sensor beside a slow seeing one: no track lost in ten minutes

A radar with a turn of 4 s (Pd 0.9, 30 m, 0.3 deg, two false plots a turn) sees {BLIND_TO + SEEN} objects on
circuits at 20 to 35 m/s; a radar that looks ten times a second is said to have Pd 0.1 or 0.5, which is so
of {SEEN} of them, while {BLIND_TO} it can't see at all; one look in a hundred gives a false plot. A track
is lost where the one that follows an object at {SETTLED_S:.0f} s no longer does so at 600 s; an
interruption is each time that no track follows an object any more. Both are of the objects that the fast
radar can't see, from {SETTLED_S:.0f} s on."""


def circuits(rng: np.random.Generator) -> list[Flight]:
    """Each flies along a wide square with round corners, some kilometres from the radars."""
    made = []
    for k in range(BLIND_TO + SEEN):
        bearing = 2.0 * math.pi * k / (BLIND_TO + SEEN)
        centre = 6_000.0 * np.array([math.sin(bearing), math.cos(bearing), 0.0])
        legs = [Leg(rng.uniform(35.0, 50.0)), Leg(30.0, 3.0)] * 10
        flight = fly((0.0, 0.0, 0.0), rng.uniform(0.0, 360.0), rng.uniform(20.0, 35.0), legs)
        shift = np.append(centre - flight.state[: round(400.0 / 0.05), :3].mean(axis=0), np.zeros(3))
        made.append(Flight(flight.time_s, flight.state + shift))
    return made


def one_sky(case: tuple[float, int]) -> tuple[int, int, float, float]:
    """Tracks lost and interruptions, of what the fast radar can't see; time followed, of all; ghosts."""
    believed, seed = case
    rng = np.random.default_rng(seed)
    flights = circuits(rng)
    slow = replace(RADAR, name="slow", period_s=4.0, pd=((0.0, 0.9),), false_per_look=2.0)
    fast = replace(RADAR, name="fast", period_s=0.1, pd=((0.0, believed),), false_per_look=0.01)
    fast = replace(fast, position_m=(500.0, 0.0, 0.0), first_look_s=0.03)

    def not_blind(_: FloatArray, states: FloatArray) -> BoolArray:
        return np.broadcast_to(np.arange(states.shape[1]) >= BLIND_TO, states.shape[:2])

    births = len(flights) / (math.pi * (REACH_M / 1e3) ** 2 * SECONDS)
    site = site_with([slow, fast], FLAT | {"lifetime_s": 900.0, "birth_rate_per_km2_s": births})
    parts = [reports(slow, 0, flights, SECONDS, rng), reports(fast, 1, flights, SECONDS, rng, not_blind)]
    estimates = watched(site, together(parts), SECONDS)
    seen = following(estimates, flights).between(SETTLED_S, SECONDS)
    last = seen.between(SECONDS - 8.0, SECONDS)
    first = seen.between(SETTLED_S, SETTLED_S + 8.0)
    lost = sum(not (first.leader(k) == last.leader(k) != NOBODY) for k in range(BLIND_TO))
    there = seen.label[:, :BLIND_TO] != NOBODY
    breaks = int((there[:-1] & ~there[1:]).sum())
    return lost, breaks, seen.followed(), float(seen.ghosts.mean())


def run(options: Options) -> list[Table]:
    seeds = options.seeds()
    columns = [
        Column("believed Pd", ".1f"),
        Column("objects", ".0f"),
        Column("lost", ".0f"),
        Column("interruptions", ".0f"),
        Column("followed", ".3f"),
        Column("ghosts"),
    ]
    table = Table("A fast blind sensor", columns, f"{len(seeds)} skies; 'followed' is of all objects.")
    for believed in BELIEVED:
        found = np.array(options.pooled(one_sky, [(believed, seed) for seed in seeds]))
        lost, breaks = found[:, :2].sum(axis=0).tolist()
        followed, ghosts = found[:, 2:].mean(axis=0).tolist()
        table.add(
            believed,
            BLIND_TO * len(seeds),
            lost,
            breaks,
            followed,
            ghosts,
            goals=[at_most(lost, 0.0, "lost")],
        )
    return [table]
