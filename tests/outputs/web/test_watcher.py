"""One who watches, without a socket."""

from __future__ import annotations

import asyncio
import json

from tests.outputs.web.shown import MadeSource, moving, scene
from tests.sensors.live.clocks import SetClock

from tocsin.outputs.web.hub import Hub
from tocsin.outputs.web.watcher import Watcher


class KeptLink:
    """A link to a client that takes everything at once."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[bytes] = asyncio.Queue()
        self.texts: list[str] = []

    async def send_text(self, text: str) -> None:
        self.texts.append(text)

    async def send_bytes(self, data: bytes) -> None:
        self.frames.put_nowait(data)


def test_a_picture_that_the_server_itself_skipped_is_no_slow_line() -> None:
    async def watched() -> tuple[list[bytes], list[str]]:
        clock, link = SetClock(0), KeptLink()
        hub = Hub(MadeSource(scene(moving("a"))), clock)
        watching = asyncio.create_task(Watcher(hub, link, is_operator=False).run())
        frames = [await link.frames.get()]
        for step in range(1, 4):  # nobody else has a turn meanwhile: only the last of them is told
            clock.time_ns += 2_000_000_000
            hub._take(scene(moving("a", north_m=float(step)), float(step)))
        frames.append(await link.frames.get())
        clock.time_ns += 2_000_000_000
        hub._take(scene(moving("a", north_m=9.0), 9.0))
        frames.append(await link.frames.get())
        watching.cancel()
        return frames, link.texts

    frames, texts = asyncio.run(watched())
    sequences = [int.from_bytes(frame[8:12], "little") for frame in frames]
    assert sequences[1] == sequences[0] + 3
    told = [text for text in map(json.loads, texts) if text["type"] == "status"]
    assert len(told) >= 2 and not any(text["degraded"] for text in told)
