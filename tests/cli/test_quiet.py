from __future__ import annotations

import json
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from tests.cli.conftest import Call

from tocsin.runtime import quiet_job
from tocsin.runtime.quiet_job import QuietRun
from tocsin.runtime.watch import Progress


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seed 2 has a false warning, seed 9 is where somebody presses Ctrl-C."""

    def run_all(
        run: Callable[..., QuietRun], tasks: list[tuple[str, int]], jobs: int, progress: Progress
    ) -> Generator[QuietRun]:
        for _, seed in tasks:
            if seed == 9:
                raise KeyboardInterrupt
            yield QuietRun(seed, 1.0, int(seed == 2), (95.0,) if seed == 2 else ())

    monkeypatch.setattr(quiet_job, "run_all", run_all)


def test_false_warnings_are_told_with_their_seed_and_the_bound(tocsin: Call) -> None:
    outcome = tocsin("quiet", "--hours", 4)
    assert outcome.code == 0
    assert "seed 2: false warning after 95 s" in outcome.err
    for words in ("4 quiet hours, 4 runs", "1 (seeds 2)", "at most 1186.0 false warnings at 95 %"):
        assert words in outcome.out


def test_programs_get_the_same(tocsin: Call) -> None:
    found = tocsin("quiet", "--hours", 2, "--json").json
    assert (found["hours"], found["false"]) == (2.0, [{"seed": 2, "after_s": [95.0]}])
    assert found["bound_per_1000_hours"] == pytest.approx(2372.0, abs=0.1)


def test_stopped_it_says_what_it_has_and_how_to_go_on(tocsin: Call) -> None:
    outcome = tocsin("quiet", "--hours", 20, "--log", "quiet.jsonl")
    assert outcome.code == 130
    assert "8 quiet hours" in outcome.out
    assert "goes on from quiet.jsonl" in outcome.err
    assert len(Path("quiet.jsonl").read_text().splitlines()) == 9


def test_stopped_before_the_first_run_nothing_is_known(tocsin: Call) -> None:
    outcome = tocsin("quiet", "--first-seed", 9)
    assert outcome.code == 130
    assert "0 quiet hours" in outcome.out
    assert "nothing is known" in outcome.out


@pytest.mark.parametrize("text", ["", "my diary", json.dumps({"quiet_hours_of": "quiet-night"})])
def test_a_log_of_something_else_is_one_line(text: str, tocsin: Call) -> None:
    Path("other").write_text(text + "\n")
    outcome = tocsin("quiet", "--log", "other")
    assert (outcome.code, len(outcome.err.splitlines())) == (1, 1)
    assert "name a new file" in outcome.err


def test_a_scenario_that_is_not_there_is_one_line(tocsin: Call) -> None:
    outcome = tocsin("quiet", "--scenario", "quite-hour")
    assert (outcome.code, len(outcome.err.splitlines())) == (1, 1)
    assert "quiet-hour" in outcome.err
