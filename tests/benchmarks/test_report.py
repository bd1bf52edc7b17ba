from __future__ import annotations

from pathlib import Path

from benchmarks.options import Outcome
from benchmarks.report import write
from benchmarks.table import Column, Table, at_most


def written(tmp_path: Path, *outcomes: Outcome) -> str:
    write(outcomes, tmp_path)
    return (tmp_path / "benchmarks.md").read_text(encoding="utf-8")


def test_the_page_counts_goals_and_names_the_farthest(tmp_path: Path):
    table = Table("Sky", [Column("objects")])
    for objects, value in ((10, 1.0), (30, 3.0), (100, 2.5)):
        table.add(objects, goals=[at_most(value, 2.0)])
    page = written(tmp_path, Outcome("a_sky", "How good.\n\nMore of it.", (table,), seconds=12.3))
    assert "| a_sky | 3 | 1 | at most 2, short by 1 (50 %) |" in page
    assert "## A sky\n\nHow good.\n\nMore of it.\n\n### Sky" in page
    assert "`python -m benchmarks a_sky`: 12 s." in page
    assert "| machine |" in page and "Python 3" in page


def test_the_page_says_what_could_not_be_run(tmp_path: Path):
    page = written(tmp_path, Outcome("peers", "Beside others.", (), trouble="not run: there is no stonesoup"))
    assert "**not run: there is no stonesoup**" in page
    assert "| peers | 0 | 0 | not run: there is no stonesoup |" in page


def test_plots_of_an_earlier_page_are_gone(tmp_path: Path):
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "old.svg").write_text("<svg/>")
    written(tmp_path, Outcome("peers", "Beside others.", ()))
    assert list((tmp_path / "benchmarks").iterdir()) == []
