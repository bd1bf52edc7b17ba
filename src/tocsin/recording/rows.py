"""What is recorded as columns of the model, and each as the table of the contract that it becomes.

Everything that trigonometry makes (latitudes, degrees) is made here, from blocks that `TableWriter` cuts by
number of rows, so that the bits in the file don't depend on how many rows came at once.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tocsin.formats.tables.casting import arrow_schema
from tocsin.geo.frame import LocalFrame
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments
from tocsin.model.class_evidence import NO_SENSOR
from tocsin.model.columns import Columns
from tocsin.model.detections import HEARD, HEARD_ABSENT, NO_SCAN, Detections
from tocsin.model.labels import CLASS_WORDS, LABELS, NO_LABEL
from tocsin.model.paths import PathPoints
from tocsin.model.schema import Schema
from tocsin.model.tables import (
    ALERTS,
    ASSOCIATIONS,
    CLASS_EVIDENCE,
    DETECTIONS,
    ORIGINS,
    PATHS,
    PREDICTIONS,
    PRESENCE,
    TRACKS,
    TRUTH,
)
from tocsin.model.tracks import Associations, Picture
from tocsin.model.truth import Origins, Truth
from tocsin.model.validation import degrees_that_read_back, file_column
from tocsin.units import (
    BoolArray,
    FloatArray,
    IntArray,
    nanoseconds_to_seconds,
    nanoseconds_to_seconds_array,
)

NOT_ASSESSED = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class TrackRows(Columns):
    """Rows of the tracks table: `state` (n, 6), `sigma_m` (n, 3), `seen` (n, sensors), the others (n,)."""

    time_ns: IntArray
    track_id: npt.NDArray[np.object_]
    state: FloatArray
    sigma_m: FloatArray
    existence: FloatArray
    object_class: npt.NDArray[np.object_]
    class_probability: FloatArray
    seen: BoolArray

    @classmethod
    def of(cls, picture: Picture, assessments: Assessments | None) -> TrackRows:
        """One row a track, by identity; a track that isn't assessed is 'unknown' without a probability."""
        tracks = picture.tracks.take(np.argsort(picture.tracks.track_id, kind="stable"))
        variance = np.diagonal(tracks.covariance, axis1=1, axis2=2)[:, :3]
        object_class, class_probability = _classes(tracks.track_id, assessments)
        return cls(
            np.full(len(tracks), picture.time_ns, dtype=np.int64),
            tracks.track_id,
            tracks.state,
            np.sqrt(variance),
            tracks.existence,
            object_class,
            class_probability,
            tracks.seen_lately(picture.time_ns),
        )


class Taken(NamedTuple):
    """When, by the machine's clock, a picture was there and its messages were decided; None: no clock."""

    tracked_ns: int | None
    decided_ns: int | None


NOT_TIMED = Taken(None, None)


@dataclass(frozen=True, slots=True, eq=False)
class AlertRows(Columns):
    """Rows of the alerts table, (n,); the times of the machine's clock are NaN where there is none."""

    message: npt.NDArray[np.object_]
    tracked_s: FloatArray
    decided_s: FloatArray

    @classmethod
    def of(cls, messages: Sequence[AlertMessage], taken: Taken = NOT_TIMED) -> AlertRows:
        """In the order in which they were issued."""
        column = np.empty(len(messages), dtype=object)
        column[:] = messages
        return cls(column, *(np.full(len(messages), _clock_s(time_ns)) for time_ns in taken))


@dataclass(frozen=True, slots=True, eq=False)
class PredictionRows(Columns):
    """Rows of the predictions table, (n,); `entry_s` (n, 3): 5, 50 and 95 % points, UTC seconds."""

    time_ns: IntArray
    track_id: npt.NDArray[np.object_]
    zone: npt.NDArray[np.object_]
    entry_probability: FloatArray
    entry_s: FloatArray

    @classmethod
    def of(cls, assessments: Assessments) -> PredictionRows:
        """One row for each track and zone that some future of the track enters."""
        track, zone = np.nonzero(assessments.entry_probability > 0.0)
        now_s = nanoseconds_to_seconds(assessments.time_ns)
        return cls(
            np.full(len(track), assessments.time_ns, dtype=np.int64),
            assessments.track_id[track],
            np.array(assessments.zones, dtype=object)[zone],
            assessments.entry_probability[track, zone],
            now_s + assessments.entry_s[track, zone],
        )


@dataclass(frozen=True, slots=True, eq=False)
class PresenceRows(Columns):
    """Rows of the presence table, (n,)."""

    time_ns: IntArray
    sensor: npt.NDArray[np.object_]
    state: npt.NDArray[np.object_]

    @classmethod
    def of(cls, time_ns: int, states: Mapping[str, str]) -> PresenceRows:
        """What these sensors are from then on."""
        return cls(
            np.full(len(states), time_ns, dtype=np.int64),
            np.array(list(states), dtype=object),
            np.array([str(state) for state in states.values()], dtype=object),
        )


@dataclass(frozen=True, slots=True, eq=False)
class ClassEvidenceRows(Columns):
    """Rows of the class evidence table, (n,); `log` (n, c)."""

    time_ns: IntArray
    track_id: npt.NDArray[np.object_]
    kind: npt.NDArray[np.object_]
    sensor: IntArray
    log: FloatArray

    @classmethod
    def of(cls, assessments: Assessments, track_ids: Collection[str] | None = None) -> ClassEvidenceRows:
        """Of those of these tracks that are in the picture; None: of all."""
        ids = assessments.track_id
        chosen = np.arange(len(ids)) if track_ids is None else _places(ids, track_ids)
        found = assessments.class_evidence(chosen)
        time_ns = np.full(len(found), assessments.time_ns, dtype=np.int64)
        return cls(time_ns, found.track_id, found.kind, found.sensor, found.log)


def _places(ids: npt.NDArray[np.object_], wanted: Collection[str]) -> IntArray:
    return np.array([place for place, name in enumerate(ids) if name in wanted], dtype=np.int64)


def detections_table(detections: Detections, sensor_names: Sequence[str]) -> Any:
    """Detections as a `pyarrow.Table` of the contract; what wasn't measured is null."""
    arrays = detections.arrays()
    columns: dict[str, Any] = {}
    for name in arrays:
        values = arrays[name]
        if name.endswith("_ns"):
            columns[file_column(name)] = nanoseconds_to_seconds_array(values)
        elif values.dtype == np.float64:
            degrees = name.endswith("_rad")
            columns[file_column(name)] = _number(degrees_that_read_back(values) if degrees else values)
    columns["sensor"] = _names(detections.sensor, sensor_names)
    columns["scan"] = pa.array(detections.scan, mask=detections.scan == NO_SCAN)
    columns["heard"] = pa.array(detections.heard == HEARD, mask=detections.heard == HEARD_ABSENT)
    columns["identity"] = pa.array(detections.identity, pa.string(), mask=detections.identity == "")
    columns["label"] = _names(
        np.where(detections.label == NO_LABEL, len(LABELS), detections.label), (*LABELS, None)
    )
    return _table(DETECTIONS, columns)


def tracks_table(rows: TrackRows, frame: LocalFrame, sensor_names: Sequence[str]) -> Any:
    """Track rows as a `pyarrow.Table` of the contract."""
    columns = _state_columns(rows.time_ns, rows.state, frame)
    columns |= {"track_id": rows.track_id, "existence": rows.existence, "class": rows.object_class}
    columns |= {f"sigma_{axis}_m": rows.sigma_m[:, i] for i, axis in enumerate(("east", "north", "up"))}
    columns["class_probability"] = _number(rows.class_probability)
    offsets = np.concatenate([[0], np.cumsum(rows.seen.sum(axis=1))]).astype(np.int32)
    columns["sensors"] = pa.ListArray.from_arrays(offsets, _names(np.nonzero(rows.seen)[1], sensor_names))
    return _table(TRACKS, columns)


def associations_table(rows: Associations, sensor_names: Sequence[str]) -> Any:
    """Associations as a `pyarrow.Table` of the contract."""
    columns: dict[str, Any] = {
        "time_s": nanoseconds_to_seconds_array(rows.time_ns),
        "track_id": rows.track_id,
        "detection": rows.detection,
        "sensor": _names(rows.sensor, sensor_names),
        "probability": rows.probability,
    }
    return _table(ASSOCIATIONS, columns)


def predictions_table(rows: PredictionRows) -> Any:
    """Predictions as a `pyarrow.Table` of the contract."""
    columns: dict[str, Any] = {
        "time_s": nanoseconds_to_seconds_array(rows.time_ns),
        "track_id": rows.track_id,
        "zone": rows.zone,
        "entry_probability": rows.entry_probability,
    }
    points = ("earliest_entry_s", "predicted_entry_s", "latest_entry_s")
    columns |= {name: _number(rows.entry_s[:, index]) for index, name in enumerate(points)}
    return _table(PREDICTIONS, columns)


def paths_table(rows: PathPoints, frame: LocalFrame) -> Any:
    """Expected ways as a `pyarrow.Table` of the contract."""
    latitude_rad, longitude_rad, altitude_m = frame.to_geodetic(rows.place_enu_m)
    columns: dict[str, Any] = {
        "time_s": nanoseconds_to_seconds_array(rows.time_ns),
        "track_id": rows.track_id,
        "after_s": rows.after_s,
        "latitude_deg": np.degrees(latitude_rad),
        "longitude_deg": np.degrees(longitude_rad),
        "altitude_m": altitude_m,
        "sigma_along_m": rows.sigma_along_m,
        "sigma_across_m": rows.sigma_across_m,
        "course_deg": np.degrees(rows.course_rad),
    }
    return _table(PATHS, columns)


def presence_table(rows: PresenceRows) -> Any:
    """What sensors were as a `pyarrow.Table` of the contract."""
    columns: dict[str, Any] = {
        "time_s": nanoseconds_to_seconds_array(rows.time_ns),
        "sensor": rows.sensor,
        "state": rows.state,
    }
    return _table(PRESENCE, columns)


def class_evidence_table(rows: ClassEvidenceRows, sensor_names: Sequence[str]) -> Any:
    """Class evidence as a `pyarrow.Table` of the contract."""
    named = np.where(rows.sensor == NO_SENSOR, len(sensor_names), rows.sensor)
    columns: dict[str, Any] = {
        "time_s": nanoseconds_to_seconds_array(rows.time_ns),
        "track_id": rows.track_id,
        "evidence": rows.kind,
        "sensor": _names(named, (*sensor_names, None)),
    }
    columns |= {name: rows.log[:, place] for place, name in enumerate(CLASS_WORDS)}
    return _table(CLASS_EVIDENCE, columns)


def origins_table(rows: Origins, sensor_names: Sequence[str]) -> Any:
    """Origins as a `pyarrow.Table` of the contract."""
    columns: dict[str, Any] = {
        "time_s": nanoseconds_to_seconds_array(rows.time_ns),
        "received_s": nanoseconds_to_seconds_array(rows.received_ns),
        "sensor": _names(rows.sensor, sensor_names),
        "object_id": rows.object_id,
    }
    return _table(ORIGINS, columns)


def truth_table(truth: Truth, frame: LocalFrame) -> Any:
    """Truth as a `pyarrow.Table` of the contract."""
    columns = _state_columns(truth.time_ns, truth.state, frame)
    columns |= {"object_id": truth.object_id, "class": truth.object_class, "threat": truth.threat}
    return _table(TRUTH, columns)


def alerts_table(rows: AlertRows) -> Any:
    """Alert messages as a `pyarrow.Table` of the contract."""
    told = zip(rows.message, rows.tracked_s.tolist(), rows.decided_s.tolist(), strict=True)
    return pa.Table.from_pylist([_alert(*row) for row in told], schema=arrow_schema(ALERTS))


def _alert(message: AlertMessage, tracked_s: float, decided_s: float) -> dict[str, Any]:
    entry_ns = message.predicted_entry_ns
    return {
        "alert_id": message.alert_id,
        "version": message.version,
        "issued_s": nanoseconds_to_seconds(message.issued_ns),
        "level": message.level.word,
        "zone": message.zone,
        "track_ids": list(message.track_ids),
        "predicted_entry_s": None if entry_ns is None else nanoseconds_to_seconds(entry_ns),
        "entry_probability": message.entry_probability,
        "reason": message.reason,
        "message_type": message.message_type.value,
        "cap_file": message.cap_file,
        "rule": message.rule or None,
        "beside": list(message.beside) or None,
        "seen_s": None if message.seen_ns is None else nanoseconds_to_seconds(message.seen_ns),
        "tracked_s": None if math.isnan(tracked_s) else tracked_s,
        "decided_s": None if math.isnan(decided_s) else decided_s,
    }


def _clock_s(time_ns: int | None) -> float:
    return math.nan if time_ns is None else nanoseconds_to_seconds(time_ns)


def _classes(
    track_id: npt.NDArray[np.object_], assessments: Assessments | None
) -> tuple[npt.NDArray[np.object_], FloatArray]:
    best: Mapping[str, tuple[str, float]] = {}
    if assessments is not None:
        best = {name: assessments.most_probable_class(i) for i, name in enumerate(assessments.track_id)}
    found = [best.get(name, (NOT_ASSESSED, np.nan)) for name in track_id]
    names = np.empty(len(found), dtype=object)
    names[:] = [name for name, _ in found]
    return names, np.array([probability for _, probability in found], dtype=np.float64)


def _state_columns(time_ns: IntArray, state: FloatArray, frame: LocalFrame) -> dict[str, Any]:
    """Time, position and velocity, as tracks and truth share them; velocities in the site's plane."""
    latitude_rad, longitude_rad, altitude_m = frame.to_geodetic(state[:, :3])
    columns: dict[str, Any] = {
        "time_s": nanoseconds_to_seconds_array(time_ns),
        "latitude_deg": np.degrees(latitude_rad),
        "longitude_deg": np.degrees(longitude_rad),
        "altitude_m": altitude_m,
    }
    for index, axis in enumerate(("east", "north", "up")):
        columns[f"{axis}_m"] = state[:, index]
        columns[f"velocity_{axis}_mps"] = state[:, 3 + index]
    return columns


def _number(values: FloatArray) -> Any:
    return pa.array(values, mask=np.isnan(values))


def _names(numbers: npt.NDArray[Any], names: Sequence[str | None]) -> Any:
    return pa.array(list(names), pa.string()).take(pa.array(numbers))


def _table(schema: Schema, columns: Mapping[str, Any]) -> Any:
    arrow = arrow_schema(schema)
    arrays = [pa.array(columns[field.name], type=field.type) for field in arrow]
    return pa.Table.from_arrays(arrays, schema=arrow)
