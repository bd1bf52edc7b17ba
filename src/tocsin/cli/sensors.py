"""`tocsin sensors`: what is configured, and what every sensor does right now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import QuickGroup
from tocsin.cli.options import Json

if TYPE_CHECKING:
    from rich.table import Table

_commands = typer.Typer(
    cls=QuickGroup,
    help="What sensors are configured, and what they do right now.",
    epilog=examples("tocsin sensors list --site site.toml", "tocsin sensors watch"),
    no_args_is_help=True,
    rich_markup_mode=None,
)
SiteFile = Annotated[
    Path | None, typer.Option("--site", metavar="SITE", help="The site file.", show_default=False)
]
Port = Annotated[
    int | None,
    typer.Option("--port", help="Of the running service; absent: the site file's, else the usual one."),
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(_commands, name="sensors")


@_commands.command(
    "list", epilog=examples("tocsin sensors list --site site.toml", "tocsin sensors list --json")
)
def list_sensors(site: SiteFile = None, port: Port = None, as_json: Json = False) -> None:
    """What sensors there are: of a site file, or of the running service with how they do."""
    from tocsin.cli.console import output, print_json

    if site is not None and port is None:
        rows = _configured(site)
        if as_json:
            print_json(rows)
            return
        output().print(_configured_table(rows))
        return
    reports, health = _asked(port)
    if as_json:
        print_json(reports)
        return
    from tocsin.cli.view_reports import reports_table

    output().print(reports_table(reports, health["time_s"], health["site"]))


@_commands.command("watch", epilog=examples("tocsin sensors watch", "tocsin sensors watch --site site.toml"))
def watch(
    site: SiteFile = None,
    port: Port = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="How long; 0: until Ctrl-C.")] = 0.0,
) -> None:
    """Show what every sensor of the running service does, every second, until Ctrl-C."""
    import time

    from rich.live import Live

    from tocsin.cli.console import output
    from tocsin.cli.view_reports import reports_table
    from tocsin.clock import pause
    from tocsin.runtime.service_client import ask, port_of

    number = port_of(site, port)
    began_s = time.monotonic()
    with Live(console=output(), auto_refresh=False) as live:
        while True:
            health = ask(number, "health")
            live.update(reports_table(ask(number, "sensors"), health["time_s"], health["site"]), refresh=True)
            if seconds and time.monotonic() - began_s >= seconds:
                return
            pause(1.0)


def _asked(port: int | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from tocsin.runtime.service_client import ask, port_of

    number = port_of(None, port)
    return ask(number, "sensors"), ask(number, "health")


def _configured(file: Path) -> list[dict[str, Any]]:
    from tocsin.config.access import protections
    from tocsin.config.site import Site
    from tocsin.config.toml import load

    rows = []
    for sensor in load(file, Site).sensors:
        live = sensor.live_input
        rows.append({
            "name": sensor.name,
            "kind": sensor.kind.value,
            "input": sensor.input or "capture",
            "format": None if live is None else live[1].value,
            "period_s": sensor.filled().period_s,
            "protected_by": protections(sensor),
        })  # fmt: skip
    return rows


def _configured_table(rows: list[dict[str, Any]]) -> Table:
    from rich.table import Table

    table = Table(title="Sensors of the site file", title_justify="left")
    for heading in ("sensor", "kind", "input", "format", "period", "protected by"):
        table.add_column(heading)
    for row in rows:
        table.add_row(
            row["name"], row["kind"], row["input"], row["format"] or "", f"{row['period_s']:g} s",
            ", ".join(row["protected_by"]),
        )  # fmt: skip
    return table
