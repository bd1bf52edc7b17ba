"""What a way to a receiver is: a connection that takes parcels and heartbeats."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from tocsin.config.receivers import Receiver

TAKES_S = 10.0
"""A receiver that does not answer for so long is given up, and tried again."""
HEARTBEAT_S = 10.0
"""Two may get lost before the 30 s are over after which a receiver should know that tocsin is gone."""


class Refused(Exception):
    """The receiver will not take this message, and would not if it were asked again."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message as it goes out; by `identifier`, that of CAP, one that comes twice is known."""

    identifier: str
    alert_id: str
    content: bytes
    content_type: str
    suffix: str
    is_last: bool
    """Whether the alert ends with it."""


class Connection(Protocol):
    """One that stands."""

    async def put(self, parcel: Parcel) -> None:
        """Ends when the receiver has confirmed it; raises Refused, or OSError where it may be tried again."""

    async def beat(self, content: bytes, /) -> bool:
        """Says that tocsin is there; whether the receiver showed that it is. Raises Refused, or OSError."""


class Presence(Protocol):
    """What a way may say of tocsin itself, beside messages."""

    def gone(self) -> bytes:
        """A heartbeat that says that tocsin is gone, for who can say it in its place."""

    def feed(self, holds: Callable[[str], bool]) -> bytes:
        """The feed of current alerts, of those identifiers that are held where it lies."""


Connect = Callable[[Receiver, Presence], AbstractAsyncContextManager[Connection]]
"""Makes a connection; raises OSError."""
