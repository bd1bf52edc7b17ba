"""One Parquet file that grows: the same rows give the same bytes, in however many portions they come.

Row groups are cut by number of rows, never by portion. Until `close`, the file has its final name with
`.partial` behind it: a run that is killed leaves no file that looks whole and isn't.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self

import pyarrow as pa
import pyarrow.parquet

from tocsin.errors import UnusableFile
from tocsin.formats.tables.casting import arrow_schema
from tocsin.model.schema import Schema
from tocsin.recording.portions import Portions, Rows
from tocsin.whole_file import PARTIAL

ROWS_PER_GROUP = 65_536


class TableWriter(Generic[Rows]):
    """Writes rows of one kind; a context manager that closes the file whatever happens inside.

    `to_arrow` makes the `pyarrow.Table` of a block of rows. Raises `UnusableFile` where the disk says no.
    """

    def __init__(
        self,
        path: Path,
        schema: Schema,
        to_arrow: Callable[[Rows], Any],
        rows_per_group: int = ROWS_PER_GROUP,
    ) -> None:
        self.path = path
        self._partial = path.with_name(path.name + PARTIAL)
        self._to_arrow = to_arrow
        self._rows_per_group = rows_per_group
        self._waiting: Portions[Rows] = Portions()
        try:
            self._file = pyarrow.parquet.ParquetWriter(
                self._partial, arrow_schema(schema), compression="zstd"
            )
        except OSError as error:
            raise UnusableFile(path, f"cannot be written ({error.strerror or error})") from error

    def write(self, rows: Rows) -> None:
        """Adds rows, which must not change afterwards; they are on disk once their group is full."""
        if not len(rows):
            return
        self._waiting.add(rows)
        if self._waiting.count >= self._rows_per_group:
            self._write_groups(self._waiting.count // self._rows_per_group)

    def close(self) -> None:
        """Writes what is left and gives the file its name; does nothing the second time."""
        if not self._file.is_open:
            return
        try:
            if self._waiting.count:
                self._write_groups(self._waiting.count // self._rows_per_group + 1)
            self._file.close()
            self._partial.replace(self.path)
        except OSError as error:
            raise UnusableFile(self.path, f"cannot be written ({error.strerror or error})") from error

    def _write_groups(self, count: int) -> None:
        rows = self._waiting.joined()
        for _ in range(count):
            group = self._to_arrow(rows.take(slice(self._rows_per_group)))
            rows = rows.take(slice(self._rows_per_group, None))
            # Forgotten before it is written: Ctrl-C is delivered when the writing is done, not twice then.
            self._waiting = Portions()
            if len(rows):
                self._waiting.add(rows)
            self._write(group)

    def _write(self, group: pa.Table) -> None:
        if not group.num_rows:
            return
        try:
            self._file.write_table(group, row_group_size=self._rows_per_group)
        except OSError as error:
            raise UnusableFile(self.path, f"cannot be written ({error.strerror or error})") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
