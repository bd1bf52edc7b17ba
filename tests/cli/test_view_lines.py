from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from tocsin.cli.view_lines import Cell, fitted, line

BLOCKS = [[Text(f"{name}1"), Text(f"{name}2")] for name in "abc"]


def shown(rows: int) -> list[str]:
    return [text.plain for text in fitted(BLOCKS, rows)]


def test_all_is_shown_where_there_is_room() -> None:
    assert shown(6) == ["a1", "a2", "b1", "b2", "c1", "c2"]


def test_second_lines_go_first_from_below() -> None:
    assert shown(5) == ["a1", "a2", "b1", "b2", "c1"]
    assert shown(4) == ["a1", "a2", "b1", "c1"]
    assert shown(3) == ["a1", "b1", "c1"]


def test_what_is_left_out_is_counted() -> None:
    assert shown(2) == ["a1", "  and 2 more"]
    assert shown(0) == []


@given(st.integers(0, 12))
def test_never_more_lines_than_rows(rows: int) -> None:
    assert len(fitted(BLOCKS, rows)) <= rows


def test_what_is_too_long_ends_in_an_ellipsis_and_numbers_stand_right() -> None:
    assert line(Cell("Velmora town", 6), Cell("7", 3, right=True)).plain == "Velmo…   7"


@given(st.text(st.characters(exclude_categories=("C", "M")), max_size=20), st.integers(2, 12))
def test_a_cell_is_never_wider_than_its_column_in_any_script(text: str, width: int) -> None:
    assert cell_len(line(Cell(text, width), Cell("|", 1)).plain) == width + 2
