"""A running service keeps what came until it was stopped, and follows time where nothing comes."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from structlog.testing import capture_logs
from tests.sensors.live.test_ways_in import HERE, free_port
from tests.sensors.made import radar, site

from tocsin.config.recording import Kept
from tocsin.config.site import Service, Site
from tocsin.formats.asterix import DetectionType, RadarPlot, encode_plots
from tocsin.model.detections import Detection
from tocsin.recording.recording import Recording
from tocsin.runtime.live_service import LiveService
from tocsin.runtime.operators import add_operator
from tocsin.runtime.summary import RunSummary
from tocsin.sensors.radar_reader import RadarReader

PERIOD_S = 0.2


def a_site(port: int) -> Site:
    fast = {"input": f"udp://{HERE}:{port}", "period_s": PERIOD_S}
    known = site(radar("north", (20, 2)).model_copy(update=fast))
    return known.model_copy(update={"service": Service(port=0)})


def send(port: int) -> None:
    """A plot that is measured now."""
    seen = RadarPlot(
        20, 2, time_of_day_s=time.time() % 86_400, detection=DetectionType.PRIMARY, range_m=5000.0,
        azimuth_rad=0.5,
    )  # fmt: skip
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(encode_plots([seen]), (HERE, port))


def run(folder: Path, meanwhile: Callable[[LiveService, int], None]) -> RunSummary:
    """A service that runs until what happens beside it is over."""
    port = free_port(socket.SOCK_DGRAM)
    service = LiveService(a_site(port), folder / "out")

    def beside() -> None:
        try:
            meanwhile(service, port)
        finally:
            service.stop()

    return service.run(lambda _: threading.Thread(target=beside).start())


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20.0
    while not holds():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.01)


def column(folder: Path, table: str, name: str) -> list[float]:
    values: list[float] = pyarrow.parquet.read_table(folder / "out" / f"{table}.parquet")[name].to_pylist()
    return values


def test_what_came_last_and_turns_that_are_not_over_are_in_the_recording(tmp_path: Path) -> None:
    turns = 10

    def meanwhile(service: LiveService, port: int) -> None:
        for _ in range(turns):
            send(port)
            time.sleep(PERIOD_S)
        wait_until(lambda: any(report.messages == turns for report in service.state.reports))
        send(port)

    assert run(tmp_path, meanwhile).detections == turns + 1
    measured_s = column(tmp_path, "detections", "time_s")
    assert len(measured_s) == turns + 1
    assert max(column(tmp_path, "tracks", "time_s")) >= max(measured_s)
    # Also the last one was used, which nothing came after.
    assert max(column(tmp_path, "associations", "detection")) == turns


def test_looks_that_bring_nothing_are_looks_too(tmp_path: Path) -> None:
    pictures: list[int] = []

    def meanwhile(service: LiveService, port: int) -> None:
        send(port)
        wait_until(lambda: service.state.detections == 1)
        pictures.append(service.state.pictures)
        wait_until(lambda: service.state.pictures >= pictures[0] + 5)

    run(tmp_path, meanwhile)


def test_a_defect_of_a_way_in_ends_the_service_and_is_not_kept_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of the test")

    monkeypatch.setattr("tocsin.sensors.live.ways.receive_datagrams", broken)
    with pytest.raises(ExceptionGroup) as caught:
        LiveService(a_site(free_port(socket.SOCK_DGRAM)), tmp_path / "out").run(lambda _: None)
    assert caught.group_contains(ZeroDivisionError)


def test_the_log_says_who_may_do_nothing_for_the_site_file_lacks_the_unit(tmp_path: Path) -> None:
    add_operator(tmp_path / "operators.json", "anna", "moon")
    with capture_logs() as lines:
        run(tmp_path, lambda _service, _port: None)
    (told,) = [line["trouble"] for line in lines if line["event"] == "operators"]
    assert told.startswith("operator 'anna' is of unit 'moon', which the site file does not have")


def test_parts_hold_together_all_that_one_recording_would(tmp_path: Path) -> None:
    port, sent = free_port(socket.SOCK_DGRAM), 0
    known = a_site(port).model_copy(update={"recording": Kept(part_hours=0.5 / 3600.0)})
    service = LiveService(known, tmp_path)

    def beside() -> None:
        nonlocal sent
        while len(service._series.directories) < 3 or sent < 5:
            send(port)
            sent += 1
            time.sleep(PERIOD_S)
        service.stop()

    summary = service.run(lambda _: threading.Thread(target=beside).start())
    parts = [Recording(path) for path in sorted(tmp_path.iterdir())]
    counts = [part.detections().num_rows for part in parts]
    assert len(parts) >= 3 and sum(counts) == summary.detections == sent
    markers = [json.loads((part.directory / "recording.json").read_bytes()) for part in parts]
    assert [marker.get("first_detection", 0) for marker in markers] == [
        sum(counts[:k]) for k in range(len(counts))
    ]
    assert parts[-1].metrics()["run"]["detections"] == sent


def test_a_line_that_is_far_behind_stops_in_time_and_says_what_it_did_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.runtime.live_service._LONGEST_STOP_S", 0.1)
    use = RadarReader.use

    all_came = threading.Event()

    def slowly(self: RadarReader, *arguments: Any) -> Iterator[Detection]:
        all_came.wait(20.0)
        time.sleep(0.02)
        return use(self, *arguments)

    monkeypatch.setattr(RadarReader, "use", slowly)
    sent = 200

    def meanwhile(service: LiveService, port: int) -> None:
        for _ in range(sent):
            send(port)
        wait_until(lambda: sum(channel.inbox.arrivals for channel in service._source.channels) == sent)
        all_came.set()

    summary = run(tmp_path, meanwhile)
    (note,) = summary.notes
    left = int(note.split()[0])
    assert sum(status.messages for status in summary.statuses) == sent - left and left > 100
