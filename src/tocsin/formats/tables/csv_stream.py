"""A table of the contract as lines that come one after another: CSV (RFC 4180) without an end.

    time_s,sensor,range_m,azimuth_deg          names of the columns, before the first row
    1932926400.0,Small radar,3000,10.0         a row a line

A line that holds the name of the contract's first column names the columns anew: who connects again, or
sends datagrams, begins with it each time. A value over several lines is not read. Rows that come few at a
time are read line by line: to Arrow, which files are read with, a table of one row costs 3 ms.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

from tocsin.errors import DecodeError, InvalidTable
from tocsin.formats.tables.casting import FALSE, LARGEST_EXACT, NO_NUMBER, NOTHING, TRUE
from tocsin.formats.tables.reading import check_names
from tocsin.model.schema import Kind, Schema

LONGEST_LINE_BYTES = 4096
Value: TypeAlias = float | int | bool | str
Row: TypeAlias = dict[str, Value]
"""What a row gives, by the name of the column; what is empty is absent."""
_Reads: TypeAlias = Callable[[str], Value | None]
_SHOWN_BYTES = 64
_LARGEST = 2**63 - 1


class CsvStream:
    """Cuts one connection's bytes into rows; keeps less than one line, and the names of the columns."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._header: bytes | None = None
        self._columns: list[tuple[str, _Reads | None]] = []
        self._kept = b""
        self._is_too_long = False  # the line that goes on; its beginning is dropped

    def feed(self, data: bytes, is_whole: bool = False) -> tuple[list[Row], list[DecodeError]]:
        """The rows that these bytes complete, and an error for each line that is none.

        `is_whole`: the last line needs no end. Kinds: `csv_header_missing`, `csv_header_damaged`,
        `csv_line_too_long`, `csv_values_missing` (fewer or more than there are columns), `csv_value_damaged`.
        """
        rows: list[Row] = []
        errors: list[DecodeError] = []
        for line in self._lines(data, is_whole, errors):
            try:
                if self._schema.columns[0].name.encode() in line:
                    self._take_header(line)
                else:
                    rows.append(self._row(line))
            except DecodeError as error:
                errors.append(error)
        return rows, errors

    def end(self) -> DecodeError | None:
        """Nothing more comes: the line that is left unfinished, of kind `csv_truncated`."""
        kept, self._kept = self._kept, b""
        return _error("csv_truncated", "the last line has no end", kept) if kept.strip() else None

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
        return [line.rstrip(b"\r") for line in lines if len(line) <= LONGEST_LINE_BYTES and line.strip()]

    def _take_header(self, line: bytes) -> None:
        if line == self._header:
            return
        self._header = None
        names = _values(line.removeprefix(b"\xef\xbb\xbf"), "csv_header_damaged")
        try:
            check_names("the stream", names, self._schema)
        except InvalidTable as error:
            raise _error("csv_header_damaged", str(error), line) from None
        known = self._schema.by_name
        self._columns = [(name, _READS[known[name].kind] if name in known else None) for name in names]
        self._header = line

    def _row(self, line: bytes) -> Row:
        if self._header is None:
            raise _error("csv_header_missing", "a row before any line of column names", line)
        values = _values(line, "csv_value_damaged")
        if len(values) != len(self._columns):
            text = f"{len(values)} values where there are {len(self._columns)} columns"
            raise _error("csv_values_missing", text, line)
        row: Row = {}
        for (name, read), text in zip(self._columns, values, strict=True):
            if read is None:
                continue
            try:
                value = read(text)
            except (ValueError, OverflowError):
                raise _error("csv_value_damaged", f"column {name!r}", line) from None
            if value is not None:
                row[name] = value
        return row


def _values(line: bytes, kind: str) -> list[str]:
    try:
        text = line.decode()
        return next(csv.reader([text])) if '"' in text or "\r" in text else text.split(",")
    except (UnicodeDecodeError, csv.Error):
        raise _error(kind, "no text of values between commas", line) from None


def _number(text: str) -> float | None:
    text = text.strip()
    if text in NOTHING:
        return None
    if "_" in text or not text.isascii():  # which Python alone takes for numbers
        raise ValueError
    return float(text)


def _integer(text: str) -> int | None:
    number = _number(text)
    if number is None or math.isnan(number):
        return None
    if text.strip().removeprefix("-").isdecimal() and -_LARGEST <= int(text) <= _LARGEST:
        return int(text)  # exact, where a float is not
    if number != int(number) or abs(number) > LARGEST_EXACT:
        raise ValueError
    return int(number)


def _boolean(text: str) -> bool | None:
    text = text.strip()
    if text in NOTHING or text in NO_NUMBER:
        return None
    if text not in TRUE and text not in FALSE:
        raise ValueError
    return text in TRUE


def _no_lists(_text: str) -> None:
    """No table that comes in lines has a column of lists."""
    raise ValueError


_READS: Mapping[Kind, _Reads] = {
    "number": _number, "integer": _integer, "boolean": _boolean, "string": str, "strings": _no_lists,
}  # fmt: skip


def _too_long(line: bytes) -> DecodeError:
    return _error("csv_line_too_long", f"{len(line)} bytes or more in a line", line)


def _error(kind: str, message: str, line: bytes) -> DecodeError:
    return DecodeError(kind, message, line[:_SHOWN_BYTES])
