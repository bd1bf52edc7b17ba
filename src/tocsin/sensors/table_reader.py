"""Rows of the contract's table of detections, as they come, to detections: CSV lines and Parquet files.

A row names its sensor itself, so that several share a way in. What comes live is received now: a column
`received_s` is not used.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from typing import Any

from tocsin.config.site import Site
from tocsin.errors import DecodeError, InvalidTable
from tocsin.formats.tables import CsvStream, checked, columns_of, read_parquet, to_detections
from tocsin.model.detections import Detection, Detections
from tocsin.model.tables import DETECTIONS
from tocsin.model.validation import UNKNOWN_SENSOR
from tocsin.sensors.kept import MOST_SOURCES, Kept
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.node_reader import UNKNOWN_SENSOR as SENSOR_UNKNOWN
from tocsin.sensors.rows import BLANK


class _TableReader:
    """What can't be read is counted for the only sensor of the way in; where there are several, for none."""

    def __init__(self, site: Site, sensors: Sequence[int], ledger: Ledger) -> None:
        self._ledger = ledger
        self._one = sensors[0] if len(sensors) == 1 else None
        self._numbers = {site.sensors[number].name: number for number in sensors}

    def _error(self, error: DecodeError) -> None:
        self._ledger.error(self._one, error)

    def _count(self, sensor: int | None, received_ns: int) -> None:
        """One row, of a sensor on this way in or of a stranger."""
        self._ledger.message(sensor, received_ns)
        if sensor is None:
            self._ledger.refuse(None, SENSOR_UNKNOWN)
        else:
            self._ledger.decoded["Detection"] += 1


class CsvReader(_TableReader):
    """Reads lines of CSV; with `is_stream` as bytes of connections, else whole datagrams and messages."""

    def __init__(self, site: Site, sensors: Sequence[int], ledger: Ledger, is_stream: bool = False) -> None:
        super().__init__(site, sensors, ledger)
        self._is_stream = is_stream
        self._streams: Kept[str, CsvStream] = Kept(lambda: CsvStream(DETECTIONS), MOST_SOURCES)
        self._ranging: set[int] = set()

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:
        """The detections of the lines that these bytes complete."""
        rows, errors = self._streams.of(source).feed(data, is_whole=not self._is_stream)
        for error in errors:
            self._error(error)
        for row in rows:
            sensor = self._numbers.get(str(row.get("sensor", "")))
            self._count(sensor, received_ns)
            if sensor is not None:
                columns = {**columns_of(row), "sensor": sensor, "received_ns": received_ns}
                self._mark_lost_range(columns, sensor)
                yield BLANK._replace(**columns)

    def forget(self, source: str) -> None:
        """The connection is closed: drops and counts what it left unfinished."""
        stream = self._streams.forget(source)
        if stream is not None and (unfinished := stream.end()) is not None:
            self._error(unfinished)

    def _mark_lost_range(self, columns: dict[str, Any], sensor: int) -> None:
        """A plot of a sensor that gives ranges and lost this one must not go on as a bearing."""
        range_m = columns.get("range_m")
        if range_m is not None and math.isfinite(range_m):
            self._ranging.add(sensor)
        elif range_m is not None and math.isnan(range_m) and sensor in self._ranging:
            columns["range_m"] = math.inf


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
            numbers = list(self._numbers.values())
            for row in _as_rows(to_detections(table, list(self._numbers))):
                sensor = None if row.sensor == UNKNOWN_SENSOR else numbers[row.sensor]
                self._count(sensor, received_ns)
                if sensor is not None:
                    yield row._replace(sensor=sensor, received_ns=received_ns)


def _as_rows(detections: Detections) -> Iterator[Detection]:
    return map(Detection._make, zip(*(array.tolist() for array in detections.arrays().values()), strict=True))
