"""Measures tocsin, beside its peers and the theoretical bound.

    python -m benchmarks                  lists the benchmarks
    python -m benchmarks NAME [--quick]   runs one and prints its tables
    python -m benchmarks all              runs all of them and writes docs/benchmarks.md

A benchmark is a module of this folder with
    describe() -> str                     Markdown: what is measured, how; the first line is for the list
    run(options) -> Sequence[Part]        tables with a goal for each row, and plots: table.py, options.py
It may raise `Unavailable` where it can't run here. One that takes longer than all others together says
`IS_LONG = True`, and runs only by its name.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path

from benchmarks.options import Benchmark, Options, Outcome, Unavailable
from benchmarks.runs import tracked
from benchmarks.skies import Plan, make_sky
from benchmarks.table import Table

FOLDER = Path(__file__).parent


def benchmarks(only: str = "all") -> dict[str, Benchmark]:
    """Every module of this folder with a `run`, or the one of this name; no other is even imported."""
    named = [path for path in sorted(FOLDER.glob("*.py")) if only in (path.stem, "all")]
    measuring = [path.stem for path in named if "\ndef run(" in path.read_text(encoding="utf-8")]
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in measuring}
    return {name: module for name, module in modules.items() if isinstance(module, Benchmark)}


def outcome_of(name: str, benchmark: Benchmark, options: Options) -> Outcome:
    """Runs one; what it raises is part of the outcome, so that the others still run."""
    outcome = Outcome(name, benchmark.describe(), parts=())
    tic = time.perf_counter()
    try:
        outcome = replace(outcome, parts=tuple(benchmark.run(options)))
    except Unavailable as why:
        outcome = replace(outcome, trouble=f"not run: {why}")
    except Exception as error:  # noqa: BLE001
        traceback.print_exc()
        outcome = replace(outcome, trouble=f"failed: {type(error).__name__}: {error}", has_failed=True)
    return replace(outcome, seconds=time.perf_counter() - tic)


def show(outcome: Outcome) -> None:
    """On the terminal."""
    for part in outcome.parts:
        if isinstance(part, Table):
            print(f"\n{part.plain()}")
    print(f"\n{outcome.trouble or 'done'}, {outcome.seconds:.0f} s\n", flush=True)


def main(arguments: list[str]) -> int:
    """Runs what is asked for; gives the exit code: 1 where one failed, never for a goal that is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", nargs="?", help="one of the list, or `all`")
    parser.add_argument("--quick", action="store_true", help="few seeds and small cases")
    parser.add_argument(
        "--jobs", type=int, default=Options.jobs, help="processes for runs that are not timed"
    )
    chosen = parser.parse_args(arguments)
    known = benchmarks(chosen.name or "all")
    if chosen.name is None:
        print(*(f"{name:<16} {found.describe().splitlines()[0]}" for name, found in known.items()), sep="\n")
        return 0
    if not known:
        print(f"no benchmark {chosen.name!r}; there are:", *benchmarks(), "all", file=sys.stderr)
        return 2
    options = Options(chosen.quick, chosen.jobs)
    # Or else every process of a pool compiles, and the first time measured is the compiler's.
    tracked(make_sky(Plan(10), scans=5, seed=0))
    if chosen.name == "all":
        known = {name: found for name, found in known.items() if not getattr(found, "IS_LONG", False)}
    outcomes = []
    for name, benchmark in known.items():
        print(f"{name}: {benchmark.describe().splitlines()[0]}", flush=True)
        outcomes.append(outcome_of(name, benchmark, options))
        show(outcomes[-1])
    if chosen.name == "all" and not chosen.quick:
        from benchmarks.report import write

        write(outcomes)
    return int(any(outcome.has_failed for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
