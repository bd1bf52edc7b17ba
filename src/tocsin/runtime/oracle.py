"""The oracle of the measures: the site's real assessment and rules, told the truth instead of tracks.

What it is told, and what it is not, stands in `tocsin.evaluation.oracle`. It is wired here, because whoever
judges may not know the rooms that are judged. It looks once a second, as the line does, and has one alerter
for each object, so that no object's alert waits for another's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.alerting.alerter import Alerter
from tocsin.assessment.assessor import Assessor
from tocsin.assessment.classes import CLASSES
from tocsin.config.site import Site
from tocsin.config.toml import parse
from tocsin.evaluation.grouping import rows_by_name
from tocsin.evaluation.oracle import ObjectAndZone, OracleLog
from tocsin.evaluation.paths import true_paths
from tocsin.evaluation.zone_volume import entry_time_s, zone_volumes
from tocsin.model.alerts import Level
from tocsin.model.assessments import Assessments
from tocsin.model.tracks import NEVER_NS, Associations, Picture, Tracks
from tocsin.model.truth import Truth
from tocsin.recording.layout import SITE
from tocsin.recording.recording import Recording
from tocsin.units import (
    FloatArray,
    IntArray,
    nanoseconds_to_seconds,
    seconds_to_nanoseconds,
    seconds_to_nanoseconds_array,
)

DETECTIONS_TO_KNOW = 3
# As good as exact: a covariance must not be singular.
_POSITION_SIGMA_M, _VELOCITY_SIGMA_MPS = 1.0, 0.1
_COVARIANCE = np.diag([_POSITION_SIGMA_M**2] * 3 + [_VELOCITY_SIGMA_MPS**2] * 3)
_NOTHING = Associations.empty()
_BY_TRACK = ("track_id", "class_probability", "entry_probability", "entry_s", "kinds", "state", "covariance",
             "existence", "seen_ns", "fastest_mps")  # fmt: skip
# As the tracker fades its support, and as long as it counts what it saw (model.tracks).
_MINUTE_S = 60.0


def ask_oracle(recording: Recording) -> OracleLog | None:
    """When the oracle would have warned; None where it isn't recorded which detection was of which object."""
    origins = recording.origins()
    if origins is None:
        return None
    site = parse(recording.site_toml, recording.directory / SITE, Site)
    truth = recording.truth()
    sightings = _sightings(origins, site.sensor_names)
    known_ns = {name: int(seen.received_ns[DETECTIONS_TO_KNOW - 1]) for name, seen in sightings.items()
                if len(seen.received_ns) >= DETECTIONS_TO_KNOW}  # fmt: skip
    entries = _entries_of_threats(site, truth)
    awaited = {name: zones for name, zones in entries.items() if name in known_ns}
    knowing_all, knowing_tracks = _Oracle(site, awaited), _Oracle(site, awaited)
    assessor = Assessor(site)
    kinds = frozenset(sensor.kind.value for sensor in site.sensors)
    for picture, classes in _true_pictures(truth, awaited, known_ns, sightings, len(site.sensors)):
        assessments = assessor.assess(picture)
        knowing_tracks.decide(assessments)
        knowing_all.decide(_told_all(assessments, classes, kinds))
    known_s = {name: nanoseconds_to_seconds(time_ns) for name, time_ns in known_ns.items()}
    return OracleLog(known_s, knowing_all.warned_s, knowing_tracks.warned_s)


@dataclass(slots=True)
class _Oracle:
    """Decides for each object by itself, until it has warned of all that the object will enter."""

    site: Site
    awaited: Mapping[str, Mapping[str, float]]
    warned_s: dict[ObjectAndZone, float] = field(default_factory=dict)
    _alerters: dict[str, Alerter] = field(default_factory=dict)
    _to_come: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._alerters = {name: Alerter(self.site) for name in self.awaited}
        self._to_come = {name: set(zones) for name, zones in self.awaited.items()}

    def decide(self, assessments: Assessments) -> None:
        for row, name in enumerate(assessments.track_id.tolist()):
            if not self._to_come[name]:
                continue
            for message in self._alerters[name].decide(_one(assessments, row)):
                if message.level is Level.WARNING:
                    issued_s = nanoseconds_to_seconds(message.issued_ns)
                    self.warned_s.setdefault((name, message.zone), issued_s)
                    self._to_come[name].discard(message.zone)


@dataclass(frozen=True, slots=True)
class _Sightings:
    """The true detections of one object by receipt: `received_ns`, `time_ns`, `sensor`, all (n,)."""

    received_ns: IntArray
    time_ns: IntArray
    sensor: IntArray

    def until(self, now_ns: int, sensors: int) -> tuple[FloatArray, IntArray]:
        """Decayed sum (sensors,) of the detections of each sensor by now, and when it last saw it."""
        known = slice(int(np.searchsorted(self.received_ns, now_ns, side="right")))
        sensor, time_ns = self.sensor[known], self.time_ns[known]
        weights = np.exp(-(now_ns - time_ns) / 1e9 / _MINUTE_S)
        support: FloatArray = np.zeros(sensors)
        np.add.at(support, sensor, weights)
        seen_ns: IntArray = np.full(sensors, NEVER_NS, dtype=np.int64)
        np.maximum.at(seen_ns, sensor, time_ns)
        return support, seen_ns


def _sightings(origins: Any, sensor_names: Sequence[str]) -> dict[str, _Sightings]:
    """By object, from a `pyarrow.Table` of the contract."""
    received_ns = seconds_to_nanoseconds_array(origins["received_s"].to_numpy())
    time_ns = seconds_to_nanoseconds_array(origins["time_s"].to_numpy())
    number = {name: index for index, name in enumerate(sensor_names)}
    sensor = np.array([number[name] for name in origins["sensor"].to_pylist()], dtype=np.int64)
    found = {}
    for name, rows in rows_by_name(origins["object_id"].to_numpy()).items():
        ordered = rows[np.argsort(received_ns[rows], kind="stable")]
        found[name] = _Sightings(received_ns[ordered], time_ns[ordered], sensor[ordered])
    return found


def _entries_of_threats(site: Site, truth: Truth) -> dict[str, dict[str, float]]:
    """When each threat first enters each zone that it enters, by object and zone, UTC seconds."""
    zones = zone_volumes(site)
    found = {}
    for path in true_paths(truth, site.frame):
        if path.threat:
            times = {zone.name: entry_time_s(path, zone) for zone in zones}
            entered = {name: time_s for name, time_s in times.items() if time_s is not None}
            if entered:
                found[path.object_id] = entered
    return found


def _true_pictures(
    truth: Truth,
    awaited: Mapping[str, Mapping[str, float]],
    known_ns: Mapping[str, int],
    sightings: Mapping[str, _Sightings],
    sensors: int,
) -> Iterator[tuple[Picture, npt.NDArray[np.object_]]]:
    """A picture for each second of the truth, of who is known and still to enter, and the true classes."""
    until_ns = {name: seconds_to_nanoseconds(max(zones.values())) for name, zones in awaited.items()}
    listed = zip(truth.object_id.tolist(), truth.time_ns.tolist(), strict=True)
    shown = [name in until_ns and known_ns[name] <= time_ns <= until_ns[name] for name, time_ns in listed]
    told = truth.take(np.flatnonzero(shown))
    told = told.take(np.argsort(told.time_ns, kind="stable"))
    times, first, count = np.unique(told.time_ns, return_index=True, return_counts=True)
    for time_ns, start, end in zip(times.tolist(), first, first + count, strict=True):
        rows = told.take(slice(int(start), int(end)))
        yield Picture(time_ns, _true_tracks(rows, known_ns, sightings, sensors), _NOTHING), rows.object_class


def _true_tracks(
    rows: Truth, known_ns: Mapping[str, int], sightings: Mapping[str, _Sightings], sensors: int
) -> Tracks:
    """The truth of one instant as tracks, with the evidence that each object's true detections give."""
    now_ns, names = int(rows.time_ns[0]), rows.object_id.tolist()
    seen = [sightings[name].until(now_ns, sensors) for name in names]
    seen_ns = np.array([times for _, times in seen])
    return Tracks(
        track_id=rows.object_id,
        state=rows.state,
        covariance=np.tile(_COVARIANCE, (len(rows), 1, 1)),
        existence=np.ones(len(rows)),
        born_ns=np.array([known_ns[name] for name in names], dtype=np.int64),
        seen_ns=seen_ns,
        support=np.array([support for support, _ in seen]),
        visible=(seen_ns > now_ns - round(_MINUTE_S * 1e9)).astype(np.float64),
        identity=np.full(len(rows), "", dtype=object),
    )


def _told_all(
    assessments: Assessments, object_class: npt.NDArray[np.object_], kinds: frozenset[str]
) -> Assessments:
    """The same, with the true class for certain and evidence of every kind of sensor of the site, now."""
    certain = np.zeros_like(assessments.class_probability)
    for row, name in enumerate(object_class.tolist()):
        certain[row, CLASSES.index(name) if name in CLASSES else -1] = 1.0
    seen_ns = np.full(len(assessments), assessments.time_ns, dtype=np.int64)
    kinds_of = (kinds,) * len(assessments)
    return replace(assessments, class_probability=certain, kinds=kinds_of, seen_ns=seen_ns)


def _one(assessments: Assessments, row: int) -> Assessments:
    """The assessment of one track alone."""
    only = slice(row, row + 1)
    return replace(assessments, **{name: getattr(assessments, name)[only] for name in _BY_TRACK})
