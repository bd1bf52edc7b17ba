"""`tocsin run`: the line on live sensors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import recording_kept, say
from tocsin.cli.options import Json, Overwrite
from tocsin.errors import InvalidFile

if TYPE_CHECKING:
    from tocsin.config.site import Site

_EXAMPLES = examples(
    "tocsin run --site site.toml                  until Ctrl-C, recorded beside the site file",
    "tocsin run --site site.toml --out /srv/night --log json",
    "tocsin sensors watch                         in another window: what every sensor does",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("run", epilog=_EXAMPLES)(run)


def run(
    site: Annotated[Path, typer.Option("--site", metavar="SITE", help="The site file.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where the recording goes; absent: runs/ beside the site file (of a service of systemd: in "
            "its state directory) and the time.",
        ),
    ] = None,
    log: Annotated[str, typer.Option("--log", metavar="text|json", help="How the log is written.")] = "text",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Run a site on its live sensors until it is told to stop.

    Every sensor with an `input` in the site file is listened to. READY on stdout says that all is up; Ctrl-C
    or SIGTERM ends the run, with the recording closed and whole. Other commands reach it on this machine.
    """
    from tocsin.cli.console import output, print_json, progress_bar
    from tocsin.cli.view_run import show_run
    from tocsin.cli.warming import make_ready
    from tocsin.config.site import Site
    from tocsin.config.toml import load
    from tocsin.runtime.live_service import LiveService
    from tocsin.runtime.logs import set_up_logs

    known = load(site, Site)
    _check_inputs(site, known)
    if log not in ("text", "json"):
        raise typer.BadParameter(f"{log!r} is neither text nor json", param_hint="--log")
    set_up_logs(as_json=log == "json")
    folder = out or usual_folder(site, known)
    with recording_kept(folder):
        with progress_bar() as progress:
            make_ready(progress)
        service = LiveService(known, folder, overwrite, site_file=site)
        summary = service.run(lambda port: _say_ready(known, folder, port))
    if as_json:
        print_json(summary.as_json())
        return
    show_run(output(), summary, ())


def _check_inputs(file: Path, site: Site) -> None:
    from tocsin.config.kinds import SensorKind
    from tocsin.errors import Problem

    if not any(sensor.live_input or sensor.kind is SensorKind.SIGHTING for sensor in site.sensors):
        what = "no sensor has an input, so there is nothing to listen to"
        raise InvalidFile(file, [Problem("sensors", what, 'Give one, as in input = "udp://0.0.0.0:8600".')])


def usual_folder(site: Path, known: Site) -> Path:
    """Where a recording goes that was given no place.

    Parts lie side by side, those of all runs; a recording in one part has a folder of its own.
    """
    import datetime

    from tocsin.clock import WallClock
    from tocsin.units import NANOSECONDS_PER_SECOND

    # What a service may write into, by systemd.exec(5); the folder of its site file it may only read.
    state, _, _ = os.environ.get("STATE_DIRECTORY", "").partition(":")
    runs = (Path(state) if state else site.parent) / "runs"
    if known.recording.part_hours:
        return runs
    now = datetime.datetime.fromtimestamp(WallClock().now_ns() // NANOSECONDS_PER_SECOND, datetime.UTC)
    return runs / f"{now:%Y-%m-%dT%H%M%SZ}"


def _say_ready(site: Site, folder: Path, port: int) -> None:
    live = sum(sensor.live_input is not None for sensor in site.sensors)
    heading = f"{site.site.name}, {site.site.status}: {live} sensors"
    say(f"{heading}; recording to {folder}; other commands reach it at 127.0.0.1:{port}")
    others = f", and at {site.console.listen}" if site.console.listen else ""
    say(f"the map is at http://127.0.0.1:{port}/{others}")
    typer.echo("READY")
