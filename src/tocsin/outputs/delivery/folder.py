"""Messages as files of a folder, for whatever looks there; a file that is there whole is confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tocsin.config.receivers import Receiver
from tocsin.outputs.delivery.connection import Connection, Parcel
from tocsin.whole_file import write_whole

HEARTBEAT_FILE = "heartbeat.json"


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, parcel: Parcel) -> None:
        await self._write(f"{parcel.identifier}{parcel.suffix}", parcel.content)

    async def beat(self, content: bytes, /) -> bool:
        await self._write(HEARTBEAT_FILE, content)
        return True

    async def _write(self, name: str, content: bytes) -> None:
        await asyncio.to_thread(write_whole, self._folder / name, content)


@asynccontextmanager
async def folder(receiver: Receiver, _gone: bytes) -> AsyncIterator[Connection]:
    """The folder is made where it is not there. Raises OSError."""
    place = Path(receiver.way.path).expanduser()
    await asyncio.to_thread(place.mkdir, parents=True, exist_ok=True)
    yield _Folder(place)
