"""A radar's run in ASTERIX: a north marker with its position each turn (category 034), then its plots (048).

Measured elevations travel as heights (I048/110), for category 048 has none. Every report says that it is
simulated.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

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
from tocsin.geo.frame import LocalFrame
from tocsin.geo.polar import polar_to_enu
from tocsin.model.detections import Detections
from tocsin.simulation.run import Simulated
from tocsin.simulation.wire.spoken import Spoken, codes_of, detections_of, looks_ns, time_of_day_s
from tocsin.units import FloatArray

# So that a datagram stays below the 1,500 bytes of an Ethernet frame: a plot takes up to 22.
_PLOTS_PER_DATAGRAM = 60


def radar_datagrams(simulated: Simulated, number: int) -> Iterator[Spoken]:
    """The datagrams of one radar; markers before the plots of the same instant.

    Raises `InvalidInput` at once where the site file gives no SAC and SIC, or no place.
    """
    codes, frame = codes_of(simulated, number), _own_frame(simulated, number)
    markers = _markers(simulated, number, codes, frame)
    plots = _plot_datagrams(codes, frame, detections_of(simulated, number))
    return heapq.merge(markers, plots, key=lambda spoken: spoken.sent_ns)


def _markers(
    simulated: Simulated, number: int, codes: tuple[int, int], frame: LocalFrame
) -> Iterator[Spoken]:
    for time_ns in looks_ns(simulated, number):
        marker = RadarService(
            *codes,
            kind=ServiceKind.NORTH_MARKER,
            time_of_day_s=time_of_day_s(time_ns),
            rotation_period_s=simulated.schedules[number].period_s,
            latitude_rad=frame.latitude_rad,
            longitude_rad=frame.longitude_rad,
            altitude_m=frame.altitude_m,
        )
        yield Spoken(time_ns, encode_services([marker]))


def _plot_datagrams(codes: tuple[int, int], frame: LocalFrame, detections: Detections) -> Iterator[Spoken]:
    """One or more datagrams for all plots that are received at the same instant."""
    edges = np.flatnonzero(np.diff(detections.received_ns)) + 1
    for together in np.split(np.arange(len(detections)), edges):
        for first in range(0, len(together), _PLOTS_PER_DATAGRAM):
            chosen = detections.take(together[first : first + _PLOTS_PER_DATAGRAM])
            yield Spoken(int(chosen.received_ns[0]), encode_plots(_plots(codes, frame, chosen)))


def _plots(codes: tuple[int, int], frame: LocalFrame, detections: Detections) -> list[RadarPlot]:
    return [
        RadarPlot(
            *codes,
            time_of_day_s=time_of_day_s(time_ns),
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
            _heights_m(frame, detections).tolist(),
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
