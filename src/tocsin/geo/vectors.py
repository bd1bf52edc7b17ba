"""The door and the one operation that all frames share: arrays of vectors, and turning them.

Everything is written element by element, never as a matrix product: BLAS sums in an order that depends on
how many rows it is given, and a recording must give the same bits in any batching.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tocsin.errors import InvalidInput
from tocsin.units import FloatArray


def as_vectors(values: npt.ArrayLike, size: int, name: str) -> FloatArray:
    """`values` as a float64 array of shape (..., `size`).

    Raises InvalidInput, with the shape that was given, where the last axis is not `size` long.
    """
    vectors = np.asarray(values, dtype=np.float64)
    if vectors.ndim == 0 or vectors.shape[-1] != size:
        raise InvalidInput(f"{name}: shape {vectors.shape} where (..., {size}) is needed")
    return vectors


def rotate(rotation: FloatArray, vectors: FloatArray) -> FloatArray:
    """Each vector multiplied from the left by its matrix: (..., 3, 3) and (..., 3) to (..., 3).

    A row's result has the same bits alone as among others.
    """
    turned: FloatArray = (
        rotation[..., :, 0] * vectors[..., 0, np.newaxis]
        + rotation[..., :, 1] * vectors[..., 1, np.newaxis]
        + rotation[..., :, 2] * vectors[..., 2, np.newaxis]
    )
    return turned


def transposed(rotation: FloatArray) -> FloatArray:
    """The inverse of each rotation matrix: (..., 3, 3) to (..., 3, 3)."""
    return np.swapaxes(rotation, -1, -2)
