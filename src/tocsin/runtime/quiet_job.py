"""`tocsin quiet`: many hours in which nothing happens, and how often tocsin warned of something all the same.

Each run of the scenario, by its seed, is simulated, sent through the whole line and scored as
`tocsin evaluate` does. It takes hours, so what is done is kept in a log, and a later call goes on there.
"""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import ceil
from multiprocessing import active_children
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tocsin import __version__
from tocsin.errors import InvalidInput, UnusableFile
from tocsin.evaluation.false_rate import CONFIDENCE, upper_bound
from tocsin.runtime.scenario_job import run_scenario
from tocsin.runtime.warm_up import warm_up
from tocsin.runtime.watch import Progress, no_progress
from tocsin.simulation.library import load_scenario, scenario_source

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


class QuietLog:
    """A file with a line for what is measured, and one for each run that is done.

    A last line that was cut off, as by a kill, is left out. Raises `UnusableFile` where the file holds
    something else, or runs of another scenario or version, which say nothing of this one.
    """

    def __init__(self, path: Path | None, scenario: str) -> None:
        self.path = path
        text, _ = scenario_source(scenario)
        digest = sha256(text.encode()).hexdigest()
        self._head = {"quiet_hours_of": scenario, "scenario_sha256": digest, "tocsin": __version__}
        self.runs: dict[int, QuietRun] = {}
        if path is not None:
            self._read(path)

    def add(self, run: QuietRun) -> None:
        """Keeps a run; it is in the file when this returns."""
        self.runs[run.seed] = run
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(run)) + "\n")

    def _read(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
        if not lines:
            path.write_text(json.dumps(self._head) + "\n", encoding="utf-8")
            return
        if _json_of(lines[0]) != self._head:
            raise UnusableFile(path, "is no log of quiet hours of this scenario and version; name a new file")
        whole = 1
        for line in lines[1:]:
            try:
                run = _RUN.validate_json(line)
            except ValidationError:
                break
            self.runs[run.seed] = run
            whole += 1
        path.write_text("".join(line + "\n" for line in lines[:whole]), encoding="utf-8")


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
    with closing(_run_all(scenario, left, jobs, progress)) as running:
        for done, run in enumerate(running, done_before + 1):
            kept.add(run)
            if each is not None:
                each(run)
            progress(f"{scenario}, seed {run.seed}", done / len(seeds))
    return quiet_hours_of(scenario, kept)


def quiet_hours_of(scenario: str, log: QuietLog) -> QuietHours:
    """What a log says by now."""
    return QuietHours(scenario, tuple(log.runs[seed] for seed in sorted(log.runs)))


def _run_all(scenario: str, seeds: list[int], jobs: int, progress: Progress) -> Generator[QuietRun]:
    """The runs as they end; those under way are given up where nobody waits for them any more."""
    if not seeds:
        return
    warm_up(progress)
    others = set(active_children())
    # The folder is ours and not a worker's, which may be given up with all that it has written.
    with (
        tempfile.TemporaryDirectory(prefix="tocsin-") as folder,
        ProcessPoolExecutor(jobs, initializer=_leave_ctrl_c_to_the_parent) as workers,
    ):
        running = [workers.submit(quiet_run, scenario, seed, Path(folder) / str(seed)) for seed in seeds]
        try:
            for future in as_completed(running):
                yield future.result()
        finally:
            for worker in set(active_children()) - others:
                worker.terminate()
                worker.join()


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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


def _json_of(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
