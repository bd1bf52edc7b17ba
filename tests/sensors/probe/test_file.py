"""What a file holds: captures sorted by port, bytes of one line, and what is neither."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.sensors.made import at, plot, radar_blocks, radar_frame, write_radar
from tests.sensors.probe.test_address import AIRCRAFT, AVR, BEAST, ESP32, EVENT, ROWS, site_with

from tocsin.errors import UnusableFile
from tocsin.sensors.probe import probe_file


@pytest.mark.parametrize(
    ("data", "spoken"),
    [
        (radar_blocks(plot(1.0)) * 3, "asterix"),
        (BEAST * 5, "beast"),
        (AVR.replace(b"\n", b"\r\n"), "avr"),
        (AIRCRAFT, "aircraft_json"),
        (ESP32 * 2, "remote_id_json"),
        (ROWS, "csv"),
        (b'<?xml version="1.0"?>\n' + EVENT * 4, "cot"),
    ],
)
def test_bytes_of_one_line_are_recognised_by_what_they_are(data: bytes, spoken: str, tmp_path: Path) -> None:
    path = tmp_path / "unknown"
    path.write_bytes(data)
    (group,) = probe_file(path).groups
    assert group.best is not None and group.best.format == spoken
    assert len(site_with(group.block).sensors) == 1


@pytest.mark.parametrize("data", [b"", b"\n", b"time,place\n1,2\n", bytes(5000), b"\x1a" * 900, b"{" * 900])
def test_a_file_of_something_else_stays_unknown(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "unknown"
    path.write_bytes(data)
    (group,) = probe_file(path).groups
    assert group.best is None and group.block == ""


def test_of_tables_each_sensor_is_told_with_what_it_measures(tmp_path: Path) -> None:
    path = tmp_path / "night.parquet"
    columns = {"time_s": [1.0, 1.0, 2.0], "sensor": ["r", "m", "r"], "range_m": [5.0, None, 6.0],
               "azimuth_deg": [1.0, None, 2.0], "heard": [None, True, None]}  # fmt: skip
    pq.write_table(pa.table(columns), path)
    (group,) = probe_file(path).groups
    assert group.best is not None and group.best.format == "parquet"
    assert group.best.evidence == {"name": {"r": 2, "m": 1}}
    sensors = site_with(group.block).sensors
    assert [(sensor.name, sensor.kind) for sensor in sensors] == [("m", "microphone"), ("r", "radar")]
    assert sensors[0].input == f"file://{tmp_path}/"


def test_a_capture_is_sorted_by_port(tmp_path: Path) -> None:
    path = write_radar(tmp_path / "x.pcap", [(at(k), radar_frame(plot(k))) for k in range(5)])
    found = probe_file(path)
    (group,) = found.groups
    assert group.best is not None and group.best.decoded == {"PlacedPlot": 5}
    assert group.seconds == pytest.approx(4.0) and group.name.startswith("udp://")


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="no such file"):
        probe_file(tmp_path / "none")


def test_the_real_radars_are_told_by_port_with_who_comes_twice(shared_path: Callable[[str], Path]) -> None:
    found = probe_file(shared_path("recordings/asterix_cat034_048.pcap"))
    assert {group.best and group.best.format for group in found.groups} == {"asterix"}
    assert sum(group.best.decoded["PlacedPlot"] for group in found.groups if group.best) == 128
    for group in found.groups:
        assert site_with(group.block).sensors[0].input == group.name and group.name.startswith("udp://232.")
    assert any("radar-25-12 comes over udp://232.1.1.12:21112 and" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    "name", ["remote_id_parrot_anafi.pcapng", "remote_id_wifi_beacon.pcap", "remote_id_bluetooth5.pcapng"]
)
def test_real_remote_id_is_recognised_and_nobody_is_named(
    shared_path: Callable[[str], Path], name: str
) -> None:
    (group,) = probe_file(shared_path(f"recordings/{name}")).groups
    assert group.best is not None and group.best.format == "remote_id" and group.best.decoded["Location"]
    assert group.best.evidence == {"seen": {"transmitters": group.senders}}
    assert site_with(group.block).sensors[0].input == "capture"
