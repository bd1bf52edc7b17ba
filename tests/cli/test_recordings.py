"""`tocsin console` serves recordings and reports until it is told to stop."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import Call
from tests.recording.test_past import opened, recorded

from tocsin.recording.excerpt import packed

PROGRAM = (sys.executable, "-c", "from tocsin.cli.app import main; main()", "console")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    recorded(tmp_path / "night", rows_per_group=1000).__exit__(None, None, None)
    return tmp_path / "night"


@contextmanager
def served(path: Path) -> Iterator[httpx.Client]:
    """Until it is told to stop, which it does cleanly."""
    process = subprocess.Popen(
        [*PROGRAM, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None and process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
        assert found is not None and process.stdout.readline() == "READY\n"
        with httpx.Client(base_url=found.group()) as client:
            yield client
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (0, "")
    finally:
        process.kill()


def test_a_report_is_served_as_a_recording_and_nothing_can_be_done_about_it(
    recording: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report-A-1.zip"
    report.write_bytes(packed([opened(recording)], "A-1"))
    with served(report) as client:
        (info,) = client.get("/v1/recordings").json()
        assert (info["name"], info["trouble"], info["alerts"]) == ("report-A-1", None, 1)
        why = client.get("/v1/alerts/A-1/why?recording=report-A-1").json()
        assert [track["track_id"] for track in why["tracks"]] == ["T1", "T2"]
        assert client.get("/v1/console").json()["mode"] == "recording"
        assert client.put("/v1/zones", json={}).status_code == 409
        assert client.post("/v1/alerts/A-1/cancel", json={}).status_code == 409
        assert client.get("/v1/zones").json()["error"].startswith("no service runs here")
        bounds = client.get("/v1/coverage?recording=report-A-1", headers={"Origin": "http://elsewhere"})
        assert bounds.status_code == 403


def test_what_is_not_there_is_said(tocsin: Call, tmp_path: Path) -> None:
    outcome = tocsin("console", str(tmp_path / "none"))
    assert (outcome.code, "no such recording" in outcome.err) == (1, True)
