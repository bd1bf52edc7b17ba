"""That tocsin is there, each ten seconds, and what is current.

Who hears nothing for 30 s should take it for gone. A line that stands still warns nobody, whatever else of
the service still answers: it is said to be gone, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from tocsin.clock import WallClock
from tocsin.config.site import Site
from tocsin.outputs.cap_values import CapTime, sender_name
from tocsin.outputs.delivery.connection import HEARTBEAT_S
from tocsin.outputs.delivery.feed import Feed
from tocsin.units import NANOSECONDS_PER_SECOND

GONE_AFTER_S = 30.0
_STALLED_NS = 10 * NANOSECONDS_PER_SECOND


class Heartbeat:
    """What is said, as JSON."""

    def __init__(self, site: Site, feed: Feed, clock: WallClock) -> None:
        self._feed, self._clock = feed, clock
        self._about = {
            "sender": sender_name(site.site.name),
            "site": site.site.name,
            "status": site.site.status,
            "every_s": HEARTBEAT_S,
            "gone_after_s": GONE_AFTER_S,
        }

    def now(self) -> bytes:
        """Whether it is there now."""
        now_ns = self._clock.now_ns()
        if now_ns - self._feed.stepped_ns() > _STALLED_NS:
            return self.gone()
        return self._written({"alive": True, "time": str(CapTime.of(now_ns))})

    def gone(self) -> bytes:
        """It is not, as far as whoever says this in its place knows."""
        return self._written({"alive": False})

    def feed(self, holds: Callable[[str], bool]) -> bytes:
        """The feed of current alerts, of those identifiers that are held where it lies."""
        return self._feed.atom(self._clock.now_ns(), holds=holds)

    def _written(self, told: dict[str, object]) -> bytes:
        return json.dumps({**self._about, **told}, ensure_ascii=False).encode()
