"""The service as people start it: a process, real sockets, an API, and a clean end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
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


@contextmanager
def approaching(port: int) -> Iterator[list[int]]:
    """An object at 20 m/s, seen at every turn of half a second, with rubbish between; gives the turns."""
    turns, is_over, start_s = [0], threading.Event(), time.time()

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not is_over.wait(0.5):
                now_s = time.time()
                seen = RadarPlot(
                    25, 201, time_of_day_s=now_s % 86_400, detection=DetectionType.PRIMARY,
                    range_m=5000.0 - 20.0 * (now_s - start_s), azimuth_rad=0.5,
                    is_simulated=True,
                )  # fmt: skip
                sender.sendto(encode_plots([seen]), ("127.0.0.1", port))
                sender.sendto(b"rubbish", ("127.0.0.1", port))
                turns[0] += 1

    sending = threading.Thread(target=send)
    sending.start()
    try:
        yield turns
    finally:
        is_over.set()
        sending.join()


def tracks_at(address: str) -> list[dict[str, Any]]:
    """The tracks, as soon as there are any."""
    patience = time.perf_counter() + _PATIENCE_S
    while not (tracks := httpx.get(f"{address}/v1/tracks").json()) and time.perf_counter() < patience:
        time.sleep(0.1)
    return list(tracks)


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
        with approaching(port) as sent:
            (track,) = tracks_at(address)
        turns = sent[0]
        assert track["existence"] > 0.5
        sensor = sensor_with(address, detections=turns)
        assert (sensor["name"], sensor["state"], sensor["detections"]) == ("north", "live", turns)
        assert sum(sensor["decode_errors"].values()) == turns
        metric = f'tocsin_sensor_detections_total{{sensor="north"}} {turns}.0'
        assert metric in httpx.get(f"{address}/metrics").text
        assert httpx.get(f"{address}/v1/health").json()["sensors"] == {"live": 1}
        run.send_signal(signal.SIGTERM)
        assert run.wait(30) == 0
    lines = [line for line in (tmp_path / "log").read_text().splitlines() if line.startswith("{")]
    assert {"event": "sensor", "sensor": "north", "was": "waiting", "now": "live"}.items() <= (
        json.loads(lines[0]).items()
    )
    night = tmp_path / "night"
    assert json.loads((night / "recording.json").read_text())["ended"] == "done"
    assert pyarrow.parquet.read_table(night / "detections.parquet").num_rows == turns
    assert pyarrow.parquet.read_table(night / "tracks.parquet").num_rows > 0


PEOPLE = """
[[sensors]]
name = "people"
kind = "sighting"
latitude_deg = -47.0
longitude_deg = -127.0
"""
SEEN = {
    "v": 1, "latitude_deg": -47.001, "longitude_deg": -127.0, "direction": "NE", "what": "drone",
    "sure": "likely",
}  # fmt: skip


@pytest.mark.usefixtures("demo_run")
def test_people_tell_a_running_service_what_they_saw(tocsin: Call, tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port, PEOPLE) as (run, address):
        own_port = address.rpartition(":")[2]
        say = ("sighting", "--at", "-47.001,-127.0", "--what", "drone", "--port", own_port)
        outcome = tocsin(*say, "--direction", 230, "--elevation", 20)
        assert (outcome.code, outcome.out) == (0, "taken, as a bearing of people\n"), outcome.err
        unsure = tocsin(*say, "--direction", "sw", "--sure", "unsure", "--json")
        assert unsure.json == {"sensor": "people", "used": False, "refused": "unsure"}
        assert httpx.post(f"{address}/v1/sightings", json=SEEN).status_code == 202
        assert refused(address) == [415, 415, 422, 413, 400, 405]
        people = until_detections(address, "people", 2)
        assert (people["state"], people["refused"]) == ("live", {"unsure": 1})
        run.send_signal(signal.SIGTERM)
        assert run.wait(30) == 0
    table = pyarrow.parquet.read_table(tmp_path / "night" / "detections.parquet")
    assert table["sensor"].to_pylist() == ["people"] * 2
    assert table["azimuth_deg"].to_pylist()[1] < 90 < table["azimuth_deg"].to_pylist()[0]
    assert set(table["latitude_deg"].to_pylist()) == {None}
    assert "-47.001" not in (tmp_path / "log").read_text()


def refused(address: str) -> list[int]:
    """What a page in somebody's browser could send, and what is no sighting."""
    where, text = f"{address}/v1/sightings", json.dumps(SEEN)
    as_json = {"Content-Type": "application/json"}
    return [
        httpx.post(where, data={"what": "drone"}).status_code,
        httpx.post(where, content=text, headers={"Content-Type": "text/plain"}).status_code,
        httpx.post(where, content=text.replace("NE", "up"), headers=as_json).status_code,
        httpx.post(where, content=text + " " * 5000, headers=as_json).status_code,
        httpx.post(where, content=text, headers={**as_json, "Host": "evil.example"}).status_code,
        httpx.options(where, headers={"Origin": "http://evil.example"}).status_code,
    ]


def until_detections(address: str, name: str, count: int) -> dict[str, Any]:
    """The report of one sensor, as soon as so many of its detections were used."""
    patience = time.perf_counter() + _PATIENCE_S
    while True:
        reports = {report["name"]: report for report in httpx.get(f"{address}/v1/sensors").json()}
        if reports.get(name, {}).get("detections", 0) >= count or time.perf_counter() > patience:
            return dict(reports[name])
        time.sleep(0.2)


@pytest.mark.usefixtures("demo_run")
def test_a_service_for_which_sightings_count_for_nobody_says_what_to_add(
    tocsin: Call, tmp_path: Path
) -> None:
    with running(tmp_path, free_port()) as (_, address):
        outcome = tocsin(
            "sighting", "--at", "-47,-127", "--direction", "N", "--what", "drone",
            "--port", address.rpartition(":")[2],
        )  # fmt: skip
    assert outcome.code == 1 and 'kind = "sighting"' in outcome.err


@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        (("--at", "here", "--direction", "N", "--what", "drone"), 2, "not two numbers"),
        (("--at", "-47,-127", "--direction", "up", "--what", "drone"), 1, "direction"),
        (("--at", "-47,-127", "--direction", "N", "--what", "ufo"), 1, "what"),
        (("--at", "-97,-127", "--direction", "N", "--what", "drone"), 1, "latitude_deg"),
        (("--at", "-47,-127", "--direction", "N", "--what", "drone", "--time", "noon"), 1, "time"),
    ],
)
def test_a_sighting_that_can_not_be_is_refused_before_anybody_is_asked(
    tocsin: Call, given: tuple[str, ...], code: int, told: str
) -> None:
    outcome = tocsin("sighting", *given, "--port", 1)
    assert outcome.code == code and told in outcome.err


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
    guarded = SITE.format(port=8600).replace("[[sensors]]", '[[sensors]]\nsenders = ["10.0.0.0/8"]')
    site.write_text(guarded)
    outcome = tocsin("sensors", "list", "--site", site, "--json")
    assert json.loads(outcome.out) == [
        {"name": "north", "kind": "radar", "input": "udp://127.0.0.1:8600", "format": "asterix",
         "period_s": 0.5, "protected_by": ["senders 10.0.0.0/8"]}
    ]  # fmt: skip
