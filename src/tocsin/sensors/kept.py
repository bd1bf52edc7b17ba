"""What is kept for each sender or object, of which nobody knows how many there will be."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Kept(Generic[Key, Thing]):
    """One thing for each key, made at first use; beyond `most`, the one unused for longest is forgotten."""

    def __init__(self, make: Callable[[], Thing], most: int) -> None:
        self._make = make
        self._most = most
        self._things: dict[Key, Thing] = {}

    def of(self, key: Key) -> Thing:
        """The thing of a key."""
        thing = self._things.pop(key, None)
        if thing is None:
            thing = self._make()
            if len(self._things) == self._most:
                del self._things[next(iter(self._things))]
        self._things[key] = thing
        return thing

    def forget(self, key: Key) -> Thing | None:
        """Drops the thing of a key and gives it back, if there is one."""
        return self._things.pop(key, None)

    def items(self) -> Iterable[tuple[Key, Thing]]:
        """All that there is, the one unused for longest first; not to be kept while others are asked for."""
        return self._things.items()

    def __len__(self) -> int:
        return len(self._things)


MOST_SOURCES = 64
"""So many senders are told apart for one sensor: what one left unfinished is never joined with another's."""
