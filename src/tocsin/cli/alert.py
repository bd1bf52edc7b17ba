"""`tocsin alert`: what is warned of and why, and what operators do about it."""

from __future__ import annotations

import typer

from tocsin.cli import alert_acts, alert_looks, alert_verify
from tocsin.cli.examples import examples
from tocsin.cli.exits import QuickGroup

_commands = typer.Typer(
    cls=QuickGroup,
    help="What is warned of, why, and who answers for it.",
    epilog=examples(
        "tocsin alert list                              what is open, and who answers for it",
        "tocsin alert list --in demo                    of a recording",
        "tocsin alert why A-7K3QX2 --in demo            rule, tracks, detections and times behind it",
        "tocsin alert ack A-7K3QX2 --token-file anna.token",
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    alert_looks.register(_commands)
    alert_acts.register(_commands)
    alert_verify.register(_commands)
    app.add_typer(_commands, name="alert")
