"""What receivers of broadcasts take in: positions that objects report of themselves, with their identity."""

from __future__ import annotations

import numpy as np

from tocsin.config.kinds import SensorKind
from tocsin.geo.frame import LocalFrame
from tocsin.model.detections import Detections
from tocsin.simulation.fading import visible
from tocsin.simulation.flight import Flight
from tocsin.simulation.instrument import Instrument
from tocsin.simulation.perceiving import appearance
from tocsin.simulation.schedule import Schedule
from tocsin.units import IntArray, seconds_to_nanoseconds_array

_HEARD_BY = {"adsb": SensorKind.ADSB, "remote_id": SensorKind.REMOTE_ID}


def reports(
    instrument: Instrument,
    schedule: Schedule,
    flight: Flight,
    frame: LocalFrame,
    start_ns: int,
    draw: np.random.Generator,
) -> Detections:
    """The reports of one flight that a receiver takes in; none where the flight says nothing of its kind.

    Each position is wrong by the sensor's `position_sigma_m` on each axis, independently at each report.
    """
    looks = schedule.looks(flight.start_s, flight.end_s)
    if not flight.identity or _HEARD_BY.get(flight.traits.broadcasts) != instrument.sensor.kind:
        return Detections.empty()
    looks = _received(instrument, schedule, flight, looks, draw)
    state = flight.at(schedule.time_s(looks))
    position = state[:, :3] + draw.standard_normal((len(looks), 3)) * instrument.position_sigma_m
    latitude, longitude, altitude = frame.to_geodetic(position)
    velocity = frame.rotate_velocity_to(latitude, longitude, state[:, 3:])
    velocity = velocity + draw.standard_normal((len(looks), 3)) * instrument.velocity_sigma_mps
    time_ns = start_ns + seconds_to_nanoseconds_array(schedule.time_s(looks))
    return Detections.of(
        time_ns=time_ns,
        received_ns=time_ns + seconds_to_nanoseconds_array(instrument.true.latency_s or 0.0),
        sensor=np.full(len(looks), instrument.number),
        scan=looks,
        latitude_rad=latitude,
        longitude_rad=longitude,
        altitude_m=altitude,
        velocity_east_mps=velocity[:, 0],
        velocity_north_mps=velocity[:, 1],
        velocity_up_mps=velocity[:, 2],
        identity=np.full(len(looks), flight.identity, dtype=object),
    )


def _received(
    instrument: Instrument, schedule: Schedule, flight: Flight, looks: IntArray, draw: np.random.Generator
) -> IntArray:
    """Of some looks those at which a report is received."""
    time_s = schedule.time_s(looks)
    sight = appearance(instrument, flight.at(time_s))
    elevation_deg = np.degrees(sight.elevation_rad)
    sensor, true = instrument.sensor, instrument.true
    hit = (sight.range_m >= sensor.min_range_m) & (sight.range_m <= instrument.max_range_m)
    hit &= (elevation_deg >= sensor.min_elevation_deg) & (elevation_deg <= sensor.max_elevation_deg)
    hit &= schedule.in_order(time_s)
    hit &= draw.random(len(looks)) < instrument.detection_probability(sight.range_m)
    if true.fading_visible_s is not None and true.fading_hidden_s is not None:
        hit &= visible(draw, time_s, true.fading_visible_s, true.fading_hidden_s)
    return looks[hit]
