"""Tables of the contract out of Parquet and CSV: names and types checked, every column in its order.

    CSV      RFC 4180: a line of names, then a line a row; UTF-8; empty where nothing is given
    Parquet  the Apache Parquet file format

What is read is a binary file that is open and can be rewound; `name` is what errors call it.
"""

from __future__ import annotations

import csv
import difflib
import io
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from tocsin.errors import DecodeError, InvalidTable
from tocsin.formats.tables.casting import ARROW_TYPES, NOTHING, arrow_schema, cast_column
from tocsin.model.schema import Schema

_NEARLY = 0.75  # likeness of names: 'rnge_m' is meant as 'range_m', 'object_id' is a column of somebody's own


_SMALL_BYTES = 1_000_000


def read_parquet(file: BinaryIO) -> Any:
    """All columns as they stand there. DecodeError `parquet_damaged`."""
    try:
        start = file.read(_SMALL_BYTES)
        if len(start) < _SMALL_BYTES:
            # Threads that have hardly started abort a program that ends at once, as a command may.
            return pyarrow.parquet.ParquetFile(pa.BufferReader(start)).read(use_threads=False)
        file.seek(0)
        return pyarrow.parquet.ParquetFile(file).read()
    except (pa.ArrowException, OSError) as error:
        text = f"is damaged or incomplete Parquet ({_one_line(error)})"
        raise DecodeError("parquet_damaged", text) from error


def read_csv(file: BinaryIO, name: object, schema: Schema) -> Any:
    """All columns, those of the contract in its types where they can be. Raises InvalidTable."""
    types = {column.name: ARROW_TYPES[column.kind] for column in schema.columns}
    options = pyarrow.csv.ConvertOptions(column_types=types, null_values=NOTHING)
    try:
        table = pyarrow.csv.read_csv(file, convert_options=options)
    except pa.ArrowInvalid:
        table = _read_as_texts(file, name)
    try:
        _ = table.column_names
    except UnicodeDecodeError as error:
        raise InvalidTable(f"{name}: the names of the columns are no text in UTF-8") from error
    return table


def checked(table: Any, name: object, schema: Schema) -> tuple[Any, tuple[str, ...]]:
    """A table with every column of the contract in its order and type, and the names that were left out.

    Raises InvalidTable where a column's name is nearly one of the contract (with the right one), given twice,
    missing though required, or of a wrong type.
    """
    check_names(name, table.column_names, schema)
    ignored = tuple(column for column in table.column_names if column not in schema.by_name)
    return _with_all_columns(name, table, schema), ignored


def _read_as_texts(file: BinaryIO, name: object) -> Any:
    """Slower, and says in which row a CSV isn't a table; a value of a wrong type is left to `cast_column`."""
    torn: list[Any] = []

    def note(row: Any) -> str:
        torn.append(row)
        return "skip"

    try:
        names = _header(file)
        table = pyarrow.csv.read_csv(
            file,
            read_options=pyarrow.csv.ReadOptions(use_threads=False),  # rows are numbered with one thread only
            parse_options=pyarrow.csv.ParseOptions(invalid_row_handler=note),
            convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError, csv.Error) as error:
        raise InvalidTable(f"{name}: not a table of comma-separated values ({_one_line(error)})") from error
    if torn:
        row = torn[0]
        raise InvalidTable(
            f"{name}: row {row.number - 1} has {row.actual_columns} values where the first line names "
            f"{row.expected_columns} columns"
        )
    return table


def _header(file: BinaryIO) -> list[str]:
    """The names of the columns; the file stands at its beginning again."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        return next(csv.reader(text))
    finally:
        text.detach()
        file.seek(0)


def check_names(name: object, names: list[str], schema: Schema) -> None:
    """Raises InvalidTable as `checked` does for the names of columns."""
    if twice := sorted({column for column in names if names.count(column) > 1}):
        raise InvalidTable(
            f"{name}: column {twice[0]!r} is given {names.count(twice[0])} times; give it once"
        )
    for column in names:
        if column not in schema.by_name and (near := _nearest(column, schema)):
            raise InvalidTable(f"{name}: unknown column {column!r}. Did you mean {near!r}?")
    for column in schema.required:
        if column not in names:
            raise InvalidTable(
                f"{name}: column {column!r} is missing ({schema[column].help}); it is needed in {schema.name}"
            )


def _nearest(name: str, schema: Schema) -> str:
    """The column that was probably meant; '' where the name is another's."""
    close = difflib.get_close_matches(name.strip().lower(), schema.names, n=1, cutoff=_NEARLY)
    return close[0] if close else ""


def _with_all_columns(name: object, table: Any, schema: Schema) -> Any:
    names = set(table.column_names)
    arrays = [
        cast_column(column, table[column.name].combine_chunks(), name)
        if column.name in names
        else pa.nulls(table.num_rows, ARROW_TYPES[column.kind])
        for column in schema.columns
    ]
    fields = [field.with_nullable(True) for field in arrow_schema(schema)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
