"""Struct-of-arrays: the base of everything that flows at rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from tocsin.units import AnyArray


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Arrays of one common first dimension; a subclass declares one field a column.

    Rows are chosen with `take`, joined with `concatenate`; arrays are not copied where NumPy needn't.
    """

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, name)) for name in self.__dataclass_fields__}
        if len(lengths) > 1:
            raise ValueError(f"columns of {type(self).__name__} differ in length: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(getattr(self, next(iter(self.__dataclass_fields__))))

    def arrays(self) -> dict[str, AnyArray]:
        """The columns by name, not copied."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def take(self, rows: Any) -> Self:
        """The chosen rows, by index array, mask or slice."""
        return type(self)(**{name: array[rows] for name, array in self.arrays().items()})

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """All rows of all parts, in order; at least one part."""
        return cls(
            **{
                name: np.concatenate([getattr(part, name) for part in parts])
                for name in cls.__dataclass_fields__
            }
        )
