"""Whether bytes are the contract's table of detections, as CSV or Parquet."""

from __future__ import annotations

import io
from collections import Counter

import pyarrow.compute as pc

from tocsin.config.inputs import InputFormat
from tocsin.config.kinds import SensorKind
from tocsin.errors import DecodeError, InvalidTable
from tocsin.formats.tables import CsvStream, checked, read_parquet
from tocsin.model.tables import DETECTIONS
from tocsin.sensors.probe.finding import Finding, Material

_KIND_BY_COLUMN = {
    "range_m": SensorKind.RADAR, "latitude_deg": SensorKind.TRACKS, "heard": SensorKind.MICROPHONE,
    "azimuth_deg": SensorKind.DIRECTION_FINDER,
}  # fmt: skip
"""What a sensor mostly is that gives such a value; the first that it gives counts."""


def look_for_csv(material: Material) -> Finding:
    """Each line of each source is a row, after one with the names of the columns."""
    finding, names = Finding(InputFormat.CSV), _Names()
    for pieces in material.by_source().values():
        stream = CsvStream(DETECTIONS)
        for data in [b"".join(pieces)] if material.is_stream else pieces:
            rows, errors = stream.feed(data, is_whole=True)
            finding.undecodable.update(error.kind for error in errors)
            finding.decoded["Detection"] += len(rows)
            for row in rows:
                names.add(str(row.get("sensor", "")), 1, set(row))
            if rows:
                finding.explained_bytes += len(data) * len(rows) // (len(rows) + len(errors))
    return names.told_in(finding)


def look_for_parquet(material: Material) -> Finding:
    """All bytes are one file."""
    finding, names = Finding(InputFormat.PARQUET), _Names()
    for data in material.wholes():
        try:
            table, _ = checked(read_parquet(io.BytesIO(data)), "", DETECTIONS)
        except (DecodeError, InvalidTable):
            finding.undecodable["table_damaged"] += 1
            continue
        finding.explained_bytes += len(data)
        finding.decoded["Detection"] += table.num_rows
        for name in pc.unique(table["sensor"]).to_pylist():
            rows = table.filter(pc.equal(table["sensor"], name or ""))
            given = {column for column in _KIND_BY_COLUMN if rows[column].null_count < rows.num_rows}
            names.add(name or "", rows.num_rows, given)
    return names.told_in(finding)


class _Names:
    """The sensors that rows name, and what each gives."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._given: dict[str, set[str]] = {}

    def add(self, name: str, rows: int, given: set[str]) -> None:
        """So many rows of a sensor, with these columns filled in."""
        self._rows[name] += rows
        self._given.setdefault(name, set()).update(given)

    def told_in(self, finding: Finding) -> Finding:
        """The finding with names and sensors."""
        finding.note("name", self._rows)
        finding.sensors = [
            {"name": name, "kind": kind.value, "format": finding.format}
            for name, given in sorted(self._given.items())
            if (kind := next((k for column, k in _KIND_BY_COLUMN.items() if column in given), None))
        ]
        return finding
