"""What a way out works with: the newest picture, how it is encoded, and what is counted and told of it."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from tocsin.clock import WallClock
from tocsin.config.addresses import Address
from tocsin.config.logins import Login
from tocsin.config.outputs import ENCRYPTED
from tocsin.config.tls import calling_context
from tocsin.model.link import Link
from tocsin.model.track_reports import AirPicture

OVERTAKEN, TOO_MANY_CALLERS, TOO_SLOW = "overtaken", "too_many_callers", "receiver_too_slow"
TAKES_S = 10.0
"""A receiver that takes nothing for so long is given up."""


class TrackEncoder(Protocol):
    """Encodes pictures for one receiver, and remembers what it was told."""

    separator: bytes
    """What ends a message in a stream or a file."""

    def encode(self, picture: AirPicture) -> list[bytes]:
        """The messages of a picture."""

    def told(self, picture: AirPicture) -> None:
        """The messages of this picture went out."""


class Newest:
    """Holds one picture: a receiver that is slow or away gets the newest, and no queue grows."""

    def __init__(self, dropped: Counter[str]) -> None:
        self._dropped = dropped
        self._picture: AirPicture | None = None
        self._is_there = asyncio.Event()

    def put(self, picture: AirPicture) -> None:
        """Takes the place of one that was not taken, which is counted."""
        if self._picture is not None:
            self._dropped[OVERTAKEN] += 1
        self._picture = picture
        self._is_there.set()

    async def take(self) -> AirPicture:
        """Waits for the next one."""
        await self._is_there.wait()
        assert self._picture is not None
        picture, self._picture = self._picture, None
        self._is_there.clear()
        return picture


@dataclass(slots=True)
class Tally:
    """What an output has done since the start."""

    clock: WallClock
    receivers: int = 0
    pictures: int = 0
    messages: int = 0
    size: int = 0
    last_sent_ns: int | None = None
    dropped: Counter[str] = field(default_factory=Counter)

    def sent(self, messages: list[bytes]) -> None:
        """A picture went out whole, in these messages."""
        self.pictures += 1
        self.messages += len(messages)
        self.size += sum(map(len, messages))
        self.last_sent_ns = self.clock.now_ns()


@dataclass(frozen=True, slots=True, eq=False)
class Outlet:
    """One output on its way out."""

    way: Address
    login: Login
    encoder: TrackEncoder
    new_encoder: Callable[[], TrackEncoder]
    """For one receiver of several, where others call us."""
    link: Link
    tally: Tally
    newest: Newest
    multicast_hops: int | None = None
    """Of datagrams to a group; None: as the operating system has it."""

    def tls(self) -> ssl.SSLContext | None:
        """What encrypts a connection that is made, anew each time: certificates are renewed.

        Raises UnusableFile for a file that can't be used.
        """
        return calling_context(self.login) if self.way.scheme in ENCRYPTED else None


Put = Callable[[list[bytes]], Awaitable[None]]
"""Brings the messages of a picture to where they go; raises OSError where that fails."""


async def send_pictures(tally: Tally, encoder: TrackEncoder, newest: Newest, put: Put) -> None:
    """Picture after picture, until it is cancelled or one does not go out, which is an OSError.

    They are encoded beside the event loop, so that thousands of tracks delay no socket.
    """
    while True:
        picture = await newest.take()
        messages = await asyncio.to_thread(encoder.encode, picture)
        try:
            async with asyncio.timeout(TAKES_S):
                await put(messages)
        except TimeoutError:
            raise TimeoutError(f"takes nothing of what is sent for {TAKES_S:g} s") from None
        encoder.told(picture)
        tally.sent(messages)
