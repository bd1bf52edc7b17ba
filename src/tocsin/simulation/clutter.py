"""False detections: of nothing at all, uniform over what a sensor covers, and of cars on a road."""

from __future__ import annotations

import numpy as np

from tocsin.geo.frame import LocalFrame
from tocsin.geo.polar import FULL_TURN_RAD
from tocsin.simulation.flight import STEP_S, Flight
from tocsin.simulation.flyers import ClassSection
from tocsin.simulation.instrument import Instrument
from tocsin.simulation.perceiving import Sight, measured_only, time_of_plots
from tocsin.simulation.perception import NoiseSection
from tocsin.simulation.plots import FALSE_DETECTION, Plots
from tocsin.simulation.schedule import Schedule
from tocsin.simulation.streams import stream
from tocsin.units import FloatArray

# Fastest range rate that a false plot has (assumed).
_FALSE_RANGE_RATE_MPS = 60.0


def uniform_clutter(instrument: Instrument, schedule: Schedule, draw: np.random.Generator) -> Plots:
    """Poisson in number at each look, uniform over the covered ground and the covered elevations."""
    every = schedule.looks(0.0, schedule.duration_s)
    looks = np.repeat(every, draw.poisson(instrument.false_per_scan, len(every)))
    count, sensor = len(looks), instrument.sensor
    nearest_m, farthest_m = sensor.min_range_m, instrument.max_range_m
    lowest, highest = np.radians([sensor.min_elevation_deg, sensor.max_elevation_deg])
    drawn = Sight(
        # Uniform over area: the square of the range is uniform.
        np.sqrt(draw.uniform(nearest_m**2, farthest_m**2, count)),
        draw.uniform(0.0, FULL_TURN_RAD, count),
        draw.uniform(lowest, highest, count),
        draw.uniform(-_FALSE_RANGE_RATE_MPS, _FALSE_RANGE_RATE_MPS, count),
    )
    time_s = time_of_plots(instrument, schedule.time_s(looks), drawn)
    source = np.full(count, FALSE_DETECTION, dtype=np.int64)
    plots = Plots(looks, time_s, source, *measured_only(instrument, drawn))
    return plots.take(schedule.in_order(time_s) & (time_s <= schedule.duration_s))


def passes(section: NoiseSection, frame: LocalFrame, seed: int, duration_s: float) -> tuple[Flight, ...]:
    """Each car that passes, as a flight along the road: Poisson in time, from either end, at one speed."""
    draw = stream(seed, "noise", section.name)
    latitude, longitude = np.radians(np.asarray(section.path, dtype=np.float64)).T
    corners = frame.to_enu(latitude, longitude, np.full(len(latitude), section.altitude_m))
    count = draw.poisson(section.passes_per_hour * duration_s / 3600.0)
    starts_s = np.sort(np.rint(draw.uniform(0.0, duration_s, count)))
    speeds_mps, backwards = draw.uniform(*section.speed_mps, count), draw.random(count) < 0.5
    traits = ClassSection(
        speed_mps=section.speed_mps, altitude_m=(-1000.0, 9000.0), acoustic_range_m=section.reach_m
    )
    return tuple(
        Flight(
            object_id=f"{section.name}-{number + 1}",
            class_name="",
            traits=traits,
            start_s=float(starts_s[number]),
            state=_drive(corners[::-1] if backwards[number] else corners, float(speeds_mps[number])),
            radar_cross_section_m2=1.0,
            emits_radio=True,
            identity="",
        )
        for number in range(count)
    )


def _drive(corners: FloatArray, speed_mps: float) -> FloatArray:
    """States (steps + 1, 6) along a road (c, 3) at one speed."""
    legs = np.diff(corners, axis=0)
    lengths = np.sqrt((legs * legs).sum(axis=1))
    along_m = np.append(0.0, np.cumsum(lengths))
    at_m = np.arange(0.0, along_m[-1], speed_mps * STEP_S)
    position = np.stack([np.interp(at_m, along_m, corners[:, axis]) for axis in range(3)], axis=1)
    leg = np.clip(np.searchsorted(along_m, at_m, side="right") - 1, 0, len(legs) - 1)
    return np.concatenate([position, speed_mps * (legs / lengths[:, np.newaxis])[leg]], axis=1)
