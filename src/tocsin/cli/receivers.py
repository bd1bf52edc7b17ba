"""`tocsin receivers`: who is told of alerts, and whether they confirm it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import QuickGroup, say
from tocsin.cli.options import Json

if TYPE_CHECKING:
    from rich.table import Table

_commands = typer.Typer(
    cls=QuickGroup,
    help="Who is told of alerts, and whether they confirm it.",
    epilog=examples("tocsin receivers list --site site.toml", "tocsin receivers list"),
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(_commands, name="receivers")


@_commands.command(
    "list", epilog=examples("tocsin receivers list --site site.toml", "tocsin receivers list --json")
)
def list_receivers(
    site: Annotated[
        Path | None, typer.Option("--site", metavar="SITE", help="The site file.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="Of the running service; absent: the usual one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What receivers there are: of a site file, or of the running service with what they confirmed."""
    from tocsin.cli.console import output, print_json

    is_of_file = site is not None and port is None
    if is_of_file:
        assert site is not None
        rows = _configured(site)
    else:
        from tocsin.runtime.service_client import ask, port_of

        rows = ask(port_of(None, port), "receivers")
    if as_json:
        print_json(rows)
    elif is_of_file:
        output().print(_configured_table(rows))
        if not rows:
            say("no [[receivers]] in the site file: alerts go nowhere")
    else:
        from tocsin.cli.view_receivers import receivers_table
        from tocsin.clock import WallClock

        output().print(receivers_table(rows, WallClock().now_ns()))
        if not rows:
            say("the service's site file has no [[receivers]]: alerts go nowhere")


def _configured(file: Path) -> list[dict[str, Any]]:
    from tocsin.config.site import Site
    from tocsin.config.toml import load

    return [
        {
            "name": receiver.name,
            "to": receiver.to,
            "format": receiver.bytes_of.value,
            "min_level": receiver.min_level,
            "zones": list(receiver.zones),
            "languages": list(receiver.languages),
        }
        for receiver in load(file, Site).receivers
    ]


def _configured_table(rows: list[dict[str, Any]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Receivers of the site file", title_justify="left")
    for heading in ("receiver", "to", "format", "from level", "zones", "languages"):
        table.add_column(heading)
    for row in rows:
        limits = (", ".join(row["zones"]) or "all", ", ".join(row["languages"]) or "of zone and site")
        table.add_row(Text(row["name"]), Text(row["to"]), row["format"], row["min_level"], *map(Text, limits))
    return table
