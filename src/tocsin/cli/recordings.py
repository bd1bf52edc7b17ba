"""`tocsin console`: recordings on the console's page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import say
from tocsin.errors import UnusableFile

_EXAMPLES = examples(
    "tocsin console demo                            what the last demo recorded, with play and a time bar",
    "tocsin console runs                            all recordings of a service",
    "tocsin console report-A-7K3QX2.zip             a report that somebody sent",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("console", epilog=_EXAMPLES)(console)


def console(
    recording: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A recording, a folder of them, or a report.", show_default=False),
    ],
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Of this machine; 0: any that is free.")
    ] = 0,
) -> None:
    """Play recordings on the console's page.

    The page is the one of the running service, served on this machine only. A recording whose run was killed
    or still goes on is shown as far as it goes. Ctrl-C ends it.
    """
    from tocsin.runtime.past_service import serve_recordings

    if not recording.exists():
        raise UnusableFile(recording, "no such recording; `tocsin demo` makes one")
    serve_recordings(recording, port, _say_where)


def _say_where(port: int) -> None:
    say(f"the console is at http://127.0.0.1:{port}/ until Ctrl-C")
    typer.echo("READY")
