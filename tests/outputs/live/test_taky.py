"""A TAK server takes our events and hands them to another client: taky, which is Python and on PyPI.

It installs a top-level package `tests`, so it has to have an environment of its own; its command `taky` is
found on the PATH or where TOCSIN_TAKY says.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.assessment.pictures import START_NS
from tests.brokers import HERE, free_port, reach
from tests.outputs.live.made import channel, until
from tests.outputs.live.test_ways_out import kept_open, offer

from tocsin.clock import WallClock
from tocsin.formats.cot import CotEvent, CotStream, RawEvent, decode_event

TAKY = os.environ.get("TOCSIN_TAKY") or shutil.which("taky")
pytestmark = pytest.mark.skipif(
    TAKY is None, reason="needs the command taky, a TAK server (PyPI: taky), in an environment of its own"
)


@contextmanager
def tak_server(folder: Path, port: int) -> Iterator[None]:
    settings = folder / "taky.conf"
    settings.write_text(
        f"[taky]\nhostname = localhost\nbind_ip = {HERE}\nroot_dir = {folder}\n"
        f"[cot_server]\nport = {port}\n[ssl]\nenabled = false\n"
    )
    with (folder / "taky.log").open("w") as log:
        run = subprocess.Popen([str(TAKY), "-c", str(settings)], cwd=folder, stdout=log, stderr=log)
        try:
            yield
        finally:
            run.terminate()
            run.wait(10)


class OtherClient:
    """Sees what the server hands on."""

    def __init__(self) -> None:
        self.events: list[RawEvent] = []
        self._stream = CotStream()

    async def watch(self, port: int) -> None:
        reader, writer = await asyncio.open_connection(HERE, port)
        try:
            while data := await reader.read(4096):
                events, errors = self._stream.feed(data)
                assert errors == []
                self.events += events
        finally:
            writer.close()

    def kinds(self) -> list[str]:
        return [ElementTree.fromstring(event.data).get("type", "") for event in self.events]


def test_a_tak_server_takes_our_events_and_hands_them_to_another_client(tmp_path: Path) -> None:
    port = free_port()
    one, other = channel(f"tcp://{HERE}:{port}"), OtherClient()

    async def scene() -> None:
        await reach(port)
        watching = asyncio.ensure_future(other.watch(port))
        async with kept_open(one) as troubles:
            await until(lambda: one.link.is_open)
            # Servers drop what is stale: the pictures are of right now.
            age_s = (WallClock().now_ns() - START_NS) / 1e9
            offer(one, age_s, "A", "B")
            await until(lambda: len(other.events) >= 2)
            offer(one, age_s + 1.0, "B")
            await until(lambda: len(other.events) >= 4)
            assert troubles == []
        watching.cancel()

    with tak_server(tmp_path, port):
        asyncio.run(scene())
    assert "Error" not in (tmp_path / "taky.log").read_text()
    assert other.kinds() == ["a-u-A", "a-u-A", "a-u-A", "t-x-d-d"]
    told = [decode_event(event) for event in other.events]
    assert [event.uid for event in told if isinstance(event, CotEvent)] == [
        "tocsin.A",
        "tocsin.B",
        "tocsin.B",
    ]
