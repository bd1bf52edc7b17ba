"""Writes docs/benchmarks.md, with its plots, from what the benchmarks gave."""

from __future__ import annotations

import datetime
import importlib
import importlib.metadata
import math
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.options import Outcome
from benchmarks.table import Column, Goal, Plot, Series, Table

CHECKOUT = Path(__file__).resolve().parent.parent
DOCS = CHECKOUT / "docs"
LIBRARIES = ("tocsin", "numpy", "scipy", "numba", "llvmlite", "pyarrow", "stonesoup")
INTRODUCTION = """# Benchmarks

You get: how fast and how accurate the tracker is, beside its peers and the theoretical bound, and where it
falls short of what we want. Written by `python -m benchmarks all`; do not edit.

Every goal stands in its row with what became of it. Settings are the same in all rows of a table. Statistics
are over fixed seeds that nothing was tuned to. Times are from arrays in memory to estimates out, one process,
medians; compare only what was timed in one run: ratios, not times across machines.
"""


def write(outcomes: Sequence[Outcome], docs: Path = DOCS) -> None:
    """Renews the page and the folder of its plots."""
    plots = docs / "benchmarks"
    plots.mkdir(exist_ok=True)
    for old in plots.glob("*.svg"):
        old.unlink()
    sections = [INTRODUCTION, _machine(), _summary(outcomes).markdown()]
    sections += [_section(outcome, plots) for outcome in outcomes]
    (docs / "benchmarks.md").write_text("\n".join(sections), encoding="utf-8")


def _section(outcome: Outcome, plots: Path) -> str:
    first, _, rest = outcome.description.partition("\n")
    lines = [f"## {outcome.name.replace('_', ' ').capitalize()}\n", f"{first}\n"]
    if rest.strip():
        lines.append(f"{rest.strip()}\n")
    if outcome.trouble:
        lines.append(f"**{outcome.trouble}**\n")
    lines += [part.markdown() if isinstance(part, Table) else _drawn(part, plots) for part in outcome.parts]
    lines.append(f"`python -m benchmarks {outcome.name}`: {outcome.seconds:.0f} s.\n")
    return "\n".join(lines)


def _summary(outcomes: Sequence[Outcome]) -> Table:
    """How many goals are reached, and how far away the farthest is."""
    table = Table(
        "Goals", [Column("benchmark"), Column("goals"), Column("reached"), Column("farthest from its goal")]
    )
    for outcome in outcomes:
        goals = [goal for part in outcome.parts if isinstance(part, Table) for goal in part.goals]
        missed = [goal for goal in goals if not goal.is_reached]
        worst = max(missed, key=_distance).verdict() if missed else "-"
        table.add(outcome.name, len(goals), len(goals) - len(missed), outcome.trouble or worst)
    return table


def _distance(goal: Goal) -> float:
    """How far a missed goal is, as a share of its limit."""
    if goal.value is None or math.isnan(goal.value):
        return float("inf")
    limit = goal.low if goal.value < goal.low else goal.high
    return abs(goal.value - limit) / max(abs(limit), 1e-9)


def _machine() -> str:
    """Where, with what and when this was measured."""
    versions = [f"Python {platform.python_version()}"]
    for library in LIBRARIES:
        try:
            versions.append(f"{library} {importlib.metadata.version(library)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    now = datetime.datetime.now(datetime.UTC)
    return "\n".join(
        [
            "| | |\n| --- | --- |",
            f"| machine | {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()} |",
            f"| versions | {', '.join(versions)} |",
            f"| date | {now:%Y-%m-%d} |",
            f"| commit | {_commit()} |",
            "",
        ]
    )


def _processor() -> str:
    """Its name as the system gives it; Linux knows more than Python asks for."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _commit() -> str:
    def git(*arguments: str) -> str:
        run = ["git", "-C", str(CHECKOUT), *arguments]
        return subprocess.run(run, capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--", "src", "benchmarks")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + (" with changes" if changed else "")


def _drawn(plot: Plot, folder: Path) -> str:
    """Draws a plot; gives the Markdown that shows it, or where no matplotlib is, says so."""
    try:
        matplotlib: Any = importlib.import_module("matplotlib")
        figures: Any = importlib.import_module("matplotlib.figure")
    except ImportError:
        return f"({plot.title}: no plot without matplotlib, `pip install tocsin[bench]`)\n"
    # Text stays text and nothing depends on the moment, so that the file is small and a diff is readable.
    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "tocsin", "font.size": 9.0}
    figure = figures.Figure(figsize=(5.2, 3.2), layout="constrained")
    axes = figure.add_subplot()
    for series in plot.series:
        _draw_series(axes, series)
    axes.set(title=plot.title, xlabel=plot.x_label, ylabel=plot.y_label)
    axes.set_xscale("log" if plot.x_log else "linear")
    axes.set_yscale("log" if plot.y_log else "linear")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    figure.savefig(folder / f"{plot.name}.svg", format="svg", metadata={"Date": None})
    return f"![{plot.title}](benchmarks/{plot.name}.svg)\n"


def _draw_series(axes: Any, series: Series) -> None:
    style = {"linestyle": "--", "linewidth": 0.8} if series.is_goal else {"marker": "o", "markersize": 3.0}
    axes.plot(series.x, series.y, label=series.label, **style)
