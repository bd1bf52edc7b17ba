"""`tocsin sensors`: what is configured, what every sensor does right now, what an unknown port speaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import QuickGroup
from tocsin.cli.options import Json
from tocsin.errors import UnusableFile

if TYPE_CHECKING:
    from rich.table import Table

_commands = typer.Typer(
    cls=QuickGroup,
    help="What sensors there are, what they do, and what a port speaks.",
    epilog=examples(
        "tocsin sensors list --site site.toml",
        "tocsin sensors watch",
        "tocsin sensors probe udp://0.0.0.0:8600",
    ),
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


_PROBE = examples(
    "tocsin sensors probe udp://0.0.0.0:8600                  ten seconds at a port",
    "tocsin sensors probe mqtt://localhost --seconds 60       every topic of a broker",
    "tocsin sensors probe serial:///dev/ttyUSB0?baud=115200",
    "tocsin sensors probe unknown.pcap                        what a file holds",
)


@_commands.command("probe", epilog=_PROBE)
def probe(
    address: Annotated[
        str,
        typer.Argument(metavar="ADDRESS|FILE", help="As a site file's input, or a file.", show_default=False),
    ],
    seconds: Annotated[
        float, typer.Option("--seconds", metavar="N", min=0.1, max=3600, help="How long.")
    ] = 10.0,
    user: Annotated[str, typer.Option("--user", help="For a broker.")] = "",
    password_file: Annotated[str, typer.Option("--password-file", metavar="FILE", help="For a broker.")] = "",
    ca_file: Annotated[str, typer.Option("--ca-file", metavar="FILE", help="For a broker with TLS.")] = "",
    as_json: Json = False,
) -> None:
    """Say what an unknown port or file seems to speak.

    With the evidence, and what the site file needs to read it. It only listens. Stop `tocsin run`
    first where it has the port. What stays unknown is shown as bytes.
    """
    from tocsin.cli.console import print_json
    from tocsin.cli.view_probe import probe_lines
    from tocsin.config.logins import Login
    from tocsin.sensors.live.ways import Access
    from tocsin.sensors.probe import probe_address, probe_file

    if Path(address).is_file():
        found = probe_file(Path(address))
    elif ":" not in address:
        raise UnusableFile(address, "no such file; an address begins as in udp://0.0.0.0:8600")
    else:
        found = probe_address(address, seconds, Access(Login(user, password_file, ca_file)))
    if as_json:
        print_json(found.as_json())
        return
    for line in probe_lines(found):
        typer.echo(line)


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
