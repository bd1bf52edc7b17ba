"""`tocsin simulate`: what the sensors would have reported, and the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import recording_kept
from tocsin.cli.options import Json, Overwrite, Seed

if TYPE_CHECKING:
    from tocsin.runtime.summary import SimulationSummary

_EXAMPLES = examples(
    "tocsin simulate --list                                       the scenarios that come with tocsin",
    "tocsin simulate border-crossing --seed 3 --out night-3",
    "tocsin simulate border-crossing --out night-1 --bytes        also as captures of the sensors' standards",
    "tocsin simulate my-scenario.toml --out mine",
    "tocsin track night-3/detections.parquet --site night-3/site.toml --out tracks.parquet",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("simulate", epilog=_EXAMPLES)(simulate)


def simulate(
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO", help="A scenario that comes with tocsin, or a file.", show_default=False
        ),
    ] = None,
    seed: Seed = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Where site.toml, detections and truth go.", show_default=False
        ),
    ] = None,
    as_bytes: Annotated[
        bool, typer.Option("--bytes", help="Also captures (pcap) of what the sensors would have sent.")
    ] = False,
    list_names: Annotated[bool, typer.Option("--list", help="Print the names of the scenarios.")] = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Fly a scenario: write what its sensors report, and the truth.

    The same scenario and seed give the same run. Nothing is transmitted: bytes go to files.
    """
    if list_names:
        _print_names(as_json)
        return
    if scenario is None:
        raise typer.BadParameter(
            "give a SCENARIO; --list names those that come with tocsin", param_hint="SCENARIO"
        )
    if out is None:
        raise typer.BadParameter("say where to write to", param_hint="--out")
    from tocsin.cli.console import print_json, progress_bar
    from tocsin.runtime.scenario_job import simulate_to

    with recording_kept(out), progress_bar() as progress:
        summary = simulate_to(scenario, seed, out, as_bytes, progress, overwrite)
    if as_json:
        print_json(summary.as_json())
    else:
        _show(summary)


def _print_names(as_json: bool) -> None:
    from tocsin.cli.console import print_json
    from tocsin.simulation.library import load_scenario, scenario_names

    titles = {name: load_scenario(name).header.title for name in scenario_names()}
    if as_json:
        print_json([{"name": name, "title": title} for name, title in titles.items()])
        return
    for name, title in titles.items():
        typer.echo(f"{name:<20}  {title}")


def _show(summary: SimulationSummary) -> None:
    from tocsin.cli.words import count, minutes

    objects = f"{count(summary.objects, 'object')}, {count(summary.threats, 'threat')}"
    typer.echo(
        f"{summary.scenario}, seed {summary.seed}: {minutes(summary.duration_s)} with {objects}, "
        f"{count(summary.detections, 'detection')}"
    )
    for file in summary.files:
        typer.echo(f"  {file}")
