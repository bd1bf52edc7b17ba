"""The reports of a running service's receivers, as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from tocsin.cli.view_outputs import ago, link_state


def receivers_table(reports: Sequence[Mapping[str, Any]], now_ns: int) -> Table:
    """One row for each report, in their order; what is wrong stands in the last column."""
    table = Table(title="Receivers", title_justify="left", expand=True)
    table.add_column("receiver")
    table.add_column("to", ratio=2, min_width=10, overflow="fold")
    for heading in ("format", "state", "last confirmed"):
        table.add_column(heading, no_wrap=True)
    for heading in ("confirmed", "pending"):
        table.add_column(heading, justify="right")
    table.add_column("remarks", ratio=3, min_width=14)
    for report in reports:
        pending = Text(f"{report['pending']:,}", "bold red" if report["pending"] else "")
        table.add_row(
            Text(report["name"]), Text(report["to"]), report["format"], link_state(report),
            ago(report["last_confirmed_ns"], now_ns), f"{report['confirmed']:,}", pending, _remarks(report),
        )  # fmt: skip
    return table


def _remarks(report: Mapping[str, Any]) -> Text:
    parts = [str(report["trouble"])] if report["trouble"] else []
    if report["waiting_for_operator"]:
        parts.append(f"{report['waiting_for_operator']} wait for an operator")
    if report["refused"]:
        parts.append(f"{report['refused']} refused")
    if report["delay_s"] is not None:
        parts.append(f"the last took {report['delay_s']:.1f} s")
    return Text("; ".join(parts))
