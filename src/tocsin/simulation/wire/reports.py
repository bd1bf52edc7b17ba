"""Reports in ASTERIX that place objects by themselves: another system's tracks (062), ADS-B targets (021)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tocsin.formats.adsb import gva_of, nac_p_of
from tocsin.formats.asterix import AdsbTarget, SystemTrack, encode_adsb_targets, encode_system_tracks
from tocsin.geo.ellipsoid import SEMI_MAJOR_AXIS_M
from tocsin.simulation.run import Simulated
from tocsin.simulation.wire.mode_s import address_of
from tocsin.simulation.wire.spoken import (
    Spoken,
    bounds_95_m,
    codes_of,
    rows_of,
    speed_and_course,
    time_of_day_s,
)


def system_track_datagrams(simulated: Simulated, number: int) -> Iterator[Spoken]:
    """Category 062, a datagram for each report. Raises `InvalidInput` at once without SAC and SIC."""
    codes = codes_of(simulated, number)
    sigma_m = simulated.site.sensors[number].filled().position_sigma_m or 0.0
    numbers: dict[str, int] = {}

    def datagrams() -> Iterator[Spoken]:
        for row in rows_of(simulated, number):
            track = SystemTrack(
                *codes,
                track_number=numbers.setdefault(row.identity, len(numbers) + 1),
                time_of_day_s=time_of_day_s(row.time_ns),
                latitude_rad=row.latitude_rad,
                longitude_rad=row.longitude_rad,
                altitude_m=row.altitude_m,
                velocity_east_mps=row.velocity_east_mps,
                velocity_north_mps=row.velocity_north_mps,
                velocity_up_mps=row.velocity_up_mps,
                latitude_sigma_rad=sigma_m / SEMI_MAJOR_AXIS_M,
                longitude_sigma_rad=sigma_m / SEMI_MAJOR_AXIS_M / math.cos(row.latitude_rad),
                altitude_sigma_m=sigma_m,
                is_simulated=True,
            )
            for datagram in encode_system_tracks([track]):
                yield Spoken(row.received_ns, datagram)

    return datagrams()


def adsb_target_datagrams(simulated: Simulated, number: int) -> Iterator[Spoken]:
    """Category 021, a datagram for each report. Raises `InvalidInput` at once without SAC and SIC."""
    codes = codes_of(simulated, number)
    horizontal_m, vertical_m = bounds_95_m(simulated, number)

    def datagrams() -> Iterator[Spoken]:
        for row in rows_of(simulated, number):
            speed_mps, course_rad = speed_and_course(row)
            target = AdsbTarget(
                *codes,
                address=address_of(row.identity),
                time_of_day_s=time_of_day_s(row.time_ns),
                latitude_rad=row.latitude_rad,
                longitude_rad=row.longitude_rad,
                altitude_m=row.altitude_m,
                ground_speed_mps=speed_mps,
                heading_rad=course_rad,
                velocity_up_mps=row.velocity_up_mps,
                nac_p=nac_p_of(horizontal_m),
                gva=gva_of(vertical_m),
                is_simulated=True,
            )
            yield Spoken(row.received_ns, encode_adsb_targets([target]))

    return datagrams()
