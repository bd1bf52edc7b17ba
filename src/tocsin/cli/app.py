"""`tocsin`: the commands together, and the door through which every run of the program goes.

Only typer is loaded here; each command loads what it needs when it runs, so that help comes at once.
"""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from tocsin import __version__
from tocsin.cli import (
    alert,
    config,
    decode,
    demo,
    doctor,
    evaluate,
    operator,
    outputs,
    receivers,
    recordings,
    recover,
    replay,
    run,
    schema,
    sensors,
    sighting,
    simulate,
    track,
)
from tocsin.cli.examples import examples
from tocsin.cli.exits import DEBUG, FAILED, INTERRUPTED, TocsinGroup, complain, say

app = typer.Typer(
    name="tocsin",
    cls=TocsinGroup,
    help="Civil-protection early warning for drones: from what sensors report to a warning that is believed. "
    "tocsin warns and never engages.",
    epilog=examples(
        "tocsin demo                                    watch drones cross a border, and who is warned",
        "tocsin replay flight.pcapng --out flight       a capture through the whole line",
        "tocsin COMMAND --help                          more examples",
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
    # Plain help: rich would take longer to load than the help may take.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for module in (
    demo, run, recordings, simulate, track, replay, recover, evaluate, decode, alert, sensors, sighting,
    outputs, receivers, operator, config, schema, doctor,
):  # fmt: skip
    module.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
    debug: Annotated[bool, typer.Option(DEBUG, help="Show where in the code an error arose.")] = False,
) -> None:
    """Declares what may stand before every command; `TocsinGroup` acts on it."""


def main() -> None:
    """The program; it ends with an exit code of the contract."""
    # A program started in the background by a shell ignores Ctrl-C; one that records must close its files.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001  the last door: a defect is told in a line like everything else
        complain(error, DEBUG in sys.argv)
        say(f"tocsin: this is a defect of tocsin ({type(error).__name__}); {DEBUG} shows where")
        sys.exit(FAILED)
