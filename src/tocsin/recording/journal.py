"""One table of a running service: what it holds can be read after a kill, and becomes Parquet at the end.

Parquet can't be read before its end is written. So a service writes Arrow record batches one after the other
(IPC streaming format, each compressed by itself), `NAME.arrows` beside where `NAME.parquet` will lie; what is
read back ends where the file was cut.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from tocsin.errors import UnusableFile
from tocsin.formats.tables.casting import arrow_schema
from tocsin.model.schema import Schema
from tocsin.recording import layout
from tocsin.recording.portions import Portions, Rows
from tocsin.recording.table_writer import ROWS_PER_GROUP
from tocsin.whole_file import PARTIAL

_ROWS_PER_BATCH = 4096


def journal_path(path: Path) -> Path:
    """Where the rows of a table lie until it is whole."""
    return path.with_suffix(layout.JOURNAL)


class Journal(Generic[Rows]):
    """Takes the rows of one table as `TableWriter` does; `flush` puts all of them on the disk.

    Raises `UnusableFile` where the disk says no.
    """

    def __init__(self, path: Path, schema: Schema, to_arrow: Callable[[Rows], Any]) -> None:
        self.path = path
        self._schema = schema
        self._to_arrow = to_arrow
        self._waiting: Portions[Rows] = Portions()
        self._is_open = True
        try:
            self._file = journal_path(path).open("wb")
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            self._stream = pa.ipc.new_stream(self._file, arrow_schema(schema), options=options)
        except OSError as error:
            raise _unwritable(path, error) from error

    def write(self, rows: Rows) -> None:
        """Adds rows, which must not change afterwards."""
        if len(rows):
            self._waiting.add(rows)
        if self._waiting.count >= _ROWS_PER_BATCH:
            self.flush()

    def flush(self) -> None:
        """Writes what waits, and touches the file: its run goes on."""
        try:
            if self._waiting.count:
                table = self._to_arrow(self._waiting.joined())
                self._waiting = Portions()
                self._stream.write_table(table)
            self._file.flush()
            os.utime(self._file.fileno())
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def close(self) -> None:
        """Makes the whole table of it; does nothing the second time."""
        if not self._is_open:
            return
        self._is_open = False
        self.flush()
        self._stream.close()
        self._file.close()
        finish(self.path, self._schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def finish(path: Path, schema: Schema, rows_per_group: int = ROWS_PER_GROUP) -> int:
    """Makes the table at `path` of its journal, as far as that can be read, and removes that; number of rows.

    Raises `UnusableFile` where the disk says no.
    """
    partial = path.with_name(path.name + PARTIAL)
    count = 0
    try:
        with pyarrow.parquet.ParquetWriter(partial, arrow_schema(schema), compression="zstd") as file:
            for group in _groups(journaled(journal_path(path)), rows_per_group):
                file.write_table(group, row_group_size=rows_per_group)
                count += group.num_rows
        partial.replace(path)
        journal_path(path).unlink()
    except OSError as error:
        raise _unwritable(path, error) from error
    return count


def journaled(journal: Path) -> Iterator[Any]:
    """What was written before the end, or before the cut."""
    with journal.open("rb") as file:
        try:
            yield from pa.ipc.open_stream(file)
        except (pa.ArrowInvalid, OSError):  # cut off within the schema, or within a batch
            return


def _groups(batches: Iterator[Any], rows_per_group: int) -> Iterator[Any]:
    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        if sum(part.num_rows for part in waiting) >= rows_per_group:
            table = pa.Table.from_batches(waiting)
            yield table.slice(0, rows_per_group)
            waiting = table.slice(rows_per_group).to_batches()
    if waiting:
        yield pa.Table.from_batches(waiting)


def _unwritable(path: Path, error: OSError) -> UnusableFile:
    return UnusableFile(path, f"cannot be written ({error.strerror or error})")
