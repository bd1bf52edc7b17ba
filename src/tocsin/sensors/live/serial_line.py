"""A serial line, as of a receiver on USB.

pyserial sets the line up; its bytes come through the event loop, which no thread has to wait for then.
"""

from __future__ import annotations

import asyncio
import os

import serial

from tocsin.config.inputs import Input
from tocsin.model.link import Link
from tocsin.sensors.live.inbox import Inbox

_CHUNK_BYTES = 64 * 1024


async def read_line(way: Input, inbox: Inbox, link: Link) -> None:
    """Puts what comes into the inbox until the device is gone, which is an OSError; nothing is ever sent.

    Raises OSError also where there is no such device, or another program has it.
    """
    loop = asyncio.get_running_loop()
    gone: asyncio.Future[None] = loop.create_future()
    # Exclusive, for two programs on one line get half of the bytes each.
    with serial.Serial(way.path, way.baud, timeout=0, exclusive=True) as line:
        descriptor = line.fileno()

        def take() -> None:
            try:
                data = os.read(descriptor, _CHUNK_BYTES)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if data:
                inbox.put(data, way.path)
            elif not gone.done():
                gone.set_exception(ConnectionError(f"{way.path} was unplugged"))

        loop.add_reader(descriptor, take)
        link.open()
        try:
            await gone
        finally:
            loop.remove_reader(descriptor)
