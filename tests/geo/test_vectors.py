"""The vector door refuses wrong shapes, and a rotation gives a row the same bits alone as among others."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.errors import InvalidInput
from tocsin.geo.ellipsoid import enu_rotation
from tocsin.geo.vectors import as_vectors, rotate, transposed


@pytest.mark.parametrize("shape", [(), (2,), (4, 2), (3, 4)])
def test_a_wrong_last_axis_is_refused_with_its_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput, match="thing: shape") as caught:
        as_vectors(np.zeros(shape), 3, "thing")
    assert str(shape) in str(caught.value)


def test_rotating_agrees_with_the_matrix_product_for_one_matrix_and_for_many() -> None:
    random = np.random.default_rng(5)
    vectors = random.normal(size=(7, 3))
    matrices = enu_rotation(random.uniform(-1.5, 1.5, 7), random.uniform(-3.0, 3.0, 7))
    assert np.allclose(rotate(matrices[0], vectors), vectors @ matrices[0].T, atol=1e-15)
    assert np.allclose(rotate(matrices, vectors), np.einsum("nij,nj->ni", matrices, vectors), atol=1e-15)
    assert np.allclose(rotate(transposed(matrices), rotate(matrices, vectors)), vectors, atol=1e-14)


def test_a_row_has_the_same_bits_in_any_batch() -> None:
    random = np.random.default_rng(6)
    vectors = random.normal(size=(37, 3)) * 1e6
    matrix = enu_rotation(0.9, 0.3)
    together = rotate(matrix, vectors)
    assert all(np.array_equal(rotate(matrix, vectors[row]), together[row]) for row in range(37))
