"""Messages as files of a folder, with a feed of what is current, to be put on a web server as they are.

A file that is there whole is confirmed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tocsin.config.receivers import AlertFormat, Receiver
from tocsin.outputs.delivery.connection import Connection, Parcel, Presence
from tocsin.whole_file import write_whole

HEARTBEAT_FILE, FEED_FILE = "heartbeat.json", "feed.xml"


class _Folder:
    def __init__(self, folder: Path, feed: Callable[[Callable[[str], bool]], bytes] | None) -> None:
        self._folder, self._feed = folder, feed

    async def put(self, parcel: Parcel) -> None:
        await self._write(f"{parcel.identifier}{parcel.suffix}", parcel.content)
        await self._renew()

    async def beat(self, content: bytes, /) -> bool:
        await self._write(HEARTBEAT_FILE, content)
        await self._renew()
        return True

    async def _renew(self) -> None:
        if self._feed is not None:
            await self._write(FEED_FILE, await asyncio.to_thread(self._feed, self._holds))

    def _holds(self, identifier: str) -> bool:
        return (self._folder / f"{identifier}.xml").exists()

    async def _write(self, name: str, content: bytes) -> None:
        await asyncio.to_thread(write_whole, self._folder / name, content)


@asynccontextmanager
async def folder(receiver: Receiver, presence: Presence) -> AsyncIterator[Connection]:
    """The folder is made where it is not there. Raises OSError."""
    place = Path(receiver.way.path).expanduser()
    await asyncio.to_thread(place.mkdir, parents=True, exist_ok=True)
    yield _Folder(place, presence.feed if receiver.bytes_of is AlertFormat.CAP else None)
