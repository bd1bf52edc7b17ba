"""A running service whose tracks go out: real bytes over real sockets, judged by peers."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from tests.brokers import HERE, free_port
from tests.cli.conftest import Call
from tests.cli.test_run import SITE, approaching, running
from tests.cli.test_run import free_port as free_udp_port
from tests.formats.asterix import tshark

from tocsin.formats.asterix import SystemTrack, decode_datagram
from tocsin.formats.cot import CotStream, decode_event

OUTPUTS = """
[[outputs]]
name = "centre"
to = "udp://127.0.0.1:{udp}"
system_area_code = 25
system_identification_code = 77
[[outputs]]
name = "callers"
to = "tcp-listen://127.0.0.1:{tcp}"
[[outputs]]
name = "map"
to = "file:{folder}/sky.geojson"
period_s = 2.0
[[outputs]]
name = "nobody"
to = "tcp://127.0.0.1:{nobody}"
"""


class Caller(Thread):
    """Takes all that a stream gives."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_connection((HERE, port), timeout=60.0)
        self.data = b""

    def run(self) -> None:
        with self.socket, suppress(ConnectionResetError):
            while data := self.socket.recv(4096):
                self.data += data


def wait_until_told(address: str) -> None:
    """Until every output that stands has told of the track three times."""
    for _ in range(300):
        reports = [one for one in httpx.get(f"{address}/v1/outputs").json() if one["is_open"]]
        features = httpx.get(f"{address}/v1/tracks.geojson").json()["features"]
        if features and len(reports) == 3 and all(_told_thrice(one) for one in reports):
            return
        time.sleep(0.2)
    pytest.fail(f"no track went out: {reports}")


def _told_thrice(report: dict[str, Any]) -> bool:
    is_map = report["format"] == "geojson"  # one message a picture, with or without tracks
    return int(report["messages"]) >= (1 if is_map else 3)


def received(receiver: socket.socket) -> list[bytes]:
    receiver.setblocking(False)
    datagrams = []
    while True:
        try:
            datagrams.append(receiver.recv(2000))
        except BlockingIOError:
            return datagrams


@pytest.mark.usefixtures("demo_run")  # the kernels are compiled then
def test_tracks_go_out_to_all_and_peers_read_them(tocsin: Call, tmp_path: Path) -> None:
    port, tcp, nobody = free_udp_port(), free_port(), free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as centre:
        centre.bind((HERE, 0))
        more = OUTPUTS.format(udp=centre.getsockname()[1], tcp=tcp, nobody=nobody, folder=tmp_path)
        with running(tmp_path, port, more) as (run, address):
            caller = Caller(tcp)
            caller.start()
            with approaching(port):
                wait_until_told(address)
                collection = httpx.get(f"{address}/v1/tracks.geojson")
                reports = {one["name"]: one for one in httpx.get(f"{address}/v1/outputs").json()}
                metrics = httpx.get(f"{address}/metrics").text
                shown = tocsin("outputs", "list", "--port", address.rpartition(":")[2])
                _end(run)
        datagrams = received(centre)
    caller.join(10.0)
    assert collection.headers["content-type"] == "application/geo+json"
    (feature,) = collection.json()["features"]
    check_asterix(datagrams, feature["geometry"]["coordinates"], tmp_path)
    check_cot(caller.data, feature["id"])
    (kept,) = json.loads((tmp_path / "sky.geojson").read_text())["features"]
    assert kept["id"] == feature["id"] and kept["properties"]["simulated"]
    assert {name: one["is_open"] for name, one in reports.items()} == {
        "centre": True, "callers": True, "map": True, "nobody": False
    }  # fmt: skip
    assert reports["callers"]["receivers"] == 1
    assert "failed" in reports["nobody"]["trouble"] and reports["nobody"]["dropped"]["overtaken"] > 0
    assert 'tocsin_output_open{output="nobody"} 0.0' in metrics
    assert shown.code == 0 and "broken" in shown.out and "tcp-listen" in shown.out
    events = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines() if line[:1] == "{"]
    told = {(one["output"], one.get("now") or "trouble") for one in events if one["event"] == "output"}
    assert told == {("centre", "open"), ("callers", "open"), ("map", "open"), ("nobody", "trouble")}


def check_asterix(datagrams: list[bytes], place: list[float], folder: Path) -> None:
    """A track with one number, new once, near where the API says; read by tshark without a complaint."""
    messages, errors = decode_datagram(b"".join(datagrams))
    tracks = [message for message in messages if isinstance(message, SystemTrack)]
    assert errors == [] and len(tracks) == len(messages) > 1
    assert {track.track_number for track in tracks} == {1}
    assert {track.is_simulated for track in tracks} == {True}  # as the radar said of its plots
    assert [track.is_first for track in tracks] == [True] + [False] * (len(tracks) - 1)
    times_s = [track.time_of_day_s or 0.0 for track in tracks]
    assert all(later - earlier > 0.5 for earlier, later in pairwise(times_s))
    layers = tshark.dissected(datagrams, folder / "tracks.pcap")
    latitude_deg = float(tshark.values(layers[-1], "asterix.062_105_LAT")[0])
    assert latitude_deg == pytest.approx(place[1], abs=0.001)
    assert set(tshark.values(layers[-1], "asterix.062_080_SIM")) == {"1"}


def check_cot(data: bytes, track_id: str) -> None:
    raw, errors = CotStream().feed(data)
    events = [decode_event(one) for one in raw]
    assert errors == [] and len(events) > 1
    assert {event.uid for event in events if event is not None} == {f"tocsin.{track_id}"}
    assert {event.is_simulated for event in events if event is not None} == {True}


def _end(run: subprocess.Popen[str]) -> None:
    run.terminate()
    assert run.wait(30) == 0


def test_outputs_of_a_site_file_are_listed_without_a_service(tocsin: Call, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE.format(port=1) + OUTPUTS.format(udp=2, tcp=3, nobody=4, folder="/srv"))
    rows = tocsin("outputs", "list", "--site", site, "--json").json
    assert [(row["name"], row["format"], row["period_s"]) for row in rows] == [
        ("centre", "cat062", 1.0), ("callers", "cot", 1.0), ("map", "geojson", 2.0), ("nobody", "cot", 1.0)
    ]  # fmt: skip
    assert "udp://127.0.0.1:2" in tocsin("outputs", "list", "--site", site).out
    site.write_text(SITE.format(port=1))
    assert "tracks go nowhere" in tocsin("outputs", "list", "--site", site).err


def test_an_output_that_can_not_be_is_refused_by_line(tocsin: Call, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE.format(port=1) + '[[outputs]]\nname = "x"\nto = "mqtt://broker"\n')
    outcome = tocsin("config", "check", site)
    assert outcome.code == 3
    assert "line 19: outputs.0.to: 'mqtt://broker' names no topic, as in mqtt://broker/air" in outcome.err


def test_what_is_probably_not_meant_is_remarked_on(tocsin: Call, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    output = '[[outputs]]\nname = "x"\nto = "mqtt://b/t"\npassword_file = "p"\nclasses = ["brid"]\n'
    site.write_text(SITE.format(port=1) + output)
    remarks = tocsin("config", "check", site, "--json").json["remarks"]
    assert any("'x' sends its password" in remark for remark in remarks)
    assert any("no class is called 'brid'" in remark and "bird" in remark for remark in remarks)
