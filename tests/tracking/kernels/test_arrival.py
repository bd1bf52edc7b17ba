"""Every rule for what arrives as arrays, and the order and names in which the filter gets it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.tracking.plain import plain

from tocsin.tracking.kernels import arrival as kernel
from tocsin.tracking.kernels.arrival import (
    BAD_ERROR,
    FAR_IN_TIME,
    FINE,
    LARGEST,
    NOT_POSITIVE,
    NOTHING_MEASURED,
    TOO_LARGE,
    Arrival,
)
from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    COMPONENTS,
    EAST,
    ELEVATION,
    LOOK,
    NOBODY,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
)
from tocsin.tracking.kernels.naming import name_looks
from tocsin.units import AnyArray, FloatArray

SIGMA = np.arange(1.0, 1.0 + COMPONENTS)
VECTORS = {EAST: (EAST, EAST + 1, UP), VELOCITY_EAST: tuple(range(VELOCITY_EAST, COMPONENTS))}


def arrival_of(values: FloatArray, **changes: Any) -> Arrival:
    """values (COMPONENTS, d), all given."""
    fields: dict[str, Any] = {
        "given": (1 << COMPONENTS) - 1, "errors": SIGMA[:, None].copy(), "own_errors": 0,
        "offset_s": np.zeros(1), "identity": np.zeros(1, np.int64), "sensor": 3, "time_ns": 1_700_000_000,
    }  # fmt: skip
    return Arrival(np.ascontiguousarray(values), **(fields | changes))


def good(count: int, seed: int = 1) -> FloatArray:
    return np.random.default_rng(seed).uniform(0.1, 1.0, (COMPONENTS, count))


def brought_in(arrival: Arrival) -> tuple[AnyArray, tuple[int, ...]]:
    """The rows, and what was said of them."""
    looks = np.full(arrival.values.shape[1] + 1, 77, LOOK)
    kept, *rest = kernel.bring_in(arrival, looks)
    assert (looks["number"][kept:] == 77).all()
    return looks[:kept], tuple(rest)


@pytest.mark.parametrize("component", range(COMPONENTS))
def test_nothing_beyond_the_largest_passes_on_either_side_and_the_largest_does(component: int) -> None:
    whole = next((first for first, axes in VECTORS.items() if component in axes), component)
    for value in (1.001 * LARGEST[component], -1.001 * LARGEST[component], math.inf, -math.inf):
        values = good(5)
        values[component, [2, 4]] = value
        assert brought_in(arrival_of(values))[1] == (TOO_LARGE, whole, 2, 2)
    values[component, [2, 4]] = LARGEST[component]
    assert brought_in(arrival_of(values))[1][0] == FINE


def test_a_fault_in_several_axes_of_a_vector_is_that_of_one_detection() -> None:
    values = good(4)
    values[EAST, 1] = values[UP, 1] = values[UP, 3] = 1e9
    assert brought_in(arrival_of(values))[1] == (TOO_LARGE, EAST, 1, 2)


@pytest.mark.parametrize("value", [0.0, -0.0, -5.0])
def test_ranges_are_positive_and_only_ranges(value: float) -> None:
    values = good(3)
    values[[AZIMUTH, ELEVATION, RANGE_RATE], 0] = value / 10.0
    assert brought_in(arrival_of(values))[1][0] == FINE
    values[RANGE, 1] = value
    assert brought_in(arrival_of(values))[1] == (NOT_POSITIVE, RANGE, 1, 1)


@pytest.mark.parametrize("error", [0.0, -1.0, math.nan, math.inf])
@pytest.mark.parametrize("component", [RANGE, UP])
def test_own_errors_are_positive_and_finite(error: float, component: int) -> None:
    errors = np.repeat(SIGMA[:, None], 3, axis=1)
    errors[component, 1:] = error
    whole = EAST if component == UP else component
    own = arrival_of(good(3), errors=errors, own_errors=1 << component)
    assert brought_in(own)[1] == (BAD_ERROR, whole, 1, 2)
    assert brought_in(own._replace(own_errors=0))[1][0] == FINE


def test_it_is_kept_whose_the_errors_are() -> None:
    looks, _ = brought_in(arrival_of(good(3), own_errors=1 << EAST))
    assert looks["stated"].tolist() == [1 << EAST] * 3


def test_something_is_measured_of_what_was_given() -> None:
    values = good(3)
    values[:, 1] = math.nan
    assert brought_in(arrival_of(values))[1] == (NOTHING_MEASURED, 0, 1, 1)
    assert brought_in(arrival_of(good(2), given=0))[1] == (NOTHING_MEASURED, 0, 0, 2)


@pytest.mark.parametrize("offset_s", [60.001, -60.001, math.nan, math.inf])
def test_detections_are_within_a_minute_of_their_scan(offset_s: float) -> None:
    offsets = np.array([60.0, -60.0, offset_s])
    assert brought_in(arrival_of(good(3), offset_s=offsets))[1] == (FAR_IN_TIME, 0, 2, 1)
    assert brought_in(arrival_of(good(3), offset_s=offsets[2:]))[1] == (FAR_IN_TIME, 0, 0, 3)
    assert brought_in(arrival_of(good(2), offset_s=offsets[:2]))[1][0] == FINE


def test_the_first_rule_is_told_and_not_the_first_detection() -> None:
    values = good(4)
    values[:, 0] = math.nan
    values[RANGE, 1] = -1.0
    values[AZIMUTH, [2, 3]] = 10.0
    assert brought_in(arrival_of(values))[1] == (TOO_LARGE, AZIMUTH, 2, 2)


def test_what_was_not_given_is_neither_looked_at_nor_passed_on() -> None:
    values = good(2)
    values[RANGE_RATE] = 1e300
    looks, said = brought_in(arrival_of(values, given=1 << RANGE | 1 << AZIMUTH))
    assert said[0] == FINE
    assert (looks["mask"] == (1 << RANGE | 1 << AZIMUTH)).all()
    assert (looks["measured"][:, 2:] == 0.0).all()


def test_rows_hold_what_arrived_in_the_order_of_their_names() -> None:
    count = 200
    rng = np.random.default_rng(2)
    values = good(count)
    values[rng.random(values.shape) < 0.3] = math.nan
    values[RANGE] = good(count, seed=3)[RANGE]
    errors = rng.uniform(1.0, 2.0, values.shape)
    offsets, identities = rng.uniform(-1.0, 1.0, count), rng.integers(-9, 9, count)
    looks, said = brought_in(
        arrival_of(values, errors=errors, offset_s=offsets, identity=identities, own_errors=1)
    )
    assert said == (FINE, 0, NOBODY, 0) and len(looks) == count
    assert (np.diff(looks["name"]) > 0).all()
    order = looks["number"]
    assert sorted(order) == list(range(count))
    np.testing.assert_array_equal(looks["measured"], np.nan_to_num(values.T[order]))
    np.testing.assert_array_equal(looks["sigma"], errors.T[order])
    np.testing.assert_array_equal(looks["offset_s"], offsets[order])
    np.testing.assert_array_equal(looks["identity"], identities[order])
    measured = (looks["mask"][:, None] >> np.arange(COMPONENTS)) & 1
    np.testing.assert_array_equal(measured, ~np.isnan(values.T[order]))


def test_names_are_those_of_the_door_for_batches() -> None:
    values = good(30)
    values[RANGE_RATE, ::2] = math.nan
    looks, _ = brought_in(arrival_of(values, identity=np.arange(30) - 15))
    named = looks.copy()
    named["name"] = 0
    name_looks(named, np.full(30, 1_700_000_000), np.full(30, 3))
    np.testing.assert_array_equal(named["name"], looks["name"])


@pytest.mark.parametrize("field", ["values", "errors", "identity", "sensor", "time_ns"])
def test_a_name_is_made_of_all_that_is_measured(field: str) -> None:
    one = arrival_of(good(1))
    value = getattr(one, field)
    other = one._replace(**{field: value + 1 if np.ndim(value) == 0 else value.copy()})
    if np.ndim(value):
        getattr(other, field).flat[0] += 1
    assert brought_in(one)[0]["name"] != brought_in(other)[0]["name"]


def test_minus_nothing_is_nothing() -> None:
    values = good(2)
    values[:, 1] = values[:, 0]
    values[AZIMUTH] = 0.0, -0.0
    assert len(brought_in(arrival_of(values))[0]) == 1


def test_what_is_repeated_comes_once_and_is_the_first_of_it() -> None:
    values = np.repeat(good(7), 5, axis=1)[:, np.random.default_rng(4).permutation(35)]
    looks, _ = brought_in(arrival_of(values))
    assert len(looks) == 7
    for look in looks:
        first = np.flatnonzero((look["measured"] == values.T).all(axis=1))[0]
        assert look["number"] == first


def test_the_order_of_arrival_changes_only_the_numbers() -> None:
    values = good(50)
    looks, _ = brought_in(arrival_of(values))
    turned, _ = brought_in(arrival_of(values[:, ::-1]))
    np.testing.assert_array_equal(turned["number"], 49 - looks["number"])
    turned["number"] = looks["number"]
    np.testing.assert_array_equal(turned, looks)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 64, 100])
@pytest.mark.parametrize("variety", [1, 3, 1000])
def test_rows_are_sorted_by_two_keys_and_then_by_themselves(count: int, variety: int) -> None:
    rng = np.random.default_rng(count)
    first, second = rng.integers(-variety, variety, (2, count + 5))
    rows = rng.permutation(count + 5)[:count]
    expected = sorted(rows.tolist(), key=lambda row: (first[row], second[row], row))
    for _ in range(2):  # what is sorted stays
        plain("ordering").sort_rows(rows, first, second, np.empty(count, np.int64))
        assert rows.tolist() == expected
    rows[: count // 2] = rows[: count // 2][::-1].copy()
    plain("ordering").sort_rows(rows, first, second, np.empty(count, np.int64))
    assert rows.tolist() == expected
