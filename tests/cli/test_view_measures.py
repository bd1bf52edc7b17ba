from __future__ import annotations

from tests.cli.samples import drawn
from tests.evaluation.test_measured import a_run

from tocsin.cli.view_measures import families_table, measures_table
from tocsin.evaluation.gate import GATES
from tocsin.evaluation.measured import measures


def test_every_measure_of_a_run_has_its_goal_and_what_it_was_taken_over() -> None:
    lines = drawn(measures_table(measures(a_run())), 120, 30)
    rows = [line.split() for line in lines]
    assert ["POD", "1.000", ">=", "0.95", "1", "entries;", "none", "excluded"] in rows
    assert len([row for row in rows if row]) == len(GATES) + 2


def test_what_was_excluded_is_said_with_the_reason() -> None:
    run = a_run()
    assert run.entries is not None
    run.entries.extend(a_run(warned=False).entries or [])
    text = "\n".join(drawn(measures_table(measures(run)), 140, 30))
    assert "2 entries; none excluded" in text


def test_families_stand_beside_each_other_with_the_worst_below() -> None:
    families = {"coast": measures(a_run()), "waves": measures(a_run(warned=False))}
    text = "\n".join(drawn(families_table(families), 200, 30))
    worst = text[text.index("worst family") :]
    assert "1, 0, 2" in text
    assert "waves" in worst
