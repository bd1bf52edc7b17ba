"""What the console shows of a recording at any time: made from tables alone, nothing is tracked again."""

from __future__ import annotations

import re
import threading
from collections import Counter, OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tocsin import __version__
from tocsin.assessment.classes import CLASSES
from tocsin.clock import WallClock
from tocsin.evaluation.alert_log import read_cap
from tocsin.model.alert_report import AlertReport
from tocsin.model.alerts import AlertMessage, AreaDegrees
from tocsin.model.sensor_report import SensorReport
from tocsin.outputs.live.air_pictures import told_identity
from tocsin.outputs.live.on_earth import COASTING_S, coasting_after_s
from tocsin.outputs.web.source import ENDED_FOR_S, MovingTracks, Scene, SceneClock
from tocsin.recording import layout
from tocsin.recording.past import PastRecording
from tocsin.recording.past_evidence import of_tracks
from tocsin.recording.past_sensors import WAITING, PastSensors, SensorThen
from tocsin.recording.past_tracks import TrackColumns
from tocsin.runtime.past_alerts import PastAlerts, Reports
from tocsin.units import AnyArray, nanoseconds_to_seconds, seconds_to_nanoseconds

_MOST_MADE = 16
_CAP_DIGITS = 6
_A_PART = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")
_NO_TRACKS = MovingTracks.empty()
_PRESENT = ("live", "not_live")
_TOLD_WITHIN_S = 20.0
"""Predictions are recorded every ten seconds."""
_ENTRIES = ("time_s", "track_id", "zone", "entry_probability")


class PastScenes:
    """One recording, opened: all who watch it share it. Any thread may ask.

    Who told which identity, and what sensors gave, takes a pass over all detections, which is made beside:
    until it is over they are not told.
    """

    def __init__(self, directory: Path, clock: WallClock) -> None:
        self.recording = PastRecording(directory, CLASSES, clock)
        self.site = self.recording.site
        self.book = _book(directory, self.site.service.alert_book_file)
        self.alerts = PastAlerts(self.site, self.recording.alert_rows, self.book)
        self.start_ns, self.end_ns = (seconds_to_nanoseconds(time_s) for time_s in self.recording.span_s)
        # Last, what stands for a sensor that is not known.
        self._coasting_s = np.array([*coasting_after_s(self.site), COASTING_S])
        self._lock = threading.Lock()
        self._object_classes: dict[str, str] = {}
        self._areas: dict[str, AreaDegrees] = {}
        self._made: OrderedDict[tuple[float, bool], MovingTracks] = OrderedDict()
        passing = ThreadPoolExecutor(1, "past")
        self._births = passing.submit(self.recording.tracks.births)
        self._identities: Future[dict[str, str]] = passing.submit(lambda: self.recording.identities)
        self._sensors: Future[PastSensors] = passing.submit(lambda: self.recording.sensors)
        passing.shutdown(wait=False)

    @property
    def is_read(self) -> bool:
        """Whether the pass over all detections is over."""
        return self._identities.done() and self._sensors.done()

    def await_reading(self) -> None:
        """Returns when it is."""
        self._identities.result()
        self._sensors.result()

    def at(self, clock: SceneClock) -> Scene:
        """All that is shown at the time of a clock."""
        time_s = nanoseconds_to_seconds(clock.time_ns)
        opened, ended = self.alerts_at(clock.time_ns, ENDED_FOR_S)
        sensors = self.sensors(time_s)
        tracks = self.tracks(time_s)
        return Scene(
            time_ns=clock.time_ns,
            tracks=tracks,
            alerts=opened,
            ended=ended,
            sensors=sensors,
            health=self._health(time_s, len(tracks), sensors),
            clock=clock,
        )

    def alerts_at(self, time_ns: int, ended_for_s: float) -> tuple[Reports, Reports]:
        """Alerts that were open at a time, and those that had ended in the seconds before."""
        with self._lock:
            opened, ended = self.alerts.at(time_ns, ended_for_s)
        return tuple(map(self._whole, opened)), tuple(map(self._whole, ended))

    def _whole(self, report: AlertReport) -> AlertReport:
        """With what the table of alerts has not: what it was about, as tracks were then; who was warned."""
        message = report.message
        told = replace(message, object_class=self._class_told(message), area=self._area(message))
        return replace(report, message=told)

    def _area(self, message: AlertMessage) -> AreaDegrees:
        """As its CAP file has it; empty, for the whole zone, where that says so or is not there."""
        known = self._areas
        if message.identifier not in known:
            file = layout.cap_message(self.recording.directory, message.cap_file)
            polygons = read_cap(file or b"").polygons_deg
            area = _opened(polygons[0]) if polygons else ()
            whole = (_opened(zone.polygon) for zone in self.site.zones if zone.name == message.zone)
            known[message.identifier] = () if area in whole else area
        return known[message.identifier]

    def _class_told(self, message: AlertMessage) -> str:
        """That of the last message that had one: an object that was lost is what it was."""
        known = self._object_classes
        if message.identifier not in known:
            mine = [m for m in self.alerts.messages if m.alert_id == message.alert_id]
            until = (m for m in reversed(mine) if m.version <= message.version)
            found = (object_class(self.recording, m) for m in until)
            known[message.identifier] = next((name for name in found if name is not None), CLASSES[-1])
        return known[message.identifier]

    def tracks(self, time_s: float) -> MovingTracks:
        """The tracks of the newest picture until a time: the same object for the same picture."""
        rows = self.recording.tracks.at(time_s)
        if not len(rows):
            return _NO_TRACKS
        key = (float(rows.time_s[0]), self.is_read)
        with self._lock:
            if key not in self._made:
                self._made[key] = self._moving(rows)
                if len(self._made) > _MOST_MADE:
                    self._made.popitem(last=False)
            return self._made[key]

    def _moving(self, rows: TrackColumns) -> MovingTracks:
        names = self.recording.tracks.texts(rows.name)
        told = self._identities.result() if self._identities.done() else {}
        given = [told.get(name, "") for name in names.tolist()]
        return MovingTracks(
            track_id=names,
            latitude_deg=rows.latitude_deg,
            longitude_deg=rows.longitude_deg,
            altitude_m=rows.altitude_m,
            velocity_mps=_velocity(rows),
            sigma_m=np.fmax(rows.sigma_east_m, rows.sigma_north_m),
            class_number=rows.class_number,
            class_probability=np.nan_to_num(rows.class_probability),
            existence=rows.existence,
            unseen_s=rows.unseen_s,
            is_cooperative=np.array([identity != "" for identity in given], dtype=np.bool_),
            is_lost=rows.unseen_s > self._coasting_s[rows.seen_by],
            identity=_texts([told_identity(identity) for identity in given]),
        )

    def identity(self, track_id: str) -> str:
        """What a track called itself, as it may be told."""
        told = self._identities.result() if self._identities.done() else {}
        return told_identity(told.get(track_id, ""))

    def born_s(self, track_id: str, usual_s: float) -> float:
        """When a track is first there; waits until that is known."""
        return self._births.result().get(track_id, usual_s)

    def sensors(self, time_s: float) -> tuple[SensorReport, ...]:
        """What each sensor gave until a time, in the order of the site file."""
        if self._sensors.done():
            then = self._sensors.result().at(time_s)
        else:
            then = [SensorThen(WAITING, 0, 0.0, None)] * len(self.site.sensors)
        known = zip(self.site.sensors, then, strict=True)
        return tuple(_report(sensor.name, sensor.kind.value, found) for sensor, found in known)

    def broken(self, time_s: float) -> list[SensorReport]:
        """Sensors that were known not to be there; silence alone says nothing."""
        if not self._sensors.result().is_told:
            return []
        return [report for report in self.sensors(time_s) if report.state not in _PRESENT]

    def events(self) -> list[dict[str, Any]]:
        """When alerts were issued, sensors came and went; in order of time."""
        found = [
            _event(
                nanoseconds_to_seconds(message.issued_ns),
                message.level.word,
                f"{message.message_type.value} {message.alert_id}, {message.zone}: {message.reason}",
            )
            for message in self.alerts.messages
        ]
        changes = self._sensors.result().changes
        found += [_event(change.time_s, None, f"{change.sensor} {change.state}") for change in changes]
        return sorted(found, key=lambda event: event["time_s"])

    def _health(self, time_s: float, tracks: int, sensors: tuple[SensorReport, ...]) -> dict[str, Any]:
        return {
            "site": self.site.site.name,
            "status": self.site.site.status,
            "version": __version__,
            "time_s": time_s,
            "running_s": max(time_s - self.recording.span_s[0], 0.0),
            "lag_s": 0.0,
            "detections": sum(report.detections for report in sensors),
            "pictures": 0,
            "tracks_confirmed": tracks,
            "sensors": dict(Counter(report.state for report in sensors)),
        }


def object_class(recording: PastRecording, message: AlertMessage) -> str | None:
    """The likeliest class of the object of a message that was surest to come; None where it is not known."""
    issued_s, ids = nanoseconds_to_seconds(message.issued_ns), list(message.track_ids)
    known = (recording.tracks.last_row(track_id, issued_s) for track_id in ids)
    classes = {row["track_id"]: row["class"] for row in known if row is not None and row["class"]}
    told = of_tracks(recording.predictions, issued_s - _TOLD_WITHIN_S, issued_s, ids, _ENTRIES)
    entries = [row for row in told.to_pylist() if row["zone"] == message.zone]
    entries.sort(key=lambda row: (row["time_s"], row["entry_probability"] or 0.0), reverse=True)
    surest = [*(row["track_id"] for row in entries), *ids]
    return next((classes[track_id] for track_id in surest if track_id in classes), None)


def _opened(polygon: AreaDegrees) -> AreaDegrees:
    """Without the closing corner, as finely as CAP files have it."""
    corners = tuple(
        (round(latitude, _CAP_DIGITS), round(longitude, _CAP_DIGITS)) for latitude, longitude in polygon
    )
    return corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners


def _event(time_s: float, level: str | None, text: str) -> dict[str, Any]:
    return {"time_s": time_s, "kind": "sensor" if level is None else "alert", "level": level, "text": text}


def _report(name: str, kind: str, then: SensorThen) -> SensorReport:
    last_ns = None if then.last_s is None else seconds_to_nanoseconds(then.last_s)
    return SensorReport(
        name=name,
        kind=kind,
        state=then.state,
        last_message_ns=last_ns,
        last_measured_ns=last_ns,
        messages=then.detections,
        messages_per_s=then.per_s,
        detections=then.detections,
        scans=0,
        decode_errors={},
        refused={},
    )


def _velocity(rows: TrackColumns) -> AnyArray:
    return np.stack([rows.velocity_east_mps, rows.velocity_north_mps, rows.velocity_up_mps], axis=1)


def _texts(values: list[str]) -> AnyArray:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _book(directory: Path, given: str) -> Path | None:
    """The book of alerts that a service kept beside its recordings, or above a folder of parts."""
    folder = directory.resolve().parent
    usual = [folder / "alerts.sqlite"]
    if _A_PART.match(directory.resolve().name):
        usual.append(folder.parent / "alerts.sqlite")
    known = [Path(given).expanduser()] if given else usual
    return next((path for path in known if path.is_file()), None)
