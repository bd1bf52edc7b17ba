"""`tocsin recover`: opens a recording whose run was killed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.options import Json

_EXAMPLES = examples(
    "tocsin recover runs/2026-11-22T140000Z     one recording",
    "tocsin recover runs                        all in a folder that were never finished",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("recover", epilog=_EXAMPLES)(recover)


def recover(
    directory: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A recording, or a folder of them.", show_default=False),
    ],
    as_json: Json = False,
) -> None:
    """Make whole what a killed run has left of its recording.

    Of `tocsin run` that is all but the last seconds. What other commands left when they were killed has no
    rows that can be read. A run that goes on is not touched.
    """
    from tocsin.cli.console import output, print_json
    from tocsin.clock import WallClock
    from tocsin.recording.recovery import cut_recordings, recover

    rows = {str(path): recover(path, WallClock()) for path in cut_recordings(directory)}
    if as_json:
        print_json({"recovered": rows})
        return
    for path, tables in rows.items():
        counts = ", ".join(f"{count:,} of {table}" for table, count in tables.items()) or "no rows"
        output().print(f"{path}: {counts}", markup=False, soft_wrap=True)
    if not rows:
        output().print("nothing to recover: every recording there is whole", markup=False)
