"""The reports of a running service's outputs, as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from tocsin.cli.words import plain
from tocsin.units import NANOSECONDS_PER_SECOND


def outputs_table(reports: Sequence[Mapping[str, Any]], now_ns: int) -> Table:
    """One row for each report, in their order; what is wrong stands in the last column."""
    table = Table(title="Outputs", title_justify="left", expand=True)
    table.add_column("output")
    table.add_column("to", ratio=2, min_width=10, overflow="fold")
    for heading in ("format", "state", "last"):
        table.add_column(heading, no_wrap=True)
    table.add_column("pictures", justify="right")
    table.add_column("remarks", ratio=3, min_width=14)
    for report in reports:
        table.add_row(
            Text(report["name"]), Text(report["to"]), report["format"], link_state(report),
            ago(report["last_sent_ns"], now_ns), f"{report['pictures']:,}",
            _remarks(report),
        )  # fmt: skip
    return table


def link_state(report: Mapping[str, Any]) -> Text:
    """Whether the way of an output or receiver stands."""
    if report["is_open"]:
        return Text("open", "green")
    return Text("broken", "bold red") if report["trouble"] else Text("waiting", "dim")


def ago(time_ns: int | None, now_ns: int) -> str:
    """How long ago something was."""
    if time_ns is None:
        return "nothing yet"
    return f"{max(now_ns - time_ns, 0) / NANOSECONDS_PER_SECOND:.0f} s ago"


def _remarks(report: Mapping[str, Any]) -> Text:
    parts = [str(report["trouble"])] if report["trouble"] else []
    if report["receivers"] > 1:
        parts.append(f"{report['receivers']} receivers")
    parts += [f"{plain(reason)}: {count:,}" for reason, count in sorted(report["dropped"].items())]
    return Text("; ".join(parts))
