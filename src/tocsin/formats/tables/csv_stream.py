"""A table of the contract as lines that come one after another: CSV (RFC 4180) without an end.

    time_s,sensor,range_m,azimuth_deg          names of the columns, before the first row
    1932926400.0,Small radar,3000,10.0         a row a line

A line that holds the name of the contract's first column names the columns anew: who connects again, or
sends datagrams, begins with it each time. A value over several lines is not read.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from tocsin.errors import DecodeError, InvalidTable
from tocsin.formats.tables.reading import checked, read_csv
from tocsin.model.schema import Schema

LONGEST_LINE_BYTES = 4096
_SHOWN_BYTES = 64
_NAME = "the stream"


class CsvStream:
    """Cuts one connection's bytes into rows; keeps less than one line, and the names of the columns."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._header: bytes | None = None
        self._kept = b""
        self._is_too_long = False  # the line that goes on; its beginning is dropped

    def feed(self, data: bytes, is_whole: bool = False) -> tuple[list[Any], list[DecodeError]]:
        """Checked tables of the rows that these bytes complete, and an error for each line that is none.

        `is_whole`: the last line needs no end. Kinds: `csv_header_missing`, `csv_header_damaged`,
        `csv_line_too_long`, `csv_values_missing` (fewer or more than there are columns), `csv_value_damaged`.
        """
        tables: list[Any] = []
        errors: list[DecodeError] = []
        rows: list[bytes] = []
        for line in self._lines(data, is_whole, errors):
            if self._begins_a_table(line):
                self._take(rows, tables, errors)
                rows = []
                self._set_header(line, errors)
            elif self._header is None:
                errors.append(_error("csv_header_missing", "a row before any line of column names", line))
            else:
                rows.append(line)
        self._take(rows, tables, errors)
        return tables, errors

    def _lines(self, data: bytes, is_whole: bool, errors: list[DecodeError]) -> list[bytes]:
        """Lines that are complete and hold anything."""
        *lines, rest = (self._kept + data).split(b"\n")
        if lines and self._is_too_long:
            lines, self._is_too_long = lines[1:], False
        if is_whole:
            lines, rest = [*lines, rest], b""
        if len(rest) > LONGEST_LINE_BYTES or self._is_too_long:
            if not self._is_too_long:
                errors.append(_too_long(rest))
            rest, self._is_too_long = b"", True
        self._kept = rest
        errors += [_too_long(line) for line in lines if len(line) > LONGEST_LINE_BYTES]
        return [line for line in lines if line.strip() and len(line) <= LONGEST_LINE_BYTES]

    def _begins_a_table(self, line: bytes) -> bool:
        return self._schema.columns[0].name.encode() in line

    def _set_header(self, line: bytes, errors: list[DecodeError]) -> None:
        self._header = line
        try:
            self._table([])
        except InvalidTable as error:
            self._header = None
            errors.append(_error("csv_header_damaged", str(error), line))

    def _take(self, rows: list[bytes], tables: list[Any], errors: list[DecodeError]) -> None:
        """All rows at once; one by one where any of them is wrong."""
        if not rows:
            return
        try:
            tables.append(self._table(rows))
        except InvalidTable as error:
            if len(rows) == 1:
                errors.append(self._fault(rows[0], error))
                return
            for row in rows:
                self._take([row], tables, errors)

    def _table(self, rows: list[bytes]) -> Any:
        assert self._header is not None
        file = io.BytesIO(b"\n".join([self._header, *rows, b""]))
        return checked(read_csv(file, _NAME, self._schema), _NAME, self._schema)[0]

    def _fault(self, row: bytes, error: InvalidTable) -> DecodeError:
        if _values(row) != _values(self._header or b""):
            return _error("csv_values_missing", "not as many values as there are columns", row)
        return _error("csv_value_damaged", str(error), row)


def _values(line: bytes) -> int:
    try:
        return len(next(csv.reader([line.decode(errors="replace").strip()]), []))
    except csv.Error:
        return 0


def _too_long(line: bytes) -> DecodeError:
    return _error("csv_line_too_long", f"{len(line)} bytes or more in a line", line)


def _error(kind: str, message: str, line: bytes) -> DecodeError:
    return DecodeError(kind, message, line[:_SHOWN_BYTES])
