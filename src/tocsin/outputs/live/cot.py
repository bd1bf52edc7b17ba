"""Tracks as Cursor on Target events (TAK): one for each track of a picture, and one when it has ended."""

from __future__ import annotations

import math

from tocsin.formats.cot import OWN_UID_PREFIX, CotEvent, encode_end_xml, encode_xml
from tocsin.model.track_reports import AirPicture, TrackReport
from tocsin.outputs.live.following import Following
from tocsin.units import NANOSECONDS_PER_SECOND

KIND = "a-u-A"
"""Unknown affiliation, in the air. What it probably is stands in the remarks: a type that follows a class
that wavers would change the symbol on the map, and friend or foe is nothing that tocsin knows."""
_STALE_PERIODS, _STALE_S = 3.0, 15.0


class CotEncoder(Following):
    """Speaks to one receiver."""

    def __init__(self, status: str, period_s: float) -> None:
        super().__init__()
        self._status = status
        self._stale_ns = round(max(_STALE_S, _STALE_PERIODS * period_s) * NANOSECONDS_PER_SECOND)

    def encode(self, picture: AirPicture) -> list[bytes]:
        """One event a track."""
        events = [encode_xml(self._event(report), self._remarks(report)) for report in picture.reports]
        return events + [encode_end_xml(self._event(told.report)) for told in self.ended(picture)]

    def _event(self, report: TrackReport) -> CotEvent:
        east_mps, north_mps = report.velocity_east_mps, report.velocity_north_mps
        return CotEvent(
            uid=OWN_UID_PREFIX + report.track_id,
            kind=KIND,
            time_ns=report.time_ns,
            latitude_rad=report.latitude_rad,
            longitude_rad=report.longitude_rad,
            altitude_m=report.altitude_m,
            horizontal_error_m=report.circle_sigma_m,
            vertical_error_m=report.sigma_up_m,
            speed_mps=math.hypot(east_mps, north_mps),
            course_rad=math.atan2(east_mps, north_mps) % math.tau,
            stale_ns=report.time_ns + self._stale_ns,
            is_simulated=report.is_simulated,
        )

    def _remarks(self, report: TrackReport) -> str:
        what = report.object_class.replace("_", " ")
        if report.class_probability is not None:
            what += f" {report.class_probability:.0%}"
        seen = "1 sensor" if report.sensors == 1 else f"{report.sensors} sensors"
        unseen = "; not seen lately" if report.is_coasting else ""
        return f"{self._status}: {what}; exists {report.existence:.0%}; seen by {seen}{unseen}"
