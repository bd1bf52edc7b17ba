"""Which tracks are confirmed, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tocsin.tracking.kernels.layout import NO_IDENTITY, Store
from tocsin.tracking.kernels.showing import NAME_LENGTH, Shown, find_confirmed
from tocsin.units import AnyArray, IntArray

_NAMELESS = np.array("", dtype=object)


class Confirmed:
    """The confirmed tracks of a store of so many rows. Texts are kept by row, so that each is made once."""

    def __init__(self, rows: int) -> None:
        length, numbers = np.zeros(1, np.int64), np.zeros((4, rows), np.int64)
        text = np.zeros((rows, NAME_LENGTH), np.uint32)
        self._shown = Shown(length, numbers[0], numbers[1], numbers[2], numbers[3], text)
        self._names = text.view(f"U{NAME_LENGTH}")[:, 0]
        self._track_id = np.full(rows, "0" * NAME_LENGTH, dtype=object)
        self._identity = np.full(rows, "", dtype=object)
        self._has_identities = False
        self._texts = self._texts_of(numbers[0, :0])

    def find(self, store: Store, identities: Mapping[int, str]) -> tuple[IntArray, AnyArray, AnyArray]:
        """Their rows (n,), names and identities, in the order of their births; rows until the next call.

        Names and identities are read-only, and the same arrays as long as the same tracks are confirmed.
        """
        count, news, are_others = find_confirmed(store, self._shown)
        rows = self._shown.rows[:count]
        if news:
            self._tell(news, identities)
        if are_others:
            self._texts = self._texts_of(rows)
        return rows, *self._texts

    def _texts_of(self, rows: IntArray) -> tuple[AnyArray, AnyArray]:
        # Where nothing ever named itself, one text for all takes no time a track.
        identity = self._identity[rows] if self._has_identities else np.broadcast_to(_NAMELESS, len(rows))
        names = self._track_id[rows]
        names.flags.writeable = identity.flags.writeable = False
        return names, identity

    def _tell(self, news: int, identities: Mapping[int, str]) -> None:
        """Makes the texts of what was told for the first time."""
        shown = self._shown
        for row, name in zip(shown.news[:news].tolist(), self._names[:news].tolist(), strict=True):
            self._track_id[row] = name
            if (number := shown.identity[row]) != NO_IDENTITY or self._identity[row]:
                self._identity[row], self._has_identities = identities[int(number)], True
