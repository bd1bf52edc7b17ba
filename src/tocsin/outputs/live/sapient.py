"""Tracks and alerts as SAPIENT messages for the node above tocsin.

Every report is dated when it is made, as receivers demand, and tracks are moved on to that time along their
velocity. The standard has no word for an exercise: alerts of a site whose status is `Exercise` begin with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from tocsin.clock import WallClock
from tocsin.config.site import Site
from tocsin.formats.sapient import (
    Alert,
    AlertKind,
    AlertState,
    ClassLabel,
    Content,
    DetectionReport,
    Place,
    Priority,
    SapientMessage,
    encode,
    framed,
    fusion_node_id,
    ulid_of,
)
from tocsin.geo.ellipsoid import SEMI_MAJOR_AXIS_M
from tocsin.model.alerts import AlertMessage, Level, MessageType
from tocsin.model.track_reports import AirPicture, TrackReport
from tocsin.outputs.live.following import Following
from tocsin.units import NANOSECONDS_PER_SECOND

LOST = "lost"
"""State of the last report of an object: it is followed no longer."""
_FARTHEST_AHEAD_S = 10.0  # that a track is moved on; a picture is hardly ever older
_NEAR_POLE = 1e-6  # there is no east at the pole
_LEVELS = {
    Level.WATCH: (AlertKind.INFORMATION, Priority.LOW),
    Level.ADVISORY: (AlertKind.WARNING, Priority.MEDIUM),
    Level.WARNING: (AlertKind.CRITICAL, Priority.HIGH),
}


class SapientEncoder(Following):
    """Speaks to one node, which keeps what it was told over a connection that breaks."""

    separator = b""

    def __init__(self, site: Site, clock: WallClock) -> None:
        super().__init__()
        self._clock, self._node_id = clock, fusion_node_id(site.site.name)
        self._mark = "" if site.site.status == "Actual" else "EXERCISE: "
        self._told_alerts: dict[str, AlertMessage] = {}
        self._tells_again = False

    def begin(self) -> None:
        """A new connection: the node may have been started anew, and is told of all open alerts again."""
        self._tells_again = True

    def message(self, content: Content) -> bytes:
        """One message, sent now."""
        return framed(encode(SapientMessage(self._node_id, self._clock.now_ns(), content)))

    def name(self, *words: str) -> str:
        """A ULID of now."""
        return ulid_of(self._clock.now_ns(), self._node_id, *words)

    def encode(self, picture: AirPicture) -> list[bytes]:
        """A report for each track, a last one for each that has ended, and the alerts that are news."""
        age_s = (self._clock.now_ns() - picture.time_ns) / NANOSECONDS_PER_SECOND
        age_s = min(max(age_s, 0.0), _FARTHEST_AHEAD_S)
        places = {report.track_id: _moved_on(report, age_s) for report in picture.reports}
        contents: list[Content] = [
            self._detection(report, places[report.track_id]) for report in picture.reports
        ]
        contents += [
            self._detection(told.report, _moved_on(told.report, 0.0), LOST) for told in self.ended(picture)
        ]
        contents += [self._alert(message, has_ended, places) for message, has_ended in self._news(picture)]
        return [self.message(content) for content in contents]

    def told(self, picture: AirPicture) -> None:
        """The picture went out."""
        super().told(picture)
        self._told_alerts = {message.alert_id: message for message in picture.alerts}
        self._tells_again = False

    def _detection(self, report: TrackReport, place: Place, state: str = "") -> DetectionReport:
        velocity = report.velocity_east_mps, report.velocity_north_mps, report.velocity_up_mps
        return DetectionReport(
            self.name("report", report.track_id),
            self._object(report.track_id),
            place,
            min(max(report.existence, 0.0), 1.0),
            (ClassLabel(report.object_class, report.class_probability),),
            velocity,
            state,
        )

    def _object(self, track_id: str) -> str:
        """The ULID of a track: always the same, which leaves its time at zero."""
        return ulid_of(0, self._node_id, "object", track_id)

    def _news(self, picture: AirPicture) -> Iterator[tuple[AlertMessage, bool]]:
        """Messages that the node was not told, and whether their alert has ended by them."""
        for message in picture.alerts:
            told = self._told_alerts.get(message.alert_id)
            if told is None or told.version != message.version or self._tells_again:
                yield message, message.message_type is MessageType.CANCEL or message.all_clear
        still_open = {message.alert_id for message in picture.alerts}
        last_words = {message.alert_id: message for message in picture.ended_alerts}
        for alert_id, told in self._told_alerts.items():
            if alert_id not in still_open:
                yield last_words.get(alert_id, told), True

    def _alert(self, message: AlertMessage, has_ended: bool, places: dict[str, Place]) -> Alert:
        kind, priority = _LEVELS[message.level]
        first_ns = message.references[0][1] if message.references else message.issued_ns
        return Alert(
            ulid_of(first_ns, self._node_id, "alert", message.alert_id),
            kind,
            AlertState.CLEAR if has_ended else AlertState.ACTIVE,
            priority,
            f"{self._mark}{message.level.word} for {message.zone}. {message.reason}",
            min(max(message.entry_probability, 0.0), 1.0),
            next((places[track_id] for track_id in message.track_ids if track_id in places), None),
            tuple((self._node_id, self._object(track_id)) for track_id in message.track_ids),
        )


def _moved_on(report: TrackReport, age_s: float) -> Place:
    """Where a track is, so long after its report."""
    north_rad = report.velocity_north_mps * age_s / SEMI_MAJOR_AXIS_M
    eastward_m = SEMI_MAJOR_AXIS_M * max(math.cos(report.latitude_rad), _NEAR_POLE)
    east_rad = report.velocity_east_mps * age_s / eastward_m
    return Place(
        min(max(report.latitude_rad + north_rad, -math.pi / 2), math.pi / 2),
        math.remainder(report.longitude_rad + east_rad, math.tau),
        report.altitude_m + report.velocity_up_mps * age_s,
        math.hypot(report.sigma_east_m, report.sigma_velocity_east_mps * age_s),
        math.hypot(report.sigma_north_m, report.sigma_velocity_north_mps * age_s),
        math.hypot(report.sigma_up_m, report.sigma_velocity_up_mps * age_s),
    )
