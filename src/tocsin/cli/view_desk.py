"""Alerts for the duty officer: what is open and who answers for it, and the story of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tocsin.cli.words import (
    ALL_CLEAR,
    ALL_CLEAR_STYLE,
    LEVEL_STYLES,
    NOTHING,
    clock_time_of,
    count,
    minutes,
    plain,
    printable,
)
from tocsin.model.alerts import Level, MessageType

Row = Mapping[str, Any]


def open_table(rows: Sequence[Row], now_s: float) -> Table:
    """One row for each open alert of the service, loudest first."""
    table = Table(title=f"{count(len(rows), 'open alert')}", title_justify="left", expand=True)
    for heading in ("alert", "level", "zone", "entry", "owner"):
        table.add_column(heading, no_wrap=heading != "zone")
    table.add_column("state", ratio=2, min_width=16)
    table.add_column("reason", ratio=4, min_width=20)
    for row in rows:
        table.add_row(
            row["alert_id"], _level(row), Text(row["zone"]), _entry(row, now_s), Text(row["owner"]),
            Text(_state(row, now_s)), Text(printable(row["reason"])),
        )  # fmt: skip
    return table


def recorded_table(rows: Sequence[Row]) -> Table:
    """One row for each alert of a recording, as it was at last."""
    title = f"{count(len(rows), 'alert')} of the recording, as each was at last"
    table = Table(title=title, title_justify="left", expand=True)
    for heading in ("alert", "level", "zone", "last message"):
        table.add_column(heading, no_wrap=heading != "zone")
    table.add_column("messages", justify="right")
    table.add_column("reason", ratio=1, min_width=20)
    for row in rows:
        table.add_row(
            row["alert_id"], _level(row), Text(row["zone"]), clock_time_of(row["issued_s"]),
            str(row["version"]), Text(printable(row["reason"])),
        )  # fmt: skip
    return table


def story_lines(story: Row) -> Iterator[RenderableType]:
    """All messages of an alert, then all that was done about it."""
    yield Text(f"{story['alert_id']}  {story['messages'][-1]['zone']}", style="bold")
    for message in story["messages"]:
        line = Text(f"{clock_time_of(message['issued_s'])} UTC  v{message['version']:<3} ")
        yield line.append_text(_level(message)).append(f"  {printable(message['reason'])}")
    actions = story["actions"]
    if actions is None:
        yield Text("what was done about it is kept by the service: tocsin alert show ALERT", style="dim")
        return
    yield Text(f"\n{count(len(actions), 'action')}", style="bold")
    for action in actions:
        yield Text(_action(action))


def _action(action: Row) -> str:
    who = f"{action['operator']} ({action['unit']})" if action["operator"] else "tocsin"
    note = f"; note: {action['note']}" if action["note"] else ""
    refused = "" if action["outcome"] == "done" else f"REFUSED, {plain(action['outcome'])}: "
    told = printable(f"{refused}{action['answer']}{note}")
    return f"{clock_time_of(action['time_s'])} UTC  {printable(who)}: {plain(action['what'])}: {told}"


def _level(row: Row) -> Text:
    if row["message_type"] == MessageType.CANCEL:
        return Text(ALL_CLEAR, ALL_CLEAR_STYLE)
    text = Text(row["level"].upper(), LEVEL_STYLES[Level[row["level"].upper()]])
    return Text("TEST ").append_text(text) if row.get("is_test") else text


def _entry(row: Row, now_s: float) -> str:
    entry_s = row["predicted_entry_s"]
    if entry_s is None:
        return NOTHING
    return f"in {minutes(entry_s - now_s)}" if entry_s > now_s else "now"


def _state(row: Row, now_s: float) -> str:
    """What somebody has to do, first."""
    parts = []
    if row["is_unanswered"]:
        parts.append("NOBODY ANSWERED")
    elif row["acknowledge_by_s"] is not None:
        left = minutes(row["acknowledge_by_s"] - now_s)
        following = f", then {row['next_unit']}" if row["next_unit"] else ""
        parts.append(f"to be acknowledged in {left}{following}")
    elif row["acknowledged_s"] is not None:
        parts.append(f"acknowledged {clock_time_of(row['acknowledged_s'])}")
    if row["is_confirmed"]:
        parts.append("confirmed")
    if row["is_from_before"]:
        parts.append("open before the restart, state unknown")
    return "; ".join([*parts, *row["marks"]]) or NOTHING
