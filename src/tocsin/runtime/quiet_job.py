"""`tocsin quiet`: many hours in which nothing happens, and how often tocsin warned of something all the same.

Each run of the scenario, by its seed, is simulated, sent through the whole line and scored as
`tocsin evaluate` does. It takes hours, so what is done is kept in a log, and a later call goes on there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from tocsin.errors import InvalidInput
from tocsin.evaluation.false_rate import CONFIDENCE, upper_bound
from tocsin.runtime.parallel import run_all
from tocsin.runtime.run_log import RunLog
from tocsin.runtime.scenario_job import run_scenario
from tocsin.runtime.watch import Progress, no_progress
from tocsin.simulation.library import load_scenario, scenario_digest

PER_HOURS = 1000.0


@dataclass(frozen=True, slots=True)
class QuietRun:
    """One run: how long it was, its warnings, and how long after its start each false one came."""

    seed: int
    hours: float
    warnings: int
    false_after_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class QuietHours:
    """What all runs together say."""

    scenario: str
    runs: tuple[QuietRun, ...]

    @property
    def hours(self) -> float:
        return sum(run.hours for run in self.runs)

    @property
    def warnings(self) -> int:
        return sum(run.warnings for run in self.runs)

    @property
    def false_warnings(self) -> int:
        return sum(len(run.false_after_s) for run in self.runs)

    @property
    def bound_per_1000_hours(self) -> float:
        """Highest rate of false warnings that goes with what was seen, at 95 %."""
        return PER_HOURS * upper_bound(self.false_warnings, self.hours)

    def as_json(self) -> dict[str, Any]:
        """For `--json`: plain values only; a bound that is not known is null."""
        false = [{"seed": run.seed, "after_s": list(run.false_after_s)} for run in self.runs
                 if run.false_after_s]  # fmt: skip
        return {"scenario": self.scenario, "seeds": [run.seed for run in self.runs], "hours": self.hours,
                "warnings": self.warnings, "false_warnings": self.false_warnings, "false": false,
                "confidence": CONFIDENCE,
                "bound_per_1000_hours": self.bound_per_1000_hours if self.hours else None}  # fmt: skip


_RUN = TypeAdapter(QuietRun)


class QuietLog(RunLog[int, QuietRun]):
    """Runs of one scenario by seed; see `RunLog`."""

    def __init__(self, path: Path | None, scenario: str) -> None:
        super().__init__(
            path, {"quiet_hours_of": scenario, "scenario_sha256": scenario_digest(scenario)}, _RUN, _seed
        )


def _seed(run: QuietRun) -> int:
    return run.seed


def quiet_hours(
    scenario: str,
    hours: float,
    first_seed: int = 1,
    jobs: int = 1,
    log: QuietLog | None = None,
    progress: Progress = no_progress,
    each: Callable[[QuietRun], None] | None = None,
) -> QuietHours:
    """Runs a scenario with seeds from the first on until so many hours are done, in so many processes.

    Runs that the log has are not run again. Stopped by Ctrl-C it gives up the runs under way: what is done
    is in the log and was told to `each`. Raises `InvalidInput` for hours that are none.
    """
    if hours <= 0.0:
        raise InvalidInput(f"hours: {hours:g} is no time to watch; give more than 0")
    kept = QuietLog(None, scenario) if log is None else log
    of_run = load_scenario(scenario).header.duration_s / 3600.0
    seeds = range(first_seed, first_seed + ceil(hours / of_run))
    left = [seed for seed in seeds if seed not in kept.runs]
    done_before = len(seeds) - len(left)
    with closing(run_all(quiet_run, [(scenario, seed) for seed in left], jobs, progress)) as running:
        for done, run in enumerate(running, done_before + 1):
            kept.add(run)
            if each is not None:
                each(run)
            progress(f"{scenario}, seed {run.seed}", done / len(seeds))
    return quiet_hours_of(scenario, kept)


def quiet_hours_of(scenario: str, log: QuietLog) -> QuietHours:
    """What a log says by now."""
    return QuietHours(scenario, tuple(log.runs[seed] for seed in sorted(log.runs)))


def quiet_run(scenario: str, seed: int, folder: Path) -> QuietRun:
    """One run, scored; what it records in `folder` is gone afterwards."""
    metrics = run_scenario(scenario, seed, folder).metrics
    shutil.rmtree(folder)
    assert metrics is not None, "a simulated run always has its truth"
    header = load_scenario(scenario).header
    start_s = header.start_utc.timestamp()
    raised = metrics["raised_warnings"]
    false = sorted(round(warning["issued_s"] - start_s, 1) for warning in raised if warning["false"])
    return QuietRun(seed, header.duration_s / 3600.0, len(raised), tuple(false))
