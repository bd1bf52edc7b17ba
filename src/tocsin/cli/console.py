"""Where things are shown: data on stdout, everything else on stderr, progress only where somebody looks."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

PIPED_WIDTH = 120
"""Columns of tables that are not shown on a terminal."""
LEAST_WIDTH, LEAST_HEIGHT = 80, 20
"""What a live view needs."""


def output() -> Console:
    """For data that people read: on a terminal with its width and colours, else plain."""
    return _console(sys.stdout)


def messages() -> Console:
    """For all that is not data."""
    return _console(sys.stderr)


def print_json(data: Any) -> None:
    """Data for programs, on stdout; not a number is an error, for JSON has none."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def can_show_live(console: Console) -> bool:
    """Whether a view that changes in place can be shown, and has room."""
    is_capable = console.is_terminal and not console.is_dumb_terminal
    return is_capable and console.width >= LEAST_WIDTH and console.height >= LEAST_HEIGHT


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """Gives a `Progress` that draws a bar on a terminal and is silent elsewhere."""
    console = messages()
    if not console.is_terminal or console.is_dumb_terminal:
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("starting", total=1.0)

        def show(what: str, share: float) -> None:
            bars.update(task, description=what, completed=share)

        yield show


def _console(stream: TextIO) -> Console:
    """Names in site files and captures are data: nothing in them is taken for markup."""
    width = None if stream.isatty() else PIPED_WIDTH
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)
