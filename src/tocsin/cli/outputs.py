"""`tocsin outputs`: where tracks go, and whether they get there."""

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
    help="Where tracks go, and whether they get there.",
    epilog=examples("tocsin outputs list --site site.toml", "tocsin outputs list"),
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(_commands, name="outputs")


@_commands.command(
    "list", epilog=examples("tocsin outputs list --site site.toml", "tocsin outputs list --json")
)
def list_outputs(
    site: Annotated[
        Path | None, typer.Option("--site", metavar="SITE", help="The site file.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="Of the running service; absent: the usual one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What outputs there are: of a site file, or of the running service with how they do."""
    from tocsin.cli.console import output, print_json

    is_of_file = site is not None and port is None
    if is_of_file:
        assert site is not None
        rows = _configured(site)
    else:
        from tocsin.runtime.service_client import ask, port_of

        rows = ask(port_of(None, port), "outputs")
    if as_json:
        print_json(rows)
    elif is_of_file:
        output().print(_configured_table(rows))
        if not rows:
            say("no [[outputs]] in the site file: tracks go nowhere")
    else:
        from tocsin.cli.view_outputs import outputs_table
        from tocsin.clock import WallClock

        output().print(outputs_table(rows, WallClock().now_ns()))
        if not rows:
            say("the service's site file has no [[outputs]]: tracks go nowhere")


def _configured(file: Path) -> list[dict[str, Any]]:
    from tocsin.config.site import Site
    from tocsin.config.toml import load

    return [
        {
            "name": output.name,
            "to": output.to,
            "format": output.bytes_of.value,
            "period_s": output.period_s,
            "min_existence": output.min_existence,
            "classes": list(output.classes),
        }
        for output in load(file, Site).outputs
    ]


def _configured_table(rows: list[dict[str, Any]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Outputs of the site file", title_justify="left")
    for heading in ("output", "to", "format", "period", "from existence", "classes"):
        table.add_column(heading)
    for row in rows:
        limits = (f"{row['period_s']:g} s", f"{row['min_existence']:g}", ", ".join(row["classes"]) or "any")
        table.add_row(Text(row["name"]), Text(row["to"]), row["format"], *limits)
    return table
