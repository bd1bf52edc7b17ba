"""Coverage-guided fuzzing of live CSV: python fuzz/tables.py (options: harness.py).

The first byte says whether the rest is a connection or a datagram. Anything that is raised, kept beyond its
bound, or given for a sensor that is not on this way in, is a finding.
"""

from __future__ import annotations

import atheris
from harness import fuzz, pieces

with atheris.instrument_imports(include=["tocsin"]):
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
    choice, rest = max(data[:1], default=0), data[2:]
    is_stream = bool(choice & 1)
    reader = CsvReader(SITE, [0], Ledger(SITE), is_stream)
    reads = pieces(rest, max(data[1:2], default=0)) if is_stream else [rest]
    rows = [row for piece in reads for row in reader.read(piece, NOW_NS)]
    assert all(row.sensor == 0 and row.received_ns == NOW_NS for row in rows)
    if rows and choice & 2:  # the door for detections takes most of the time, and has tests of its own
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
        b"\3\x40\xef\xbb\xbf" + header + other,
    ]


if __name__ == "__main__":
    fuzz(test_one_input, seeds(), most_bytes=256)
