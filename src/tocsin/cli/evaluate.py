"""`tocsin evaluate`: what one recording was worth, or scenarios over many seeds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.examples import examples
from tocsin.cli.exits import say, told
from tocsin.cli.options import Jobs, Json, RunLogFile
from tocsin.runtime.left_out import LeftOut

BUILTIN = "builtin"
_EXAMPLES = examples(
    "tocsin evaluate tocsin-demo                        one recording of a simulation",
    "tocsin evaluate tocsin-demo --json",
    "tocsin evaluate tocsin-demo --html measures.html   also as a page with plots",
    "tocsin evaluate --suite builtin --seeds 20         all scenarios that come with tocsin",
    "tocsin evaluate --suite my-scenarios --seeds 5 --jobs 2",
    "tocsin evaluate --suite builtin --log suite.jsonl  goes on where the log ends",
    "tocsin evaluate --suite builtin --without microphone   what the microphones are worth",
    "tocsin evaluate --suite builtin --without tracker      the model-free path on its own",
)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("evaluate", epilog=_EXAMPLES)(evaluate)


def evaluate(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="An output directory with its truth.", show_default=False),
    ] = None,
    suite: Annotated[
        str | None,
        typer.Option(
            "--suite", metavar="DIR", help=f"A folder of scenarios, or `{BUILTIN}`.", show_default=False
        ),
    ] = None,
    seeds: Annotated[
        int, typer.Option("--seeds", metavar="N", min=1, help="Seeds 1 to N of each scenario.")
    ] = 20,
    jobs: Jobs = None,
    without: Annotated[
        LeftOut | None,
        typer.Option(
            "--without",
            metavar="WHAT",
            help="Leave out all sensors of a kind, or a part: model_free, classifier, tracker.",
            show_default=False,
        ),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Also write the measures as one page.", show_default=False
        ),
    ] = None,
    log: RunLogFile = None,
    as_json: Json = False,
) -> None:
    """Score tracks and alerts against the truth.

    Who was warned, how early, how often in vain, and how far tracks were off.
    For one recording the measures also go to its metrics.json. For a suite: median, 5th percentile and worst
    over the seeds, with the worst seed, to be run again with `tocsin demo --seed`; then the measures of
    warnings by family of scenarios, with the goal and the worst family of each.
    """
    if (directory is None) == (suite is None):
        raise typer.BadParameter("give the directory of a recording, or --suite", param_hint="DIR")
    if directory is not None and without is not None:
        raise typer.BadParameter("a recording is what it is; give --suite", param_hint="--without")
    if directory is not None and log is not None:
        raise typer.BadParameter("keeps the runs of a suite; give --suite", param_hint="--log")
    if directory is not None:
        _one(directory, page, as_json)
    elif suite is not None:
        _suite(suite, seeds, jobs or os.cpu_count() or 1, without, page, log, as_json)


def _one(directory: Path, page: Path | None, as_json: bool) -> None:
    from tocsin.cli.console import output, print_json
    from tocsin.recording.layout import read_marker
    from tocsin.runtime.evaluation_job import evaluate_directory, measured_of, write_page

    metrics = evaluate_directory(directory)
    marker = read_marker(directory)
    if marker is not None and marker.get("ended") != "done":
        say(f"{directory}: its run did not come to its end; what was not recorded counts as missed")
    measured = measured_of(metrics)
    if page is not None:
        write_page(page, f"What {directory} was worth", {metrics["site"]: measured})
    if as_json:
        print_json(metrics)
        return
    from tocsin.cli.view_measures import measures_table
    from tocsin.cli.view_metrics import metrics_table, objects_table
    from tocsin.evaluation.measured import measures

    console = output()
    if metrics["objects"]:
        console.print(objects_table(metrics))
        console.print()
    console.print(metrics_table(metrics))
    console.print()
    console.print(measures_table(measures(measured)))


def _suite(
    suite: str,
    seeds: int,
    jobs: int,
    without: LeftOut | None,
    page: Path | None,
    log: Path | None,
    as_json: bool,
) -> None:
    from tocsin.cli.console import output, print_json, progress_bar
    from tocsin.cli.view_measures import families_table
    from tocsin.cli.view_suite import suite_table
    from tocsin.evaluation.measured import measures
    from tocsin.runtime.evaluation_job import SuiteLog, by_family, evaluate_suite, scenarios_in, write_page
    from tocsin.simulation.library import scenario_names

    scenarios = list(scenario_names()) if suite == BUILTIN else scenarios_in(Path(suite))
    kept = SuiteLog(log, scenarios, without)
    try:
        with progress_bar() as progress:
            scores = evaluate_suite(scenarios, seeds, jobs, progress, without, kept)
    except KeyboardInterrupt as interruption:
        say("tocsin: interrupted" + (f"; the same command goes on from {log}" if log else ""))
        raise told(interruption) from None
    families = by_family(scores)
    if page is not None:
        write_page(page, f"Warnings over {seeds} seeds", families)
    if as_json:
        print_json([score.as_json() for score in scores])
        return
    console = output()
    for score in scores:
        console.print(suite_table(score))
        console.print()
    console.print(families_table({family: measures(found) for family, found in families.items()}))
