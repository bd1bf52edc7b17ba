"""Tracks as ASTERIX category 062: a datagram or block of them for each picture."""

from __future__ import annotations

import math

from tocsin.config.outputs import Output
from tocsin.formats.asterix import SystemTrack, encode_system_tracks
from tocsin.geo.ellipsoid import SEMI_MAJOR_AXIS_M
from tocsin.model.track_reports import AirPicture
from tocsin.outputs.live.following import Following, Told
from tocsin.units import NANOSECONDS_PER_SECOND

_DAY_NS = 86_400 * NANOSECONDS_PER_SECOND
_AIRCRAFT = "icao:"
_TENTATIVE_BELOW = 0.5  # more probably not there than there
_NEAR_POLE = 1e-6  # there is no east at the pole


class Cat062Encoder(Following):
    """Speaks to one receiver: says of each track when it is new to it (TSB) and when it has ended (TSE)."""

    separator = b""

    def __init__(self, output: Output) -> None:
        super().__init__()
        assert output.track_code is not None
        self._code, self._service = output.track_code, output.service_identification

    def encode(self, picture: AirPicture) -> list[bytes]:
        """Datagrams. A track beyond the 65,535th has no number and is not sent."""
        tracks = [
            self._track(
                Told(report, picture.numbers[report.track_id]), is_first=not self.knows(report.track_id)
            )
            for report in picture.reports
            if report.track_id in picture.numbers
        ]
        ended = [self._track(told, is_last=True) for told in self.ended(picture) if told.number]
        return encode_system_tracks([*tracks, *ended])

    def _track(self, told: Told, is_first: bool = False, is_last: bool = False) -> SystemTrack:
        report, (sac, sic) = told.report, self._code
        eastward_m = SEMI_MAJOR_AXIS_M * max(math.cos(report.latitude_rad), _NEAR_POLE)
        return SystemTrack(
            sac=sac,
            sic=sic,
            track_number=told.number,
            time_of_day_s=report.time_ns % _DAY_NS / NANOSECONDS_PER_SECOND,
            latitude_rad=report.latitude_rad,
            longitude_rad=report.longitude_rad,
            altitude_m=report.altitude_m,
            velocity_east_mps=report.velocity_east_mps,
            velocity_north_mps=report.velocity_north_mps,
            velocity_up_mps=report.velocity_up_mps,
            latitude_sigma_rad=report.sigma_north_m / SEMI_MAJOR_AXIS_M,
            longitude_sigma_rad=report.sigma_east_m / eastward_m,
            altitude_sigma_m=report.sigma_up_m,
            velocity_east_sigma_mps=report.sigma_velocity_east_mps,
            velocity_north_sigma_mps=report.sigma_velocity_north_mps,
            velocity_up_sigma_mps=report.sigma_velocity_up_mps,
            is_from_one_sensor=report.sensors == 1,
            is_simulated=report.is_simulated,
            is_tentative=report.existence < _TENTATIVE_BELOW,
            is_first=is_first,
            is_last=is_last,
            is_coasting=report.is_coasting or is_last,
            service=self._service,
            mode_s_address=_mode_s_address(report.identity),
        )


def _mode_s_address(identity: str) -> int | None:
    """Of cooperative aircraft alone; every other identity stays here."""
    return int(identity.removeprefix(_AIRCRAFT), 16) if identity.startswith(_AIRCRAFT) else None
