"""Whether the clock of a transmitter or radar can be believed.

What it sends says when it was measured. Where that clock is wrong, everything from it would be refused as
late or from the future, and a real aircraft would be lost for it. So such a source is dated by receipt.
"""

from __future__ import annotations

from tocsin.model.timeliness import FARTHEST_AHEAD_NS, LATEST_NS
from tocsin.units import NANOSECONDS_PER_SECOND

BELIEVED_WITHIN_NS = 5 * NANOSECONDS_PER_SECOND
"""Radars take up to 2 s to send a plot and Remote ID at most 1 s (ASTM F3411-22a): more is the clock."""
MESSAGES_TO_CHANGE = 5
"""So many untimely messages in a row are no longer late ones: the clock has gone wrong (and the reverse)."""


class SourceClock:
    """Dates the messages of one source; its first message tells whether its clock is right."""

    def __init__(self) -> None:
        self.is_off = False
        self._behind_ns = 0
        self._is_judged = False
        self._against = 0

    def date(self, own_ns: int | None, received_ns: int) -> int:
        """When a message was measured [ns]: its own time, or that of receipt where it is not believed.

        Late messages of a clock that is right keep their time: they are used or refused by the contract.
        """
        if own_ns is None:
            return received_ns
        self._behind_ns = behind_ns = received_ns - own_ns
        is_near = -BELIEVED_WITHIN_NS <= behind_ns <= BELIEVED_WITHIN_NS
        if is_near and not self.is_off and self._is_judged:
            self._against = 0
            return own_ns
        self._judge(behind_ns, is_near)
        return received_ns if self.is_off else own_ns

    @property
    def behind_s(self) -> float:
        """How far the clock was behind at the last message that told its time [s]."""
        return self._behind_ns / NANOSECONDS_PER_SECOND

    def _judge(self, behind_ns: int, is_near: bool) -> None:
        if not self._is_judged:
            self._is_judged, self.is_off = True, not is_near
            return
        is_timely = -FARTHEST_AHEAD_NS <= behind_ns <= LATEST_NS
        is_against = is_near if self.is_off else not is_timely
        self._against = self._against + 1 if is_against else 0
        if self._against == MESSAGES_TO_CHANGE:
            self.is_off, self._against = not self.is_off, 0
