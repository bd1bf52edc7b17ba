"""`tocsin alert verify`: whether CAP messages are whole and of whom they say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import FAILED
from tocsin.cli.options import Json
from tocsin.errors import InvalidInput, UnusableFile

_EXAMPLES = examples(
    "tocsin alert verify cap/A-7K3QX2-1.xml --certificate nordmark.pem",
    "tocsin alert verify runs/*/cap/*.xml --certificate nordmark.pem --json",
)


def register(commands: typer.Typer) -> None:
    """Adds the command."""
    commands.command("verify", epilog=_EXAMPLES)(verify)


def verify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CAP messages.", show_default=False)],
    certificate: Annotated[
        Path,
        typer.Option("--certificate", metavar="PEM", help="That of the sender.", show_default=False),
    ],
    as_json: Json = False,
) -> None:
    """Say of each CAP message whether its signature holds: whole, unchanged, and with the sender's key.

    The certificate must have come to you by a way that you trust: what comes with a message vouches for
    nothing. Exit code 1 where one message does not hold.
    """
    from tocsin.cli.console import print_json

    rows = [_judged(file, certificate) for file in files]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            held = f"holds: {row['identifier']} of {row['sender']}, signed by {row['signed_by']}"
            typer.echo(f"{row['file']}: {held if row['holds'] else row['trouble']}")
    if not all(row["holds"] for row in rows):
        raise typer.Exit(FAILED)


def _judged(file: Path, certificate: Path) -> dict[str, object]:
    from dataclasses import asdict

    from tocsin.outputs.cap_signature import verify_cap

    try:
        message = file.read_bytes()
    except OSError as error:
        raise UnusableFile(file, f"cannot be read ({error.strerror})") from None
    try:
        found = verify_cap(message, certificate)
    except InvalidInput as error:
        return {"file": str(file), "holds": False, "trouble": str(error)}
    return {"file": str(file), "holds": True, "trouble": "", **asdict(found)}
