"""The state of one way in or out: whether it stands, what went wrong, how long to wait till the next try."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 60.0


@dataclass(slots=True)
class Link:
    """What people should know of a connection; `opened` counts how often it came to stand."""

    is_open: bool = False
    opened: int = 0
    trouble: str = ""
    failures: int = field(default=0, repr=False)

    def open(self) -> None:
        """It stands."""
        self.is_open, self.trouble, self.failures = True, "", 0
        self.opened += 1

    def close(self, trouble: str) -> None:
        """It broke, or could not be made."""
        self.is_open, self.trouble = False, trouble
        self.failures += 1

    def wait_s(self) -> float:
        """How long to wait now: twice as long after each failure, and by chance up to that, so that what
        comes back is not called by all at the same moment."""
        longest_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(self.failures, 30))
        return random.uniform(0.5 * longest_s, longest_s)
