"""Three radars, one of them turned and late, and a few aircraft that tell where they are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from benchmarks.flights import Flight, Leg, fly
from benchmarks.following import following, watched
from benchmarks.instruments import Instrument, reports, site_with, together
from benchmarks.options import Options
from benchmarks.table import Column, Table, at_most

OBJECTS, COOPERATIVE = 12, 4
SECONDS, SETTLED_S = 300.0, 180.0
REACH_M = 25_000.0
HEIGHT_M = 300.0
AZIMUTH_BIAS_DEG, TIME_BIAS_S = 0.5, 0.5
DEARER = 1.1
PLACES_M = ((-7_000.0, -4_000.0, 20.0), (7_000.0, -4_000.0, 20.0), (0.0, 8_000.0, 20.0))


def describe() -> str:
    return f"""Bias: one of three radars is 0.5 deg and 0.5 s off

Three radars on a triangle of 14 km, with turns of 2, 3 and 4 s (Pd 0.9, 30 m, 0.3 deg, three false plots a
turn), see {OBJECTS} objects at 20 to 45 m/s with slow turns; {COOPERATIVE} of them tell their position (10
m) by ADS-B once a second. The second radar's azimuths are {AZIMUTH_BIAS_DEG} deg too large and its times
{TIME_BIAS_S} s too late; the site file says nothing of it. The error is horizontal, of the objects that
tell nothing, from {SETTLED_S:.0f} s to {SECONDS:.0f} s; the same noise with bias and without."""


def instruments(azimuth_bias_deg: float, time_bias_s: float) -> list[Instrument]:
    """The radars, the second of them biased, and the receiver."""
    radars = [
        Instrument(
            name=f"radar {k}",
            kind="radar",
            measures=frozenset({"range", "azimuth"}),
            period_s=2.0 + k,
            pd=((0.0, 0.9),),
            max_range_m=REACH_M,
            false_per_look=3.0,
            position_m=place,
            first_look_s=0.3 * k,
            range_sigma_m=30.0,
            azimuth_sigma_deg=0.3,
        )
        for k, place in enumerate(PLACES_M)
    ]
    radars[1] = replace(radars[1], azimuth_bias_deg=azimuth_bias_deg, time_bias_s=time_bias_s)
    places = frozenset({"place"})
    return [*radars, Instrument("receiver", "adsb", places, 1.0, ((0.0, 0.9),), 2 * REACH_M, 1e-4)]


def fliers(rng: np.random.Generator) -> list[Flight]:
    """Wide paths over the triangle; the last ones tell where they are."""
    made: list[Flight] = []
    while len(made) < OBJECTS:
        legs = [Leg(rng.uniform(30.0, 80.0), rng.choice([0.0, -0.7, 0.7])) for _ in range(11)]
        start = (*rng.uniform(-10_000.0, 10_000.0, 2), HEIGHT_M + rng.uniform(-100.0, 100.0))
        flight = fly(start, rng.uniform(0.0, 360.0), rng.uniform(20.0, 45.0), legs)
        from_radars = np.linalg.norm(flight.state[:, None, :2] - np.array(PLACES_M)[:, :2], axis=-1)
        if np.abs(flight.state[:, :2]).max() < 14_000.0 and from_radars.min() > 500.0:
            made.append(flight)
    return made


def one_sky(case: tuple[int, float, float]) -> tuple[float, float, float]:
    """Of the silent ones: mean squared error [m2], the same normalised, and share of time followed."""
    seed, azimuth_bias_deg, time_bias_s = case
    rng = np.random.default_rng(seed)
    flights = fliers(rng)
    sensors = instruments(azimuth_bias_deg, time_bias_s)
    prior = {
        "altitude_m": HEIGHT_M,
        "altitude_sigma_m": 100.0,
        "vertical_speed_sigma_mps": 1.0,
        "lifetime_s": 900.0,
        "birth_rate_per_km2_s": OBJECTS / (20.0**2 * SECONDS),
    }
    silent = OBJECTS - COOPERATIVE
    parts = [reports(radar, number, flights, SECONDS, rng) for number, radar in enumerate(sensors[:-1])]
    names = [f"TEST{k}" for k in range(COOPERATIVE)]
    parts.append(reports(sensors[-1], len(parts), flights[silent:], SECONDS, rng, identities=names))
    estimates = watched(site_with(sensors, prior), together(parts), SECONDS)
    seen = following(estimates, flights).between(SETTLED_S, SECONDS)
    error, squared = seen.error_m[:, :silent], seen.squared[:, :silent]
    return float(np.nanmean(error**2)), float(np.nanmean(squared)), float(np.isfinite(error).mean())


def run(options: Options) -> list[Table]:
    seeds = options.seeds()
    rows = {
        "no bias": (0.0, 0.0),
        "0.5 deg": (AZIMUTH_BIAS_DEG, 0.0),
        "0.5 s": (0.0, TIME_BIAS_S),
        "0.5 deg and 0.5 s": (AZIMUTH_BIAS_DEG, TIME_BIAS_S),
    }
    columns = [
        Column("bias"),
        Column("RMSE m", ".1f"),
        Column("over no bias", ".3f"),
        Column("ANEES", ".2f"),
        Column("followed", ".3f"),
    ]
    table = Table("One of three radars is biased", columns, f"{len(seeds)} skies.")
    without = math.nan
    cases = [(seed, *bias) for bias in rows.values() for seed in seeds]
    found = np.reshape(options.pooled(one_sky, cases), (len(rows), len(seeds), 3))
    for name, (square, nees, followed) in zip(rows, found.mean(axis=1).tolist(), strict=True):
        rmse = math.sqrt(square)
        without = rmse if name == "no bias" else without
        ratio = rmse / without
        is_goal = name == "0.5 deg and 0.5 s"
        table.add(name, rmse, ratio, nees / 2, followed, goals=[at_most(ratio, DEARER)] if is_goal else [])
    return [table]
