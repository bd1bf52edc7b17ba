"""The reports of a running service's sensors, as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from tocsin.cli.words import plain

_STYLES = {
    "live": "green",
    "stale": "bold yellow",
    "offline": "bold red",
    "waiting": "dim",
    "not_live": "dim",
    "unassigned": "yellow",
}
_NANOSECONDS = 1e9


def reports_table(reports: Sequence[Mapping[str, Any]], now_s: float, site: str) -> Table:
    """One row for each report, in their order; what is wrong stands in the last column."""
    table = Table(title=f"Sensors of {site}", title_justify="left", expand=True)
    for heading in ("sensor", "kind", "state", "last"):
        table.add_column(heading, no_wrap=True)
    for heading in ("a second", "detections", "not used"):
        table.add_column(heading, justify="right")
    table.add_column("health")
    table.add_column("remarks", ratio=1)
    for report in reports:
        not_used = sum(sum(report[name].values()) for name in ("decode_errors", "refused", "dropped"))
        table.add_row(
            plain(report["name"]), report["kind"], Text(report["state"], _STYLES.get(report["state"], "")),
            _ago(report["last_message_ns"], now_s), f"{report['messages_per_s']:.1f}",
            f"{report['detections']:,}", Text(f"{not_used:,}", "yellow" if not_used else "dim"),
            _health(report), Text(_remarks(report)),
        )  # fmt: skip
    return table


def _ago(time_ns: int | None, now_s: float) -> str:
    return "nothing yet" if time_ns is None else f"{max(now_s - time_ns / _NANOSECONDS, 0.0):.0f} s ago"


def _health(report: Mapping[str, Any]) -> str:
    if report["nis"] is None:
        return str(report["health"])
    return f"{report['health']} (NIS {report['nis']:.2f})"


def _remarks(report: Mapping[str, Any]) -> str:
    """What went wrong, the most frequent first, and what is taken off as bias."""
    counts: dict[str, int] = {}
    for name in ("decode_errors", "refused", "dropped"):
        for reason, count in report[name].items():
            counts[reason] = counts.get(reason, 0) + count
    worst = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = [str(report["trouble"])] if report["trouble"] else []
    parts += [f"{reason.replace('_', ' ')}: {count:,}" for reason, count in worst]
    parts += [f"bias {name} {value:+.3g}" for name, value in sorted(report["bias"].items())]
    return "; ".join(parts)
