"""What a run came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.model.alerts import AlertMessage
from tocsin.model.sensors import SensorStatus


@dataclass(frozen=True, slots=True)
class RunSummary:
    """Counts of one run; `messages` are all alert messages in order, `metrics` None where no truth is known.

    `duration_s` is the time that was run through, `wall_s` the time that it took.
    """

    directory: Path
    scans: int
    detections: int
    statuses: tuple[SensorStatus, ...]
    tracks_confirmed: int
    messages: tuple[AlertMessage, ...]
    metrics: dict[str, Any] | None
    notes: tuple[str, ...]
    replays: int
    duration_s: float
    wall_s: float

    @property
    def refused(self) -> int:
        """Detections that were not used."""
        return sum(status.refused.total() for status in self.statuses)

    def as_json(self) -> dict[str, Any]:
        """For `--json`: plain values only."""
        return {
            "directory": str(self.directory),
            **self.counts(),
            "refused": self.refused,
            "alerts": [alert_json(message) for message in self.messages],
            "metrics": self.metrics,
            "wall_s": self.wall_s,
        }

    def counts(self) -> dict[str, Any]:
        """What `metrics.json` keeps of every run under `run`: the same for the same input."""
        return {
            "scans": self.scans,
            "detections": self.detections,
            "sensors": [sensor_json(status) for status in self.statuses],
            "tracks_confirmed": self.tracks_confirmed,
            "notes": list(self.notes),
            "replays": self.replays,
            "duration_s": self.duration_s,
        }


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """What `simulate` wrote."""

    directory: Path
    scenario: str
    seed: int
    detections: int
    objects: int
    threats: int
    duration_s: float
    files: tuple[Path, ...]

    def as_json(self) -> dict[str, Any]:
        """For `--json`: plain values only."""
        return {
            "directory": str(self.directory),
            "scenario": self.scenario,
            "seed": self.seed,
            "detections": self.detections,
            "objects": self.objects,
            "threats": self.threats,
            "duration_s": self.duration_s,
            "files": [str(file) for file in self.files],
        }


def sensor_json(status: SensorStatus) -> dict[str, Any]:
    """One sensor's counts."""
    return {
        "name": status.name,
        "kind": status.kind,
        "messages": status.messages,
        "detections": status.detections,
        "scans": status.scans,
        "refused": dict(status.refused),
        "decode_errors": dict(status.decode_errors),
    }


def alert_json(message: AlertMessage) -> dict[str, Any]:
    """One message, under the names of the contract's table."""
    entry_ns = message.predicted_entry_ns
    return {
        "alert_id": message.alert_id,
        "version": message.version,
        "issued_s": message.issued_ns / 1e9,
        "level": message.level.word,
        "zone": message.zone,
        "track_ids": list(message.track_ids),
        "predicted_entry_s": None if entry_ns is None else entry_ns / 1e9,
        "entry_probability": message.entry_probability,
        "reason": message.reason,
        "message_type": message.message_type.value,
        "cap_file": message.cap_file,
    }


def by_sensor(statuses: Iterable[SensorStatus]) -> dict[str, dict[str, int]]:
    """Refusals and decode errors of each sensor that has any, by reason."""
    counts = {status.name: dict(status.refused + status.decode_errors) for status in statuses}
    return {name: reasons for name, reasons in counts.items() if reasons}
