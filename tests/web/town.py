"""The tests' town: `tocsin run` as people start it, with radars, zones, and names that want to be code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.brokers import free_port
from tests.web.sky import Radar, Sky

from tocsin.runtime.operators import add_operator

PROGRAM = (sys.executable, "-c", "from tocsin.cli.app import main; main()")
HOSTILE = "<img src=x onerror=hurt=1><script>hurt=1</script>"
"""Text that would set `hurt` if it ever became part of the page."""
NORTH, EAST, SOUTH, WEST = 0.0, 90.0, 180.0, 270.0
MAIN_RADAR, SECOND_RADAR = 201, 202
SITE = """
[site]
name = "Meadow {hostile}"
latitude_deg = -47.0
longitude_deg = -127.0
[service]
port = 0
[[units]]
name = "duty {hostile}"
[[units]]
name = "region"
[[chains]]
units = ["duty {hostile}", "region"]
advisory_acknowledge_s = 0.0
warning_acknowledge_s = 0.0
"""
RADAR = """
[[sensors]]
name = "{name}"
kind = "radar"
latitude_deg = -47.0
longitude_deg = -127.0
period_s = 0.5
max_range_m = 20000.0
input = "udp://127.0.0.1:{port}"
system_area_code = 25
system_identification_code = {code}
"""
ZONE = """
[[zones]]
name = "{name}"
polygon = {polygon}
"""


def zone(name: str, north_deg: float, east_deg: float) -> str:
    """A square zone of about two kilometres, so far from the middle of the site."""
    south, west = -47.0 + north_deg - 0.01, -127.0 + east_deg - 0.013
    corners = [[south, west], [south, west + 0.026], [south + 0.02, west + 0.026], [south + 0.02, west]]
    return ZONE.format(name=name, polygon=[[round(value, 6) for value in corner] for corner in corners])


@dataclass(frozen=True)
class Town:
    """A running service: where its page is, who may log in, and what flies."""

    address: str
    token: str
    sky: Sky

    def ask(self, path: str) -> Any:
        return httpx.get(f"{self.address}/v1/{path}", headers=self._headers).raise_for_status().json()

    def tell(self, path: str, body: dict[str, Any]) -> Any:
        answer = httpx.post(f"{self.address}/v1/{path}", json=body, headers=self._headers)
        return answer.raise_for_status().json()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@contextmanager
def serving(folder: Path, command: tuple[str, ...], ready: str) -> Iterator[str]:
    """A command of tocsin in a process; gives the address of its page once that and `ready` were said."""
    environment = {**os.environ, "XDG_DATA_HOME": str(folder)}
    with subprocess.Popen(
        [*PROGRAM, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment,
        text=True, cwd=folder,
    ) as run:  # fmt: skip
        assert run.stdout is not None
        try:
            told, address = "", None
            while address is None or ready not in told:
                line = run.stdout.readline()
                assert line, told
                told += line
                address = address or re.search(r"http://127\.0\.0\.1:\d+", told)
            threading.Thread(target=run.stdout.read).start()  # a pipe that nobody empties stops a service
            yield address.group()
        finally:
            run.terminate()
            try:
                run.wait(30)
            finally:
                run.kill()


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """The service with its objects in the air."""
    main, second = free_port(), free_port()
    text = SITE.format(hostile=HOSTILE)
    text += RADAR.format(name="main", port=main, code=MAIN_RADAR)
    text += RADAR.format(name=f"second {HOSTILE}", port=second, code=SECOND_RADAR)
    text += zone("North", 0.05, 0.0) + zone("East", 0.0, 0.073) + zone(f"West {HOSTILE}", 0.0, -0.073)
    site = folder / "site.toml"
    site.write_text(text)
    token = add_operator(folder / "operators.json", "anna", f"duty {HOSTILE}")
    sky = Sky(
        (Radar(main, MAIN_RADAR, (NORTH, EAST, WEST), 25.0), Radar(second, SECOND_RADAR, (SOUTH,), 0.0))
    )
    command = ("run", "--site", str(site), "--out", str(folder / "night"))
    with serving(folder, command, "READY") as address, sky.flying():
        yield Town(address, token, sky)
