"""Files: the newest picture in place of the one before, or one picture after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tocsin.outputs.live.outlet import Outlet, send_pictures
from tocsin.whole_file import write_whole


async def rewrite_file(outlet: Outlet) -> None:
    """Puts each picture in place of the last, whole, whoever reads meanwhile. Raises OSError."""
    await _write(outlet, write_whole)


async def append_to_file(outlet: Outlet) -> None:
    """Adds each picture at the end; opened anew each time, so that others may take the file away. OSError."""
    await _write(outlet, _append)


async def _write(outlet: Outlet, write: Callable[[Path, bytes], None]) -> None:
    path, end = Path(outlet.way.path).expanduser(), outlet.encoder.separator

    async def put(messages: list[bytes]) -> None:
        await asyncio.to_thread(write, path, b"".join(message + end for message in messages))
        if not outlet.link.is_open:
            outlet.link.open()

    await send_pictures(outlet.tally, outlet.encoder, outlet.newest, put)


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)
