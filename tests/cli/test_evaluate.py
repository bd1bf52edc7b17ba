from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Call, DemoRun


@pytest.fixture
def run(demo_run: DemoRun, tmp_path: Path) -> Path:
    """A copy, because metrics.json is written."""
    return Path(shutil.copytree(demo_run.directory, tmp_path / "run"))


def test_one_run_is_scored_in_words(tocsin: Call, run: Path) -> None:
    outcome = tocsin("evaluate", run)
    assert (outcome.code, outcome.err) == (0, "")
    for words in ("WARNED in time", "2 of 2 that entered", "false warnings", "GOSPA", "NEES"):
        assert words in outcome.out


def test_the_metrics_are_those_of_the_demo_and_are_written(
    tocsin: Call, run: Path, demo_run: DemoRun
) -> None:
    (run / "metrics.json").unlink()
    metrics = tocsin("evaluate", run, "--json").json
    assert metrics == demo_run.summary["metrics"]
    assert json.loads((run / "metrics.json").read_text()) == metrics


def test_the_measures_stand_against_their_goals_and_on_a_page(tocsin: Call, run: Path) -> None:
    outcome = tocsin("evaluate", run, "--html", "measures.html")
    assert (outcome.code, outcome.err) == (0, "")
    for words in ("Against an oracle that is told the truth", "POD", "lead kept, median", "over-warned"):
        assert words in outcome.out
    assert "<svg" in Path("measures.html").read_text()


def test_a_page_that_cannot_be_written_is_one_line(tocsin: Call, run: Path) -> None:
    outcome = tocsin("evaluate", run, "--html", "nowhere/measures.html")
    assert (outcome.code, outcome.out) == (1, "")
    assert "nowhere/measures.html" in outcome.err


def test_a_run_that_was_interrupted_is_said_to_be_so(tocsin: Call, run: Path) -> None:
    marker = {"tocsin_recording": 1, "complete": True, "ended": "interrupted"}
    (run / "recording.json").write_text(json.dumps(marker))
    outcome = tocsin("evaluate", run)
    assert outcome.code == 0
    assert "did not come to its end" in outcome.err


def test_a_suite_of_ones_own_is_run_over_seeds_and_its_log_is_gone_on_from(
    tocsin: Call, scenario_file: Path, tmp_path: Path
) -> None:
    log = tmp_path / "suite.jsonl"
    suite = ("evaluate", "--suite", scenario_file.parent, "--seeds", 1, "--jobs", 1, "--log", log, "--json")
    outcome = tocsin(*suite)
    assert outcome.code == 0
    kept = log.read_text()
    assert len(kept.splitlines()) == 2

    again = tocsin(*suite)
    assert (again.json, log.read_text()) == (outcome.json, kept)
    other = tocsin(*suite, "--without", "microphone")
    assert (other.code, "name a new file" in other.err) == (1, True)
    (score,) = outcome.json
    assert score["seeds"] == [1]
    assert score["statistics"]["threats_warned"]["worst_seed"] == 1
    assert score["measures"]["detection"]["pod"] == 1.0
    assert score["family"]


def test_what_a_kind_of_sensor_is_worth_shows_without_it(
    tocsin: Call, scenario_file: Path, tmp_path: Path
) -> None:
    suite = ("evaluate", "--suite", scenario_file.parent, "--seeds", 1, "--jobs", 1)
    (score,) = tocsin(*suite, "--without", "direction_finder", "--json").json
    assert score["measures"]["detection"]["pod"] == 0.0  # one kind of evidence warns nobody
    outcome = tocsin(*suite, "--without", "microphone")
    assert (outcome.code, len(outcome.err.splitlines())) == (1, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("run", "--suite", "builtin"),
        ("--suite", "x", "--seeds", "0"),
        ("run", "--without", "radar"),
        ("run", "--log", "x"),
    ],
)
def test_a_directory_or_a_suite_must_be_given(arguments: tuple[str, ...], tocsin: Call) -> None:
    assert tocsin("evaluate", *arguments).code == 2


def test_what_cannot_be_scored_is_one_line(tocsin: Call, run: Path) -> None:
    (run / "truth.parquet").unlink()
    for arguments in ((run,), ("nowhere",), ("--suite", run / "cap")):
        outcome = tocsin("evaluate", *arguments)
        assert (outcome.code, outcome.out) == (1, "")
        assert len(outcome.err.splitlines()) == 1, outcome.err
