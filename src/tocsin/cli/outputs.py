"""`tocsin outputs`: where tracks go, and whether they get there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tocsin.cli.ends import Ends, Row, commands

if TYPE_CHECKING:
    from rich.table import Table

    from tocsin.config.site import Site


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(commands(_OUTPUTS), name=_OUTPUTS.section)


def _configured(site: Site) -> list[Row]:
    return [
        {
            "name": output.name,
            "to": output.to,
            "format": output.bytes_of.value,
            "period_s": output.period_s,
            "min_existence": output.min_existence,
            "classes": list(output.classes),
        }
        for output in site.outputs
    ]


def _cells(row: Row) -> tuple[str, str, str]:
    return f"{row['period_s']:g} s", f"{row['min_existence']:g}", ", ".join(row["classes"]) or "any"


def _reports_table(rows: list[Row], now_ns: int) -> Table:
    from tocsin.cli.view_outputs import outputs_table

    return outputs_table(rows, now_ns)


_OUTPUTS = Ends(
    section="outputs",
    summary="Where tracks go, and whether they get there.",
    listing="What outputs there are: of a site file, or of the running service with how they do.",
    without_any="tracks go nowhere",
    headings=("period", "from existence", "classes"),
    configured=_configured,
    cells=_cells,
    reports_table=_reports_table,
)
