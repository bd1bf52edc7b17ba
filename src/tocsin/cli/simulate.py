"""`tocsin simulate`: what the sensors would have reported, and the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import recording_kept, say
from tocsin.cli.options import Json, Overwrite, Seed

if TYPE_CHECKING:
    from tocsin.runtime.summary import SimulationSummary

_EXAMPLES = examples(
    "tocsin simulate --list                                       the scenarios that come with tocsin",
    "tocsin simulate border-crossing --seed 3 --out night-3",
    "tocsin simulate border-crossing --out night-1 --bytes        also as captures of the sensors' standards",
    "tocsin simulate my-scenario.toml --out mine",
    "tocsin simulate all-sensors --speak                          sent live, to what `tocsin run` listens to",
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
    speak: Annotated[
        bool, typer.Option("--speak", help="Send it live to the inputs of the sensors, in real time.")
    ] = False,
    speed: Annotated[
        float,
        typer.Option("--speed", metavar="X", min=0.01, max=100.0, help="Times real time, with --speak."),
    ] = 1.0,
    to_network: Annotated[
        bool, typer.Option("--to-network", help="With --speak, also to inputs on other machines.")
    ] = False,
    list_names: Annotated[bool, typer.Option("--list", help="Print the names of the scenarios.")] = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Fly a scenario: write what its sensors report, and the truth.

    The same scenario and seed give the same run. Bytes go to files, and with --speak over local sockets to
    the inputs that `tocsin run` listens to, in each sensor's own standard. Nothing is transmitted by radio.
    """
    if list_names:
        _print_names(as_json)
        return
    if scenario is None:
        raise typer.BadParameter(
            "give a SCENARIO; --list names those that come with tocsin", param_hint="SCENARIO"
        )
    if speak:
        if as_bytes:
            raise typer.BadParameter("captures are of another time; run it twice", param_hint="--bytes")
        _speak(scenario, seed, speed, out, to_network, overwrite, as_json)
        return
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


def _speak(
    scenario: str, seed: int, speed: float, out: Path | None, to_network: bool, overwrite: bool, as_json: bool
) -> None:
    from tocsin.cli.console import print_json
    from tocsin.cli.words import count, minutes
    from tocsin.runtime.speaking import speak_scenario

    def begin(sensors: int, seconds: float) -> None:
        say(f"{scenario}: {count(sensors, 'sensor')} for {minutes(seconds)}; Ctrl-C ends it")
        typer.echo("SPEAKING")

    summary = speak_scenario(scenario, seed, speed, out, to_network, overwrite, begin=begin)
    if as_json:
        print_json(summary.as_json())
        return
    for sensor in summary.sensors:
        said = count(sensor.messages, "message")
        typer.echo(f"  {sensor.name:<24} {sensor.format:<15} {said:>18}  {sensor.input}")


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
