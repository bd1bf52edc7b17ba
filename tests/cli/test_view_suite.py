from __future__ import annotations

from tests.cli.samples import drawn

from tocsin.cli.view_suite import _WORDS, suite_table
from tocsin.evaluation.suite import MEASURES, Statistics
from tocsin.runtime.evaluation_job import ScenarioScore


def test_each_measure_is_a_row_with_median_tail_worst_and_the_seed_to_run_again() -> None:
    runs = {seed: {"threats_warned": 4, "threats_entering": 5} for seed in (1, 2)}
    score = ScenarioScore(
        "border-crossing", "border", runs, {"threats_warned": Statistics(4.5, 4.0, 3.0, 17, 20)}
    )
    lines = drawn(suite_table(score), 120, 30)
    assert lines[0].strip() == "border-crossing over 2 seeds: POD 0.800 (8 of 10)"
    assert lines[-1].split() == ["threats", "warned", "in", "time", "4.5", "4", "3", "17", "20"]


def test_a_scenario_without_threats_has_no_probability_of_detection() -> None:
    score = ScenarioScore("quiet-night", "quiet", {1: {"threats_warned": 0, "threats_entering": 0}}, {})
    assert "no threat enters a zone" in drawn(suite_table(score), 120, 30)[0]


def test_every_measure_of_a_suite_has_its_words() -> None:
    assert {measure.name for measure in MEASURES} == set(_WORDS)
