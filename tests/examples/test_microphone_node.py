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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

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
QUIET_S, LOUD_S = 15, 5  # of make_sound.py

needs_paho = pytest.mark.skipif(importlib.util.find_spec("paho") is None, reason="needs paho-mqtt")
needs_mosquitto = pytest.mark.skipif(
    shutil.which("mosquitto") is None or shutil.which("mosquitto_sub") is None,
    reason="needs mosquitto and mosquitto-clients of Debian",
)


def command_of(beginning: str) -> list[Command]:
    return [command for command in COMMANDS if command.text.startswith(beginning)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a newcomer is: the examples, a recording, a microphone that hears it, all in a hurry."""
    (tmp_path / "examples").symlink_to(NODE.parent)
    (maker,) = [block.text for block in BLOCKS if block.file == "make_sound.py"]
    (tmp_path / "make_sound.py").write_text(maker)
    subprocess.run([sys.executable, "make_sound.py"], cwd=tmp_path, check=True)
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
def broker(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Broker]:
    """As installed, for this machine only; with the parameter 'passwords' as the page does it."""
    host = f"127.{64 | os.getpid() >> 8 & 63}.{os.getpid() & 255}.{1 + time.monotonic_ns() % 250}"
    started = Broker(host, tmp_path / "broker.log")
    settings = tmp_path / "mosquitto.conf"
    text = "listener 1883\nallow_anonymous true\n"
    if getattr(request, "param", "") == "passwords":
        text = with_passwords(tmp_path)
    settings.write_text(f"{text.replace('1883', f'1883 {host}')}log_dest stderr\nlog_type all\nuser root\n")
    with (
        started.log.open("w") as log,
        subprocess.Popen(["mosquitto", "-c", str(settings)], stderr=log) as process,
    ):
        started.wait_for(started.answers)
        yield started
        process.terminate()


def with_passwords(folder: Path) -> str:
    """The page's settings, in a folder in place of /etc/mosquitto, with the users of its commands."""
    settings, rights = (
        next(block.text for block in BLOCKS if block.language == "text" and begins in block.text)
        for begins in ("listener", "pattern")
    )
    (folder / "who-may-what").write_text(rights)
    (folder / "who-may-what").chmod(0o600)
    for command in command_of("sudo mosquitto_passwd "):
        _, program, *rest = shlex.split(command.text.replace("/etc/mosquitto", str(folder)))
        subprocess.run([program, "-b", *rest, f"secret-of-{rest[-1]}"], check=True, capture_output=True)
    return settings.replace("/etc/mosquitto", str(folder))


def words(command: Command, broker: Broker) -> list[str]:
    found = shlex.split(command.text.replace("localhost", broker.host))
    return [sys.executable if found[0] == "python" else found[0], *found[1:]]


def run_node(words: list[str], folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), **settings}
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@needs_paho
@needs_mosquitto
@pytest.mark.parametrize("start", command_of("python examples"), ids=["microphone", "recording"])
def test_the_page_leads_from_nothing_to_heard(start: Command, folder: Path, broker: Broker) -> None:
    (look,) = command_of("mosquitto_sub ")
    awaited = QUIET_S - 10 + LOUD_S + 1  # one message a second after the first ten, and one status
    looking = [*words(look, broker), "-C", str(awaited), "-W", "20"]
    with subprocess.Popen(looking, stdout=subprocess.PIPE, text=True) as watching:
        broker.wait_for(broker.has_subscriber)
        done = run_node(words(start, broker), folder)
        printed = watching.communicate()[0]
    assert (done.returncode, done.stderr) == (0, "")
    for shown in start.shown:
        assert shown.replace("localhost", broker.host) in done.stdout.splitlines()
    for shown in look.shown:
        assert re.search(as_pattern(shown), printed), f"{shown!r} is not in\n{printed}"
    assert what_tocsin_hears(printed, folder) == [NOT_HEARD] * (QUIET_S - 10) + [HEARD] * LOUD_S


@needs_paho
@needs_mosquitto
@pytest.mark.parametrize("broker", ["passwords"], indirect=True)
def test_on_the_pages_broker_with_passwords_a_node_writes_under_its_own_name_only(
    folder: Path, broker: Broker
) -> None:
    look = ["mosquitto_sub", "-h", broker.host, "-u", "tocsin", "-P", "secret-of-tocsin", "-t", "tocsin/#"]
    with subprocess.Popen([*look, "-F", "%t", "-C", "11", "-W", "20"], stdout=subprocess.PIPE, text=True) as (
        watching
    ):
        broker.wait_for(broker.has_subscriber)
        for name in ("roof", "mast"):  # the second is who it says
            start = [sys.executable, str(NODE), broker.host, name, "sound.wav"]
            assert run_node(start, folder, MQTT_USER="mast", MQTT_PASSWORD="secret-of-mast").returncode == 0
        printed = watching.communicate()[0]
    assert set(printed.split()) == {"tocsin/mast/heard", "tocsin/mast/status"}
    refused = run_node(start, folder, MQTT_USER="mast", MQTT_PASSWORD="another")
    told = f"{broker.host} lets nobody in as mast: Not authorized\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", told)


@needs_paho
@pytest.mark.parametrize(
    ("arguments", "settings", "told"),
    [
        ((), {}, "python microphone_node.py BROKER NAME"),
        (("127.0.0.1", "mast", "nowhere.wav"), {}, "can't play nowhere.wav: [Errno 2] No such file"),
        (
            ("127.0.0.1", "mast", "make_sound.py"),
            {},
            "can't play make_sound.py: file does not start with RIFF",
        ),
        (("127.0.0.1", "mast"), {"PYTHONPATH": "."}, "no microphone: No module named 'sounddevice'"),
        (("127.1.2.3", "mast", "sound.wav"), {}, "no broker at 127.1.2.3: [Errno 111] Connection refused"),
        (("127.1.2.3", "mast", "sound.wav"), {"MQTT_CA_FILE": "no.pem"}, "can't use no.pem: [Errno 2]"),
    ],
)
def test_what_is_missing_is_told_in_a_line(folder, arguments, settings, told):
    if "PYTHONPATH" in settings:
        (folder / "sounddevice.py").unlink()
    done = run_node([sys.executable, str(NODE), *arguments], folder, **settings)
    assert done.returncode == 1 and told in done.stderr and "Traceback" not in done.stderr


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


def test_the_example_is_short_and_needs_only_paho_and_numpy() -> None:
    text = NODE.read_text(encoding="utf-8")
    work = [line for line in text.split('"""')[2].splitlines() if line and not line.startswith("import ")]
    assert len(work) <= 44
    imported = set(re.findall(r"^import (\w+)", text, re.M))
    assert imported - set(sys.stdlib_module_names) == {"numpy", "paho"}
