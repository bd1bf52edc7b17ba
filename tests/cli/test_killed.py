"""A running service that is killed (SIGKILL): the broker tells of it, and its recording is made whole."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import httpx
import pytest
from benchmarks.gone import Wills
from tests.brokers import HERE, broker, free_port, needs_mosquitto
from tests.cli.conftest import Call
from tests.cli.test_run import free_port as free_udp_port
from tests.cli.test_run import running

SIRENS = """
[[receivers]]
name = "sirens"
to = "mqtt://{here}:{port}/alerts"
"""


@needs_mosquitto
@pytest.mark.usefixtures("demo_run")  # the kernels are compiled then
def test_a_killed_service_is_told_of_and_leaves_a_recording_that_can_be_recovered(
    tocsin: Call, tmp_path: Path
) -> None:
    port = free_port()
    (tmp_path / "broker").mkdir()
    more = SIRENS.format(here=HERE, port=port)
    with broker(tmp_path / "broker", port), running(tmp_path, free_udp_port(), more) as (run, address):
        with Wills(port) as wills:
            assert wills.wait_for(alive=True)
            run.send_signal(signal.SIGKILL)
            assert wills.wait_for(alive=False)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/v1/alerts.atom")
    for path in (tmp_path / "night").glob("*.arrows"):
        os.utime(path, (0, 0))
    recovered = tocsin("recover", tmp_path / "night", "--json").json["recovered"]
    assert recovered[str(tmp_path / "night")]["detections"] == 0
