"""What a run was worth, in words: the measures of `metrics.json` and who was warned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from tocsin.cli.words import NOTHING, clock_time_of, minutes, plain

Metrics = Mapping[str, Any]
_UNBROKEN = ("entered", "warned", "lead", "required")


def objects_table(metrics: Metrics) -> Table:
    """One row for each object and zone that it entered or was alerted for."""
    table = Table(title="Who was warned of what", title_justify="left", title_style="bold", box=None)
    for name in ("object", "class", "zone", "entered", "warned", "lead", "required", "outcome"):
        is_number = name in ("lead", "required")
        table.add_column(name, justify="right" if is_number else "left", no_wrap=name in _UNBROKEN)
    for outcome in metrics["objects"]:
        table.add_row(
            outcome["object_id"],
            plain(outcome["object_class"]),
            outcome["zone"],
            clock_time_of(outcome["entry_s"]),
            clock_time_of(outcome["warning_s"]),
            seconds(outcome["lead_s"]),
            seconds(outcome["required_lead_s"]) if outcome["entry_s"] is not None else NOTHING,
            _outcome(outcome),
        )
    return table


def metrics_table(metrics: Metrics) -> Table:
    """The measures of one run."""
    table = Table(
        title="What it was worth", title_justify="left", title_style="bold", box=None, show_header=False
    )
    table.add_column("measure", no_wrap=True)
    table.add_column("value")
    for measure, value in _measures(metrics):
        table.add_row(measure, value)
    return table


def seconds(value: float | None) -> str:
    """A lead; one that came after the entry is negative."""
    if value is None:
        return NOTHING
    return f"{value:.0f} s" if value < 0 else minutes(value)


def _measures(metrics: Metrics) -> list[tuple[str, str]]:
    lead, gospa = metrics["lead_s"], metrics["gospa"]
    return [
        (
            "threats warned in time",
            f"{metrics['threats_warned']} of {metrics['threats_entering']} that entered",
        ),
        ("entries warned in time", f"{metrics['entries_warned']} of {metrics['entries']}"),
        ("lead", _lead(lead)),
        ("false warnings", f"{metrics['false_warnings']} of {metrics['warnings']}"),
        ("alerts, reversals of level", f"{metrics['alerts']}, {metrics['reversals']}"),
        ("GOSPA (cutoff 500 m)", _gospa(gospa)),
        ("NEES per axis (1 is consistent)", _nees(metrics["nees"])),
    ]


def _lead(lead: Mapping[str, float] | None) -> str:
    if lead is None:
        return "no warning of an entry"
    return f"median {seconds(lead['median'])}, worst {seconds(lead['worst'])}, delivery already subtracted"


def _gospa(gospa: Mapping[str, Any] | None) -> str:
    if gospa is None:
        return NOTHING
    parts = f"missed {gospa['mean_missed']:.2f}, false {gospa['mean_false']:.2f} on average"
    rms_m = gospa["localisation_rms_m"]
    return f"{gospa['mean_m']:.0f} m; {parts}" + ("" if rms_m is None else f", tracks {rms_m:.0f} m rms off")


def _nees(nees: Mapping[str, Mapping[str, Any] | None]) -> str:
    texts = []
    for axis, found in nees.items():
        if found is not None:
            texts.append(
                f"{axis} {found['mean_per_axis']:.2f} (95 %: {found['low']:.2f} to {found['high']:.2f})"
            )
    return ", ".join(texts) or NOTHING


def _outcome(outcome: Mapping[str, Any]) -> Text:
    if outcome["entry_s"] is None:
        return Text("did not enter", style="dim")
    if not outcome["threat"]:
        return Text("no threat", style="dim")
    if outcome["warned"]:
        return Text("WARNED in time", style="bold green")
    late = outcome["warning_s"] is not None
    return Text("warned too late" if late else "NOT WARNED", style="bold red")
