"""Tables from Parquet or CSV, told apart by content, with names and types checked against the contract."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tocsin.errors import DecodeError, InvalidTable, UnusableFile
from tocsin.formats.tables.reading import checked, read_csv, read_parquet
from tocsin.model.schema import Schema

_PARQUET_MAGIC = b"PAR1"  # the first and the last four bytes (Apache Parquet, file format)
_HEAD_BYTES = 4096


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
        with path.open("rb") as file:
            table = read_csv(file, path, schema)
    return checked(table, path, schema)


def _read_parquet(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            return read_parquet(file)
    except DecodeError as error:
        raise UnusableFile(path, str(error)) from error


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
