"""ASTERIX category 062 to detections: the tracks of another system, each report a measured position.

A report is a filtered and predicted state, so errors of following ones are alike. With the accuracies that
I062/500 states of place and velocity, the tracker takes of it only what is new (tracking/tracklets.py). What
such a system no longer updates (coasting) says nothing new and is not used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tocsin.formats.asterix import SystemTrack
from tocsin.geo.ellipsoid import SEMI_MAJOR_AXIS_M
from tocsin.model.detections import Detection
from tocsin.sensors.asterix_input import ReportReader
from tocsin.sensors.rows import BLANK, number_or_nan

# Steps of I062/500: what is said to be more accurate is rounded to them.
_LEAST_SIGMA_M, _LEAST_SIGMA_MPS = 0.5, 0.25


class SystemTrackReader(ReportReader[SystemTrack]):
    """Reads the datagrams of one sensor of kind `tracks`."""

    wanted = SystemTrack

    @staticmethod
    def reasons_against(report: SystemTrack) -> tuple[tuple[str, bool], ...]:
        """What stands on the ground, has ended or is no longer seen."""
        return (
            ("on_ground", report.is_on_surface),
            ("end_of_track", report.is_last),
            ("coasting", report.is_coasting),
            ("position_unknown", report.latitude_rad is None),
        )

    @staticmethod
    def located(report: SystemTrack) -> Detection:
        """Where another system says that an object is."""
        return located(report)


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
