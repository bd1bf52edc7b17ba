"""The measures of warnings: of one run as rows, of a suite as one row for each family and the worst."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from tocsin.cli.words import NOTHING, plain
from tocsin.evaluation.gate import GATES, SKILL_LOOK_AHEAD_S, Gate
from tocsin.evaluation.measured import Measures


def measures_table(found: Measures) -> Table:
    """Each measure of one run, with its goal."""
    table = Table(
        title="Against an oracle that is told the truth",
        title_justify="left",
        title_style="bold",
        box=None,
    )
    for name in ("measure", "value", "goal"):
        table.add_column(name, justify="left" if name == "measure" else "right", no_wrap=True)
    table.add_column("over")
    for gate in GATES:
        table.add_row(gate.title, _number(gate.of(found)), goal(gate), _over(gate, found))
    return table


def families_table(families: Mapping[str, Measures]) -> Table:
    """One row for each family, the goals, and the family that is worst in each measure."""
    table = Table(title="By family, over all seeds", title_justify="left", title_style="bold", box=None)
    table.add_column("family")
    table.add_column("entries, excluded, warnings", justify="right")
    for gate in GATES:
        table.add_column(gate.title, justify="right")
    for family, found in families.items():
        numbers = (_number(gate.of(found)) for gate in GATES)
        table.add_row(family, _counts(found), *numbers)
    table.add_section()
    table.add_row("goal", "", *map(goal, GATES))
    table.add_row("worst family", "", *(gate.worst(families) or NOTHING for gate in GATES))
    return table


def goal(gate: Gate) -> str:
    """The range that is to be reached, in words."""
    if gate.low is not None and gate.high is not None:
        return f"{gate.low:g} to {gate.high:g}"
    return f">= {gate.low:g}" if gate.low is not None else f"<= {gate.high:g}"


def excluded(found: Measures) -> str:
    """How many entries no one could have warned of in time, by reason."""
    if found.detection is None or not found.detection.excluded:
        return "none excluded"
    reasons = ", ".join(f"{number} {plain(reason)}" for reason, number in found.detection.excluded.items())
    return f"excluded: {reasons}"


def _counts(found: Measures) -> str:
    if found.detection is None:
        return f"-, -, {found.warnings}"
    return f"{found.detection.eligible}, {sum(found.detection.excluded.values())}, {found.warnings}"


def _over(gate: Gate, found: Measures) -> str:
    match gate.name:
        case "pod" if found.detection is not None:
            return f"{found.detection.eligible} entries; {excluded(found)}"
        case "false_alarm_ratio":
            return f"{found.warnings} warnings"
        case "lead_efficiency" if found.lead_efficiency is not None:
            return f"{found.lead_efficiency.entries} entries"
        case "tracking_efficiency" if found.tracking_efficiency is not None:
            return f"{found.tracking_efficiency.entries} entries"
        case "arrival" if "warning" in found.arrival:
            return f"{found.arrival['warning'].entries} entries"
        case "entry_skill":
            judged = [skill for skill in found.entry_skill if skill.look_ahead_s == SKILL_LOOK_AHEAD_S]
            return f"{sum(skill.samples for skill in judged)} samples"
        case "reversals_per_alert":
            return f"{found.alerts} alerts"
        case _:
            return ""


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"
