from __future__ import annotations

import numpy as np
import pytest
from benchmarks.class_runs import Counts, by_decile, class_of, counts_of

from tocsin.assessment.classes import CLASSES

BIRD, MULTIROTOR = CLASSES.index("bird"), CLASSES.index("multirotor")


def said(**of_classes: float) -> list[float]:
    rest = 1.0 - sum(of_classes.values())
    return [of_classes.get(name, rest if name == "unknown" else 0.0) for name in CLASSES]


def test_what_is_said_is_held_against_what_is_true() -> None:
    probability = np.array([said(bird=0.7, multirotor=0.2), said(bird=0.6)])
    found = counts_of(probability, np.array([BIRD, MULTIROTOR]))
    assert (found.samples, found.right, found.threats, found.harmless) == (2, 1.0, 1.0, 1.0)
    assert found.brier == pytest.approx((0.3**2 + 0.2**2 + 0.1**2) + (1 + 0.6**2 + 0.4**2))
    assert (found.on_threats, found.on_harmless) == pytest.approx((0.0, 0.2))
    np.testing.assert_allclose(found.best[[6, 7]], [[1, 0.6, 0], [1, 0.7, 1]])


def test_a_certain_class_is_of_the_last_decile_and_counts_add_up() -> None:
    assert by_decile(np.array([1.0, 0.0]), np.array([True, False]))[[0, 9], 0].tolist() == [1, 1]
    one = counts_of(np.array([said(bird=0.7)]), np.array([BIRD]))
    assert (Counts() + one + one).best.sum() == 2 * one.best.sum()


def test_classes_of_scenarios_are_those_that_their_names_end_with() -> None:
    assert [class_of(name) for name in ("survey_multirotor", "bird", "feigned", "foam_glider")] == [
        MULTIROTOR, BIRD, -1, len(CLASSES) - 1,
    ]  # fmt: skip
