"""Columns as files have them, brought to the types of the contract, or refused with column and row.

Lenient only where the meaning is beyond doubt: 3.0 is an integer, 0 and 1 are booleans, and NaN is no integer
and no boolean. So tables that pandas wrote, which has neither with gaps, read as they were meant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.errors import InvalidTable
from tocsin.model.schema import Column, Kind, Schema

ARROW_TYPES: dict[Kind, Any] = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "string": pa.string(),
    "strings": pa.list_(pa.string()),
}
_NAMES: dict[Kind, str] = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "string": "a text",
    "strings": "a list of texts",
}
NOTHING = ("", "NA", "N/A", "null", "NULL", "None")
"""How a CSV says that nothing is given; NaN is a number, and the reader of the table says what it means."""
NO_NUMBER = ("NaN", "nan", "NAN")
TRUE, FALSE = ("true", "True", "TRUE", "1", "1.0"), ("false", "False", "FALSE", "0", "0.0")
_NOTHING, _NO_NUMBER, _TRUE, _FALSE = (pa.array(words) for words in (NOTHING, NO_NUMBER, TRUE, FALSE))
LARGEST_EXACT = 2**53  # above it, float64 skips integers


def arrow_schema(schema: Schema) -> Any:
    """The `pyarrow.Schema` in which a table of the contract is written: every column, in its order."""
    fields = [pa.field(c.name, ARROW_TYPES[c.kind], nullable=not c.required) for c in schema.columns]
    return pa.schema(fields)


def cast_column(column: Column, values: Any, name: object) -> Any:
    """One column (a `pyarrow.Array`) in the type of the contract, null where nothing is given.

    `name` is what errors call the table.

    Raises `InvalidTable`, with the name of the column and the number of the row (from 1), at the first value
    that can't be taken for what it is to be.
    """
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_null(values.type) or values.type == ARROW_TYPES[column.kind]:
        return values.cast(ARROW_TYPES[column.kind])
    cast = _CASTS[column.kind]
    try:
        return cast(values)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError):
        row = _first_failing(values, cast)
    given = values[row].as_py()
    unit = f" [{column.unit}]" if column.unit else ""
    raise InvalidTable(
        f"{name}: column {column.name!r}, row {row + 1}: {given!r} is not {_NAMES[column.kind]}; "
        f"{column.name} is: {column.help}{unit}"
    )


def _is_text(values: Any) -> bool:
    return bool(
        pa.types.is_string(values.type)
        or pa.types.is_large_string(values.type)
        or values.type == pa.string_view()
    )


def _without(values: Any, nothing: Any) -> Any:
    """Texts with those that say 'nothing here' made null, for a column that isn't text."""
    trimmed = pc.utf8_trim_whitespace(values.cast(pa.string()))
    return pc.if_else(pc.is_in(trimmed, nothing), pa.scalar(None, pa.string()), trimmed)


def _to_number(values: Any) -> Any:
    if _is_text(values):
        values = _without(values, _NOTHING)
    elif not (_is_numeric(values) or pa.types.is_decimal(values.type)):
        raise TypeError
    return values.cast(pa.float64(), safe=False)


def _to_integer(values: Any) -> Any:
    if _is_text(values):
        values = _without(_without(values, _NOTHING), _NO_NUMBER)
        try:
            return values.cast(pa.int64())
        except pa.ArrowInvalid:
            values = values.cast(pa.float64())
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
        if pc.any(pc.greater(pc.abs(values), LARGEST_EXACT)).as_py():
            raise TypeError
    elif not pa.types.is_integer(values.type):
        raise TypeError
    return values.cast(pa.int64())


def _to_boolean(values: Any) -> Any:
    if _is_text(values):
        values = _without(_without(values, _NOTHING), _NO_NUMBER)
        true, false = pc.is_in(values, _TRUE), pc.is_in(values, _FALSE)
    elif _is_numeric(values):
        values = values.cast(pa.float64(), safe=False)
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, pa.float64()), values)
        true, false = pc.equal(values, 1.0), pc.equal(values, 0.0)
    else:
        raise TypeError
    known = pc.or_(pc.fill_null(true, False), pc.fill_null(false, False))
    if not pc.all(pc.or_(known, pc.is_null(values))).as_py():
        raise TypeError
    return pc.if_else(pc.is_null(values), pa.scalar(None, pa.bool_()), true)


def _to_text(values: Any) -> Any:
    if not _is_text(values):
        raise TypeError
    return values.cast(pa.string())


def _to_texts(values: Any) -> Any:
    if not (pa.types.is_list(values.type) or pa.types.is_large_list(values.type)):
        raise TypeError
    return values.cast(ARROW_TYPES["strings"])


def _is_numeric(values: Any) -> bool:
    return bool(pa.types.is_integer(values.type) or pa.types.is_floating(values.type))


_CASTS: dict[Kind, Callable[[Any], Any]] = {
    "number": _to_number,
    "integer": _to_integer,
    "boolean": _to_boolean,
    "string": _to_text,
    "strings": _to_texts,
}


def _first_failing(values: Any, cast: Callable[[Any], Any]) -> int:
    """Index of the first value that fails; by halving, for a column can be long."""
    low, high = 0, len(values)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            cast(values.slice(low, middle - low))
            low = middle
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError):
            high = middle
    return low
