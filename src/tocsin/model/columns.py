"""Struct-of-arrays: the base of everything that flows at rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from tocsin.units import AnyArray


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Arrays of one common first dimension; a subclass declares one field a column.

    Rows are chosen with `take`, joined with `concatenate`; arrays are not copied where NumPy needn't.
    """

    def __post_init__(self) -> None:
        lengths = {field.name: len(getattr(self, field.name)) for field in fields(self)}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns of {type(self).__name__} differ in length: {lengths}")

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def arrays(self) -> dict[str, AnyArray]:
        """The columns by name, not copied."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def take(self, rows: Any) -> Self:
        """The chosen rows, by index array, mask or slice."""
        return type(self)(**{name: array[rows] for name, array in self.arrays().items()})

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """All rows of all parts, in order; at least one part."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
