"""What people are told of an output while it sends: the same for every way and format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OutputReport:
    """One output at one time; counts are since the start, times None until something was sent.

    `is_open` says that its way stands, `receivers` how many are connected. `pictures` counts air pictures
    that went out whole, `messages` what they consisted of and `bytes` their size. `dropped` counts by reason
    what did not go out; `trouble` is the last thing that went wrong and was not mended since.
    """

    name: str
    to: str
    format: str
    is_open: bool
    receivers: int
    pictures: int
    messages: int
    bytes: int
    last_sent_ns: int | None
    dropped: Mapping[str, int]
    trouble: str

    def as_json(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)
