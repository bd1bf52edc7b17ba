from __future__ import annotations

import numpy as np
from tests.assessment.pictures import SECOND_NS, START_NS

from tocsin.assessment.memory import Memory
from tocsin.model.tracks import NEVER_NS
from tocsin.units import FloatArray, IntArray


def rows(memory: Memory, at_s: float, *names: str) -> tuple[IntArray, FloatArray]:
    return memory.rows(START_NS + round(at_s * SECOND_NS), np.array(names, dtype=object))


def test_a_track_keeps_its_row_and_others_have_their_own() -> None:
    memory = Memory(8, 2)
    first, _ = rows(memory, 0, "A", "B")
    second, elapsed_s = rows(memory, 3, "B", "C", "A")

    assert list(second[[2, 0]]) == list(first)
    assert len(set(second.tolist())) == 3
    np.testing.assert_array_equal(elapsed_s, [3.0, 0.0, 3.0])


def test_a_track_that_comes_back_after_ten_minutes_is_a_new_one() -> None:
    memory = Memory(8, 2)
    for at_s, known in ((600, True), (1201, False)):
        row = rows(memory, 0 if known else 600, "A")[0]
        memory.evidence[row] = 1.0
        memory.dwell[row] = 1.0
        memory.stood_ns[row] = START_NS
        memory.looked_ns[row] = START_NS
        again = rows(memory, at_s, "A")[0]
        assert (memory.evidence[again] == (1.0 if known else 0.0)).all()
        assert (memory.dwell[again] == (1.0 if known else 0.0)).all()
        assert (memory.stood_ns[again] == (START_NS if known else NEVER_NS)).all()
        assert (memory.looked_ns[again] == (START_NS if known else NEVER_NS)).all()


def test_a_row_that_no_sweep_has_met_is_blank_after_ten_minutes_too() -> None:
    memory = Memory(8, 2)
    for at_s, name in ((0, "B"), (100, "A"), (600, "B")):
        row, _ = rows(memory, at_s, name)
        memory.evidence[row] = 1.0

    row, _ = rows(memory, 701, "A")
    assert (memory.evidence[row] == 0.0).all()


def test_memory_stays_bounded_in_an_endless_night() -> None:
    memory = Memory(8, 2)
    for hour in range(200):
        rows(memory, 3600 * hour, *(f"{hour}-{i}" for i in range(50)))

    assert len(memory) == 50
    assert len(memory.evidence) <= 128


def test_rows_grow_without_losing_what_is_known() -> None:
    memory = Memory(8, 2)
    first = rows(memory, 0, "A")[0]
    memory.evidence[first] = 7.0
    rows(memory, 1, *(f"B{i}" for i in range(500)))

    assert (memory.evidence[rows(memory, 2, "A")[0]] == 7.0).all()


def test_with_other_zones_every_track_is_predicted_anew_and_all_else_is_kept() -> None:
    memory = Memory(8, 2, 3)
    known, _ = rows(memory, 0, "A", "B")
    memory.predicted_ns[known], memory.evidence[known], memory.entry_probability[known] = START_NS, 1.0, 0.5
    memory.rezone(2)
    assert (memory.predicted_ns[known] == NEVER_NS).all() and (memory.evidence[known] == 1.0).all()
    assert memory.entry_probability.shape[1] == 2 and memory.entry_s.shape[1:] == (2, 3)
    assert not memory.entry_probability.any()
