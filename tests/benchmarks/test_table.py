from __future__ import annotations

import math

import pytest
from benchmarks.table import Column, Table, at_least, at_most, between, number


def test_a_verdict_says_in_words_by_how_much_a_goal_is_missed():
    assert at_most(1.0, 2.0).verdict() == "at most 2, reached"
    assert at_most(2.5, 2.0, "GOSPA").verdict() == "GOSPA: at most 2, short by 0.5 (25 %)"
    assert at_least(750.0, 1000.0).verdict() == "at least 1,000, short by 250 (25 %)"
    assert between(0.8, 0.9, 1.2).verdict() == "0.9 to 1.2, short by 0.1 (11 %)"
    assert between(1.5, 0.9, 1.2).verdict() == "0.9 to 1.2, short by 0.3 (25 %)"


@pytest.mark.parametrize("value", [None, math.nan])
def test_what_was_not_measured_is_not_reached(value):
    goal = at_most(value, 2.0)
    assert not goal.is_reached
    assert goal.verdict() == "at most 2, not measured"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.00123456, "0.00123"), (0.5, "0.5"), (12.345, "12.3"), (1234.5, "1,234"), (100.0, "100")],
)
def test_numbers_have_three_digits_that_count(value, text):
    assert number(value) == text


def test_a_table_has_a_column_of_goals_only_where_a_row_has_one():
    table = Table("Sky", [Column("objects"), Column("ratio", ".3f")], note="Read this.")
    table.add(10, None)
    assert table.texts() == [["objects", "ratio"], ["10", "-"]]
    table.add(30, 1.5, goals=[at_most(1.5, 2.0)])
    assert table.texts()[1:] == [["10", "-", "-"], ["30", "1.500", "at most 2, reached"]]
    assert table.markdown().splitlines() == [
        "### Sky",
        "",
        "Read this.",
        "",
        "| objects | ratio | goal |",
        "| --- | --- | --- |",
        "| 10 | - | - |",
        "| 30 | 1.500 | at most 2, reached |",
    ]


def test_a_row_has_a_cell_for_each_column():
    with pytest.raises(ValueError, match="1 cells for 2 columns of 'Sky'"):
        Table("Sky", [Column("objects"), Column("ratio")]).add(10)
