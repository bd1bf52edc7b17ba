"""A recorded table in the order of time, read a block at a time: a night is larger than a laptop's memory.

A table that is whole has row groups, whose least and greatest times are in the file's footer, so that opening
reads no rows. One whose run goes on, or was killed, is a journal: it is read as far as it reached the disk.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from tocsin.errors import UnusableFile
from tocsin.formats.tables.casting import ARROW_TYPES, arrow_schema, cast_column
from tocsin.formats.tables.reading import check_names
from tocsin.model.schema import Schema
from tocsin.recording.files import read_table
from tocsin.recording.journal import journal_path, journaled
from tocsin.units import BoolArray, FloatArray, IntArray

TIME = "time_s"
_KEPT = 6
"""Blocks that are kept, of 65,536 rows mostly."""


class _Parts(Protocol):
    """Where blocks come from; `spans_s` (b, 2) are their least and greatest times, `first` (b + 1,) rows."""

    spans_s: FloatArray
    first: IntArray

    def read(self, block: int, columns: Sequence[str]) -> Any:
        """Those of some columns of one of them that there are, as they stand in the file."""


class Blocks:
    """The rows of one table by time; any thread may ask.

    Rows may be out of order by the few seconds for which late data is waited for. `trouble` says in words
    what is missing of the table, None where it is whole. Raises `InvalidTable` where its columns are not
    those of the contract.
    """

    def __init__(self, path: Path, schema: Schema) -> None:
        self.path, self.schema = path, schema
        self.trouble: str | None = None
        self.is_missing = False
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, tuple[str, ...]], Any] = OrderedDict()
        self._parts = self._opened()

    def __len__(self) -> int:
        return int(self._parts.first[-1])

    @property
    def spans_s(self) -> FloatArray:
        """Least and greatest time of each block (b, 2), UTC seconds."""
        return self._parts.spans_s

    @property
    def first(self) -> IntArray:
        """Number of the first row of each block and, last, of all rows (b + 1,)."""
        return self._parts.first

    @property
    def span_s(self) -> tuple[float, float] | None:
        """From the first to the last time; None where there are no rows."""
        spans = self._parts.spans_s
        return (float(spans[:, 0].min()), float(spans[:, 1].max())) if len(spans) else None

    def block(self, number: int, columns: Sequence[str]) -> Any:
        """Some columns of one block as a `pyarrow.Table`; texts may be dictionaries."""
        key = (number, tuple(columns))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            table = self._parts.read(number, columns)
            found = pa.table({name: self._column(table, name) for name in columns})
            self._kept[key] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return found

    def within(self, since_s: float, until_s: float) -> IntArray:
        """Numbers of the blocks that may hold rows from one time to another, both included."""
        spans = self._parts.spans_s
        found: IntArray = np.flatnonzero((spans[:, 0] <= until_s) & (spans[:, 1] >= since_s))
        return found

    def rows(
        self, since_s: float, until_s: float, columns: Sequence[str], track_ids: Sequence[str] | None = None
    ) -> Any:
        """Some columns, `time_s` among them, of the rows from one time to another, in the file's order.

        With `track_ids` only those of these tracks.
        """
        named = () if track_ids is None else ("track_id",)
        names = tuple(dict.fromkeys((TIME, *named, *columns)))
        found = []
        for number in self.within(since_s, until_s).tolist():
            table = self.block(number, names)
            time_s = table[TIME].to_numpy()
            inside = (time_s >= since_s) & (time_s <= until_s)
            if track_ids is not None:
                inside &= _is_of(table["track_id"], track_ids)
            if inside.any():
                found.append(plain(table.take(np.flatnonzero(inside))))
        return pa.concat_tables(found) if found else self.nothing(names)

    def nothing(self, columns: Sequence[str]) -> Any:
        """Some columns without rows."""
        types = arrow_schema(self.schema)
        return pa.table({name: pa.nulls(0, types.field(name).type) for name in columns})

    def _column(self, table: Any, name: str) -> Any:
        if name not in table.column_names:
            return pa.nulls(table.num_rows, ARROW_TYPES[self.schema[name].kind])
        values = table[name].combine_chunks()
        if isinstance(values, pa.ChunkedArray):  # of a dictionary that differs from chunk to chunk
            values = values.unify_dictionaries().combine_chunks()
        is_name = pa.types.is_dictionary(values.type) and self.schema[name].kind == "string"
        return values if is_name else cast_column(self.schema[name], values, self.path)

    def _opened(self) -> _Parts:
        journal = journal_path(self.path)
        try:
            if self.path.is_file():
                return _RowGroups(self.path, self.schema)
            if journal.is_file():
                self.trouble = f"{self.path.stem} as far as they reached the disk"
                return _Batches(list(journaled(journal)))
            self.trouble, self.is_missing = f"no {self.path.name}", True
        except (pa.ArrowException, OSError) as error:
            self.trouble = f"{self.path.name} is damaged or cut short ({' '.join(str(error).split())[:120]})"
        return _Batches([])


class _RowGroups:
    """A Parquet file."""

    def __init__(self, path: Path, schema: Schema) -> None:
        there = pyarrow.parquet.read_schema(path).names
        names = [column.name for column in schema.columns if column.kind == "string" and column.name in there]
        self._file = pyarrow.parquet.ParquetFile(path, memory_map=True, read_dictionary=names)
        check_names(path, list(self._file.schema_arrow.names), schema)
        metadata = self._file.metadata
        groups = range(metadata.num_row_groups)
        counts = [metadata.row_group(group).num_rows for group in groups]
        self.first = np.cumsum([0, *counts], dtype=np.int64)
        spans = [self._span_s(group) for group in groups]
        self.spans_s = np.array(spans, dtype=np.float64).reshape(-1, 2)

    def read(self, block: int, columns: Sequence[str]) -> Any:
        there = [name for name in columns if name in self._file.schema_arrow.names]
        return self._file.read_row_group(block, columns=there, use_threads=False)

    def _span_s(self, group: int) -> tuple[float, float]:
        index = self._file.schema_arrow.names.index(TIME)
        statistics = self._file.metadata.row_group(group).column(index).statistics
        if statistics is not None and statistics.has_min_max:
            return float(statistics.min), float(statistics.max)
        time_s = self._file.read_row_group(group, columns=[TIME])[TIME].to_numpy()
        return (float(time_s.min()), float(time_s.max())) if len(time_s) else (np.inf, -np.inf)


class _Batches:
    """What a journal holds; in memory, for it is of a part of a run that is not over."""

    def __init__(self, batches: Sequence[Any]) -> None:
        self._batches = [batch for batch in batches if batch.num_rows]
        self.first = np.cumsum([0, *(batch.num_rows for batch in self._batches)], dtype=np.int64)
        times = [batch.column(TIME).to_numpy() for batch in self._batches]
        self.spans_s = np.array([(t.min(), t.max()) for t in times], dtype=np.float64).reshape(-1, 2)

    def read(self, block: int, columns: Sequence[str]) -> Any:
        return pa.Table.from_batches([self._batches[block]]).select(list(columns))


def plain(table: Any) -> Any:
    """The same with texts as texts, so that tables of different blocks are of one type."""
    columns = {
        name: table[name].cast(pa.string()) if pa.types.is_dictionary(table[name].type) else table[name]
        for name in table.column_names
    }
    return pa.table(columns)


def _is_of(column: Any, texts: Sequence[str]) -> BoolArray:
    """Which rows have one of these texts; of a dictionary only its words are looked at."""
    wanted = pa.array(texts, pa.string())
    found: BoolArray
    values = column.combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = values.unify_dictionaries().combine_chunks()
    if not pa.types.is_dictionary(values.type):
        found = pc.is_in(values, wanted).to_numpy(zero_copy_only=False)
        return found
    is_wanted = np.append(pc.is_in(values.dictionary, wanted).to_numpy(zero_copy_only=False), False)
    found = is_wanted[values.indices.fill_null(len(is_wanted) - 1).to_numpy(zero_copy_only=False)]
    return found


def whole_table(path: Path, schema: Schema) -> tuple[Any, str | None]:
    """A small table as far as it can be read, and in words what is missing of it, None where it is whole."""
    journal = journal_path(path)
    nothing = arrow_schema(schema).empty_table()
    try:
        if path.is_file():
            return read_table(path, schema), None
        if journal.is_file():
            found = pa.Table.from_batches(journaled(journal), arrow_schema(schema))
            return found, f"{path.stem} as far as they reached the disk"
    except UnusableFile as error:
        return nothing, f"{path.name} {error.reason}"
    except (pa.ArrowException, OSError) as error:
        return nothing, f"{path.name} cannot be read ({error})"
    return nothing, f"no {path.name}"
