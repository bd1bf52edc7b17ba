"""A scenario over many seeds: median, 5th percentile and worst of every measure."""

from __future__ import annotations

from rich.table import Table

from tocsin.cli.words import count
from tocsin.runtime.evaluation_job import ScenarioScore

_WORDS = {
    "threats_warned": "threats warned in time",
    "entries_warned": "entries warned in time",
    "lead_s.median": "lead, median of a run [s]",
    "lead_s.worst": "lead, worst of a run [s]",
    "warnings": "warnings",
    "false_warnings": "false warnings",
    "false_alarm_ratio": "false alarm ratio",
    "reversals": "reversals",
    "reversals_per_alert": "reversals an alert",
    "gospa.mean_m": "GOSPA, mean of a run [m]",
    "gospa.localisation_rms_m": "tracks off the truth, rms [m]",
    "gospa.mean_missed": "objects without a track, mean",
    "gospa.mean_false": "tracks without an object, mean",
}


def suite_table(score: ScenarioScore) -> Table:
    """One row for each measure that some seed has."""
    title = f"{score.scenario} over {count(len(score.metrics), 'seed')}: {_detected(score)}"
    table = Table(title=title, title_justify="left", title_style="bold", box=None)
    table.add_column("measure", no_wrap=True)
    for name in ("median", "5th percentile", "worst", "worst seed", "seeds with it"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, found in score.statistics.items():
        numbers = (f"{value:.4g}" for value in (found.median, found.p05, found.worst))
        table.add_row(_WORDS.get(name, name), *numbers, str(found.worst_seed), str(found.seeds))
    return table


def _detected(score: ScenarioScore) -> str:
    """Probability of detection: the share of all threats that entered a zone which were warned of in time."""
    entering = sum(metrics["threats_entering"] for metrics in score.metrics.values())
    warned = sum(metrics["threats_warned"] for metrics in score.metrics.values())
    return f"POD {warned / entering:.3f} ({warned} of {entering})" if entering else "no threat enters a zone"
