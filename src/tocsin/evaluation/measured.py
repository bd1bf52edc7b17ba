"""The release gate: what one run gave of each measure of warnings, in a form that runs can be pooled in.

A run has few entries and fewer alerts, so measures are not averaged over runs: what was counted is added up
over all runs of a family, and each measure is taken once, of the sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from tocsin.evaluation.arrival import Arrival
from tocsin.evaluation.entry_forecasts import EntryForecasts
from tocsin.evaluation.oracle import (
    Detection,
    Efficiency,
    PossibleEntry,
    detection,
    lead_efficiency,
    tracking_efficiency,
)
from tocsin.evaluation.over_warned import OverWarned
from tocsin.evaluation.siap import Siap
from tocsin.evaluation.zones_warned import ZonesWarned, added


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted in one run, or in several; `entries` is None where no oracle could be asked."""

    entries: list[PossibleEntry] | None
    warnings: int
    false_warnings: int
    alerts: int
    reversals: int
    arrivals: list[Arrival]
    forecasts: list[EntryForecasts]
    over_warned: OverWarned
    siap: Siap
    zones: ZonesWarned


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often the 90 % interval held the entry."""

    entries: int
    held: int
    share: float


@dataclass(frozen=True, slots=True)
class EntrySkill:
    """Brier scores of zone entry within a look-ahead; `skill` is null where extrapolation made no error."""

    look_ahead_s: float
    samples: int
    entered: int
    brier: float
    straight_brier: float
    skill: float | None


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of warnings; null is what can't be said. `arrival` goes by level at its first issue."""

    detection: Detection | None
    lead_efficiency: Efficiency | None
    tracking_efficiency: Efficiency | None
    warnings: int
    false_alarm_ratio: float | None
    alerts: int
    reversals_per_alert: float | None
    arrival: dict[str, Coverage]
    entry_skill: list[EntrySkill]
    over_warned: float | None
    missed_area: float | None
    siap: dict[str, float | None]
    zones_warned: float | None
    zone_lead_s: float | None
    warnings_without_track: int
    false_without_track: int


def measures(measured: Measured) -> Measures:
    """Takes each measure."""
    entries = measured.entries
    return Measures(
        detection=None if entries is None else detection(entries),
        lead_efficiency=None if entries is None else lead_efficiency(entries),
        tracking_efficiency=None if entries is None else tracking_efficiency(entries),
        warnings=measured.warnings,
        false_alarm_ratio=measured.false_warnings / measured.warnings if measured.warnings else None,
        alerts=measured.alerts,
        reversals_per_alert=measured.reversals / measured.alerts if measured.alerts else None,
        arrival=_coverage(measured.arrivals),
        entry_skill=[_skill(forecasts) for forecasts in measured.forecasts if forecasts.samples],
        over_warned=measured.over_warned.ratio,
        missed_area=measured.over_warned.missed_share,
        siap=measured.siap.attributes(),
        zones_warned=measured.zones.share,
        zone_lead_s=measured.zones.median_lead_s,
        warnings_without_track=measured.zones.without_track,
        false_without_track=measured.zones.false_without_track,
    )


def pool(runs: Sequence[Measured]) -> Measured:
    """What several runs gave together; at least one. Entries of runs without an oracle are left out."""
    known = [run.entries for run in runs if run.entries is not None]
    by_look_ahead: dict[float, list[EntryForecasts]] = {}
    for run in runs:
        for forecasts in run.forecasts:
            by_look_ahead.setdefault(forecasts.look_ahead_s, []).append(forecasts)
    return Measured(
        entries=[entry for entries in known for entry in entries] if known else None,
        warnings=sum(run.warnings for run in runs),
        false_warnings=sum(run.false_warnings for run in runs),
        alerts=sum(run.alerts for run in runs),
        reversals=sum(run.reversals for run in runs),
        arrivals=[arrival for run in runs for arrival in run.arrivals],
        forecasts=[_added(parts) for _, parts in sorted(by_look_ahead.items())],
        over_warned=OverWarned(
            sum(run.over_warned.warned_km2_s for run in runs),
            sum(run.over_warned.needed_km2_s for run in runs),
            sum(run.over_warned.missed_km2_s for run in runs),
        ),
        siap=Siap(*(sum(getattr(run.siap, field.name) for run in runs) for field in fields(Siap))),
        zones=added([run.zones for run in runs]),
    )


def _coverage(arrivals: Sequence[Arrival]) -> dict[str, Coverage]:
    found = {}
    for level in sorted({arrival.level for arrival in arrivals}):
        held = [arrival.held for arrival in arrivals if arrival.level == level]
        found[level] = Coverage(len(held), sum(held), sum(held) / len(held))
    return found


def _skill(forecasts: EntryForecasts) -> EntrySkill:
    return EntrySkill(
        forecasts.look_ahead_s,
        forecasts.samples,
        forecasts.entered,
        forecasts.squared / forecasts.samples,
        forecasts.straight_squared / forecasts.samples,
        forecasts.skill,
    )


def _added(parts: Sequence[EntryForecasts]) -> EntryForecasts:
    return EntryForecasts(
        parts[0].look_ahead_s,
        sum(part.samples for part in parts),
        sum(part.entered for part in parts),
        sum(part.squared for part in parts),
        sum(part.straight_squared for part in parts),
        [sum(column) for column in zip(*(part.bins_samples for part in parts), strict=True)],
        [sum(column) for column in zip(*(part.bins_probability for part in parts), strict=True)],
        [sum(column) for column in zip(*(part.bins_entered for part in parts), strict=True)],
    )
