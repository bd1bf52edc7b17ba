"""The service as people start it: a process, real sockets, an API, and a clean end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet
import pytest
from tests.cli.conftest import Call

from tocsin.formats.asterix import DetectionType, RadarPlot, encode_plots

SITE = """
[site]
name = "Meadow"
latitude_deg = -47.0
longitude_deg = -127.0
[service]
port = 0
[[sensors]]
name = "north"
kind = "radar"
latitude_deg = -47.0
longitude_deg = -127.0
period_s = 0.5
input = "udp://127.0.0.1:{port}"
system_area_code = 25
system_identification_code = 201
"""
PROGRAM = (sys.executable, "-c", "from tocsin.cli.app import main; main()")
_PATIENCE_S = 120.0


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(folder: Path, port: int, more: str = "") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A service that said READY, and where its API is; `more` goes into its site file."""
    site = folder / "site.toml"
    site.write_text(SITE.format(port=port) + more)
    command = [*PROGRAM, "run", "--site", str(site), "--out", str(folder / "night"), "--log", "json"]
    environment = {**os.environ, "XDG_DATA_HOME": str(folder)}
    with (folder / "log").open("w+") as log, subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=log, env=environment, text=True
    ) as run:  # fmt: skip
        try:
            assert run.stdout is not None
            assert run.stdout.readline() == "READY\n", (folder / "log").read_text()
            found = re.search(r"127\.0\.0\.1:\d+", (folder / "log").read_text())
            assert found is not None
            yield run, f"http://{found.group()}"
        finally:
            if run.poll() is None:
                run.kill()


def send_turns(port: int, turns: int, first: int = 0) -> None:
    """One approaching object, seen at every turn of half a second."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for turn in range(first, first + turns):
            seen = RadarPlot(
                25, 201, time_of_day_s=time.time() % 86_400, detection=DetectionType.PRIMARY,
                range_m=5000.0 - 10.0 * turn, azimuth_rad=0.5,
            )  # fmt: skip
            sender.sendto(encode_plots([seen]), ("127.0.0.1", port))
            sender.sendto(b"rubbish", ("127.0.0.1", port))
            time.sleep(0.5)


def sensor_with(address: str, detections: int) -> dict[str, Any]:
    """The report of the only sensor, as soon as so many of its detections were used."""
    patience = time.perf_counter() + _PATIENCE_S
    while True:
        (sensor,) = httpx.get(f"{address}/v1/sensors").json() or [{"detections": 0}]
        if sensor["detections"] >= detections or time.perf_counter() > patience:
            return dict(sensor)
        time.sleep(0.2)


@pytest.mark.usefixtures("demo_run")  # the kernels are compiled then
def test_a_service_tracks_tells_how_its_sensors_do_and_ends_whole(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as (run, address):
        send_turns(port, 8)
        sensor = sensor_with(address, detections=8)
        assert (sensor["name"], sensor["state"], sensor["detections"]) == ("north", "live", 8)
        assert sum(sensor["decode_errors"].values()) == 8
        (track,) = httpx.get(f"{address}/v1/tracks").json()
        assert track["existence"] > 0.9
        assert 'tocsin_sensor_detections_total{sensor="north"} 8.0' in httpx.get(f"{address}/metrics").text
        assert httpx.get(f"{address}/v1/health").json()["sensors"] == {"live": 1}
        run.send_signal(signal.SIGTERM)
        assert run.wait(30) == 0
    lines = [line for line in (tmp_path / "log").read_text().splitlines() if line.startswith("{")]
    assert {"event": "sensor", "sensor": "north", "was": "waiting", "now": "live"}.items() <= (
        json.loads(lines[0]).items()
    )
    night = tmp_path / "night"
    assert json.loads((night / "recording.json").read_text())["ended"] == "done"
    assert pyarrow.parquet.read_table(night / "detections.parquet").num_rows == 8
    assert pyarrow.parquet.read_table(night / "tracks.parquet").num_rows > 0


def test_a_site_without_inputs_is_refused_before_any_work(tocsin: Call, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE.replace("input =", "#input ="))
    outcome = tocsin("run", "--site", site)
    assert outcome.code == 3
    assert "no sensor has an input" in outcome.err and 'input = "udp://0.0.0.0:8600"' in outcome.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("8600", "should begin with one of udp, tcp"),
        ("udp://:8600", "names no machine"),
        ("udp://0.0.0.0", "names no port"),
        ("mqtt://user:secret@broker/topic", "password_file"),
        ("mqtt://broker", "names no topic"),  # of a radar
        ("udp://0.0.0.0:99999", "no address"),
    ],
)
def test_an_input_that_can_not_be_is_refused_with_what_would_be_right(
    tocsin: Call, tmp_path: Path, text: str, told: str
) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE.format(port=1).replace("udp://127.0.0.1:1", text))
    outcome = tocsin("config", "check", site)
    assert outcome.code == 3 and told in outcome.err


def test_who_asks_a_service_that_does_not_run_is_told_how_to_start_one(tocsin: Call) -> None:
    outcome = tocsin("sensors", "watch", "--port", free_port())
    assert outcome.code == 1 and "tocsin run --site SITE" in outcome.err


def test_sensors_of_a_site_file_are_listed_without_a_service(tocsin: Call, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE.format(port=8600))
    outcome = tocsin("sensors", "list", "--site", site, "--json")
    assert json.loads(outcome.out) == [
        {"name": "north", "kind": "radar", "input": "udp://127.0.0.1:8600", "format": "asterix",
         "period_s": 0.5}
    ]  # fmt: skip
