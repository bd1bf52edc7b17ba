"""ASTERIX category 062 to detections: the tracks of another system, each report a measured position.

A report is a filtered and predicted state, so errors of following ones are alike. With the accuracies that
I062/500 states of place and velocity, the tracker takes of it only what is new (tracking/tracklets.py). What
such a system no longer updates (coasting) says nothing new and is not used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from tocsin.config.site import Site
from tocsin.formats.asterix import DEFAULT_EDITIONS, SystemTrack, time_of_day_to_ns
from tocsin.geo.ellipsoid import SEMI_MAJOR_AXIS_M
from tocsin.model.detections import Detection
from tocsin.sensors.asterix_input import OTHER_SOURCE, is_from, messages_of
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.recent import Recent
from tocsin.sensors.rows import BLANK, number_or_nan
from tocsin.sensors.source_clock import SourceClock

# Steps of I062/500: what is said to be more accurate is rounded to them.
_LEAST_SIGMA_M, _LEAST_SIGMA_MPS = 0.5, 0.25


class SystemTrackReader:
    """Reads the datagrams of one sensor of kind `tracks`.

    `editions` is by category, as for `decode_datagram`. With SAC and SIC in the site file, only reports that
    bear them are used. Simulated tracks are used only where the site's status is Exercise.
    """

    def __init__(
        self, site: Site, sensor: int, ledger: Ledger, editions: Mapping[int, str] = DEFAULT_EDITIONS
    ) -> None:
        self._sensor = sensor
        self._settings = site.sensors[sensor]
        self._takes_simulated = site.site.status == "Exercise"
        self._ledger = ledger
        self._editions = editions
        self._clocks: dict[tuple[int, int], SourceClock] = {}
        self._recent: Recent[SystemTrack, bool] = Recent()

    def read(self, data: bytes, received_ns: int, source: str = "") -> Iterator[Detection]:  # noqa: ARG002
        """The detections of a datagram."""
        for track in messages_of(SystemTrack, data, self._editions, self._sensor, self._ledger):
            yield from self.take(track, received_ns)

    def take(self, track: SystemTrack, received_ns: int) -> Iterator[Detection]:
        """The detection of one decoded report, or none."""
        self._ledger.decoded["SystemTrack"] += 1
        self._ledger.message(self._sensor, received_ns)
        refusal = self._refusal(track, received_ns)
        if refusal is not None:
            self._ledger.refuse(self._sensor, refusal)
            return
        own_ns = None if track.time_of_day_s is None else time_of_day_to_ns(track.time_of_day_s, received_ns)
        clock = self._clocks.setdefault((track.sac, track.sic), SourceClock())
        yield located(track)._replace(
            time_ns=clock.date(own_ns, received_ns), received_ns=received_ns, sensor=self._sensor
        )

    def _refusal(self, track: SystemTrack, received_ns: int) -> str | None:
        if not is_from(self._settings, track):
            return OTHER_SOURCE
        if track.time_of_day_s is not None and self._recent.get(track):
            return "repeated"
        self._recent.put(track, True, received_ns)
        reasons = (
            ("simulated", track.is_simulated and not self._takes_simulated),
            ("on_ground", track.is_on_surface),
            ("end_of_track", track.is_last),
            ("coasting", track.is_coasting),
            ("position_unknown", track.latitude_rad is None),
        )
        return next((reason for reason, holds in reasons if holds), None)


def located(track: SystemTrack) -> Detection:
    """What a report says of place and motion, as a row without time and sensor.

    A position that is only given on the sender's own plane (I062/100) is not used: where that lies is not
    told.
    """
    number = track.track_number
    return BLANK._replace(
        latitude_rad=number_or_nan(track.latitude_rad),
        longitude_rad=number_or_nan(track.longitude_rad),
        altitude_m=number_or_nan(track.altitude_m),
        velocity_east_mps=number_or_nan(track.velocity_east_mps),
        velocity_north_mps=number_or_nan(track.velocity_north_mps),
        velocity_up_mps=number_or_nan(track.velocity_up_mps),
        position_sigma_m=_position_sigma_m(track),
        velocity_sigma_mps=_velocity_sigma_mps(track),
        identity="" if number is None else f"{track.sac}/{track.sic}/{number}",
    )


def _position_sigma_m(track: SystemTrack) -> float:
    """One sigma for each axis: the worst of what is told of plane and height; NaN where nothing is."""
    told = [track.x_sigma_m, track.y_sigma_m]
    if track.latitude_rad is not None and track.latitude_sigma_rad is not None:
        assert track.longitude_sigma_rad is not None
        east_rad = track.longitude_sigma_rad * math.cos(track.latitude_rad)
        told = [SEMI_MAJOR_AXIS_M * angle_rad for angle_rad in (track.latitude_sigma_rad, east_rad)]
    if track.altitude_m is not None:
        told.append(track.altitude_sigma_m)
    return _worst(_LEAST_SIGMA_M, told)


def _velocity_sigma_mps(track: SystemTrack) -> float:
    """One sigma for each axis: the worst of what is told; NaN where nothing is."""
    told = [track.velocity_east_sigma_mps, track.velocity_north_sigma_mps]
    if track.velocity_up_mps is not None:
        told.append(track.velocity_up_sigma_mps)
    return _worst(_LEAST_SIGMA_MPS, told)


def _worst(least: float, told: Sequence[float | None]) -> float:
    known = [sigma for sigma in told if sigma is not None]
    return max(least, *known) if known else math.nan
