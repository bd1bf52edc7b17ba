"""`tocsin demo`: a simulated night through the whole line, live."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import recording_kept, say
from tocsin.cli.options import DemoSpeed, Json, Overwrite, Seed

if TYPE_CHECKING:
    from tocsin.cli.screen import Screen
    from tocsin.cli.view_live import Heading
    from tocsin.runtime.summary import RunSummary

DIRECTORY = Path("tocsin-demo")
SCENARIO = "border-crossing"
_ABOUT_S = 60.0
_MAP_SPEED = 10.0
"""So fast a night goes on the map: in three minutes, with time to read and to press."""
_EXAMPLES = examples(
    "tocsin demo                                 five drones cross a border, on a map in the browser",
    "tocsin demo --no-console                    the same in the terminal, in about a minute",
    "tocsin demo --console --port 8700           where no browser opens by itself: its address is printed",
    "tocsin demo --speed 1 --seed 7              another night, in real time",
    "tocsin demo --headless --speed 0            only what happened, as fast as it goes",
    "tocsin demo --scenario quiet-night          eight hours without a threat",
    "tocsin demo --headless --json | jq .metrics",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("demo", epilog=_EXAMPLES)(demo)


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="No live view.")] = False,
    console: Annotated[
        bool | None,
        typer.Option(
            "--console/--no-console",
            help="On a map in the browser, or in the terminal.",
            show_default="the map where a browser can be opened",
        ),
    ] = None,
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, help="Of the map, on this machine; 0: any free one."),
    ] = 0,
    speed: DemoSpeed = None,
    seed: Seed = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", show_default=str(DIRECTORY), help="Where the recording goes."),
    ] = None,
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="NAME", help="A scenario that comes with tocsin, or a file.")
    ] = SCENARIO,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Also write a picture of the live view.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Show drones crossing a border, and who is warned when.

    The map, or the live view in the terminal, has alerts first, then tracks and sensors; on the map, alerts
    can be acted on, too. At the end it prints each alert with its lead, what the run was worth against the
    truth, and where the recording and the CAP messages lie; the map stays, to replay it, until Ctrl-C.
    Everything is an exercise in a fictional place.
    """
    from tocsin.cli.screen import screen_for

    directory = DIRECTORY if out is None else out
    # Without --out the place is the demo's own: the last one is replaced.
    replace = overwrite or out is None
    if console if console is not None else _has_browser(headless or as_json or svg is not None):
        heading = _heading(scenario, seed, _MAP_SPEED if speed is None else speed, headless)
        _show_on_map(scenario, heading, directory, port, replace, seed, as_json)
        return
    if console is None and not (headless or as_json or svg is not None):
        say("no browser can be opened from here: this is the terminal; `--console` serves the map")
    heading = _heading(scenario, seed, speed, headless)
    with recording_kept(directory), screen_for(heading, headless) as screen:
        summary = _run(scenario, seed, directory, heading.speed, screen, replace)
    if svg is not None and screen.fullest is not None:
        from tocsin.cli.picture import write_svg

        write_svg(screen.fullest, svg)
        say(f"picture written to {svg}")
    _show(summary, seed, as_json)


def _heading(scenario: str, seed: int, speed: float | None, headless: bool) -> Heading:
    from tocsin.cli.view_live import Heading
    from tocsin.simulation.library import load_scenario

    loaded = load_scenario(scenario)
    if speed is None:
        speed = 0.0 if headless else float(max(1, round(loaded.header.duration_s / _ABOUT_S)))
    title = f"{loaded.header.name}, seed {seed}"
    return Heading(title, loaded.site.site.status, loaded.start_ns, loaded.header.duration_s, speed)


def _run(
    scenario: str, seed: int, directory: Path, speed: float, screen: Screen, overwrite: bool
) -> RunSummary:
    from tocsin.cli.warming import make_ready
    from tocsin.runtime.scenario_job import run_scenario

    make_ready(screen.progress)
    return run_scenario(scenario, seed, directory, speed, screen.watch, screen.progress, overwrite)


def _show_on_map(
    scenario: str, heading: Heading, directory: Path, port: int, replace: bool, seed: int, as_json: bool
) -> None:
    from tocsin.cli.browser import open_page
    from tocsin.cli.screen import lines_of
    from tocsin.cli.warming import make_ready
    from tocsin.runtime.night_show import NightShow

    def over(summary: RunSummary) -> None:
        _show(summary, seed, as_json)
        say("the night is over; the map stays, to replay it, until Ctrl-C")

    screen = lines_of(heading)
    show = NightShow(scenario, seed, directory, heading.speed, port, open_page)
    with recording_kept(directory):
        make_ready(screen.progress)
        show.run(screen.watch, screen.progress, replace, over)


def _has_browser(is_for_others: bool) -> bool:
    """Whether the map is what somebody wants who did not say so."""
    from tocsin.cli.browser import can_open
    from tocsin.cli.console import messages

    return not is_for_others and messages().is_terminal and can_open()


def _show(summary: RunSummary, seed: int, as_json: bool) -> None:
    from tocsin.cli.console import output, print_json
    from tocsin.cli.view_run import show_run

    if as_json:
        print_json(summary.as_json())
        return
    try_next = (
        f"tocsin demo --seed {seed + 1}",
        "tocsin demo --console",
        f"tocsin evaluate {summary.directory}",
        "tocsin demo --scenario quiet-night --headless",
        "tocsin config init my-site.toml",
    )
    show_run(output(), summary, try_next)
