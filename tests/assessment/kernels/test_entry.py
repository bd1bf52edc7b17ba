"""The entry kernels against NumPy."""

import numpy as np
import pytest
from tests.assessment.kernels.calling import from_python

from tocsin.assessment.kernels import entry
from tocsin.units import FloatArray

cholesky = from_python(entry.cholesky)
slab_part = from_python(entry.slab_part)
entry_statistics = from_python(entry.entry_statistics)
passes_by = from_python(entry.passes_by)


def test_the_root_is_numpy_s() -> None:
    mixing = np.random.default_rng(4).normal(size=(6, 6))
    covariance = mixing @ mixing.T
    root = np.zeros((6, 6))
    cholesky(covariance, root)

    np.testing.assert_allclose(root, np.linalg.cholesky(covariance), atol=1e-12)


@pytest.mark.parametrize(
    ("start_m", "end_m", "expected"),
    [
        (0.0, 100.0, (0.2, 0.6)),
        (100.0, 0.0, (0.4, 0.8)),
        (30.0, 40.0, (0.0, 1.0)),
        (40.0, 40.0, (0.0, 1.0)),
        (60.0, 60.0, (1.0, 0.0)),
    ],
)
def test_the_part_of_a_leg_between_floor_and_ceiling(
    start_m: float, end_m: float, expected: tuple[float, float]
) -> None:
    assert slab_part(start_m, end_m, 20.0, 60.0 if start_m != end_m else 50.0) == pytest.approx(expected)


def test_a_leg_above_the_ceiling_has_no_part() -> None:
    first, last = slab_part(70.0, 90.0, 20.0, 60.0)
    assert first > last


def quantiles_of(times_s: FloatArray, shares: list[float]) -> tuple[float, FloatArray]:
    """Weight and the 5, 50 and 95 % points of entries that are in no order."""
    shuffled = np.random.default_rng(2).permutation(len(times_s))
    entries = np.array([[times_s, shares]])[:, :, shuffled]
    entry_s = np.empty((1, 1, 3))
    total = entry_statistics(entries, 0, len(times_s), np.array([0.05, 0.5, 0.95]), entry_s, 0)
    return total, entry_s[0, 0]


def test_quantiles_stand_where_a_further_draw_is_below_with_their_probability() -> None:
    total, entry_s = quantiles_of(np.arange(1.0, 20.0), [0.05] * 19)

    assert total == pytest.approx(0.95)
    # Nineteen draws cut the line into twenty parts of a twentieth each.
    np.testing.assert_allclose(entry_s, [1.0, 10.0, 19.0])
    total, entry_s = quantiles_of(np.array([7.0]), [0.25])
    assert total == 0.25
    np.testing.assert_array_equal(entry_s, 7.0)


def test_quantiles_weigh_entries_by_their_share() -> None:
    # One in ten enters between 500 and 600 s, by ten times as many futures.
    early, late = np.linspace(100.0, 200.0, 40), np.linspace(500.0, 600.0, 400)
    _, entry_s = quantiles_of(np.concatenate([early, late]), [0.9 / 40] * 40 + [0.1 / 400] * 400)

    np.testing.assert_allclose(entry_s, [105.0, 155.5, 550.0], atol=10.0)


def test_only_a_line_that_does_not_meet_a_box_passes_it_by() -> None:
    draw, passed = np.random.default_rng(3), 0
    for x, y, next_x, next_y, west, south, *size in draw.uniform(0.0, 1.0, (2000, 8)).tolist():
        east, north = west + size[0], south + size[1]
        sides = [
            (next_x - x) * (v - y) - (next_y - y) * (u - x) for u in (west, east) for v in (south, north)
        ]
        passes = passes_by(x, y, next_x, next_y, west, east, south, north)
        assert not (passes and min(sides) <= 0.0 <= max(sides))
        passed += passes
    assert passed > 500


def test_a_line_through_the_corner_of_a_box_does_not_pass_it_by() -> None:
    assert not passes_by(0.0, 0.0, 1.0, 1.0, 10.0, 11.0, 9.0, 10.0)
    assert passes_by(0.0, 0.0, 1.0, 1.0, 10.01, 11.01, 9.0, 10.0)


def test_times_to_entry_count_down_to_zero_and_what_never_enters_stays_so() -> None:
    before_s = np.array([[[1.0, 5.0, np.nan]], [[4.0, 4.0, 4.0]]])
    left_s = np.empty_like(before_s)
    entry.count_down(before_s, np.array([1, 0]), np.array([0.0, 2.0]), left_s)

    np.testing.assert_array_equal(left_s, [[[4.0, 4.0, 4.0]], [[0.0, 3.0, np.nan]]])
