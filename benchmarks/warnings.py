"""The release gate: what warnings are worth, by family of scenarios, against an oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.options import Options
from benchmarks.table import Column, Goal, Part, Plot, Series, Table, at_least
from tocsin.evaluation.gate import GATES, POD_OF_ALL, SKILL_LOOK_AHEAD_S
from tocsin.evaluation.measured import Measured, Measures, measures, pool
from tocsin.runtime.evaluation_job import ScenarioScore, by_family, evaluate_suite
from tocsin.runtime.left_out import LeftOut
from tocsin.simulation.library import load_scenario, scenario_names

# Eight hours of scenario: they would take longer than all others together, and quiet-hour asks the same.
LEFT_OUT = ("quiet-night",)
KINDS = (LeftOut.RADAR, LeftOut.MICROPHONE, LeftOut.DIRECTION_FINDER)
PARTS = (LeftOut.MODEL_FREE, LeftOut.CLASSIFIER, LeftOut.TRACKER)
REMOVAL_SEEDS = 3
LEVELS = ("watch", "advisory", "warning")
IS_LONG = True  # hours: `python -m benchmarks warnings`


def describe() -> str:
    return f"""Warnings: how many in time, how many in vain, how early, by family of scenarios

The scenarios that come with tocsin but for {", ".join(LEFT_OUT)}, 20 seeds each, through the whole line
under the rules that come with it. POD: entries of threats warned of at least the zone's required lead
before, of those that an oracle warns of so: the same assessment and rules, told true position, velocity and
class from the object's third true detection on. Lead kept: lead over the oracle's. 'Of perfect tracks':
lead over what true
states with the evidence and class of the sensors' own detections would have given. All are taken over the
pooled entries of a family. `tocsin evaluate --suite builtin --seeds 20` prints the same figures, and
docs/figures.md says what each of them means."""


def run(options: Options) -> Sequence[Part]:
    names = [name for name in scenario_names() if name not in LEFT_OUT]
    whole = parts(evaluate_suite(names, len(options.seeds(full=20, quick=1)), options.jobs))
    return whole if options.quick else [*whole, removal_table(names, options), *without_parts(names, options)]


def removal_table(names: Sequence[str], options: Options) -> Table:
    """What is left where all sensors of one kind are missing, of the families that have some."""
    columns = [Column("without"), Column("entries"), Column("warned of all", ".3f"), Column("POD", ".3f"),
               Column("FAR", ".3f"), Column("median lead s", ".0f")]  # fmt: skip
    note = f"{REMOVAL_SEEDS} seeds; the first line of a kind still has it. The oracle is without it, too."
    table = Table("Without one kind of sensor", columns, note=note)
    for kind in KINDS:
        for without, label in ((None, f"- ({kind} there)"), (kind, str(kind))):
            having = [name for name in names if _has(name, kind)]
            scores = evaluate_suite(having, REMOVAL_SEEDS, options.jobs, without=without)
            _add(table, label, pool([score.measured for score in scores]))
    return table


def without_parts(names: Sequence[str], options: Options) -> list[Table]:
    """The line as it is, and without the model-free path, the classifier, and the tracker."""
    note = (
        f"{REMOVAL_SEEDS} seeds. 'Zone warned': entries of threats into zones for which a warning stood at "
        "the required lead, whatever it was about. Without the tracker the model-free path is on its own, "
        "and what only a track tells (birds, light aircraft) is not told from a threat."
    )
    scored = [(part, by_family(evaluate_suite(names, REMOVAL_SEEDS, options.jobs, without=part)))
              for part in (None, *PARTS)]  # fmt: skip
    whole = Table("Without a part of the line", [Column("without"), *_PART_COLUMNS], note=note)
    each = Table("The same by family", [Column("family"), Column("without"), *_PART_COLUMNS], note=note)
    for part, families in scored:
        whole.add(str(part or "-"), *_part_cells(pool(list(families.values()))))
    for family in scored[0][1]:
        for part, families in scored:
            each.add(family, str(part or "-"), *_part_cells(families[family]))
    return [whole, each]


_PART_COLUMNS = [
    Column("entries"), Column("POD", ".3f"), Column("FAR", ".3f"), Column("zone warned", ".3f"),
    Column("median lead of the zone s", ".0f"), Column("warnings"), Column("without a track"),
    Column("false of these"),
]  # fmt: skip


def _part_cells(measured: Measured) -> tuple[float | int | None, ...]:
    found = measures(measured)
    pod = None if found.detection is None else found.detection.pod
    return (measured.zones.entries, pod, found.false_alarm_ratio, found.zones_warned, found.zone_lead_s,
            found.warnings, found.warnings_without_track, found.false_without_track)  # fmt: skip


def _has(name: str, kind: LeftOut) -> bool:
    return any(sensor.kind is kind.kind for sensor in load_scenario(name).site.sensors)


def _add(table: Table, label: str, measured: Measured) -> None:
    entries, found = measured.entries or [], measures(measured)
    leads = [entry.lead_s for entry in entries if entry.lead_s is not None]
    share = sum(entry.warned for entry in entries) / len(entries) if entries else None
    pod = None if found.detection is None else found.detection.pod
    median = float(np.median(leads)) if leads else None
    table.add(label, len(entries), share, pod, found.false_alarm_ratio, median)


def parts(scores: Sequence[ScenarioScore]) -> list[Part]:
    """The tables and plots of a suite."""
    measured = dict(sorted(by_family(scores).items()))
    families = {family: measures(found) for family, found in measured.items()}
    together = pool(list(measured.values()))
    seeds = min(len(score.metrics) for score in scores)
    return [
        goals_table(families, measures(together)),
        families_table(families, seeds),
        arrival_table(families),
        skill_table(families),
        picture_table(families),
        reliability(together),
        kept_lead(measured),
    ]


def goals_table(families: Mapping[str, Measures], together: Measures) -> Table:
    """Every measure: the worst family and its goal, and all families together."""
    table = Table(
        "Goals", [Column("measure"), Column("all", ".3f"), Column("worst", ".3f"), Column("family")]
    )
    for gate in GATES:
        worst = gate.worst(families)
        value = None if worst is None else gate.of(families[worst])
        goals = [Goal(value, *_range(gate.low, gate.high))]
        if gate.name == "pod":
            goals.append(at_least(gate.of(together), POD_OF_ALL, "all"))
        table.add(gate.title, gate.of(together), value, worst or "-", goals=goals)
    return table


def families_table(families: Mapping[str, Measures], seeds: int) -> Table:
    """Every family by itself."""
    counted = [Column("family"), Column("entries"), Column("excluded"), Column("warnings")]
    columns = [*counted, *(Column(gate.title, ".3f") for gate in GATES)]
    table = Table("By family", columns, note=f"{seeds} seeds of each scenario.")
    for family, found in families.items():
        eligible = 0 if found.detection is None else found.detection.eligible
        cells = (eligible, _excluded(found), found.warnings, *(gate.of(found) for gate in GATES))
        table.add(family, *cells)
    return table


def arrival_table(families: Mapping[str, Measures]) -> Table:
    """How often the 90 % interval held, by level at its first issue."""
    columns = [Column("family"), *(Column(f"{level}{what}", form) for level in LEVELS
               for what, form in ((", entries", ""), (", held", ".2f")))]  # fmt: skip
    table = Table("90 % interval of the time of entry, at the first message of a level", columns)
    for family, found in families.items():
        known = [found.arrival.get(level) for level in LEVELS]
        cells = [cell for one in known for cell in ((0, None) if one is None else (one.entries, one.share))]
        table.add(family, *cells)
    return table


def skill_table(families: Mapping[str, Measures]) -> Table:
    """Brier scores of zone entry at every look-ahead."""
    columns = [Column("family"), Column("look-ahead s"), Column("samples"), Column("entered", ".2f"),
               Column("Brier", ".3f"), Column("straight on", ".3f"), Column("skill", ".2f")]  # fmt: skip
    table = Table("Zone entry against straight-line extrapolation", columns)
    for family, found in families.items():
        for skill in found.entry_skill:
            share = skill.entered / skill.samples
            table.add(family, skill.look_ahead_s, skill.samples, share, skill.brier, skill.straight_brier,
                      skill.skill)  # fmt: skip
    return table


def picture_table(families: Mapping[str, Measures]) -> Table:
    """SIAP."""
    names = list(next(iter(families.values())).siap)
    table = Table(
        "Air picture (SIAP)", [Column("family"), *(Column(name.replace("_", " ")) for name in names)]
    )
    for family, found in families.items():
        table.add(family, *(found.siap[name] for name in names))
    return table


def reliability(together: Measured) -> Plot:
    """What was said against what came, at the look-ahead that is judged."""
    (found,) = [one for one in together.forecasts if one.look_ahead_s == SKILL_LOOK_AHEAD_S]
    counts = np.array(found.bins_samples, dtype=np.float64)
    there = counts > 0
    said, came = np.array(found.bins_probability)[there], np.array(found.bins_entered)[there]
    points = Series("tocsin", (said / counts[there]).tolist(), (came / counts[there]).tolist())
    return Plot(
        "entry-reliability",
        f"Zone entry within {SKILL_LOOK_AHEAD_S:g} s, all families",
        "probability that was said",
        "share that entered",
        [points, Series("as said", [0.0, 1.0], [0.0, 1.0], is_goal=True)],
    )


def kept_lead(measured: Mapping[str, Measured]) -> Plot:
    """The distribution of the lead that was kept, by family."""
    lines = []
    for family, found in measured.items():
        kept = sorted(entry.efficiency for entry in found.entries or [] if entry.excluded is None)
        if kept:
            lines.append(Series(family, kept, (np.arange(1, len(kept) + 1) / len(kept)).tolist()))
    goal = Series("goal of the median", [0.95, 0.95], [0.0, 1.0], is_goal=True)
    return Plot("lead-kept", "Lead over the oracle's", "lead kept", "share of entries", [*lines, goal])


def _range(low: float | None, high: float | None) -> tuple[float, float]:
    return -np.inf if low is None else low, np.inf if high is None else high


def _excluded(found: Measures) -> str:
    if found.detection is None or not found.detection.excluded:
        return "0"
    return ", ".join(f"{number} {why.replace('_', ' ')}" for why, number in found.detection.excluded.items())
