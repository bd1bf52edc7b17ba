"""Positions with identity: what receivers take in of broadcasts, and another system says of its tracks."""

from __future__ import annotations

import hashlib

import numpy as np

from tocsin.config.kinds import SensorKind
from tocsin.geo.frame import LocalFrame
from tocsin.model.detections import Detections
from tocsin.simulation.fading import visible
from tocsin.simulation.flight import Flight
from tocsin.simulation.instrument import Instrument
from tocsin.simulation.perceiving import appearance
from tocsin.simulation.schedule import Schedule
from tocsin.units import FloatArray, IntArray, seconds_to_nanoseconds_array

_HEARD_BY = {"adsb": SensorKind.ADSB, "remote_id": SensorKind.REMOTE_ID}


def reports(
    instrument: Instrument,
    schedule: Schedule,
    flight: Flight,
    frame: LocalFrame,
    start_ns: int,
    draw: np.random.Generator,
) -> Detections:
    """The reports of one flight; none where it says nothing of this kind, or another system can't see it.

    Each position is wrong by the sensor's `position_sigma_m` on each axis, as long as `error_hold_s` alike.
    """
    looks = schedule.looks(flight.start_s, flight.end_s)
    identity = _identity(instrument, flight)
    if not identity:
        return Detections.empty()
    looks = _received(instrument, schedule, flight, looks, draw)
    state = flight.at(schedule.time_s(looks))
    errors = _held(
        draw.standard_normal((len(looks), 3)), schedule.time_s(looks), instrument.true.error_hold_s
    )
    position = state[:, :3] + errors * instrument.position_sigma_m
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
        identity=np.full(len(looks), identity, dtype=object),
    )


def _identity(instrument: Instrument, flight: Flight) -> str:
    """What an object is called in the reports; '' for one of which there are none."""
    if instrument.sensor.kind is SensorKind.TRACKS:
        if flight.radar_cross_section_m2 <= 0.0:
            return ""
        digest = hashlib.sha256(f"{instrument.name} {flight.object_id}".encode()).hexdigest()
        return f"track:{digest[:12]}"
    return flight.identity if _HEARD_BY.get(flight.traits.broadcasts) == instrument.sensor.kind else ""


def _held(drawn: FloatArray, time_s: FloatArray, hold_s: float | None) -> FloatArray:
    """Standard normal errors (k, 3) that fade into new ones: exponentially correlated over `hold_s`."""
    if not hold_s:
        return drawn
    held = drawn.copy()
    kept = np.exp(-np.diff(time_s) / hold_s)
    for number, share in enumerate(kept.tolist(), start=1):
        held[number] = share * held[number - 1] + (1.0 - share * share) ** 0.5 * drawn[number]
    return held


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
    cross_section_m2 = flight.radar_cross_section_m2 if sensor.kind is SensorKind.TRACKS else None
    hit &= draw.random(len(looks)) < instrument.detection_probability(sight.range_m, cross_section_m2)
    if true.fading_visible_s is not None and true.fading_hidden_s is not None:
        hit &= visible(draw, time_s, true.fading_visible_s, true.fading_hidden_s)
    return looks[hit]
