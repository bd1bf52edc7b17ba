from __future__ import annotations

import json
from collections.abc import Callable, Generator
from multiprocessing import active_children
from pathlib import Path

import pytest
from tests.runtime.small import SCENARIO

from tocsin.errors import InvalidInput, UnusableFile
from tocsin.runtime import quiet_job
from tocsin.runtime.quiet_job import QuietHours, QuietLog, QuietRun, quiet_hours, quiet_hours_of
from tocsin.runtime.watch import Progress

NIGHT = "quiet-night"  # eight hours a run
QUIET, LOUD = QuietRun(1, 8.0, 0, ()), QuietRun(2, 8.0, 3, (60.5, 7200.0))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "quiet.jsonl"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seeds that were run; each run is quiet, and none takes time."""
    seeds: list[int] = []

    def run_all(
        run: Callable[..., QuietRun], tasks: list[tuple[str, int]], jobs: int, progress: Progress
    ) -> Generator[QuietRun]:
        for _, seed in tasks:
            seeds.append(seed)
            yield QuietRun(seed, 8.0, 0, ())

    monkeypatch.setattr(quiet_job, "run_all", run_all)
    return seeds


def test_hours_warnings_and_false_ones_add_up() -> None:
    found = QuietHours(NIGHT, (QUIET, LOUD))
    assert (found.hours, found.warnings, found.false_warnings) == (16.0, 3, 2)
    assert found.bound_per_1000_hours == pytest.approx(6.2958 / 16.0 * 1000.0, rel=1e-4)


def test_whole_runs_are_made_until_the_hours_are_there(asked: list[int]) -> None:
    assert quiet_hours(NIGHT, 17.0, first_seed=5).hours == 24.0
    assert asked == [5, 6, 7]


@pytest.mark.parametrize("hours", [0.0, -1.0])
def test_hours_that_are_none_are_refused(hours: float) -> None:
    with pytest.raises(InvalidInput, match="more than 0"):
        quiet_hours(NIGHT, hours)


def test_what_the_log_has_is_not_run_again(asked: list[int], log: Path) -> None:
    quiet_hours(NIGHT, 16.0, log=QuietLog(log, NIGHT))
    found = quiet_hours(NIGHT, 24.0, log=QuietLog(log, NIGHT))

    assert asked == [1, 2, 3]
    assert [run.seed for run in found.runs] == [1, 2, 3]


def test_a_line_that_was_cut_off_is_left_out_and_the_log_goes_on(log: Path) -> None:
    before = QuietLog(log, NIGHT)
    before.add(QUIET)
    with log.open("a") as file:
        file.write('{"seed": 2, "hours"')
    again = QuietLog(log, NIGHT)
    again.add(LOUD)

    assert QuietLog(log, NIGHT).runs == {1: QUIET, 2: LOUD}


def test_a_log_of_another_scenario_or_of_something_else_is_refused(log: Path) -> None:
    QuietLog(log, NIGHT)
    with pytest.raises(UnusableFile, match="name a new file"):
        QuietLog(log, "quiet-hour")
    log.write_text("my diary\n")
    with pytest.raises(UnusableFile, match="name a new file"):
        QuietLog(log, NIGHT)
    assert log.read_text() == "my diary\n"


def test_an_interrupted_watch_says_what_it_has(
    monkeypatch: pytest.MonkeyPatch, log: Path, asked: list[int]
) -> None:
    def stopped(run: QuietRun) -> None:
        if run.seed == 2:
            raise KeyboardInterrupt

    kept = QuietLog(log, NIGHT)
    with pytest.raises(KeyboardInterrupt):
        quiet_hours(NIGHT, 80.0, log=kept, each=stopped)
    assert quiet_hours_of(NIGHT, kept).hours == 16.0
    assert sorted(QuietLog(log, NIGHT).runs) == [1, 2]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    scenario = tmp_path / "small.toml"
    scenario.write_text(SCENARIO)
    return scenario


def test_runs_under_way_in_other_processes_are_given_up_with_the_watch(small: Path) -> None:
    found: list[QuietRun] = []

    def stop(run: QuietRun) -> None:
        found.append(run)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        quiet_hours(str(small), 1.0, first_seed=3, jobs=2, each=stop)
    (run,) = found
    assert run.seed in range(3, 21)
    assert not active_children()


def test_a_run_is_scored_and_leaves_nothing_behind(small: Path, tmp_path: Path) -> None:
    found = quiet_job.quiet_run(str(small), 1, tmp_path / "run")

    assert found.hours == pytest.approx(200.0 / 3600.0)
    assert (found.warnings, found.false_after_s) == (1, ())
    assert list(tmp_path.iterdir()) == [small]
    assert json.loads(json.dumps(QuietHours("small", (found,)).as_json()))["false_warnings"] == 0
