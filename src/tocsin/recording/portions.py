"""Rows that wait to be written, in the portions in which they came."""

from __future__ import annotations

from typing import Generic, TypeVar

from tocsin.model.columns import Columns

_MOST_SMALL = 256
"""A picture is a few rows in some twenty arrays, each of which weighs more than what it holds."""

Rows = TypeVar("Rows", bound=Columns)


class Portions(Generic[Rows]):
    """Rows in order; many small portions are joined, so that what waits weighs what its rows weigh."""

    def __init__(self) -> None:
        self.count = 0
        self._joined: list[Rows] = []
        self._small: list[Rows] = []

    def add(self, rows: Rows) -> None:
        """Takes at least one row, which must not change afterwards."""
        self.count += len(rows)
        self._small.append(rows)
        if len(self._small) >= _MOST_SMALL:
            self._joined.append(type(rows).concatenate(self._small))
            self._small = []

    def joined(self) -> Rows:
        """All that waits, as one; there must be some."""
        parts = [*self._joined, *self._small]
        return type(parts[0]).concatenate(parts)
