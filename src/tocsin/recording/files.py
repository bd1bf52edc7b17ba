"""Tables from Parquet or CSV, told apart by content, with names and types checked against the contract."""

from __future__ import annotations

import csv
import difflib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from tocsin.errors import InvalidTable, UnusableFile
from tocsin.model.schema import Schema
from tocsin.recording.casting import ARROW_TYPES, NOTHING, arrow_schema, cast_column

_PARQUET_MAGIC = b"PAR1"  # the first and the last four bytes (Apache Parquet, file format)
_HEAD_BYTES = 4096
_NEARLY = 0.75  # likeness of names: 'rnge_m' is meant as 'range_m', 'object_id' is a column of somebody's own


def read_table(path: Path, schema: Schema) -> Any:
    """A `pyarrow.Table` with every column of the contract in its order and type; null: nothing is given.

    Columns that the contract doesn't know are left out. Raises `UnusableFile` where the file is missing,
    unreadable or neither Parquet nor CSV; `InvalidTable` where a column's name is nearly one of the contract
    (with the right one), given twice, missing though required, or of a wrong type.
    """
    return read_table_and_more(path, schema)[0]


def read_table_and_more(path: Path, schema: Schema) -> tuple[Any, tuple[str, ...]]:
    """As `read_table`, with the names of the columns that were left out."""
    head = _head(path)
    if head.startswith(_PARQUET_MAGIC):
        table = _read_parquet(path)
    elif path.suffix.lower() in (".parquet", ".pq"):
        raise UnusableFile(path, "is not Parquet, whatever its name says; was it written to the end?")
    elif b"\0" in head:
        raise UnusableFile(path, "is neither Parquet nor CSV")
    else:
        table = _read_csv(path, schema)
    _check_names(path, table.column_names, schema)
    ignored = tuple(name for name in table.column_names if name not in schema.by_name)
    return _with_all_columns(path, table, schema), ignored


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError:
        raise UnusableFile(path, "no such file") from None
    except OSError as error:
        raise UnusableFile(path, f"cannot be read ({error.strerror})") from error
    if not head.strip():
        raise UnusableFile(path, "is empty")
    return head


def _read_parquet(path: Path) -> Any:
    try:
        return pyarrow.parquet.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        raise UnusableFile(path, f"is damaged or incomplete Parquet ({_one_line(error)})") from error


def _read_csv(path: Path, schema: Schema) -> Any:
    types = {column.name: ARROW_TYPES[column.kind] for column in schema.columns}
    try:
        options = pyarrow.csv.ConvertOptions(column_types=types, null_values=NOTHING)
        return pyarrow.csv.read_csv(path, convert_options=options)
    except pa.ArrowInvalid:
        return _read_csv_as_texts(path)


def _read_csv_as_texts(path: Path) -> Any:
    """Slower, and says in which row a CSV isn't a table; a value of a wrong type is left to `cast_column`."""
    torn: list[Any] = []

    def note(row: Any) -> str:
        torn.append(row)
        return "skip"

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file))
        table = pyarrow.csv.read_csv(
            path,
            read_options=pyarrow.csv.ReadOptions(use_threads=False),  # rows are numbered with one thread only
            parse_options=pyarrow.csv.ParseOptions(invalid_row_handler=note),
            convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError, csv.Error) as error:
        raise InvalidTable(f"{path}: not a table of comma-separated values ({_one_line(error)})") from error
    if torn:
        row = torn[0]
        raise InvalidTable(
            f"{path}: row {row.number - 1} has {row.actual_columns} values where the first line names "
            f"{row.expected_columns} columns"
        )
    return table


def _check_names(path: Path, names: list[str], schema: Schema) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidTable(
            f"{path}: column {twice[0]!r} is given {names.count(twice[0])} times; give it once"
        )
    for name in names:
        if name not in schema.by_name and (near := _nearest(name, schema)):
            raise InvalidTable(f"{path}: unknown column {name!r}. Did you mean {near!r}?")
    for name in schema.required:
        if name not in names:
            raise InvalidTable(
                f"{path}: column {name!r} is missing ({schema[name].help}); it is needed in {schema.name}"
            )


def _nearest(name: str, schema: Schema) -> str:
    """The column that was probably meant; '' where the name is another's."""
    close = difflib.get_close_matches(name.strip().lower(), schema.names, n=1, cutoff=_NEARLY)
    return close[0] if close else ""


def _with_all_columns(path: Path, table: Any, schema: Schema) -> Any:
    names = set(table.column_names)
    arrays = [
        cast_column(column, table[column.name].combine_chunks(), path)
        if column.name in names
        else pa.nulls(table.num_rows, ARROW_TYPES[column.kind])
        for column in schema.columns
    ]
    fields = [field.with_nullable(True) for field in arrow_schema(schema)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def read_table_names(path: Path) -> list[str]:
    """The column names of a Parquet or CSV file."""
    if _head(path).startswith(_PARQUET_MAGIC):
        return list(_read_parquet(path).column_names)
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        return next(csv.reader(file), [])


def is_table_of(path: Path, schema: Schema) -> bool:
    """Whether a file that is there holds this table and no other, by the columns that it must have."""
    try:
        names = set(read_table_names(path))
    except (UnusableFile, InvalidTable):
        return False
    return set(schema.required) <= names
