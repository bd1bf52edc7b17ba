"""Sensor status: what is known of a sensor's health, the same for every kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

UNASSIGNED = "unassigned"
"""The name under which stands what belongs to no sensor of the site."""


@dataclass(frozen=True, slots=True)
class SelfReport:
    """What a sensor last told of itself; None where it did not say.

    `clock_offset_s` is its clock minus UTC by its own account; the position is WGS-84, for sensors that move.
    """

    received_ns: int
    is_listening: bool
    battery_percent: float | None = None
    clock_offset_s: float | None = None
    latitude_rad: float | None = None
    longitude_rad: float | None = None
    altitude_m: float | None = None
    software: str = ""


@dataclass(slots=True)
class SensorStatus:
    """Counts since the start; times are None until something came.

    `refused` counts detections that were not used, by reason; `decode_errors` counts messages that could not
    be read, by kind.
    """

    name: str
    kind: str
    messages: int = 0
    detections: int = 0
    scans: int = 0
    last_measured_ns: int | None = None
    last_received_ns: int | None = None
    refused: Counter[str] = field(default_factory=Counter)
    decode_errors: Counter[str] = field(default_factory=Counter)
    self_report: SelfReport | None = None
    strangers: dict[str, None] = field(default_factory=dict)
    """Names, at most 20 of 80 characters, that were told and that no sensor of the site has."""
    last_simulated_ns: int | None = None
    """When a report came that is used although its sender marked it as simulated."""

    def age_s(self, now_ns: int) -> float | None:
        """Seconds since the last thing that came, or None if nothing did."""
        return None if self.last_received_ns is None else (now_ns - self.last_received_ns) / 1e9
