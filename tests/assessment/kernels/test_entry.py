"""The entry kernels against NumPy."""

import numpy as np
import pytest
from tests.assessment.kernels.calling import from_python

from tocsin.assessment.kernels import entry

cholesky = from_python(entry.cholesky)
slab_part = from_python(entry.slab_part)


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


def test_quantiles_stand_where_a_further_draw_is_below_with_their_probability() -> None:
    times_s = np.array([[[*np.arange(1.0, 20.0), np.nan], [np.nan] * 20, [7.0, *[np.nan] * 19]]])
    probability, entry_s = np.empty((1, 3)), np.empty((1, 3, 3))
    entry.entry_statistics(times_s, np.array([0.05, 0.5, 0.95]), probability, entry_s)

    np.testing.assert_allclose(probability, [[0.95, 0.0, 0.05]])
    # Nineteen draws cut the line into twenty parts of a twentieth each.
    np.testing.assert_allclose(entry_s[0], [[1.0, 10.0, 19.0], [np.nan] * 3, [7.0] * 3])
