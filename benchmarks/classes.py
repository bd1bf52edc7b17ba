"""What objects are taken for: is a class that is said to be 0.8 probable right four times in five?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.class_runs import CHOICES, FORECAST_SIGMA_MPS, RIGHT, SYSTEMATIC, Counts, counted
from benchmarks.options import Options
from benchmarks.table import Column, Part, Plot, Series, Table

SCENARIOS = (
    "airport-hover",
    "balloons-in-wind",
    "birds-and-drones",
    "border-crossing",
    "coast-past-zones",
    "forged-remote-id",
    "quiet-hour",
)
QUICK_SCENARIOS = ("balloons-in-wind", "birds-and-drones")
SEEDS, QUICK_SEEDS = 3, 1


def describe() -> str:
    return f"""Classes: how often right, and whether probabilities are what they say

Scenarios that come with tocsin, {SEEDS} seeds, tracked once; every second each track is classified with and
without what may be told. Each track within 500 m of an object counts every ten seconds: the class of that
object is the true one. 'Wind': told at one height with an error of {FORECAST_SIGMA_MPS:g} m/s on each axis.
'Cross sections': radars tell those of true plots, Swerling 1 about the object's own, and of false ones any
from -30 to 0 dBsm. 'Labels': microphones, cameras and systems that report tracks call {RIGHT:.0%} of what
they detect by its class, else by any other; {SYSTEMATIC:.0%} of the time a sensor repeats what it said first
of that object, and false detections are called anything. Brier: the sum over classes of the squared error of
the probability, 0 to 2. Classes are not drawn as the prior says: most scenarios have two or three of them."""


def run(options: Options) -> Sequence[Part]:
    scenarios = QUICK_SCENARIOS if options.quick else SCENARIOS
    cases = [(name, seed) for name in scenarios for seed in options.seeds(SEEDS, QUICK_SEEDS)]
    found: dict[tuple[str, str], Counts] = {}
    for (name, _), by_choice in zip(cases, options.pooled(counted, cases), strict=True):
        for choice, counts in by_choice.items():
            found[name, choice] = found.get((name, choice), Counts()) + counts
    together = {
        choice.name: sum((found[name, choice.name] for name in scenarios), Counts()) for choice in CHOICES
    }
    rows = {("all", choice): counts for choice, counts in together.items()} | found
    return [
        scores(rows),
        deciles(
            "Probability of the likeliest class, by decile, and how often it was right", together, "best"
        ),
        deciles("Probability of every class, by decile, and how often it was right", together, "each"),
        reliability(together),
    ]


def scores(rows: Mapping[tuple[str, str], Counts]) -> Table:
    """Every scenario with every choice."""
    columns = [
        Column("scenario"), Column("told"), Column("samples"), Column("right", ".2f"), Column("Brier", ".3f"),
        Column("on drones, of a drone", ".2f"), Column("on drones, of others", ".2f"),
    ]  # fmt: skip
    note = "Right: the likeliest class is the true one. On drones: probability of the four classes of drones."
    table = Table("What is known of the class, by what is told", columns, note=note)
    for (name, choice), found in sorted(rows.items(), key=lambda row: row[0][0]):
        count = found.samples
        if count:
            on_drones = _share(found.on_threats, found.threats), _share(found.on_harmless, found.harmless)
            table.add(name, choice, count, found.right / count, found.brier / count, *on_drones)
    return table


def deciles(title: str, together: Mapping[str, Counts], name: str) -> Table:
    """Said and true, for each choice."""
    headings = [
        column
        for choice in together
        for column in (Column(f"{choice}: said", ".2f"), Column("right", ".2f"), Column("samples"))
    ]
    table = Table(title, [Column("decile"), *headings])
    for decile in range(10):
        cells: list[float | None] = []
        for found in together.values():
            samples, said, right = getattr(found, name)[decile]
            cells += [_share(said, samples), _share(right, samples), float(samples)]
        table.add(f"{decile / 10:g}-{(decile + 1) / 10:g}", *cells)
    return table


def reliability(together: Mapping[str, Counts]) -> Plot:
    """The same of every class, as lines."""
    lines = []
    for choice, found in together.items():
        there = found.each[:, 0] > 0
        samples, said, right = found.each[there].T
        lines.append(Series(choice, (said / samples).tolist(), (right / samples).tolist()))
    return Plot(
        "class-reliability",
        "Probability of every class",
        "probability that was said",
        "share that was right",
        [*lines, Series("as said", [0.0, 1.0], [0.0, 1.0], is_goal=True)],
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole and np.isfinite(whole) else None
