"""How a table that leaves or enters tocsin is declared: one `Column` a column, with unit, range and help.

Readers, writers, `tocsin schema` and the documentation are all made from these declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["number", "integer", "boolean", "string", "strings"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file. `minimum` and `maximum` are inclusive; a number that is given must be finite."""

    name: str
    kind: Kind
    help: str
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None

    def json_schema(self) -> dict[str, Any]:
        """The column as a JSON Schema property."""
        kind: dict[str, Any] = (
            {"type": "array", "items": {"type": "string"}} if self.kind == "strings" else {"type": self.kind}
        )
        unit = f" [{self.unit}]" if self.unit else ""
        limits = {"minimum": self.minimum, "maximum": self.maximum}
        return kind | {"description": self.help + unit} | {k: v for k, v in limits.items() if v is not None}


@dataclass(frozen=True, slots=True)
class Schema:
    """A table: its columns in the order in which they are written."""

    name: str
    help: str
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        return self.by_name[name]

    @property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def json_schema(self) -> dict[str, Any]:
        """One row of the table as a JSON Schema object."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "description": self.help,
            "type": "object",
            "properties": {column.name: column.json_schema() for column in self.columns},
            "required": list(self.required),
            "additionalProperties": False,
        }
