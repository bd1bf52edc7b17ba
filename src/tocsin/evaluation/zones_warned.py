"""Whether a zone was warned when a threat came, whatever the warning was about.

The contract's `warned` asks for the threat's own track, so a warning without a track never counts there. The
people of a zone who were warned in time were warned: that is what is counted here, beside it, and what the
model-free path is measured by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tocsin.evaluation.leads import RaisedWarning, ZoneOutcome


@dataclass(frozen=True, slots=True)
class ZonesWarned:
    """`entries` of threats into zones; `leads_s` of those whose zone was warned in time, delivery subtracted.

    `without_track` counts the warnings that began with no track, `false_without_track` the false of them.
    """

    entries: int = 0
    leads_s: list[float] = field(default_factory=list)
    without_track: int = 0
    false_without_track: int = 0

    @property
    def share(self) -> float | None:
        """Entries whose zone was warned in time, of all; None where there was none."""
        return len(self.leads_s) / self.entries if self.entries else None

    @property
    def median_lead_s(self) -> float | None:
        """Median of the leads; None where there is none."""
        return float(np.median(self.leads_s)) if self.leads_s else None


def zones_warned(
    outcomes: Sequence[ZoneOutcome], warnings: Sequence[RaisedWarning], delivery_delay_s: float
) -> ZonesWarned:
    """In time: a warning of the zone was in force at the entry less its required lead.

    The lead is that of the earliest such warning. One that was meant for another threat and is still in force
    counts as well: the people are warned.
    """
    entries = [(o.zone, o.entry_s, o.required_lead_s) for o in outcomes if o.threat and o.entry_s is not None]
    leads_s = []
    for zone, entry_s, required_s in entries:
        latest_s = entry_s - required_s
        issued = [w.issued_s for w in warnings if w.zone == zone and w.issued_s <= latest_s < w.expires_s]
        if issued:
            leads_s.append(entry_s - min(issued) - delivery_delay_s)
    trackless = [warning for warning in warnings if warning.without_track]
    return ZonesWarned(len(entries), leads_s, len(trackless), sum(warning.false for warning in trackless))


def added(parts: Sequence[ZonesWarned]) -> ZonesWarned:
    """All of them together."""
    return ZonesWarned(
        sum(part.entries for part in parts),
        [lead_s for part in parts for lead_s in part.leads_s],
        sum(part.without_track for part in parts),
        sum(part.false_without_track for part in parts),
    )
