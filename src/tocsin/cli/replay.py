"""`tocsin replay`: a capture of real or simulated bytes through the whole line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import existing, recording_kept
from tocsin.cli.options import Json, Overwrite, Speed

if TYPE_CHECKING:
    from tocsin.cli.screen import Screen
    from tocsin.runtime.summary import RunSummary

_EXAMPLES = examples(
    "tocsin replay flight.pcapng --out flight                        the site is what the capture tells",
    "tocsin replay flight.pcapng --site site.toml --out flight       with your zones and sensors",
    "tocsin replay radar.pcap --site site.toml --speed 10 --out night",
    "tocsin decode flight.pcapng                                     only look at the messages",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("replay", epilog=_EXAMPLES)(replay)


def replay(
    capture: Annotated[
        Path, typer.Argument(metavar="CAPTURE", help="pcap, pcapng or raw ASTERIX.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the recording goes.", show_default=False)
    ],
    site: Annotated[
        Path | None,
        typer.Option("--site", metavar="SITE", help="The site file; without it, what the capture tells."),
    ] = None,
    speed: Speed = 0.0,
    headless: Annotated[bool, typer.Option("--headless", help="No live view, whatever the speed.")] = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Replay a capture through the whole line.

    It gives tracks, alerts, CAP messages and a recording; with a speed, the run is shown live. Damaged frames
    are counted by sensor and kind, and the rest goes on. Serial numbers are hashed and operators' positions
    dropped before anything is written.
    """
    from tocsin.cli.console import output, print_json
    from tocsin.cli.screen import screen_for
    from tocsin.cli.view_live import Heading
    from tocsin.cli.view_run import show_run

    existing(capture)
    heading = Heading(f"replay of {capture.name}", _status(site), None, None, speed)
    with recording_kept(out), screen_for(heading, headless or speed == 0) as screen:
        summary = _run(capture, site, out, speed, screen, overwrite)
    if as_json:
        print_json(summary.as_json())
        return
    try_next = (f"tocsin console {out}", f"tocsin decode {capture}", "tocsin config init my-site.toml")
    show_run(output(), summary, try_next)


def _status(site: Path | None) -> str:
    """The CAP status under which the run goes; a wrong site file is told before any long work."""
    from tocsin.config.site import Site
    from tocsin.config.toml import load

    return "Exercise" if site is None else load(site, Site).site.status


def _run(
    capture: Path, site: Path | None, out: Path, speed: float, screen: Screen, overwrite: bool
) -> RunSummary:
    from tocsin.cli.warming import make_ready
    from tocsin.runtime.replay_job import replay_capture

    make_ready(screen.progress)
    return replay_capture(capture, site, out, speed, screen.watch, screen.progress, overwrite)
