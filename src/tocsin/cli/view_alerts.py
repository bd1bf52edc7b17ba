"""Open alerts, the loudest first: what, where, when, and why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text

from tocsin.cli.view_lines import Block, Cell, line
from tocsin.cli.words import clock_time, entry_words, level_style, level_word, plain
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments

WIDE = 130
"""From so many columns on the evidence stands on the same line."""
_LEVEL, _ZONE, _OBJECT, _ENTRY, _LIKELY, _INDENT = 9, 18, 24, 12, 5, 3


def alerts_heading(number_open: int, number_ended: int) -> Text:
    """The title line with the names of the columns."""
    ended = f", {number_ended} ended" if number_ended else ""
    text = Text(f"ALERTS  {number_open} open{ended}", style="bold", no_wrap=True, overflow="ellipsis")
    return text.append("   level, zone, object, entry, likely, evidence", style="dim")


def alert_blocks(
    alerts: Sequence[AlertMessage], assessments: Assessments | None, now_ns: int, width: int
) -> list[Block]:
    """One block for each alert: its line and, where that is too narrow, its evidence below."""
    return [_block(_as_now(alert, assessments), now_ns, width) for alert in alerts]


def _as_now(alert: AlertMessage, assessments: Assessments | None) -> AlertMessage:
    """The alert with entry and likelihood as they are now, which is not news enough for a message.

    Of several tracks the likeliest speaks. Once the first is due the message stands: what is in the zone, or
    has passed it, is not on its way to another entry.
    """
    if assessments is None or alert.zone not in assessments.zones:
        return alert
    rows = [k for k, name in enumerate(assessments.track_id.tolist()) if name in alert.track_ids]
    is_due = alert.predicted_entry_ns is not None and alert.predicted_entry_ns <= assessments.time_ns
    if not rows or is_due:
        return alert
    zone = assessments.zones.index(alert.zone)
    row = max(rows, key=lambda k: float(assessments.entry_probability[k, zone]))
    median_s = float(assessments.entry_s[row, zone, 1])
    entry_ns = None if math.isnan(median_s) else assessments.time_ns + round(median_s * 1e9)
    probability = float(assessments.entry_probability[row, zone])
    return replace(alert, entry_probability=probability, predicted_entry_ns=entry_ns)


def _evidence(alert: AlertMessage) -> str:
    """What makes it believable, and the names under which it is found in tracks and messages."""
    facts = (alert.evidence[0], alert.evidence[-1]) if alert.evidence else (alert.reason,)
    name = f"track {alert.track_ids[-1]}" if alert.track_ids else "no track"
    return f"{alert.alert_id}, {name}: {'; '.join(facts)}"


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
        return [line(*cells, Cell(_evidence(alert), width - used, "dim"))]
    return [line(*cells), line(Cell("", _INDENT), Cell(_evidence(alert), width - _INDENT - 1, "dim"))]
