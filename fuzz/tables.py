"""Coverage-guided fuzzing of live CSV: python fuzz/tables.py [libFuzzer options, as -max_total_time=60].

The first byte says whether the rest is a connection or a datagram. Anything that is raised, kept beyond its
bound, or given for a sensor that is not on this way in, is a finding.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["tocsin.formats.tables", "tocsin.sensors.table_reader"]):
    from tocsin.config.kinds import SensorKind
    from tocsin.config.site import Place, Sensor, Site
    from tocsin.formats.tables.csv_stream import LONGEST_LINE_BYTES
    from tocsin.sensors.ledger import Ledger
    from tocsin.sensors.rows import as_columns
    from tocsin.sensors.table_reader import CsvReader

from tocsin.model.validation import validate

SITE = Site(
    site=Place(name="Testfield", latitude_deg=-46.5, longitude_deg=-20.25),
    sensors=(Sensor(name="a", kind=SensorKind.RADAR), Sensor(name="b", kind=SensorKind.RADAR)),
)
NOW_NS = 1_767_225_600 * 10**9


def test_one_input(data: bytes) -> None:
    """Reads a connection in pieces whose size the second byte says, or a datagram."""
    is_stream, size, rest = bool(data[:1] and data[0] & 1), max(data[1:2], default=0) + 1, data[2:]
    reader = CsvReader(SITE, [0], Ledger(SITE), is_stream)
    pieces = [rest[start : start + size] for start in range(0, len(rest), size)] if is_stream else [rest]
    rows = [row for piece in pieces for row in reader.read(piece, NOW_NS)]
    assert all(row.sensor == 0 and row.received_ns == NOW_NS for row in rows)
    if rows:
        validate(as_columns(rows))
    assert len(reader._streams.of("")._kept) <= LONGEST_LINE_BYTES


def seeds() -> list[bytes]:
    """A small corpus: names and rows of every kind of column."""
    header = b"time_s,sensor,scan,range_m,azimuth_deg,heard,identity,own\n"
    row = b'1767225600.0,a,3,1e3,-5.5,true,"x, y",\n'
    other = b"1767225601,b,,nan,,0,,7\r\n"
    return [
        b"\1\x20" + header + row + other + row,
        b"\0\0" + header + row,
        b"\1\x40\xef\xbb\xbf" + header + other,
    ]


def main() -> None:
    """Fuzzes from a corpus in a folder of its own, until libFuzzer is told to stop."""
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds()):
            (Path(folder) / f"seed{number}").write_bytes(seed)
        atheris.Setup([sys.argv[0], folder, "-max_len=1024", *sys.argv[1:]], test_one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
