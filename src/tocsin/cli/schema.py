"""`tocsin schema`: every table, file and message of the contract as JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.examples import examples
from tocsin.cli.options import Json

if TYPE_CHECKING:
    from pydantic import BaseModel

_EXAMPLES = examples(
    "tocsin schema                     the names",
    "tocsin schema detections",
    "tocsin schema site > site.schema.json",
    "tocsin schema heard               what a microphone node sends",
    "tocsin schema track_message       what an output of format json sends",
)
_FILES = ("site", "scenario", "metrics")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("schema", epilog=_EXAMPLES)(schema)


def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Of a table, file or message.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a table, file or message of the contract as JSON Schema.

    Without a name, list them; --json is about this list. For a table, the schema is that of one row.
    """
    from tocsin.cli.console import print_json

    if name is not None:
        print_json(_schema(name))
        return
    found = {known: _schema(known)["description"] for known in schema_names()}
    if as_json:
        print_json([{"name": known, "description": text} for known, text in found.items()])
        return
    for known, text in found.items():
        typer.echo(f"{known:<14}  {' '.join(text.split())}")


def schema_names() -> tuple[str, ...]:
    """The files, then the tables, then the messages."""
    from tocsin.model.tables import TABLES

    return (*_FILES, *TABLES, *_messages())


def _messages() -> dict[str, type[BaseModel]]:
    """Those of nodes, which come in, and ours, which goes out."""
    from tocsin.formats.nodes import NODE_MESSAGES
    from tocsin.formats.track_message import TrackMessage

    return {**NODE_MESSAGES, "track_message": TrackMessage}


def _schema(name: str) -> dict[str, Any]:
    from tocsin.model.tables import TABLES

    if name in TABLES:
        return TABLES[name].json_schema()
    if (message := _messages().get(name)) is not None:
        return {"$schema": _DIALECT, **message.model_json_schema(by_alias=True)}
    if name not in _FILES:
        from tocsin.simulation.references import nearest

        raise typer.BadParameter(f"no schema {name!r}. {nearest(name, schema_names())}", param_hint="NAME")
    if name == "site":
        from tocsin.config.site import Site

        return {"$schema": _DIALECT, **Site.model_json_schema()}
    if name == "metrics":
        from pydantic import TypeAdapter

        from tocsin.evaluation.metrics_file import MetricsFile

        return {"$schema": _DIALECT, **TypeAdapter(MetricsFile).json_schema()}
    from tocsin.simulation.scenario_file import ScenarioFile

    return {"$schema": _DIALECT, **ScenarioFile.model_json_schema()}


_DIALECT = "https://json-schema.org/draft/2020-12/schema"
