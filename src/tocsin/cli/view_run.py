"""What a run came to: each alert with its lead, what was refused, where everything lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from tocsin.cli.view_metrics import Metrics, metrics_table, objects_table, seconds
from tocsin.cli.words import NOTHING, clock_time, count, minutes, plain, reasons
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.runtime.summary import RunSummary, by_sensor

_UNBROKEN = ("level", "first", "warning", "lead", "messages")


@dataclass(frozen=True, slots=True)
class AlertHistory:
    """All messages of one alert, in order."""

    messages: tuple[AlertMessage, ...]

    @property
    def loudest(self) -> Level:
        """The highest level that it reached."""
        return max(message.level for message in self.messages)

    @property
    def warned_ns(self) -> int | None:
        """When it first was a warning."""
        warnings = (m.issued_ns for m in self.messages if m.level is Level.WARNING and not _is_end(m))
        return next(warnings, None)

    @property
    def ended(self) -> str:
        """How it stood at last."""
        last = self.messages[-1]
        return f"all-clear {clock_time(last.issued_ns)}" if _is_end(last) else "open at the end"


def histories(messages: Sequence[AlertMessage]) -> list[AlertHistory]:
    """The messages of a run by alert, in the order in which the alerts were opened."""
    grouped: dict[str, list[AlertMessage]] = {}
    for message in messages:
        grouped.setdefault(message.alert_id, []).append(message)
    return [AlertHistory(tuple(group)) for group in grouped.values()]


def show_run(console: Console, summary: RunSummary, try_next: Sequence[str]) -> None:
    """Prints all that a person wants to know after a run."""
    for part in _parts(summary):
        console.print(part)
        console.print()
    if try_next:
        console.print(Text("Try next", style="bold"))
    for command in try_next:
        console.print(f"  {command}", soft_wrap=True)


def alerts_table(messages: Sequence[AlertMessage], metrics: Metrics | None) -> Table:
    """One row for each alert; the lead where the truth is known."""
    table = Table(title="Alerts", title_justify="left", title_style="bold", box=None)
    for name in ("alert", "level", "zone", "object", "first", "warning", "lead", "messages", "at last"):
        is_number = name in ("lead", "messages")
        table.add_column(name, justify="right" if is_number else "left", no_wrap=name in _UNBROKEN)
    for history in histories(messages):
        last = history.messages[-1]
        table.add_row(
            last.alert_id,
            history.loudest.word.upper(),
            last.zone,
            plain(last.object_class),
            clock_time(history.messages[0].issued_ns),
            NOTHING if history.warned_ns is None else clock_time(history.warned_ns),
            seconds(lead_s(history, metrics)),
            str(len(history.messages)),
            history.ended,
        )
    return table


def lead_s(history: AlertHistory, metrics: Metrics | None) -> float | None:
    """The lead that the evaluation found for this alert's first warning, if the object entered the zone."""
    if metrics is None or history.warned_ns is None:
        return None
    zone, warned_s = history.messages[-1].zone, history.warned_ns / 1e9
    leads = (
        outcome["lead_s"]
        for outcome in metrics["objects"]
        if outcome["zone"] == zone and outcome["warning_s"] is not None
        if abs(outcome["warning_s"] - warned_s) < 1e-3
    )
    return next((lead for lead in leads if lead is not None), None)


def _parts(summary: RunSummary) -> Iterator[RenderableType]:
    ran = f"{minutes(summary.duration_s)} run through in {summary.wall_s:.1f} s: "
    counts = (count(summary.detections, "detection"), count(summary.scans, "scan"))
    yield Text(f"{ran}{', '.join(counts)}, {count(summary.tracks_confirmed, 'track')} confirmed")
    refused = by_sensor(summary.statuses)
    if refused or summary.notes:
        lines = [f"Not used, {name}: {reasons(found)}" for name, found in refused.items()]
        yield Text("\n".join([*lines, *summary.notes]), style="yellow")
    if summary.messages:
        yield alerts_table(summary.messages, summary.metrics)
    else:
        yield Text("No alert was raised by what the sensors saw.")
    if summary.metrics is not None:
        if summary.metrics["objects"]:
            yield objects_table(summary.metrics)
        yield metrics_table(summary.metrics)
    yield _places(summary)


def _places(summary: RunSummary) -> Table:
    table = Table(
        title="Where it lies", title_justify="left", title_style="bold", box=None, show_header=False
    )
    table.add_row("recording", str(summary.directory))
    messages = count(len(summary.messages), "CAP message")
    table.add_row(messages, str(summary.directory / "cap"))
    if summary.metrics is not None:
        table.add_row("metrics", str(summary.directory / "metrics.json"))
    return table


def _is_end(message: AlertMessage) -> bool:
    return message.message_type is MessageType.CANCEL
