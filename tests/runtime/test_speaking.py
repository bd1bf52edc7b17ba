"""Simulated sensors that speak, heard through real sockets and a real broker as `tocsin run` hears them."""

from __future__ import annotations

import asyncio
import re
import shutil
import threading
from pathlib import Path

import pytest
from tests.brokers import broker
from tests.sensors.live.test_ways_in import free_port

from tocsin.clock import WallClock
from tocsin.config.inputs import parse_input
from tocsin.config.site import Sensor
from tocsin.errors import InvalidInput
from tocsin.recording.recording import Recording
from tocsin.runtime.speaking import SpeechSummary, speak_scenario
from tocsin.runtime.speaking.addresses import allowed_host
from tocsin.sensors.live.source import LiveSource
from tocsin.simulation import load_scenario
from tocsin.simulation.library import scenario_text

HERE = "127.0.0.1"
_PATIENCE_S = 30.0


def short_scenario(folder: Path) -> Path:
    """All sensors for five seconds in which all flies, on ports that are free."""
    text = re.sub(r"(?m)^duration_s = .*$", "duration_s = 5.0", scenario_text("all-sensors"))
    text = re.sub(r"(?m)^start_s = .*$", "start_s = [0.0, 0.0]", text)
    ports = {port: str(free_port()) for port in set(re.findall(rf"(?<={HERE}:)\d+", text))}
    text = re.sub(rf"(?<={HERE}:)\d+", lambda found: ports[found[0]], text)
    path = folder / "short.toml"
    path.write_text(text, encoding="utf-8")
    return path


async def heard_while(source: LiveSource, speaking: threading.Thread, clock: WallClock) -> dict[str, int]:
    """Detections by sensor until a while after the speaking ended."""
    receiving = asyncio.create_task(source.receive(lambda _channel: None))
    await source.settle(2.0)
    speaking.start()
    counts: dict[str, int] = {}
    left = 20
    while left > 0:
        await asyncio.sleep(0.1)
        left -= not speaking.is_alive()
        for batch in source.batches(clock.now_ns()):
            for number in batch.sensor.tolist():
                name = source.statuses[number].name
                counts[name] = counts.get(name, 0) + 1
    receiving.cancel()
    await asyncio.gather(receiving, return_exceptions=True)
    return counts


@pytest.mark.skipif(shutil.which("mosquitto") is None, reason="needs mosquitto, an MQTT broker")
def test_every_sensor_is_heard_in_its_own_standard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = short_scenario(tmp_path)
    site = load_scenario(path).site
    said: list[SpeechSummary] = []
    out = tmp_path / "out"
    speaking = threading.Thread(target=lambda: said.append(speak_scenario(str(path), 1, out=out)))
    clock = WallClock()
    source = LiveSource(site, clock)
    node = site.sensors[site.sensor_names.index("Ear 1")].live_input
    assert node is not None
    with broker(tmp_path, node[0].port):
        counts = asyncio.run(asyncio.wait_for(heard_while(source, speaking, clock), _PATIENCE_S))
    spoken = {sensor.name: sensor for sensor in said[0].sensors}
    silent = {name for name, sensor in spoken.items() if not sensor.messages}
    assert silent <= {"Harbour watch"}
    # Of a direction finder nothing is used before it has shown to fly, and the scene is short.
    messages = {status.name: status.messages for status in source.statuses}
    assert messages["Direction finder 1"] > 0
    expected = {"Hill radar", "Ear 1", "Remote ID receiver west",
                "Remote ID receiver east", "ADS-B by Beast", "ADS-B by AVR", "ADS-B by aircraft.json",
                "ADS-B by ASTERIX", "Northern centre", "Southern network"}  # fmt: skip
    assert expected <= set(counts)
    assert not any(status.decode_errors for status in (*source.statuses, source.unassigned))
    truth = Recording(out).truth()
    assert abs(int(truth.time_ns[0]) - round(said[0].start_s * 1e9)) <= 1000


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("udp://0.0.0.0:8600", HERE),
        ("udp://[::]:8600", "::1"),
        ("udp://localhost:8600", "localhost"),
        ("udp://239.1.1.1:8600", "239.1.1.1"),
        ("udp://127.5.5.5:8600", "127.5.5.5"),
    ],
)
def test_what_listens_here_is_spoken_to(address: str, host: str) -> None:
    sensor = Sensor.model_validate({"name": "radar", "kind": "radar", "input": address})
    assert allowed_host(sensor, parse_input(address), to_network=False) == host


@pytest.mark.parametrize("address", ["udp://192.0.2.7:8600", "udp://no-such-host.invalid:8600"])
def test_other_machines_are_spoken_to_only_if_one_asks(address: str) -> None:
    sensor = Sensor.model_validate({"name": "far radar", "kind": "radar", "input": address})
    way = parse_input(address)
    with pytest.raises(InvalidInput, match=r"'far radar'.*--to-network"):
        allowed_host(sensor, way, to_network=False)
    assert allowed_host(sensor, way, to_network=True) == way.host


def test_a_broker_that_is_not_there_is_named_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"mqtt://127\.0\.0\.1:\d+"):
        speak_scenario(str(short_scenario(tmp_path)), 1)
