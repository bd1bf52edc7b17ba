"""Why a message was sent: from the message to its rule, tracks, predictions and the detections behind them.

Everything is read from what was recorded: nothing is computed again, so that what is told is what was so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.config.site import Site
from tocsin.config.toml import parse
from tocsin.errors import InvalidInput
from tocsin.model.alerts import Level
from tocsin.model.labels import CLASS_WORDS
from tocsin.recording.layout import SITE
from tocsin.recording.recording import Recording
from tocsin.units import IntArray

LOOKS_BACK_S = 60.0
"""Evidence counts for a minute (`tocsin.assessment.evidence`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The tables of the contract that answers are found in; `predictions` is None where there are none."""

    site: Site
    tracks: Any
    predictions: Any | None
    associations: Any
    detections: Any
    rows: IntArray
    """Numbers of the detections, growing: they may be only some of all."""
    classes: Any | None = None
    """Why tracks were taken for what they are; None where that isn't told."""

    def take(self, numbers: IntArray) -> Any:
        """Detections by their number."""
        return self.detections.take(np.searchsorted(self.rows, numbers))


@dataclass(frozen=True, slots=True)
class ClassEvidenceThen:
    """What evidence of one kind said of a track, `sensor` where it was one's labels: by class the natural log
    of how well it fits, the sum of all being the `together` that the class probability is the exponential of.
    """

    evidence: str
    sensor: str | None
    log_likelihood: dict[str, float]


@dataclass(frozen=True, slots=True)
class TrackThen:
    """A track as it was when the message was issued; None where it was not told."""

    track_id: str
    time_s: float | None
    existence: float | None
    object_class: str | None
    class_probability: float | None
    sensors: tuple[str, ...]
    entry_probability: float | None
    earliest_entry_s: float | None
    predicted_entry_s: float | None
    latest_entry_s: float | None
    class_evidence: tuple[ClassEvidenceThen, ...] = ()


@dataclass(frozen=True, slots=True)
class SensorThen:
    """What one sensor gave for the tracks of a message and those beside them; times are UTC seconds."""

    sensor: str
    kind: str
    detections: int
    expected: float
    """The same, each counted with the probability that it was of these tracks."""
    first_measured_s: float
    last_measured_s: float
    last_received_s: float
    rows: tuple[int, ...]
    """The last of them, as row numbers in detections.parquet."""


@dataclass(frozen=True, slots=True)
class Steps:
    """When the newest detection behind a message was measured and received, and what became of it, UTC.

    `used_s` is the time of the picture in which it was first used, `issued_s` that of the message, both in
    the time of what was measured. `tracked_s` and `decided_s` are by the clock of the machine: only a
    running service has them.
    """

    measured_s: float | None
    received_s: float | None
    used_s: float | None
    issued_s: float
    tracked_s: float | None
    decided_s: float | None


@dataclass(frozen=True, slots=True)
class Why:
    """The answer for one message. `is_of_tracks` is False where no track is behind it: then the sensors are
    all that reported in the minute before it was last seen or heard, whatever they reported."""

    message: dict[str, Any]
    rule: dict[str, Any]
    tracks: tuple[TrackThen, ...]
    sensors: tuple[SensorThen, ...]
    steps: Steps
    is_of_tracks: bool
    beside: tuple[TrackThen, ...] = ()
    """Tracks that flew beside them and lent evidence; what was detected of them is among `sensors`."""


_MOST_ROWS = 5


def evidence_of(recording: Recording) -> Evidence:
    """What a recording holds. Raises `UnusableFile`, `InvalidFile` and `InvalidTable` where it is damaged."""
    site = parse(recording.site_toml, recording.directory / SITE, Site)
    detections, used = recording.detections(), recording.associations()
    first = recording.first_detection
    rows = np.arange(first, first + len(detections))
    # A part of a run may name detections of the part before it.
    used = used.filter(
        pc.and_(pc.greater_equal(used["detection"], first), pc.less(used["detection"], first + len(rows)))
    )
    tracks, predictions = recording.tracks(), recording.predictions()
    return Evidence(site, tracks, predictions, used, detections, rows, recording.class_evidence())


def why(evidence: Evidence, message: dict[str, Any]) -> Why:
    """The answer for one row of the alerts table."""
    issued_s, track_ids = message["issued_s"], list(message["track_ids"])
    beside = list(message.get("beside") or ())
    used = _associations(evidence.associations, [*track_ids, *beside], issued_s)
    if not track_ids:
        used = _reports(evidence, min(issued_s, message.get("seen_s") or issued_s))
    return Why(
        message=message,
        rule=_rule(evidence.site, message),
        tracks=tuple(_track(evidence, message, track_id) for track_id in track_ids),
        sensors=tuple(_sensors(evidence, used)),
        steps=_steps(evidence, used, message),
        is_of_tracks=bool(track_ids),
        beside=tuple(_track(evidence, message, track_id) for track_id in beside),
    )


def chosen(messages: Sequence[dict[str, Any]], version: int | None) -> dict[str, Any]:
    """One message of an alert: of a version, else the first of the loudest level.

    Raises `InvalidInput` where there is no such version.
    """
    if version is None:
        return max(messages, key=lambda message: (Level[message["level"].upper()], -message["version"]))
    found = [message for message in messages if message["version"] == version]
    if not found:
        told = ", ".join(str(message["version"]) for message in messages)
        raise InvalidInput(f"alert {messages[0]['alert_id']} has no version {version}; known: {told}")
    return found[0]


def _rule(site: Site, message: dict[str, Any]) -> dict[str, Any]:
    """The rule with all its figures; its name alone where the site has no such rule, as for a test."""
    label = message.get("rule") or message["reason"].rpartition("; rule ")[2]
    for rule in site.rules:
        if rule.label == label and (not rule.zones or message["zone"] in rule.zones):
            return {"label": label, **rule.model_dump(exclude={"name"})}
    return {"label": ""}


def _track(evidence: Evidence, message: dict[str, Any], track_id: str) -> TrackThen:
    row = _latest(evidence.tracks, track_id, message["issued_s"]) or {}
    told: dict[str, Any] = {}
    if evidence.predictions is not None:
        of_zone = evidence.predictions.filter(pc.equal(evidence.predictions["zone"], message["zone"]))
        told = _latest(of_zone, track_id, message["issued_s"]) or {}
    return TrackThen(
        track_id,
        row.get("time_s"),
        row.get("existence"),
        row.get("class"),
        row.get("class_probability"),
        tuple(row.get("sensors") or ()),
        told.get("entry_probability"),
        told.get("earliest_entry_s"),
        told.get("predicted_entry_s"),
        told.get("latest_entry_s"),
        ()
        if evidence.classes is None
        else last_class_evidence(evidence.classes, track_id, message["issued_s"]),
    )


def last_class_evidence(table: Any, track_id: str, until_s: float) -> tuple[ClassEvidenceThen, ...]:
    """The last that a class evidence table tells of a track until a time."""
    last = _latest(table, track_id, until_s)
    if last is None:
        return ()
    rows = table.filter(
        pc.and_(pc.equal(table["track_id"], track_id), pc.equal(table["time_s"], last["time_s"]))
    )
    return tuple(
        ClassEvidenceThen(row["evidence"], row["sensor"], {name: row[name] for name in CLASS_WORDS})
        for row in rows.to_pylist()
    )


def _latest(table: Any, track_id: str, until_s: float) -> dict[str, Any] | None:
    """The last row of a track until a time, in a table that is in the order of time."""
    rows = table.filter(
        pc.and_(pc.equal(table["track_id"], track_id), pc.less_equal(table["time_s"], until_s))
    )
    found: dict[str, Any] | None = rows.slice(len(rows) - 1).to_pylist()[0] if len(rows) else None
    return found


def _associations(table: Any, track_ids: list[str], until_s: float) -> Any:
    """The last minute of each before the message; of a lost object that before it was last seen."""
    mine = table.filter(
        pc.and_(
            pc.is_in(table["track_id"], pa.array(track_ids, pa.string())),
            pc.less_equal(table["time_s"], until_s),
        )
    )
    if not len(mine):
        return mine
    time_s = mine["time_s"].to_numpy()
    track = pc.index_in(mine["track_id"], pa.array(track_ids, pa.string())).to_numpy()
    seen_s = np.full(len(track_ids), -np.inf)
    np.maximum.at(seen_s, track, time_s)
    return mine.filter(pa.array(time_s > seen_s[track] - LOOKS_BACK_S))


def _reports(evidence: Evidence, until_s: float) -> Any:
    """All of the last minute, in the columns of associations."""
    detections = evidence.detections
    time_s = detections["time_s"].to_numpy()
    rows = np.flatnonzero((time_s <= until_s) & (time_s > until_s - LOOKS_BACK_S))
    return pa.table(
        {
            "time_s": time_s[rows],
            "detection": evidence.rows[rows],
            "sensor": detections["sensor"].take(rows),
            "probability": np.ones(len(rows)),
        }
    )


def _sensors(evidence: Evidence, used: Any) -> list[SensorThen]:
    kinds = {sensor.name: sensor.kind.value for sensor in evidence.site.sensors}
    found = []
    for name in sorted(set(used["sensor"].to_pylist())):
        mine = used.filter(pc.equal(used["sensor"], name))
        rows = np.unique(mine["detection"].to_numpy())
        detections = evidence.take(rows)
        found.append(
            SensorThen(
                name,
                kinds.get(name, "unknown"),
                len(rows),
                float(pc.sum(pc.fill_null(mine["probability"], 1.0)).as_py()),
                float(pc.min(detections["time_s"]).as_py()),
                float(pc.max(detections["time_s"]).as_py()),
                float(pc.max(_received(detections)).as_py()),
                tuple(rows[-_MOST_ROWS:].tolist()),
            )
        )
    return found


def _steps(evidence: Evidence, used: Any, message: dict[str, Any]) -> Steps:
    measured_s = received_s = used_s = None
    if len(used):
        rows = evidence.take(used["detection"].to_numpy())
        newest = int(np.argmax(rows["time_s"].to_numpy()))
        measured_s = rows["time_s"][newest].as_py()
        received_s = _received(rows)[newest].as_py()
        used_s = used["time_s"][newest].as_py()
    clock = (message.get("tracked_s"), message.get("decided_s"))
    return Steps(measured_s, received_s, used_s, message["issued_s"], *clock)


def _received(detections: Any) -> Any:
    return pc.coalesce(detections["received_s"], detections["time_s"])
