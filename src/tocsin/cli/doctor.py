"""`tocsin doctor`: whether tocsin can work here, and what to do if not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import FAILED
from tocsin.cli.options import Json

_EXAMPLES = examples(
    "tocsin doctor",
    "tocsin doctor flight.pcapng               also whether this capture can be read",
    "tocsin doctor --json",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("doctor", epilog=_EXAMPLES)(doctor)


def doctor(
    captures: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="Captures to try.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Check whether tocsin can work here.

    It looks at Python, libraries, terminal, folder, the secret for identities, captures and kernels. Each
    line that is not well says what to do. Exit code 1 if something keeps tocsin from working.
    """
    from tocsin.cli.console import print_json
    from tocsin.cli.health import checks

    found = list(checks(captures or []))
    if as_json:
        print_json([asdict(check) for check in found])
    else:
        for check in found:
            mark = "WRONG" if check.wrong else "note" if check.remedy else "ok"
            typer.echo(f"{mark:<6} {check.name:<10} {check.found}")
            if check.remedy:
                typer.echo(f"{'':<17} -> {check.remedy}")
    if any(check.wrong for check in found):
        raise typer.Exit(FAILED)
