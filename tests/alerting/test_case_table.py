"""Cases as columns: rows are found, kept and put back whole."""

from __future__ import annotations

import numpy as np

from tocsin.alerting.case_table import NO_ALERT, CaseTable


def table_of(*pairs: tuple[int, int]) -> CaseTable:
    table = CaseTable(rules=3, zones=4)
    table.add(*np.array(pairs, dtype=np.int64).reshape(-1, 2).T)
    return table


def pairs_of(table: CaseTable) -> list[tuple[int, int]]:
    return list(zip(table.rows["object"].tolist(), table.rows["zone"].tolist(), strict=True))


def test_rows_are_in_order_however_they_come_and_each_is_there_once() -> None:
    table = table_of((7, 1), (2, 3), (7, 0))
    table.rows["seen_ns"] = [1, 2, 3]
    table.add(np.array([5, 7, 2]), np.array([2, 1, 0]))

    assert pairs_of(table) == [(2, 0), (2, 3), (5, 2), (7, 0), (7, 1)]
    assert table.rows["seen_ns"].tolist() == [-1, 1, -1, 2, 3]
    assert (table.rows["alert"] == NO_ALERT).all()


def test_some_rows_are_put_back_with_all_their_columns_and_no_other_is_touched() -> None:
    table = table_of((1, 0), (2, 0), (3, 0))
    places = np.array([0, 2])
    some = table.rows.take(places)
    some["seen_ns"], some["told_blocked"], some["from_north"] = [11, 12], True, 0.5
    some["held_since_ns"] = [[1, 2, 3], [4, 5, 6]]
    before = table.rows[1].copy()
    table.put(places, some)

    assert (table.rows[places] == some).all()
    assert table.rows[1] == before


def test_whose_tracks_are_others_is_remembered() -> None:
    table = table_of((1, 0), (2, 0), (2, 1), (3, 0))
    table.note_renamed({2, 9})
    assert table.rows["is_renamed"].tolist() == [False, True, True, False]
