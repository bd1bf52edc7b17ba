"""`tocsin evaluate`: scores one recording, or scenarios over many seeds."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from tocsin.errors import InvalidInput, UnusableFile
from tocsin.evaluation.measured import Measured, measures, pool
from tocsin.evaluation.page import measures_page
from tocsin.evaluation.report import evaluate
from tocsin.evaluation.suite import Statistics, summarise
from tocsin.recording.recording import Recording
from tocsin.runtime.left_out import LeftOut
from tocsin.runtime.oracle import ask_oracle
from tocsin.runtime.parallel import run_all
from tocsin.runtime.run_log import RunLog
from tocsin.runtime.scenario_job import run_scenario
from tocsin.runtime.watch import Progress, no_progress
from tocsin.simulation.library import load_scenario, scenario_digest
from tocsin.simulation.scenario import Scenario
from tocsin.whole_file import write_whole

_MEASURED = TypeAdapter(Measured)


@dataclass(frozen=True, slots=True)
class ScenarioScore:
    """One scenario over its seeds: metrics of each, and their statistics by the measure's name."""

    scenario: str
    family: str
    metrics: dict[int, dict[str, Any]]
    statistics: dict[str, Statistics]

    @property
    def measured(self) -> Measured:
        """What its runs gave together."""
        return pool([measured_of(metrics) for metrics in self.metrics.values()])

    def as_json(self) -> dict[str, Any]:
        """For `--json`: plain values only."""
        statistics = {name: asdict(value) for name, value in self.statistics.items()}
        return {"scenario": self.scenario, "family": self.family, "seeds": sorted(self.metrics),
                "measures": asdict(measures(self.measured)), "statistics": statistics,
                "metrics": {str(seed): self.metrics[seed] for seed in sorted(self.metrics)}}  # fmt: skip


def evaluate_directory(directory: Path) -> dict[str, Any]:
    """Scores a recording of a simulation; `metrics.json` keeps what the run itself had written there."""
    recording = Recording(directory)
    metrics = evaluate(recording, ask_oracle(recording)).metrics()
    recording.write_metrics(recording.metrics() | metrics)
    return metrics


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """One run of a suite and its metrics."""

    scenario: str
    seed: int
    metrics: dict[str, Any]


class SuiteLog(RunLog[tuple[str, int], SuiteRun]):
    """Runs by scenario and seed; see `RunLog`. `without` is what was left out of all of them."""

    def __init__(self, path: Path | None, scenarios: Sequence[str], without: LeftOut | None = None) -> None:
        digests = {scenario: scenario_digest(scenario) for scenario in sorted(scenarios)}
        left_out = None if without is None else without.value
        super().__init__(path, {"suite_sha256": digests, "without": left_out}, _RUN, _task_of)


_RUN = TypeAdapter(SuiteRun)


def _task_of(run: SuiteRun) -> tuple[str, int]:
    return run.scenario, run.seed


def evaluate_suite(
    scenarios: Sequence[str],
    seeds: int,
    jobs: int = 1,
    progress: Progress = no_progress,
    without: LeftOut | None = None,
    log: SuiteLog | None = None,
) -> list[ScenarioScore]:
    """Runs every scenario with seeds 1 to `seeds`, in so many processes at once.

    `without` leaves all sensors of one kind out of the scenarios that have some, and the other scenarios out
    of the suite, or a part of the line out of all. Runs that the log has are not run again. Raises
    `InvalidInput` where no scenario has any.
    """
    # A wrong file is told before an hour of work.
    loaded = {scenario: load_scenario(scenario) for scenario in scenarios}
    families = {name: one.header.family for name, one in loaded.items() if _is_asked(one, without)}
    if not families:
        raise InvalidInput(f"no scenario of the suite has a sensor of kind {without}; leave out another kind")
    kept = SuiteLog(None, scenarios, without) if log is None else log
    tasks = [(scenario, seed) for scenario in families for seed in range(1, seeds + 1)]
    left = [task for task in tasks if task not in kept.runs]
    given = [(*task, without) for task in left]
    with closing(run_all(suite_run, given, jobs, progress)) as running:
        for done, run in enumerate(running, len(tasks) - len(left) + 1):
            kept.add(run)
            progress(f"{run.scenario}, seed {run.seed}", done / len(tasks))
    return [_score(name, family, kept, seeds) for name, family in families.items()]


def _score(scenario: str, family: str, log: SuiteLog, seeds: int) -> ScenarioScore:
    metrics = {seed: log.runs[scenario, seed].metrics for seed in range(1, seeds + 1)}
    return ScenarioScore(scenario, family, metrics, summarise(metrics))


def by_family(scores: Iterable[ScenarioScore]) -> dict[str, Measured]:
    """What each family gave, over all scenarios and seeds of it, in the order of the scenarios."""
    runs: dict[str, list[Measured]] = {}
    for score in scores:
        runs.setdefault(score.family, []).append(score.measured)
    return {family: pool(found) for family, found in runs.items()}


def measured_of(metrics: Mapping[str, Any]) -> Measured:
    """What one run gave, from its metrics."""
    return _MEASURED.validate_python(metrics["measured"])


def write_page(path: Path, title: str, families: Mapping[str, Measured]) -> None:
    """One page of HTML with the measures; `UnusableFile` where it can't be written."""
    write_whole(path, measures_page(title, families).encode())


def scenarios_in(directory: Path) -> list[str]:
    """Every scenario file of a folder, by path."""
    files = sorted(str(file) for file in directory.glob("*.toml"))
    if not files:
        raise UnusableFile(directory, "holds no scenario files (*.toml)")
    return files


def _is_asked(scenario: Scenario, without: LeftOut | None) -> bool:
    kind = None if without is None else without.kind
    return kind is None or any(sensor.kind is kind for sensor in scenario.site.sensors)


def suite_run(scenario: str, seed: int, without: LeftOut | None, folder: Path) -> SuiteRun:
    """One run, scored; what it records in `folder` is gone afterwards."""
    metrics = run_scenario(scenario, seed, folder, without=without).metrics
    shutil.rmtree(folder)
    assert metrics is not None, "a simulated run always has its truth"
    return SuiteRun(scenario, seed, metrics)
