"""Rows of the contract's table of detections, as they come, to detections: CSV lines and Parquet files.

A row names its sensor itself, so that several share a way in. What comes live is received now: a column
`received_s` is not used.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tocsin.config.site import Site
from tocsin.errors import DecodeError, InvalidTable
from tocsin.formats.tables import CsvStream, checked, read_parquet, to_detections
from tocsin.model.detections import Detection, Detections
from tocsin.model.tables import DETECTIONS
from tocsin.model.validation import UNKNOWN_SENSOR
from tocsin.sensors.kept import MOST_SOURCES, Kept
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.node_reader import UNKNOWN_SENSOR as SENSOR_UNKNOWN


class _TableReader:
    """Makes rows of tables; what can't be read is counted for the only sensor of the way in, or for none."""

    def __init__(self, site: Site, sensors: Sequence[int], ledger: Ledger) -> None:
        self._ledger = ledger
        self._one = sensors[0] if len(sensors) == 1 else None
        self._names = [site.sensors[number].name for number in sensors]
        self._numbers = np.array([*sensors, UNKNOWN_SENSOR], dtype=np.int16)  # the last stands for -1

    def _error(self, error: DecodeError) -> None:
        self._ledger.error(self._one, error)

    def _rows(self, table: Any, received_ns: int) -> Iterator[Detection]:
        if not table.num_rows:
            return
        detections = to_detections(table, self._names)
        strangers = detections.sensor == UNKNOWN_SENSOR
        if strangers.any():
            self._ledger.message(None, received_ns, int(strangers.sum()))
            self._ledger.refuse(None, SENSOR_UNKNOWN, int(strangers.sum()))
            detections = detections.take(~strangers)
        self._ledger.decoded["Detection"] += len(detections)
        for row in _as_rows(detections):
            number = int(self._numbers[row.sensor])
            self._ledger.message(number, received_ns)
            yield row._replace(sensor=number, received_ns=received_ns)


class CsvReader(_TableReader):
    """Reads lines of CSV; with `is_stream` as bytes of connections, else whole datagrams and messages."""

    def __init__(self, site: Site, sensors: Sequence[int], ledger: Ledger, is_stream: bool = False) -> None:
        super().__init__(site, sensors, ledger)
        self._is_stream = is_stream
        self._streams: Kept[str, CsvStream] = Kept(lambda: CsvStream(DETECTIONS), MOST_SOURCES)

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections of the lines that these bytes complete."""
        tables, errors = self._streams.of(source).feed(data, is_whole=not self._is_stream)
        for error in errors:
            self._error(error)
        for table in tables:
            yield from self._rows(table, received_ns)


class ParquetReader(_TableReader):
    """Reads whole files, one for each call."""

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections of a file."""
        try:
            table, _ = checked(read_parquet(io.BytesIO(data)), source, DETECTIONS)
        except DecodeError as error:
            self._error(error)
        except InvalidTable as error:
            self._error(DecodeError("table_damaged", str(error)))
        else:
            yield from self._rows(table, received_ns)


def _as_rows(detections: Detections) -> Iterator[Detection]:
    return map(Detection._make, zip(*(array.tolist() for array in detections.arrays().values()), strict=True))
