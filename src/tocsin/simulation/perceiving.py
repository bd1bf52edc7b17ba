"""What a radar, a direction finder or a microphone array perceives of one object: all its looks at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.config.kinds import SensorKind
from tocsin.geo.polar import FULL_TURN_RAD, enu_to_polar
from tocsin.geo.vectors import rotate
from tocsin.simulation.fading import visible
from tocsin.simulation.flight import Flight
from tocsin.simulation.instrument import Instrument
from tocsin.simulation.plots import Plots
from tocsin.simulation.schedule import Schedule
from tocsin.units import BoolArray, FloatArray, IntArray

# The delay of sound from a flyer is a contraction by its speed over that of sound (below 0.5 for all that a
# microphone hears here), so that this many rounds leave less than a microsecond.
_SOUND_ROUNDS = 30


class Sight(NamedTuple):
    """Where an object appears to a sensor: (k,) range [m], azimuth and elevation [rad], range rate [m/s]."""

    range_m: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray
    range_rate_mps: FloatArray


def perceptible(instrument: Instrument, flight: Flight) -> bool:
    """Whether a sensor can perceive an object at all, near enough."""
    match instrument.sensor.kind:
        case SensorKind.RADAR:
            return flight.radar_cross_section_m2 > 0.0
        case SensorKind.DIRECTION_FINDER:
            return flight.emits_radio
        case SensorKind.MICROPHONE:
            return flight.traits.acoustic_range_m > 0.0
        case _:  # eyes and lenses
            return True


def perceive(
    instrument: Instrument, schedule: Schedule, flight: Flight, source: int, draw: np.random.Generator
) -> Plots:
    """The plots of one flight."""
    reach_m = instrument.max_range_m
    if instrument.sensor.kind == SensorKind.MICROPHONE:
        reach_m = min(reach_m, flight.traits.acoustic_range_m)
    looks = _looks_within_reach(instrument, schedule, flight, reach_m)
    if len(looks) == 0:
        return Plots.none()
    time_s, sight, there = _seen_at(instrument, schedule, flight, looks)
    hit = there & _covers(instrument, sight, reach_m) & schedule.in_order(time_s)
    probability = instrument.detection_probability(sight.range_m, flight.radar_cross_section_m2)
    hit &= draw.random(len(looks)) < probability
    true = instrument.true
    if true.fading_visible_s is not None and true.fading_hidden_s is not None:
        hit &= visible(draw, schedule.time_s(looks), true.fading_visible_s, true.fading_hidden_s)
    noise = draw.standard_normal((len(looks), 4))
    measured = measure(instrument, sight, noise)
    plots = Plots(looks, time_s, np.full(len(looks), source, dtype=np.int64), *measured)
    return plots.take(hit)


def appearance(instrument: Instrument, state: FloatArray) -> Sight:
    """How states (k, 6) in the site's tangent plane appear in the sensor's own."""
    relative = rotate(instrument.rotation, state[:, :3] - instrument.position_enu_m)
    range_m, azimuth_rad, elevation_rad = enu_to_polar(relative)
    velocity = rotate(instrument.rotation, state[:, 3:])
    range_rate = (relative * velocity).sum(axis=1) / np.maximum(range_m, 1e-9)
    return Sight(range_m, azimuth_rad, elevation_rad, range_rate)


def measure(instrument: Instrument, sight: Sight, noise: FloatArray) -> Sight:
    """A sight with the sensor's errors, `noise` (k, 4) being standard normal; NaN where not measured."""
    noisy = np.stack(sight, axis=1) + noise * instrument.sigmas
    bias_rad = np.radians(instrument.true.azimuth_bias_deg or 0.0)
    azimuth_rad = np.mod(noisy[:, 1] + bias_rad, FULL_TURN_RAD)
    elevation_rad = np.clip(noisy[:, 2], -np.pi / 2, np.pi / 2)
    return measured_only(instrument, Sight(np.abs(noisy[:, 0]), azimuth_rad, elevation_rad, noisy[:, 3]))


def measured_only(instrument: Instrument, sight: Sight) -> Sight:
    """The same with NaN for what the sensor does not measure."""
    names = ("range", "azimuth", "elevation", "range_rate")
    absent = np.full(len(sight.azimuth_rad), np.nan)
    kept = (
        values if name in instrument.measures else absent for name, values in zip(names, sight, strict=True)
    )
    return Sight(*kept)


def time_of_plots(instrument: Instrument, look_s: FloatArray, sight: Sight) -> FloatArray:
    """When plots of looks that begin at times (k,) are made [s]: later, where an antenna has to turn."""
    if not instrument.true.rotates:
        return look_s
    turned_s = sight.azimuth_rad / FULL_TURN_RAD * instrument.period_s
    plot_s: FloatArray = np.rint((look_s + turned_s) * 1e6) / 1e6
    return plot_s


def retarded_time(
    flight: Flight, position_enu_m: FloatArray, arrival_s: FloatArray, sound_mps: float
) -> FloatArray:
    """When the sound left that arrives at times (k,): the t with sound (arrival - t) = |p(t) - position|."""
    departure_s = arrival_s
    for _ in range(_SOUND_ROUNDS):
        offset = flight.at(departure_s)[:, :3] - position_enu_m
        departure_s = arrival_s - np.sqrt((offset * offset).sum(axis=1)) / sound_mps
    return departure_s


def _looks_within_reach(
    instrument: Instrument, schedule: Schedule, flight: Flight, reach_m: float
) -> IntArray:
    """Looks from the first second within reach to the last, with what sound needs; most flights have none."""
    offset = flight.state[:, :3] - instrument.position_enu_m
    # Between two states nothing comes nearer than the way of one step.
    margin_m = flight.traits.speed_mps[1] + 100.0
    near = np.flatnonzero((offset * offset).sum(axis=1) <= (reach_m + margin_m) ** 2)
    if len(near) == 0:
        return np.zeros(0, dtype=np.int64)
    sound_mps = instrument.sensor.propagation_speed_mps
    delay_s = reach_m / sound_mps if sound_mps else 0.0
    first_s, last_s = flight.start_s + float(near[0]), flight.start_s + float(near[-1])
    # One period earlier: an antenna that turns sees late in a look what was not yet there when it began.
    return schedule.looks(max(first_s - 1.0, flight.start_s) - instrument.period_s, last_s + 1.0 + delay_s)


def _seen_at(
    instrument: Instrument, schedule: Schedule, flight: Flight, looks: IntArray
) -> tuple[FloatArray, Sight, BoolArray]:
    """The time of each plot, how the object appears in it, and whether it is there at all."""
    start_s = schedule.time_s(looks)
    time_s = seen_s = start_s
    sound_mps = instrument.sensor.propagation_speed_mps
    if sound_mps:
        seen_s = retarded_time(flight, instrument.position_enu_m, start_s, sound_mps)
    sight = appearance(instrument, flight.at(seen_s))
    if instrument.true.rotates:
        for _ in range(2):
            time_s = time_of_plots(instrument, start_s, sight)
            sight = appearance(instrument, flight.at(time_s))
        seen_s = time_s
    there = (seen_s >= flight.start_s) & (seen_s <= flight.end_s) & (time_s <= schedule.duration_s)
    return time_s, sight, there


def _covers(instrument: Instrument, sight: Sight, reach_m: float) -> BoolArray:
    sensor = instrument.sensor
    elevation_deg = np.degrees(sight.elevation_rad)
    within = (sight.range_m >= sensor.min_range_m) & (sight.range_m <= reach_m)
    return within & (elevation_deg >= sensor.min_elevation_deg) & (elevation_deg <= sensor.max_elevation_deg)
