"""docs/connect-a-microphone.md as it stands: a real broker, the page's own commands, and what tocsin hears.

The broker listens on a loopback address of its own, which takes the place of `localhost` in the commands.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import CHECKOUT
from tests.test_docs import Command, as_pattern, blocks, commands

from tocsin.config.site import Site
from tocsin.config.toml import load
from tocsin.model.detections import HEARD, NOT_HEARD
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.node_reader import NodeReader

NODE = CHECKOUT / "examples" / "microphone_node.py"
PAGE = blocks((CHECKOUT / "docs" / "connect-a-microphone.md").read_text(encoding="utf-8"))
BLOCKS = list(PAGE)
COMMANDS = [command for block in BLOCKS if block.language == "console" for command in commands(block)]
QUIET_S, LOUD_S, RATE_HZ = 15, 5, 8_000

needs_paho = pytest.mark.skipif(importlib.util.find_spec("paho") is None, reason="needs paho-mqtt")
needs_mosquitto = pytest.mark.skipif(
    shutil.which("mosquitto") is None or shutil.which("mosquitto_sub") is None,
    reason="needs mosquitto and mosquitto-clients of Debian",
)


def command_of(beginning: str) -> list[Command]:
    return [command for command in COMMANDS if command.text.startswith(beginning)]


def sound() -> bytes:
    """A quiet meadow, then a propeller of 150 Hz with harmonics: 16 bits, one channel."""
    noise = np.random.default_rng(7).normal(0, 50, (QUIET_S + LOUD_S) * RATE_HZ)
    seconds = np.arange(LOUD_S * RATE_HZ) / RATE_HZ
    noise[QUIET_S * RATE_HZ :] += sum(2000 / k * np.sin(2 * np.pi * 150 * k * seconds) for k in range(1, 9))
    return noise.astype("<i2").tobytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a newcomer is: the examples, a recording, a microphone that hears it, all in a hurry."""
    (tmp_path / "examples").symlink_to(NODE.parent)
    with wave.open(str(tmp_path / "sound.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(sound())
    (tmp_path / "sitecustomize.py").write_text(
        "import time\nreal = time.sleep\ntime.sleep = lambda s: real(s / 100)\n"
    )
    (tmp_path / "sounddevice.py").write_text(
        "import time, wave\n"
        "class RawInputStream:\n"
        "    def __init__(self, rate, channels, dtype): assert (channels, dtype) == (1, 'int16')\n"
        "    def __enter__(self): self.file = wave.open('sound.wav'); return self\n"
        "    def read(self, frames): time.sleep(1); return self.file.readframes(8000), False\n"
    )
    return tmp_path


@dataclass
class Broker:
    """A mosquitto that only this test can reach."""

    host: str
    log: Path

    def wait_for(self, condition: Callable[[], bool]) -> None:
        for _ in range(500):
            if condition():
                return
            time.sleep(0.02)
        pytest.fail(f"the broker is not ready:\n{self.log.read_text()}")

    def answers(self) -> bool:
        try:
            socket.create_connection((self.host, 1883), timeout=1).close()
        except OSError:
            return False
        return True

    def has_subscriber(self) -> bool:
        return "SUBSCRIBE" in self.log.read_text()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    host = f"127.{64 | os.getpid() >> 8 & 63}.{os.getpid() & 255}.{1 + time.monotonic_ns() % 250}"
    started = Broker(host, tmp_path / "broker.log")
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener 1883 {host}\nallow_anonymous true\nlog_dest stderr\nlog_type all\n")
    with (
        started.log.open("w") as log,
        subprocess.Popen(["mosquitto", "-c", str(settings)], stderr=log) as process,
    ):
        started.wait_for(started.answers)
        yield started
        process.terminate()


def words(command: Command, broker: Broker) -> list[str]:
    found = shlex.split(command.text.replace("localhost", broker.host))
    return [sys.executable if found[0] == "python" else found[0], *found[1:]]


@needs_paho
@needs_mosquitto
@pytest.mark.parametrize("start", command_of("python "), ids=["microphone", "recording"])
def test_the_page_leads_from_nothing_to_heard(start: Command, folder: Path, broker: Broker) -> None:
    (look,) = command_of("mosquitto_sub ")
    awaited = QUIET_S - 10 + LOUD_S + 1  # one message a second after the first ten, and one status
    looking = [*words(look, broker), "-C", str(awaited), "-W", "20"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    with subprocess.Popen(looking, stdout=subprocess.PIPE, text=True) as watching:
        broker.wait_for(broker.has_subscriber)
        done = subprocess.run(
            words(start, broker), cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        printed = watching.communicate()[0]
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for shown in look.shown:
        assert re.search(as_pattern(shown), printed), f"{shown!r} is not in\n{printed}"
    assert what_tocsin_hears(printed, folder) == [NOT_HEARD] * (QUIET_S - 10) + [HEARD] * LOUD_S


def what_tocsin_hears(printed: str, folder: Path) -> list[int]:
    """The lines of mosquitto_sub through the page's site file."""
    (text,) = [block.text for block in BLOCKS if block.file == "site.toml"]
    (folder / "site.toml").write_text(text)
    site = load(folder / "site.toml", Site)
    ledger = Ledger(site)
    reader = NodeReader(site, None, ledger)
    rows = []
    for line in printed.splitlines():
        topic, _, payload = line.partition(" ")
        rows += list(reader.read(payload.encode(), time.time_ns(), topic))
    told = ledger.statuses[0].self_report
    assert told is not None and told.software == "microphone_node 1"
    assert not ledger.statuses[0].refused and not ledger.statuses[0].decode_errors
    assert all(abs(row.received_ns - row.time_ns) < 60e9 for row in rows)
    return [row.heard for row in rows]


def test_the_example_has_at_most_30_lines_and_needs_only_paho_and_numpy() -> None:
    text = NODE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 30
    imported = set(re.findall(r"^import (\w+)", text, re.M))
    assert imported - set(sys.stdlib_module_names) == {"numpy", "paho"}
