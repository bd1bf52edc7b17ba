"""Live rows of tables: each for the sensor that it names, dated by itself, received now."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from tests.sensors.made import START_NS, radar, site

from tocsin.recording.detections_file import read_detections
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.rows import Rows
from tocsin.sensors.table_reader import CsvReader, ParquetReader

START_S = START_NS / 1e9
KNOWN = site(radar("one", (20, 2)), radar("other", (20, 3)), radar("third", (20, 4)))
LINES = (
    "time_s,received_s,sensor,range_m,azimuth_deg,identity\n"
    f"{START_S - 1},1,other,3000,10.5,\n"
    f"{START_S - 0.5},,one,,,x\n"
    f"{START_S - 2},,nobody,1,1,\n"
    f"{START_S - 60},,one,1,1,\n"
    f"{START_S - 0.25},,third,1000,20,y\n"
).encode()


def test_rows_are_counted_for_the_sensors_that_they_name_and_for_no_other() -> None:
    ledger = Ledger(KNOWN)
    rows = Rows(ledger)
    list(rows.add(CsvReader(KNOWN, [0, 1], ledger).read(LINES, START_NS, "10.0.0.1:9")))
    (batch,) = rows.flush()
    assert batch.sensor.tolist() == [1] and batch.received_ns.tolist() == [START_NS]
    assert batch.time_ns.tolist() == [START_NS - 1_000_000_000]
    assert ledger.statuses[0].refused == {"nothing_measured": 1, "received_too_late": 1}
    assert (ledger.statuses[0].messages, ledger.statuses[1].messages) == (2, 1)
    assert ledger.unassigned.refused == {"unknown_sensor": 2}  # the third is not on this way in


def test_lines_and_files_live_are_read_as_track_reads_them(tmp_path) -> None:
    lines = LINES.replace(b",1,other", b",,other")
    path = tmp_path / "detections.csv"
    path.write_bytes(lines)
    filed = read_detections(path, KNOWN.sensor_names).detections
    buffer = io.BytesIO()
    pq.write_table(pa.csv.read_csv(io.BytesIO(lines)), buffer)
    for reader, data in (
        (CsvReader(KNOWN, [0, 1, 2], Ledger(KNOWN), is_stream=True), lines),
        (ParquetReader(KNOWN, [0, 1, 2], Ledger(KNOWN)), buffer.getvalue()),
    ):
        found = {row.time_ns: row for row in reader.read(data, START_NS, "x")}
        for k in range(len(filed)):
            wanted, live = filed.row(k), found[int(filed.time_ns[k])]
            for name in ("sensor", "range_m", "azimuth_rad", "identity", "scan", "heard", "latitude_rad"):
                np.testing.assert_equal(getattr(live, name), getattr(wanted, name))


def test_what_can_not_be_read_is_the_only_sensors_or_nobodys() -> None:
    for sensors, wanted in (([1], [0, 1, 0]), ([0, 1], [0, 0, 1])):
        ledger = Ledger(KNOWN)
        assert list(CsvReader(KNOWN, sensors, ledger).read(b"1,other,2\n", START_NS)) == []
        statuses = [*ledger.statuses[:2], ledger.unassigned]
        assert [status.decode_errors["csv_header_missing"] for status in statuses] == wanted
        assert list(ParquetReader(KNOWN, sensors, ledger).read(b"PAR1", START_NS)) == []
        assert [status.decode_errors["parquet_damaged"] for status in statuses] == wanted
