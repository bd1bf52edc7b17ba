import importlib.util
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.evaluation.gospa import gospa, summarise

NONE = np.zeros((0, 2))


def points(*pairs):
    return np.array(pairs, float).reshape(-1, 2)


def test_one_near_and_one_missed_by_hand():
    found = gospa(points((0, 0), (1000, 0)), points((30, 40)))
    assert found.value_m == pytest.approx(np.sqrt(50**2 + 500**2 / 2))
    assert (found.localisation_m2, found.missed_m2, found.false_m2) == (2500.0, 125_000.0, 0.0)
    assert found.pairs.tolist() == [[0, 0]]
    assert (found.missed_count, found.false_count) == (1, 0)


def test_what_is_beyond_the_cutoff_is_one_missed_and_one_false():
    found = gospa(points((0, 0)), points((600, 0)))
    assert (found.value_m, found.missed_count, found.false_count, len(found.pairs)) == (500.0, 1, 1, 0)


def test_nothing_against_nothing_is_zero_and_against_something_half_the_cutoff_squared_each():
    assert gospa(NONE, NONE).value_m == 0.0
    assert gospa(points((0, 0), (5, 5)), NONE, cutoff_m=100.0).value_m == pytest.approx(100.0)
    assert gospa(NONE, points((0, 0), (5, 5)), cutoff_m=100.0).false_m2 == pytest.approx(10_000.0)


def test_the_assignment_is_the_best_one_and_not_the_greedy_one():
    found = gospa(np.array([[0.0], [10.0]]), np.array([[-100.0], [0.0]]))
    assert found.localisation_m2 == pytest.approx(100**2 + 10**2)
    assert found.pairs.tolist() == [[0, 0], [1, 1]]


sets = st.lists(st.tuples(st.floats(-200, 200), st.floats(-200, 200)), max_size=5).map(lambda p: points(*p))


@given(sets, sets)
def test_it_is_symmetric_and_its_parts_swap(one, other):
    there, back = gospa(one, other, 100.0), gospa(other, one, 100.0)
    assert there.value_m == pytest.approx(back.value_m)
    assert there.value_m**2 == pytest.approx(there.localisation_m2 + there.missed_m2 + there.false_m2)
    assert (
        there.missed_count - there.false_count
        == back.false_count - back.missed_count
        == len(one) - len(other)
    )


@given(sets, sets, sets)
def test_the_triangle_inequality_holds(one, two, three):
    assert (
        gospa(one, three, 100.0).value_m
        <= gospa(one, two, 100.0).value_m + gospa(two, three, 100.0).value_m + 1e-9
    )


@given(sets, st.randoms(use_true_random=False))
def test_it_is_zero_for_the_same_set_in_any_order(one, random):
    order = list(range(len(one)))
    random.shuffle(order)
    assert gospa(one, one[order], 100.0).value_m == 0.0


@given(sets, sets)
def test_it_is_zero_only_for_equal_sets(one, other):
    # Squared distances below the smallest float64 vanish: compare what is apart by more than that.
    one, other = one.round(3), other.round(3)
    equal = sorted(map(tuple, one + 0.0)) == sorted(map(tuple, other + 0.0))
    assert (gospa(one, other, 100.0).value_m == 0.0) == equal


def test_it_agrees_with_the_referee(shared_path):
    path = shared_path("referee/gospa.py")
    spec = importlib.util.spec_from_file_location("referee_gospa", path)
    referee = importlib.util.module_from_spec(spec)
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # the shared folder is not ours
    try:
        spec.loader.exec_module(referee)
    finally:
        sys.dont_write_bytecode = before
    rng = np.random.default_rng(5)
    for _ in range(200):
        one, other = (rng.uniform(-1000, 1000, (rng.integers(0, 12), 2)) for _ in range(2))
        ours, theirs = gospa(one, other), referee.gospa(one, other)
        assert ours.value_m == pytest.approx(theirs.value)
        assert (ours.localisation_m2, ours.missed_m2, ours.false_m2) == pytest.approx(
            (theirs.localisation, theirs.missed, theirs.false)
        )


def test_the_summary_of_two_instants_by_hand():
    found = summarise([gospa(points((0, 0)), points((30, 40))), gospa(points((0, 0)), NONE)])
    lone = 500 / np.sqrt(2)
    assert found.mean_m == pytest.approx((50 + lone) / 2)
    assert found.rms_m == pytest.approx(np.sqrt((50**2 + lone**2) / 2))
    assert (found.localisation_rms_m, found.mean_missed, found.mean_false, found.instants) == (
        50.0,
        0.5,
        0.0,
        2,
    )
    assert summarise([gospa(NONE, NONE)]).localisation_rms_m is None
    assert summarise([]) is None
