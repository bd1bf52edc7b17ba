"""The `list` command of all that goes out: of a site file, or of the running service with how it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import QuickGroup, say
from tocsin.cli.options import Json

if TYPE_CHECKING:
    from rich.table import Table

    from tocsin.config.site import Site

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ends:
    """One section of the site file, `[[section]]`, which the service reports on under the same name.

    `cells` are what a configured row shows behind name, `to` and format; `reports_table` takes the rows of
    the service and the time now [ns].
    """

    section: str
    summary: str
    listing: str
    without_any: str
    headings: tuple[str, str, str]
    configured: Callable[[Site], list[Row]]
    cells: Callable[[Row], tuple[str, str, str]]
    reports_table: Callable[[list[Row], int], Table]


def commands(ends: Ends) -> typer.Typer:
    """The group of commands of one section."""
    name = ends.section
    group = typer.Typer(
        cls=QuickGroup,
        help=ends.summary,
        epilog=examples(f"tocsin {name} list --site site.toml", f"tocsin {name} list"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )

    @group.command(
        "list",
        help=ends.listing,
        epilog=examples(f"tocsin {name} list --site site.toml", f"tocsin {name} list --json"),
    )
    def list_ends(
        site: Annotated[
            Path | None, typer.Option("--site", metavar="SITE", help="The site file.", show_default=False)
        ] = None,
        port: Annotated[
            int | None, typer.Option("--port", help="Of the running service; absent: the usual one.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        if site is not None and port is None:
            _list_configured(ends, site, as_json)
        else:
            _list_running(ends, port, as_json)

    return group


def _list_configured(ends: Ends, file: Path, as_json: bool) -> None:
    from tocsin.cli.console import output, print_json
    from tocsin.config.site import Site
    from tocsin.config.toml import load

    rows = ends.configured(load(file, Site))
    if as_json:
        print_json(rows)
        return
    output().print(_configured_table(ends, rows))
    if not rows:
        say(f"no [[{ends.section}]] in the site file: {ends.without_any}")


def _list_running(ends: Ends, port: int | None, as_json: bool) -> None:
    from tocsin.cli.console import output, print_json
    from tocsin.clock import WallClock
    from tocsin.runtime.service_client import ask, port_of

    rows = ask(port_of(None, port), ends.section)
    if as_json:
        print_json(rows)
        return
    output().print(ends.reports_table(rows, WallClock().now_ns()))
    if not rows:
        say(f"the service's site file has no [[{ends.section}]]: {ends.without_any}")


def _configured_table(ends: Ends, rows: list[Row]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{ends.section.capitalize()} of the site file", title_justify="left")
    for heading in (ends.section.removesuffix("s"), "to", "format", *ends.headings):
        table.add_column(heading)
    for row in rows:
        texts = (row["name"], row["to"], row["format"], *ends.cells(row))
        table.add_row(*map(Text, texts))
    return table
