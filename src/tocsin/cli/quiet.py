"""`tocsin quiet`: how often tocsin warns of nothing, over many hours in which nothing happens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import say, told
from tocsin.cli.options import Jobs, Json, RunLogFile

if TYPE_CHECKING:
    from tocsin.runtime.quiet_job import QuietHours, QuietRun

_EXAMPLES = examples(
    "tocsin quiet --hours 24 --log quiet.jsonl        a day of quiet hours",
    "tocsin quiet --hours 1000 --log quiet.jsonl      goes on where the log ends",
    "tocsin quiet --scenario quiet-night --hours 80 --jobs 2",
    "tocsin quiet --first-seed 2001 --hours 100 --json",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("quiet", epilog=_EXAMPLES)(quiet)


def quiet(
    hours: Annotated[
        float, typer.Option("--hours", metavar="N", help="How many hours of scenario; whole runs.")
    ] = 24.0,
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="NAME", help="A scenario that comes with tocsin, or a file.")
    ] = "quiet-hour",
    first_seed: Annotated[
        int, typer.Option("--first-seed", metavar="N", min=0, help="The seed of the first run.")
    ] = 1,
    jobs: Jobs = None,
    log: RunLogFile = None,
    as_json: Json = False,
) -> None:
    """Count false warnings over many quiet hours.

    Each run of the scenario goes through the whole line, and each false warning is named with its seed, to
    be looked at with `tocsin demo --scenario NAME --seed N --headless`. At the end: hours, warnings, false
    ones, and the highest rate of false warnings in 1,000 hours that goes with them at 95 % (exact Poisson
    bound). Stopped with Ctrl-C it says what it has.
    """
    from tocsin.cli.console import print_json, progress_bar
    from tocsin.runtime.quiet_job import QuietLog, quiet_hours, quiet_hours_of

    kept, at_once = QuietLog(log, scenario), jobs or os.cpu_count() or 1
    try:
        with progress_bar() as progress:
            found = quiet_hours(scenario, hours, first_seed, at_once, kept, progress, _tell)
    except KeyboardInterrupt as interruption:
        _show(quiet_hours_of(scenario, kept))
        say("tocsin: interrupted" + (f"; the same command goes on from {log}" if log else ""))
        raise told(interruption) from None
    if as_json:
        print_json(found.as_json())
    else:
        _show(found)


def _tell(run: QuietRun) -> None:
    """A line for each run that was not quiet, at once: a night of runs need not end to be looked into."""
    if run.false_after_s:
        after = ", ".join(f"{after_s:.0f} s" for after_s in run.false_after_s)
        say(f"seed {run.seed}: false warning after {after}")


def _show(found: QuietHours) -> None:
    from tocsin.cli.console import output

    output().print(summary(found))


def summary(found: QuietHours) -> str:
    """What is known by now, in words."""
    false = [run for run in found.runs if run.false_after_s]
    seeds = f" (seeds {', '.join(str(run.seed) for run in false)})" if false else ""
    bound = (
        f"at most {found.bound_per_1000_hours:.1f} false warnings at 95 %"
        if found.hours
        else "nothing is known"
    )
    lines = [
        f"{found.scenario}: {found.hours:g} quiet hours, {len(found.runs)} runs",
        f"warnings          {found.warnings}",
        f"false warnings    {found.false_warnings}{seeds}",
        f"in 1,000 hours    {bound if found.hours else 'nothing is known'}",
    ]
    return "\n".join(lines)
