"""What a sensor is told: some standards expect an answer on the connection over which a message came."""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable


class Answer(NamedTuple):
    """Bytes for whoever is called `source`; with `hangs_up` they are the last ones."""

    source: str
    data: bytes
    hangs_up: bool = False


@runtime_checkable
class Answers(Protocol):
    """A reader whose senders expect answers. It opens no socket: whoever calls it sends them."""

    def answers(self, now_ns: int) -> list[Answer]:
        """What senders are to be told since the last call, dated now."""


@runtime_checkable
class Forgets(Protocol):
    """A reader that keeps something for each connection, such as the unfinished end of its stream."""

    def forget(self, source: str) -> None:
        """The connection is closed: drops and counts what it left unfinished."""
