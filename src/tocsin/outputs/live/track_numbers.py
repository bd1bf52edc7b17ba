"""Numbers of 16 bits for tracks, as ASTERIX has them: kept as long as a track lives, used again late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MOST_NUMBERS = 65_535
"""From 1 on; 0 is left to receivers that take it for none."""


class TrackNumbers:
    """A track that comes back has its old number, unless all others were used since it went."""

    def __init__(self, most: int = MOST_NUMBERS) -> None:
        self._most = most
        self._numbers: dict[str, int] = {}
        self._ended: dict[str, None] = {}  # in the order in which they ended

    def follow(self, track_ids: Iterable[str]) -> Mapping[str, int]:
        """The numbers of all tracks that there are now; beyond what there is room for they have none."""
        current = dict.fromkeys(track_ids)
        for name in self._numbers:
            if name not in current:
                self._ended.setdefault(name)
        for name in current:
            self._ended.pop(name, None)
        for name in current:
            if name not in self._numbers and (number := self._free()) is not None:
                self._numbers[name] = number
        return {name: self._numbers[name] for name in current if name in self._numbers}

    def _free(self) -> int | None:
        if len(self._numbers) < self._most:
            return len(self._numbers) + 1
        oldest = next(iter(self._ended), None)
        if oldest is None:
            return None
        del self._ended[oldest]
        return self._numbers.pop(oldest)
