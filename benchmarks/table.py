"""What a benchmark gives: tables with a goal for each row, and plots; `__main__.py` says how to write one.

table = Table("Sparse sky", [Column("objects"), Column("GOSPA / oracle", ".3f")])
table.add(30, 1.742, goals=[at_most(1.742, 1.766, "GOSPA / oracle")])
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

Cell = str | float | None


@dataclass(frozen=True)
class Goal:
    """A measured value and the range that it should be in; `of` names it where a row has several."""

    value: float | None
    low: float = -math.inf
    high: float = math.inf
    of: str = ""

    @property
    def is_reached(self) -> bool:
        """What was not measured is not reached."""
        return self.value is not None and self.low <= self.value <= self.high

    @property
    def wanted(self) -> str:
        """The range in words."""
        low, high = number(self.low), number(self.high)
        if math.isinf(self.low):
            return f"at most {high}"
        return f"at least {low}" if math.isinf(self.high) else f"{low} to {high}"

    def verdict(self) -> str:
        """In words: what was wanted, and whether it is reached or short by how much."""
        name = f"{self.of}: " if self.of else ""
        return f"{name}{self.wanted}, {self._outcome()}"

    def _outcome(self) -> str:
        if self.is_reached:
            return "reached"
        if self.value is None or math.isnan(self.value):
            return "not measured"
        limit = self.low if self.value < self.low else self.high
        short = abs(self.value - limit)
        share = f" ({100 * short / abs(limit):.0f} %)" if limit else ""
        return f"short by {number(short)}{share}"


def at_most(value: float | None, limit: float, of: str = "") -> Goal:
    """The value should not exceed the limit."""
    return Goal(value, high=limit, of=of)


def at_least(value: float | None, limit: float, of: str = "") -> Goal:
    """The value should reach the limit."""
    return Goal(value, low=limit, of=of)


def between(value: float | None, low: float, high: float, of: str = "") -> Goal:
    """The value should be in the range."""
    return Goal(value, low=low, high=high, of=of)


@dataclass(frozen=True)
class Column:
    """A heading, and how numbers under it are written (a format specification; empty: three digits)."""

    heading: str
    form: str = ""

    def text(self, cell: Cell) -> str:
        """A cell as it is shown; what was not measured is a dash."""
        if isinstance(cell, str):
            return cell
        if cell is None or math.isnan(cell):
            return "-"
        return format(cell, self.form) if self.form else number(cell)


@dataclass(frozen=True)
class Row:
    """One line of a table; it may have no goal."""

    cells: tuple[Cell, ...]
    goals: tuple[Goal, ...] = ()


@dataclass
class Table:
    """Rows of results under a title; `note` says in Markdown what a reader must know to judge them."""

    title: str
    columns: Sequence[Column]
    note: str = ""
    rows: list[Row] = field(default_factory=list)

    def add(self, *cells: Cell, goals: Sequence[Goal] = ()) -> None:
        """Adds a row with a cell for each column."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns of {self.title!r}")
        self.rows.append(Row(cells, tuple(goals)))

    @property
    def goals(self) -> list[Goal]:
        """Of all rows."""
        return [goal for row in self.rows for goal in row.goals]

    def texts(self) -> list[list[str]]:
        """Headings and rows as text; the column of goals is there if any row has one."""
        head = [column.heading for column in self.columns]
        lines = [
            [column.text(cell) for column, cell in zip(self.columns, row.cells, strict=True)]
            for row in self.rows
        ]
        if self.goals:
            head.append("goal")
            lines = [
                [*line, "; ".join(goal.verdict() for goal in row.goals) or "-"]
                for line, row in zip(lines, self.rows, strict=True)
            ]
        return [head, *lines]

    def plain(self) -> str:
        """For a terminal."""
        lines = self.texts()
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        # Numbers stand to the right, the verdict in words to the left.
        last = len(self.columns)
        laid = [
            "  ".join(
                text.ljust(width) if k in (0, last) else text.rjust(width)
                for k, (text, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.title, *laid])

    def markdown(self) -> str:
        """For a page."""
        escaped = [[text.replace("|", "\\|") for text in line] for line in self.texts()]
        head, *lines = ["| " + " | ".join(line) + " |" for line in escaped]
        columns = len(escaped[0])
        rule = "| --- |" + " --- |" * (columns - 1)
        note = f"\n{self.note}\n" if self.note else ""
        return "\n".join([f"### {self.title}", note, head, rule, *lines, ""])


@dataclass(frozen=True)
class Series:
    """One line of a plot; `is_goal` draws it thin and dashed."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    is_goal: bool = False


@dataclass(frozen=True)
class Plot:
    """A small plot for the page; `name` is its file's name without the ending."""

    name: str
    title: str
    x_label: str
    y_label: str
    series: Sequence[Series]
    x_log: bool = False
    y_log: bool = False


Part = Table | Plot


def number(value: float) -> str:
    """Three digits that count, in the form that people write: 1,000, 12.3, 0.0021."""
    if not math.isfinite(value) or value == 0.0:
        return f"{value:g}"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
