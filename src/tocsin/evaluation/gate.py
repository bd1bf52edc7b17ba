"""The release gate as a table: each measure by its name, its goal, and which family is worst."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tocsin.evaluation.arrival import NOMINAL
from tocsin.evaluation.measured import Measures

SKILL_LOOK_AHEAD_S = 300.0
"""The look-ahead by which the skill of zone entry is judged; the others are shown beside it."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One measure: `low` and `high` are the range that is to be reached."""

    name: str
    title: str
    of: Callable[[Measures], float | None]
    low: float | None = None
    high: float | None = None

    def shortfall(self, found: Measures) -> float | None:
        """How far the measure is from the range: 0 inside; None where it can't be said."""
        value = self.of(found)
        if value is None:
            return None
        below = 0.0 if self.low is None else self.low - value
        above = 0.0 if self.high is None else value - self.high
        return max(below, above, 0.0)

    def worst(self, families: Mapping[str, Measures]) -> str | None:
        """The family that is farthest from the range, or nearest to leaving it; None where none has it."""
        known = {family: value for family, found in families.items() if (value := self.of(found)) is not None}
        return max(known, key=lambda family: self._badness(known[family])) if known else None

    def _badness(self, value: float) -> float:
        below = -float("inf") if self.low is None else self.low - value
        above = -float("inf") if self.high is None else value - self.high
        return max(below, above)


def entry_skill(found: Measures, look_ahead_s: float = SKILL_LOOK_AHEAD_S) -> float | None:
    """Brier skill at one look-ahead."""
    return next((skill.skill for skill in found.entry_skill if skill.look_ahead_s == look_ahead_s), None)


def _pod(found: Measures) -> float | None:
    return None if found.detection is None else found.detection.pod


def _arrival(found: Measures) -> float | None:
    return found.arrival["warning"].share if "warning" in found.arrival else None


def _efficiency_median(found: Measures) -> float | None:
    return None if found.lead_efficiency is None else found.lead_efficiency.median


def _efficiency_p05(found: Measures) -> float | None:
    return None if found.lead_efficiency is None else found.lead_efficiency.p05


def _tracking_median(found: Measures) -> float | None:
    return None if found.tracking_efficiency is None else found.tracking_efficiency.median


GATES = (
    Gate("pod", "POD", _pod, low=0.95),
    Gate("false_alarm_ratio", "FAR", lambda found: found.false_alarm_ratio, high=0.02),
    Gate("lead_efficiency", "lead kept, median", _efficiency_median, low=0.95),
    Gate("lead_efficiency_p05", "lead kept, 5 %", _efficiency_p05, low=0.80),
    Gate("tracking_efficiency", "of perfect tracks", _tracking_median, low=0.95),
    Gate("arrival", f"{NOMINAL:.0%} interval holds", _arrival, low=0.87, high=0.93),
    Gate("entry_skill", f"Brier skill, {SKILL_LOOK_AHEAD_S:g} s", entry_skill, low=0.3),
    Gate("reversals_per_alert", "reversals an alert", lambda found: found.reversals_per_alert, high=0.1),
    Gate("over_warned", "over-warned", lambda found: found.over_warned, high=1.5),
)
"""Goals of one family; over all of them POD is to be 0.99."""
POD_OF_ALL = 0.99
