"""What `metrics.json` holds, declared for `tocsin schema metrics` and for the test that holds it to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from tocsin.evaluation.gospa import GospaSummary
from tocsin.evaluation.leads import RaisedWarning, ZoneOutcome
from tocsin.evaluation.measured import Measured, Measures
from tocsin.evaluation.nees import NeesSummary


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one figure over the entries of a run [s]."""

    median: float
    p05: float
    worst: float


@dataclass(frozen=True, slots=True)
class Nees:
    """Normalised error squared per axis; null where nothing could be compared."""

    horizontal: NeesSummary | None
    vertical: NeesSummary | None


@dataclass(frozen=True, slots=True)
class SensorCounts:
    """What came from one sensor, and what of it was not used, by reason."""

    name: str
    kind: str
    messages: int
    detections: int
    scans: int
    refused: dict[str, int]
    decode_errors: dict[str, int]


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What every run counts, with truth or without; the same for the same input."""

    scans: int
    detections: int
    sensors: list[SensorCounts]
    tracks_confirmed: int
    notes: list[str]
    replays: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class MetricsFile:
    """metrics.json: `run` of every run, and all else where the truth is known. Null is what can't be said."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    run: RunCounts | None = None
    format: int | None = None
    site: str | None = None
    threats: int | None = None
    threats_entering: int | None = None
    threats_warned: int | None = None
    entries: int | None = None
    entries_warned: int | None = None
    lead_s: Spread | None = None
    warnings: int | None = None
    false_warnings: int | None = None
    false_alarm_ratio: float | None = None
    alerts: int | None = None
    reversals: int | None = None
    reversals_per_alert: float | None = None
    gospa: GospaSummary | None = None
    nees: Nees | None = None
    objects: list[ZoneOutcome] | None = None
    raised_warnings: list[RaisedWarning] | None = None
    measures: Measures | None = None
    measured: Measured | None = None
