"""Twelve microphones that only say 'heard' or 'not heard': a passing drone, and an empty sky."""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np

from benchmarks.flights import Flight, straight
from benchmarks.following import Estimate, watched
from benchmarks.instruments import Instrument, reports, site_with, together
from benchmarks.options import Options
from benchmarks.table import Column, Table, at_most

ROWS, COLUMNS, SPACING_M = 3, 4, 2_500.0
# A piston engine (assumed): certain at a few hundred metres, rarely heard beyond 4 km.
HEARD = ((0.0, 0.98), (1_000.0, 0.95), (2_000.0, 0.8), (3_000.0, 0.4), (4_000.0, 0.1), (5_000.0, 0.0))
FALSE_HEARD = 0.01
SOUND_MPS, SPEED_MPS, HEIGHT_M = 343.0, 45.0, 300.0
PRESENT_M = 2_500.0
SETTLED_S, HOUR_S = 60.0, 3600.0
ERROR_M = 500.0


def describe() -> str:
    return f"""Twelve microphones that only hear: a passing drone is placed, an empty sky stays empty

{ROWS} x {COLUMNS} microphones, {SPACING_M / 1e3:.1f} km apart, each says once a second whether it heard
anything: 0.95 at 1 km, 0.8 at 2 km, 0.4 at 3 km, 0.1 at 4 km; one 'heard' in a hundred is false. One drone
at 45 m/s and 300 m passes over them; sound takes 3 s for each kilometre. It is present from where it is
within 2.5 km of a microphone until it leaves the array's rectangle. The error is that of the nearest
published track, horizontally, from 60 s of presence on; no track counts as an error without bound. An empty
sky is an hour long. Where no pass gives a track, that empty skies give none is no merit."""


def microphones(rng: np.random.Generator) -> list[Instrument]:
    """On a grid, as exactly as gardens allow."""
    made = []
    for k in range(ROWS * COLUMNS):
        row, column = divmod(k, COLUMNS)
        east = (column - (COLUMNS - 1) / 2) * SPACING_M + rng.uniform(-300.0, 300.0)
        north = (row - (ROWS - 1) / 2) * SPACING_M + rng.uniform(-300.0, 300.0)
        made.append(
            Instrument(
                name=f"microphone {k}",
                kind="microphone",
                measures=frozenset({"heard"}),
                period_s=1.0,
                pd=HEARD,
                max_range_m=HEARD[-1][0],
                false_per_look=-math.log1p(-FALSE_HEARD),
                position_m=(east, north, 0.0),
                first_look_s=rng.uniform(0.0, 1.0),
                sound_mps=SOUND_MPS,
                believed={"visible_probability": 1.0},
            )
        )
    return made


def passing(rng: np.random.Generator) -> tuple[Flight, float]:
    """A flight through the middle third of the array from 8 km away, and how long it takes."""
    course = rng.uniform(0.0, 2.0 * math.pi)
    ahead = np.array([math.sin(course), math.cos(course), 0.0])
    beside = rng.uniform(-1_200.0, 1_200.0) * np.array([ahead[1], -ahead[0], 0.0])
    start = beside - 8_000.0 * ahead + [0.0, 0.0, HEIGHT_M]
    seconds = 14_000.0 / SPEED_MPS
    return straight(start, math.degrees(course), SPEED_MPS, seconds + 1.0), seconds


def estimates_of(
    instruments: list[Instrument], flights: list[Flight], seconds: float, rng: np.random.Generator
) -> list[Estimate]:
    """What tocsin publishes; its site file tells the truth."""
    prior = {
        "altitude_m": HEIGHT_M,
        "altitude_sigma_m": 150.0,
        "speed_sigma_mps": 30.0,
        "vertical_speed_sigma_mps": 1.0,
        "acceleration_density_m2ps3": 0.1,
        "lifetime_s": 400.0,
        # One in an hour over the ground that is heard.
        "birth_rate_per_km2_s": 1.0 / (HOUR_S * 200.0),
    }
    parts = [reports(one, number, flights, seconds, rng) for number, one in enumerate(instruments)]
    return watched(site_with(instruments, prior), together(parts), seconds)


def errors_of_a_pass(seed: int) -> tuple[list[float], float]:
    """Errors [m] once a second from 60 s of presence on, and mean further tracks then."""
    rng = np.random.default_rng(seed)
    (flight, seconds), instruments = passing(rng), microphones(rng)
    places = np.array([one.position_m[:2] for one in instruments])
    estimates = estimates_of(instruments, [flight], seconds, rng)
    times = [estimate.time_s for estimate in estimates]
    time_s = np.arange(0.0, seconds)
    true = flight.at(time_s)[:, :2]
    near = np.linalg.norm(true[:, None] - places, axis=-1).min(axis=1) < PRESENT_M
    inside = (np.abs(true) <= [SPACING_M * (COLUMNS - 1) / 2, SPACING_M * (ROWS - 1) / 2]).all(axis=1)
    came = time_s[near][0]
    errors, others = [], []
    for now, place in zip(time_s[inside], true[inside], strict=True):
        if now < came + SETTLED_S:
            continue
        last = bisect_right(times, now) - 1
        tracks = estimates[last].place_m if last >= 0 else np.zeros((0, 2))
        errors.append(float(np.linalg.norm(tracks - place, axis=1).min()) if len(tracks) else math.inf)
        others.append(max(len(tracks) - 1, 0))
    return errors, float(np.mean(others)) if others else 0.0


def tracks_of_nothing(seed: int) -> int:
    """How many tracks an hour without any object gives."""
    rng = np.random.default_rng([seed, 1])
    hour = estimates_of(microphones(rng), [], HOUR_S, rng)
    return len({label for estimate in hour for label in estimate.label})


def run(options: Options) -> list[Table]:
    seeds = options.seeds()
    note = f"{len(seeds)} passes and {len(seeds)} empty hours."
    table = Table("Heard or not heard", [Column("scene"), Column("figure"), Column("value", ".3g")], note)
    passes = options.pooled(errors_of_a_pass, seeds)
    errors = np.array([error for some, _ in passes for error in some])
    median = float(np.median(errors)) if len(errors) else math.inf
    table.add("a drone passes", "median error m", median, goals=[at_most(_finite(median), ERROR_M)])
    share = float(np.isfinite(errors).mean())
    table.add("", "share of time with a track", share)
    table.add("", "further tracks, mean", float(np.mean([others for _, others in passes])))
    nothing = float(sum(options.pooled(tracks_of_nothing, seeds)))
    table.add(
        "nothing flies", "tracks in all hours", nothing, goals=[at_most(nothing if share else None, 0.0)]
    )
    return [table]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
