"""Sensors: how long silent, how much they bring, how much of it could not be used."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from tocsin.cli.view_lines import Block, Cell, line
from tocsin.cli.words import minutes, plain
from tocsin.model.sensors import SensorStatus

SILENT_S = 60.0
"""From this age of the last report on the view says 'silent'. Nothing to report is silence too."""
_NAME, _KIND, _AGE, _RATE, _TOTAL, _REFUSED = 22, 16, 14, 8, 7, 7


def sensors_heading(number: int) -> Text:
    """The title line with the names of the columns."""
    return line(
        Cell(f"SENSORS  {number}", _NAME, "bold"),
        Cell("kind", _KIND, "dim"),
        Cell("last report", _AGE, "dim"),
        Cell("a minute", _RATE, "dim", right=True),
        Cell("total", _TOTAL, "dim", right=True),
        Cell("refused", _REFUSED, "dim", right=True),
    )


def sensor_blocks(statuses: Sequence[SensorStatus], now_ns: int, elapsed_s: float) -> list[Block]:
    """One line for each sensor, in the order of the site file."""
    return [[_line(status, now_ns, elapsed_s)] for status in statuses]


def age_words(status: SensorStatus, now_ns: int) -> tuple[str, str]:
    """How long ago the last report came, and the colours for that."""
    age_s = status.age_s(now_ns)
    if age_s is None:
        return "nothing yet", "dim"
    if age_s >= SILENT_S:
        return f"silent {minutes(age_s)}", "bold yellow"
    return f"{max(age_s, 0.0):.0f} s ago", ""


def _line(status: SensorStatus, now_ns: int, elapsed_s: float) -> Text:
    age, style = age_words(status, now_ns)
    unusable = status.refused.total() + status.decode_errors.total()
    a_minute = status.detections / elapsed_s * 60.0 if elapsed_s > 0 else 0.0
    return line(
        Cell(status.name, _NAME),
        Cell(plain(status.kind), _KIND),
        Cell(age, _AGE, style),
        Cell(f"{a_minute:.1f}", _RATE, right=True),
        Cell(f"{status.detections:,}", _TOTAL, right=True),
        Cell(f"{unusable:,}", _REFUSED, "bold yellow" if unusable else "", right=True),
    )
