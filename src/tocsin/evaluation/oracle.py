"""What was possible: each entry beside an oracle that is told the truth, and how much of its lead was kept.

The oracle follows the site's own rules, but is told where an object truly is and how it truly flies, not
where it will fly, from the object's third true detection on. There are two of it, because a lead is lost in
two places:

- `knowing_all` is also told what the object is and that the evidence suffices: what the rules could give;
- `knowing_tracks` has the evidence that the sensors gave and the class that assessment makes of it: what
  perfect tracks could give. What it loses against the first is lost by evidence and class, the rest by
  tracking.

An entry counts for POD and lead efficiency where `knowing_all` warns in time; the others are excluded, and
counted by the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tocsin.evaluation.leads import ZoneOutcome

ObjectAndZone = tuple[str, str]


class Excluded(StrEnum):
    """Why no one could have warned of an entry in time."""

    NOT_DETECTED = "not_detected"
    """Fewer than three true detections before it entered."""
    DETECTED_LATE = "detected_late"
    """The third came later than the zone's required lead before it entered."""
    NOT_PREDICTABLE = "not_predictable"
    """It was known early enough, but by the rules its flight did not say that it would enter."""


@dataclass(frozen=True, slots=True)
class OracleLog:
    """What the oracle was told and when it would first have warned, all in UTC seconds.

    `known_s`: when an object's third true detection was received. The others go by object and zone.
    """

    known_s: Mapping[str, float]
    knowing_all_s: Mapping[ObjectAndZone, float]
    knowing_tracks_s: Mapping[ObjectAndZone, float]


@dataclass(frozen=True, slots=True)
class PossibleEntry:
    """One entry of a threat: the leads of both oracles [s] and why it is excluded, if it is."""

    object_id: str
    zone: str
    known_s: float | None
    lead_s: float | None
    warned: bool
    knowing_all_lead_s: float | None
    knowing_tracks_lead_s: float | None
    excluded: Excluded | None

    @property
    def efficiency(self) -> float:
        """Lead over that of the oracle; 0 without a warning, negative where that came after the entry."""
        if self.lead_s is None or not self.knowing_all_lead_s:
            return 0.0
        return self.lead_s / self.knowing_all_lead_s

    @property
    def tracking_efficiency(self) -> float | None:
        """Lead over that of perfect tracks; None where those would not have led to a warning either."""
        if not self.knowing_tracks_lead_s or self.knowing_tracks_lead_s <= 0.0:
            return None
        return 0.0 if self.lead_s is None else self.lead_s / self.knowing_tracks_lead_s


@dataclass(frozen=True, slots=True)
class Detection:
    """Probability of detection, over so many entries as the oracle warns of in time; None without any."""

    eligible: int
    warned: int
    excluded: dict[str, int]
    pod: float | None


def possible_entries(
    outcomes: Sequence[ZoneOutcome], oracle: OracleLog, delivery_delay_s: float
) -> list[PossibleEntry]:
    """Every entry of a threat, in the order of the outcomes."""
    return [
        _possible(outcome, outcome.entry_s, oracle, delivery_delay_s)
        for outcome in outcomes
        if outcome.threat and outcome.entry_s is not None
    ]


def detection(entries: Sequence[PossibleEntry]) -> Detection:
    """POD of entries that can be pooled: of one run, or of all runs of a family."""
    excluded = Counter(entry.excluded.value for entry in entries if entry.excluded is not None)
    eligible = [entry for entry in entries if entry.excluded is None]
    warned = sum(entry.warned for entry in eligible)
    pod = warned / len(eligible) if eligible else None
    return Detection(len(eligible), warned, dict(sorted(excluded.items())), pod)


@dataclass(frozen=True, slots=True)
class Efficiency:
    """Share of the oracle's lead that was kept, over the eligible entries."""

    median: float
    p05: float
    worst: float
    entries: int


def efficiency(values: Sequence[float]) -> Efficiency | None:
    """None without any; the 5th percentile is the nearest value on the bad side."""
    if not values:
        return None
    fifth = float(np.percentile(values, 5, method="lower"))
    return Efficiency(float(np.median(values)), fifth, min(values), len(values))


def lead_efficiency(entries: Sequence[PossibleEntry]) -> Efficiency | None:
    """Of all eligible entries, those without a warning too."""
    return efficiency([entry.efficiency for entry in entries if entry.excluded is None])


def tracking_efficiency(entries: Sequence[PossibleEntry]) -> Efficiency | None:
    """Of those eligible entries of which perfect tracks would have led to a warning."""
    found = [entry.tracking_efficiency for entry in entries if entry.excluded is None]
    return efficiency([value for value in found if value is not None])


def _possible(outcome: ZoneOutcome, entry_s: float, oracle: OracleLog, delay_s: float) -> PossibleEntry:
    key = outcome.object_id, outcome.zone
    known_s = oracle.known_s.get(outcome.object_id)
    told_s, tracked_s = oracle.knowing_all_s.get(key), oracle.knowing_tracks_s.get(key)
    return PossibleEntry(
        object_id=outcome.object_id,
        zone=outcome.zone,
        known_s=known_s,
        lead_s=outcome.lead_s,
        warned=outcome.warned,
        knowing_all_lead_s=None if told_s is None else entry_s - told_s - delay_s,
        knowing_tracks_lead_s=None if tracked_s is None else entry_s - tracked_s - delay_s,
        excluded=_why_excluded(entry_s, outcome.required_lead_s, known_s, told_s),
    )


def _why_excluded(
    entry_s: float, required_s: float, known_s: float | None, told_s: float | None
) -> Excluded | None:
    if known_s is None or known_s > entry_s:
        return Excluded.NOT_DETECTED
    if entry_s - known_s < required_s:
        return Excluded.DETECTED_LATE
    if told_s is None or entry_s - told_s < required_s:
        return Excluded.NOT_PREDICTABLE
    return None
