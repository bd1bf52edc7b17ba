from __future__ import annotations

import pytest
from scipy.stats import poisson

from tocsin.evaluation.false_rate import upper_bound


def test_without_any_event_the_bound_is_that_of_the_rule_of_three() -> None:
    assert upper_bound(0, 1000.0) * 1000.0 == pytest.approx(2.9957, abs=1e-4)


@pytest.mark.parametrize("events", [0, 1, 4, 20])
def test_at_the_bound_so_few_events_are_as_improbable_as_was_asked(events: int) -> None:
    assert poisson.cdf(events, upper_bound(events, 250.0) * 250.0) == pytest.approx(0.05)
    assert poisson.cdf(events, upper_bound(events, 250.0, 0.99) * 250.0) == pytest.approx(0.01)


def test_without_hours_nothing_is_known() -> None:
    assert upper_bound(0, 0.0) == float("inf")
