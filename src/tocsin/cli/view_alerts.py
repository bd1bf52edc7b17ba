"""Open alerts, the loudest first: what, where, when, and why."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from tocsin.cli.view_lines import Block, Cell, line
from tocsin.cli.words import clock_time, entry_words, level_style, level_word, plain
from tocsin.model.alerts import AlertMessage

WIDE = 130
"""From so many columns on the reason stands on the same line."""
_LEVEL, _ZONE, _OBJECT, _ENTRY, _LIKELY, _INDENT = 9, 18, 24, 12, 5, 3


def alerts_heading(number_open: int, number_ended: int) -> Text:
    """The title line with the names of the columns."""
    ended = f", {number_ended} ended" if number_ended else ""
    text = Text(f"ALERTS  {number_open} open{ended}", style="bold", no_wrap=True, overflow="ellipsis")
    return text.append("   level, zone, object, entry, likely, reason", style="dim")


def alert_blocks(alerts: Sequence[AlertMessage], now_ns: int, width: int) -> list[Block]:
    """One block for each alert: its line and, where that is too narrow, its reason below."""
    return [_block(alert, now_ns, width) for alert in alerts]


def alert_message_line(message: AlertMessage) -> str:
    """One message where nothing can be shown in place."""
    return f"{clock_time(message.issued_ns)} UTC  {level_word(message):<9}  {message.zone}: {message.reason}"


def _block(alert: AlertMessage, now_ns: int, width: int) -> Block:
    cells = [
        Cell(f" {level_word(alert)}", _LEVEL, level_style(alert)),
        Cell(alert.zone, _ZONE, "bold"),
        Cell(plain(alert.object_class), _OBJECT),
        Cell(entry_words(alert, now_ns), _ENTRY, "bold"),
        Cell(f"{alert.entry_probability:.0%}", _LIKELY, right=True),
    ]
    used = sum(cell.width + 1 for cell in cells)
    if width >= WIDE:
        return [line(*cells, Cell(alert.reason, width - used, "dim"))]
    return [line(*cells), line(Cell("", _INDENT), Cell(alert.reason, width - _INDENT - 1, "dim"))]
