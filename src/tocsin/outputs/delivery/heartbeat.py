"""That tocsin is there, each ten seconds; who hears nothing for 30 s should take it for gone."""

from __future__ import annotations

import json

from tocsin.config.site import Site
from tocsin.outputs.cap_values import CapTime, sender_name
from tocsin.outputs.delivery.connection import HEARTBEAT_S

GONE_AFTER_S = 30.0


class Heartbeat:
    """What is said, as JSON."""

    def __init__(self, site: Site) -> None:
        self._about = {
            "sender": sender_name(site.site.name),
            "site": site.site.name,
            "status": site.site.status,
            "every_s": HEARTBEAT_S,
            "gone_after_s": GONE_AFTER_S,
        }

    def alive(self, now_ns: int) -> bytes:
        """It is there now."""
        return self._written({"alive": True, "time": str(CapTime.of(now_ns))})

    def gone(self) -> bytes:
        """It is not, as far as whoever says this in its place knows."""
        return self._written({"alive": False})

    def _written(self, told: dict[str, object]) -> bytes:
        return json.dumps({**self._about, **told}, ensure_ascii=False).encode()
