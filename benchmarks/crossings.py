"""Pairs that cross at a small angle, and a formation of eight: whether each object keeps its track."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.flights import Flight, Leg, fly, states_at, straight
from benchmarks.following import NOBODY, Estimate, Following, following, watched
from benchmarks.instruments import FLAT, Columns, Instrument, reports, site_with, together
from benchmarks.options import Options
from benchmarks.plain_filter import PlainFilter, UniformBirths
from benchmarks.table import Column, Table, at_least, at_most
from tocsin.config.site import Site

PD, FALSE, REACH_M = 0.9, 10.0, 12_000.0
RANGE_SIGMA_M, AZIMUTH_SIGMA_DEG = 25.0, 0.25
RADAR = Instrument(
    name="radar",
    kind="radar",
    measures=frozenset({"range", "azimuth"}),
    period_s=1.0,
    pd=((0.0, PD),),
    max_range_m=REACH_M,
    false_per_look=FALSE,
)
PAIRS, ANGLES_DEG, WIDEST_MISS_M = 10, (10.0, 40.0), 100.0
PAIR_SECONDS = 160.0
NEAR_M, WINDOW_S = 200.0, 12.0  # a pair is told apart again when it is farther apart than this
FORMATION, SPACING_M = 8, 50.0
TURNS = (Leg(50.0), Leg(30.0, 2.0), Leg(40.0), Leg(30.0, -2.0), Leg(40.0))
FORMATION_SECONDS = sum(leg.duration_s for leg in TURNS)
SETTLED_S = 30.0
LIFETIME_S, DENSITY, SPEED_SIGMA_MPS = 600.0, 0.3, 25.0
CUTOFF_M = 100.0
SHOWN_ABOVE = 0.5
KEPT = 0.9


def describe() -> str:
    return """Crossing pairs and a close formation: identity kept, GOSPA beside exact marginals

A radar with a turn of 1 s (25 m, 0.25 deg: plots of 20 to 40 m), Pd 0.9, ten false plots a turn over 450
km2. Ten pairs cross at 10 to 40 deg and pass within 0 to 100 m, each under its own sky, 3 to 9 km from
the radar, at 25 to 45 m/s. Eight fly 50 m apart in a line or a V, with two turns of 60 deg at 2 deg/s. An
identity is kept if the track that follows an object most of the time after it follows it before: for
pairs in the 12 s before and after they are nearer than 200 m, for the formation in the 15 s from 30 s on
and in the last 15 s; plots that are narrower tell from where on that can be done. A track follows what
GOSPA (c = 100 m) pairs it with. 'Exact' is a plain Poisson multi-Bernoulli filter with exact marginals
(`plain_filter.py`) on the same plots; both are told the truth of births, false plots and Pd. 'Exact'
expects straight flight, tocsin all of its five modes, unless told."""


@dataclass(frozen=True)
class Case:
    """One sky: the number of the pair, or none for a formation; how wide its plots are."""

    scene: str
    seed: int
    pair: int | None = None
    width: float = 1.0
    motion: str = "modes"  # that tocsin expects; 'exact' expects straight flight
    is_judged: bool = True

    @property
    def radar(self) -> Instrument:
        """With errors as wide as that."""
        wide = self.width
        return replace(RADAR, range_sigma_m=wide * RANGE_SIGMA_M, azimuth_sigma_deg=wide * AZIMUTH_SIGMA_DEG)


@dataclass(frozen=True)
class Score:
    """Of one tracker: objects kept of all, switches, GOSPA [m], share of the time followed."""

    kept: int
    switches: int
    gospa_m: float
    followed: float


def crossing_pair(pair: int, rng: np.random.Generator) -> list[Flight]:
    """Two that are nearest each other half-way."""
    angle = np.interp(pair, [0, PAIRS - 1], ANGLES_DEG)
    bearing, course = rng.uniform(0.0, 2.0 * math.pi), rng.uniform(0.0, 360.0)
    centre = rng.uniform(3_000.0, 9_000.0) * np.array([math.sin(bearing), math.cos(bearing), 0.0])
    speeds = rng.uniform(25.0, 45.0, 2)
    courses = np.radians([course, course + angle])
    velocity = speeds[:, None] * np.column_stack([np.sin(courses), np.cos(courses), np.zeros(2)])
    relative = velocity[1] - velocity[0]
    across = np.array([relative[1], -relative[0], 0.0]) / np.linalg.norm(relative)
    places = centre, centre + rng.uniform(-WIDEST_MISS_M, WIDEST_MISS_M) * across
    return [
        straight(place - v * PAIR_SECONDS / 2, math.degrees(c), speed, PAIR_SECONDS)
        for place, v, c, speed in zip(places, velocity, courses, speeds, strict=True)
    ]


def formation(seed: int, rng: np.random.Generator) -> list[Flight]:
    """Eight on parallel paths, in a line abreast or a V, by turns."""
    bearing, course = rng.uniform(0.0, 2.0 * math.pi), rng.uniform(0.0, 360.0)
    speed = rng.uniform(25.0, 40.0)
    leader = fly((0.0, 0.0, 0.0), course, speed, TURNS)
    centre = 6_000.0 * np.array([math.sin(bearing), math.cos(bearing), 0.0])
    middle = leader.at(np.array(FORMATION_SECONDS / 2))[:3]
    ahead = np.array([math.sin(math.radians(course)), math.cos(math.radians(course)), 0.0])
    right = np.array([ahead[1], -ahead[0], 0.0])
    places = np.arange(FORMATION) - (FORMATION - 1) / 2
    back = np.zeros(FORMATION) if seed % 2 else np.abs(places)
    step = SPACING_M / (
        1.0 if seed % 2 else math.sqrt(2.0)
    )  # along the arms of the V, which are at right angles
    offsets = step * (np.outer(places, right) - np.outer(back, ahead))
    moved = [np.hstack([centre - middle + offset, np.zeros(3)]) for offset in offsets]
    return [Flight(leader.time_s, leader.state + shift) for shift in moved]


def site_of(radar: Instrument, objects: int, seconds: float, motion: str) -> Site:
    """The truth of this sky."""
    prior = FLAT | {
        "motion": motion,
        "speed_sigma_mps": SPEED_SIGMA_MPS,
        "acceleration_density_m2ps3": DENSITY,
        "lifetime_s": LIFETIME_S,
        "birth_rate_per_km2_s": 1e6 * births_per_m2_s(objects, seconds),
    }
    return site_with([radar], prior)


def births_per_m2_s(objects: int, seconds: float) -> float:
    """As if the objects of a scene were born at any time of it, anywhere in the coverage."""
    return objects / (math.pi * REACH_M**2 * seconds)


def plain_watched(radar: Instrument, columns: Columns, births_m2_s: float, seconds: float) -> list[Estimate]:
    """What exact marginals make of the same plots; each plot as a position with its covariance."""
    undetected = UniformBirths(births_m2_s * LIFETIME_S, births_m2_s * radar.period_s, SPEED_SIGMA_MPS)
    plain = PlainFilter(undetected, DENSITY, PD, FALSE / (math.pi * REACH_M**2), LIFETIME_S)
    range_m, azimuth = columns["range_m"], columns["azimuth_rad"]
    ray = np.column_stack([np.sin(azimuth), np.cos(azimuth)])
    across = np.column_stack([ray[:, 1], -ray[:, 0]])
    spread = np.column_stack(
        [np.full(len(range_m), radar.range_sigma_m), range_m * math.radians(radar.azimuth_sigma_deg)]
    )
    turned = np.stack([ray, across], axis=-1) * spread[:, None, :]
    places, errors = range_m[:, None] * ray, turned @ np.swapaxes(turned, 1, 2)
    estimates = []
    for scan, time_s in enumerate(radar.looks_s(seconds)):
        if scan:
            plain.predict(radar.period_s)
        rows = columns["scan"] == scan
        plain.scan(places[rows], errors[rows])
        label, place, covariance = plain.shown(SHOWN_ABOVE)
        estimates.append(Estimate(float(time_s), [str(k) for k in label], place, covariance))
    return estimates


def windows(flights: Sequence[Flight], is_pair: bool) -> tuple[tuple[float, float], tuple[float, float]]:
    """The times before and after which the tracks of an object are compared."""
    if not is_pair:
        return (SETTLED_S, SETTLED_S + 15.0), (FORMATION_SECONDS - 15.0, FORMATION_SECONDS)
    time_s = np.arange(0.0, PAIR_SECONDS, RADAR.period_s)
    place = states_at(flights, time_s)[..., :2]
    near = time_s[np.linalg.norm(place[:, 0] - place[:, 1], axis=-1) < NEAR_M]
    return (near[0] - WINDOW_S, near[0]), (near[-1] + 1e-3, near[-1] + WINDOW_S + 1e-3)


def kept(seen: Following, before: tuple[float, float], after: tuple[float, float]) -> int:
    """How many objects are followed by the same track before and after."""
    first, last = seen.between(*before), seen.between(*after)
    return sum(first.leader(k) == last.leader(k) != NOBODY for k in range(seen.label.shape[1]))


def score(estimates: Sequence[Estimate], flights: Sequence[Flight], is_pair: bool) -> Score:
    """How one tracker did under one sky."""
    seen = following(estimates, flights, CUTOFF_M)
    settled = seen.between(SETTLED_S, math.inf)
    switches = sum(seen.changes(k) for k in range(len(flights)))
    return Score(
        kept(seen, *windows(flights, is_pair)), switches, float(settled.gospa_m.mean()), settled.followed()
    )


def one_sky(case: Case) -> tuple[int, Score, Score]:
    """How many objects there are, and how tocsin and exact marginals did."""
    is_pair, radar = case.pair is not None, case.radar
    rng = np.random.default_rng([case.seed, PAIRS if case.pair is None else case.pair])
    flights = formation(case.seed, rng) if case.pair is None else crossing_pair(case.pair, rng)
    seconds = PAIR_SECONDS if is_pair else FORMATION_SECONDS
    columns = reports(radar, 0, flights, seconds, rng)
    births = births_per_m2_s(len(flights), seconds)
    ours = watched(site_of(radar, len(flights), seconds, case.motion), together([columns]), seconds)
    exact = plain_watched(radar, columns, births, seconds)
    return len(flights), score(ours, flights, is_pair), score(exact, flights, is_pair)


def run(options: Options) -> list[Table]:
    columns = [
        Column("scene"),
        Column("objects", ".0f"),
        Column("kept", ".3f"),
        Column("exact", ".3f"),
        Column("switches an object"),
        Column("exact"),
        Column("GOSPA m", ".1f"),
        Column("exact", ".1f"),
        Column("followed", ".3f"),
        Column("exact", ".3f"),
    ]
    seeds = options.seeds()
    note = f"{len(seeds)} seeds. GOSPA and the share of time followed from {SETTLED_S:.0f} s on."
    table = Table("Identity in ambiguous scenes", columns, note)
    cases = [Case("crossing pairs", seed, pair) for pair in range(PAIRS) for seed in seeds]
    cases += [
        Case("pairs, straight flight told", seed, pair, motion="straight")
        for pair in range(PAIRS)
        for seed in seeds
    ]
    cases += [Case("formation of eight", seed) for seed in seeds]
    for words, width in (("half", 0.5), ("a fifth", 0.2)):
        scene = f"formation, plots {words} as wide"
        cases += [Case(scene, seed, width=width, is_judged=False) for seed in seeds]
    results = options.pooled(one_sky, cases)
    for scene in dict.fromkeys(case.scene for case in cases):
        of_scene = [case.scene == scene for case in cases]
        found = [result for result, is_of_it in zip(results, of_scene, strict=True) if is_of_it]
        objects = sum(count for count, _, _ in found)
        ours = _pooled([mine for _, mine, _ in found], objects)
        exact = _pooled([theirs for _, _, theirs in found], objects)
        pairs = [value for both in zip(ours, exact, strict=True) for value in both]
        goals = [at_least(ours[0], KEPT, "kept"), at_most(ours[2], exact[2], "GOSPA")]
        table.add(scene, objects, *pairs, goals=goals if cases[of_scene.index(True)].is_judged else [])
    return [table]


def _pooled(scores: Sequence[Score], objects: int) -> tuple[float, float, float, float]:
    """Share kept, switches an object, mean GOSPA and time followed."""
    return (
        sum(one.kept for one in scores) / objects,
        sum(one.switches for one in scores) / objects,
        float(np.mean([one.gospa_m for one in scores])),
        float(np.mean([one.followed for one in scores])),
    )
