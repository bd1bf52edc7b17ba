"""Processes as people start them: a broker, the running service, simulated sensors that speak."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.options import Unavailable

HERE = "127.0.0.1"
PROGRAM = (sys.executable, "-c", "from tocsin.cli.app import main; main()")
_PATIENCE_S = 300.0


def free_port() -> int:
    """A port that is free for datagrams and for streams."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
            stream.bind((HERE, 0))
            port = int(stream.getsockname()[1])
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
                try:
                    datagrams.bind((HERE, port))
                except OSError:
                    continue
                return port


def with_free_ports(site: str) -> str:
    """The text of a site or scenario file with ports of this machine that are free now."""
    ports = {found: free_port() for found in sorted(set(re.findall(rf"(?<={HERE}:)\d+", site)))}
    moved = re.sub(rf"(?<={HERE}:)\d+", lambda found: str(ports[found[0]]), site)
    return re.sub(r"(?m)^\[site\]$", "[service]\nport = 0\n\n[site]", moved, count=1)


def broker_port(site: str) -> int | None:
    """Where its nodes expect a broker."""
    found = re.search(rf"mqtt://{HERE}:(\d+)", site)
    return None if found is None else int(found[1])


@contextmanager
def broker(folder: Path, port: int) -> Iterator[None]:
    """A broker that takes connections."""
    if shutil.which("mosquitto") is None:
        raise Unavailable("needs mosquitto, an MQTT broker: apt-get install mosquitto")
    settings = folder / "mosquitto.conf"
    settings.write_text(f"listener {port} {HERE}\nallow_anonymous true\nuser root\n")
    with subprocess.Popen(["mosquitto", "-c", str(settings)], stderr=subprocess.DEVNULL) as run:
        try:
            _wait_for(port)
            yield
        finally:
            run.terminate()


@contextmanager
def service(folder: Path, site: Path, *before: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`tocsin run` that said READY, and its API's address; ended by SIGTERM, its recording in `night`.

    `before` takes the place of the program that is run, for one that measures it.
    """
    command = [*(before or PROGRAM), "run", "--site", str(site), "--out", str(folder / "night")]
    log = folder / "run.log"
    with log.open("w") as errors, subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment(folder)
    ) as run:  # fmt: skip
        try:
            assert run.stdout is not None
            if run.stdout.readline() != "READY\n":
                raise RuntimeError(log.read_text(encoding="utf-8"))
            address = re.search(rf"{HERE}:\d+", log.read_text(encoding="utf-8"))
            assert address is not None
            yield run, f"http://{address[0]}"
            run.send_signal(signal.SIGTERM)
            if run.wait(_PATIENCE_S) != 0:
                raise RuntimeError(log.read_text(encoding="utf-8"))
        finally:
            if run.poll() is None:
                run.kill()


def tocsin(folder: Path, *arguments: object) -> str:
    """What a command prints. Raises RuntimeError, with what it says, where it fails."""
    command = [*PROGRAM, *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment(folder))
    if run.returncode != 0:
        raise RuntimeError(run.stderr)
    return run.stdout


def environment(folder: Path) -> dict[str, str]:
    """With a secret of its own."""
    return {**os.environ, "XDG_DATA_HOME": str(folder)}


def _wait_for(port: int) -> None:
    patience = time.perf_counter() + _PATIENCE_S
    while True:
        try:
            socket.create_connection((HERE, port), timeout=1.0).close()
            return
        except OSError:
            if time.perf_counter() > patience:
                raise
            time.sleep(0.05)
