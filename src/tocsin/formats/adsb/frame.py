"""One message as a receiver handed it on, whatever the framing."""

from __future__ import annotations

from typing import NamedTuple

TICKS_PER_SECOND = 12_000_000
"""Of the receiver's counter, which starts with the receiver and has no epoch."""

MODE_AC_BYTES, SHORT_BYTES, LONG_BYTES = 2, 7, 14


class ReceivedMessage(NamedTuple):
    """2 bytes of Mode A/C, or 7 or 14 of Mode S; `ticks` and `signal` where the framing tells them."""

    data: bytes
    ticks: int | None = None
    signal: int | None = None
