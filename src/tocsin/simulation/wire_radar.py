"""A radar's run in ASTERIX: a north marker with its position each turn (category 034), then its plots (048).

Measured elevations travel as heights (I048/110), for category 048 has none. Every report says that it is
simulated.
"""

from __future__ import annotations

import numpy as np

from tocsin.errors import InvalidInput
from tocsin.formats.asterix import (
    DetectionType,
    RadarPlot,
    RadarService,
    ServiceKind,
    encode_plots,
    encode_services,
)
from tocsin.formats.datagrams import ethernet_frame
from tocsin.geo.frame import LocalFrame
from tocsin.geo.polar import polar_to_enu
from tocsin.model.detections import Detections
from tocsin.simulation.run import Simulated
from tocsin.units import NANOSECONDS_PER_SECOND, FloatArray, seconds_to_nanoseconds_array

LOOPBACK = ("127.0.0.1", 8600)
_DAY_NS = 86_400 * NANOSECONDS_PER_SECOND
# So that a datagram stays below the 1,500 bytes of an Ethernet frame: a plot takes up to 22.
_PLOTS_PER_DATAGRAM = 60


def radar_packets(simulated: Simulated, number: int) -> list[tuple[int, bytes]]:
    """UTC nanoseconds of receipt and Ethernet frame of every datagram of one radar.

    Raises `InvalidInput` where the site file does not give its SAC and SIC.
    """
    rows = np.flatnonzero(simulated.detections.sensor == number)
    detections = simulated.detections.take(rows)
    return _service_packets(simulated, number) + _plot_packets(simulated, number, detections)


def _service_packets(simulated: Simulated, number: int) -> list[tuple[int, bytes]]:
    schedule, frame = simulated.schedules[number], _own_frame(simulated, number)
    sac, sic = _own_codes(simulated, number)
    time_s = schedule.time_s(schedule.looks(0.0, schedule.duration_s))
    times_ns = simulated.start_ns + seconds_to_nanoseconds_array(time_s[schedule.in_order(time_s)])
    return [
        (
            time_ns,
            _datagram(
                encode_services(
                    [
                        RadarService(
                            sac=sac,
                            sic=sic,
                            kind=ServiceKind.NORTH_MARKER,
                            time_of_day_s=_time_of_day_s(time_ns),
                            rotation_period_s=schedule.period_s,
                            latitude_rad=frame.latitude_rad,
                            longitude_rad=frame.longitude_rad,
                            altitude_m=frame.altitude_m,
                        )
                    ]
                )
            ),
        )
        for time_ns in times_ns.tolist()
    ]


def _plot_packets(simulated: Simulated, number: int, detections: Detections) -> list[tuple[int, bytes]]:
    plots = _plots(simulated, number, detections)
    packets = []
    for received_ns in np.unique(detections.received_ns).tolist():
        together = np.flatnonzero(detections.received_ns == received_ns).tolist()
        for first in range(0, len(together), _PLOTS_PER_DATAGRAM):
            chosen = [plots[row] for row in together[first : first + _PLOTS_PER_DATAGRAM]]
            packets.append((received_ns, _datagram(encode_plots(chosen))))
    return packets


def _plots(simulated: Simulated, number: int, detections: Detections) -> list[RadarPlot]:
    sac, sic = _own_codes(simulated, number)
    heights_m = _heights_m(_own_frame(simulated, number), detections)
    return [
        RadarPlot(
            sac=sac,
            sic=sic,
            time_of_day_s=_time_of_day_s(time_ns),
            detection=DetectionType.PRIMARY,
            range_m=range_m,
            azimuth_rad=azimuth_rad,
            height_msl_m=None if np.isnan(height_m) else height_m,
            radial_speed_mps=None if np.isnan(range_rate_mps) else range_rate_mps,
            is_simulated=True,
        )
        for time_ns, range_m, azimuth_rad, height_m, range_rate_mps in zip(
            detections.time_ns.tolist(),
            detections.range_m.tolist(),
            detections.azimuth_rad.tolist(),
            heights_m.tolist(),
            detections.range_rate_mps.tolist(),
            strict=True,
        )
    ]


def _heights_m(frame: LocalFrame, detections: Detections) -> FloatArray:
    """Above the ellipsoid, which simulated places take for the sea; NaN where no elevation is measured."""
    position = polar_to_enu(detections.range_m, detections.azimuth_rad, detections.elevation_rad)
    return frame.to_geodetic(position)[2]


def _own_frame(simulated: Simulated, number: int) -> LocalFrame:
    sensor, site = simulated.site.sensors[number], simulated.site.site
    if sensor.latitude_deg is None or sensor.longitude_deg is None:
        raise InvalidInput(f"sensor {sensor.name!r} has no position; give latitude_deg and longitude_deg")
    altitude_m = site.altitude_m if sensor.altitude_m is None else sensor.altitude_m
    return LocalFrame.from_degrees(sensor.latitude_deg, sensor.longitude_deg, altitude_m)


def _own_codes(simulated: Simulated, number: int) -> tuple[int, int]:
    sensor = simulated.site.sensors[number]
    if sensor.system_area_code is None or sensor.system_identification_code is None:
        raise InvalidInput(
            f"radar {sensor.name!r} has no name in ASTERIX: give system_area_code, system_identification_code"
        )
    return sensor.system_area_code, sensor.system_identification_code


def _datagram(payload: bytes) -> bytes:
    return ethernet_frame(payload, LOOPBACK, LOOPBACK)


def _time_of_day_s(time_ns: int) -> float:
    return (time_ns % _DAY_NS) / NANOSECONDS_PER_SECOND
