"""`tocsin receivers`: who is told of alerts, and whether they confirm it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tocsin.cli.ends import Ends, Row, commands

if TYPE_CHECKING:
    from rich.table import Table

    from tocsin.config.site import Site


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(commands(_RECEIVERS), name=_RECEIVERS.section)


def _configured(site: Site) -> list[Row]:
    return [
        {
            "name": receiver.name,
            "to": receiver.to,
            "format": receiver.bytes_of.value,
            "min_level": receiver.min_level,
            "zones": list(receiver.zones),
            "languages": list(receiver.languages),
        }
        for receiver in site.receivers
    ]


def _cells(row: Row) -> tuple[str, str, str]:
    zones, languages = ", ".join(row["zones"]), ", ".join(row["languages"])
    return row["min_level"], zones or "all", languages or "of zone and site"


def _reports_table(rows: list[Row], now_ns: int) -> Table:
    from tocsin.cli.view_receivers import receivers_table

    return receivers_table(rows, now_ns)


_RECEIVERS = Ends(
    section="receivers",
    summary="Who is told of alerts, and whether they confirm it.",
    listing="What receivers there are: of a site file, or of the running service with what they confirmed.",
    without_any="alerts go nowhere",
    headings=("from level", "zones", "languages"),
    configured=_configured,
    cells=_cells,
    reports_table=_reports_table,
)
