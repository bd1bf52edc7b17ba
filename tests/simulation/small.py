"""Small scenarios for tests: a place at sea, one sensor, and objects of which everything is known."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from tocsin.simulation import Simulated, load_scenario, simulate
from tocsin.simulation.flight import Flight
from tocsin.simulation.flyers import ClassSection
from tocsin.simulation.instrument import Instrument, instruments
from tocsin.simulation.scenario import Scenario, parse_scenario
from tocsin.simulation.schedule import Schedule
from tocsin.simulation.world import fly_all
from tocsin.units import FloatArray

HEAD = """
[scenario]
name = "small"
title = "Small"
family = "test"
start_utc = 2031-01-01T00:00:00Z
duration_s = {duration_s}

[site]
name = "Nowhere"
latitude_deg = -47.0
longitude_deg = -127.0
"""

RADAR = """
[[sensors]]
name = "radar"
kind = "radar"
latitude_deg = -47.0
longitude_deg = -127.0
altitude_m = 0.0
period_s = 4.0
range_sigma_m = 30.0
azimuth_sigma_deg = 0.5
elevation_sigma_deg = 1.0
detection_probability = 1.0
max_range_m = 30000.0
false_detections_per_scan = 0.0
system_area_code = 250
system_identification_code = 7
"""

EAR = """
[[sensors]]
name = "ear"
kind = "microphone"
latitude_deg = -46.95
longitude_deg = -127.0
period_s = 2.0
max_range_m = 5000.0
false_detections_per_scan = 0.1
"""

PLANE_CLASS = """
[classes.plane]
speed_mps = [25.0, 30.0]
altitude_m = [500.0, 2500.0]
max_turn_rate_degps = 9.0
max_climb_mps = 3.0
radar_cross_section_m2 = 0.1
acoustic_range_m = 5000.0
emits_radio = true
threat = true
"""

PLANES = (
    PLANE_CLASS
    + """
[[objects]]
name = "plane"
class_name = "plane"
count = 3
waypoints = [[-46.9, -127.0], [-47.0, -126.95], [-47.1, -127.0]]
start_radius_m = 3000.0
waypoint_radius_m = 500.0
start_s = [0.0, 60.0]
"""
)


@cache
def shipped_run(name: str, seed: int) -> Simulated:
    """A run of a scenario that comes with tocsin, made once for all tests of a worker."""
    return simulate(load_scenario(name), seed)


@cache
def shipped_flights(name: str, seed: int) -> tuple[Flight, ...]:
    """The same for its flights."""
    return fly_all(load_scenario(name), seed)


def small(*sections: str, duration_s: float = 900.0) -> Scenario:
    """A scenario of the given sections."""
    text = HEAD.format(duration_s=duration_s) + "\n".join(sections)
    return parse_scenario(text, Path("small.toml"))


def only_instrument(*sections: str) -> Instrument:
    """The first sensor of such a scenario."""
    return instruments(small(*sections))[0]


def standing(
    position_enu_m: tuple[float, float, float],
    duration_s: int,
    velocity_mps: tuple[float, float, float] = (0.0, 0.0, 0.0),
    radar_cross_section_m2: float = 0.1,
    acoustic_range_m: float = 5000.0,
    emits_radio: bool = True,
) -> Flight:
    """An object on a straight line at constant velocity, from the scenario's start."""
    seconds = np.arange(duration_s + 1.0)[:, np.newaxis]
    velocity = np.array(velocity_mps)
    position = np.array(position_enu_m) + seconds * velocity
    traits = ClassSection(
        speed_mps=(0.0, 1000.0), altitude_m=(-1000.0, 1e5), acoustic_range_m=acoustic_range_m
    )
    state: FloatArray = np.concatenate([position, np.broadcast_to(velocity, position.shape)], axis=1)
    return Flight("it-1", "it", traits, 0.0, state, radar_cross_section_m2, emits_radio, "")


def schedule(
    instrument: Instrument, duration_s: float, outages: tuple[tuple[float, float], ...] = ()
) -> Schedule:
    """Looks from the scenario's start on."""
    return Schedule(0.0, instrument.period_s, duration_s, outages)


def four_sigma(probability: float, count: int) -> float:
    """Four standard errors of a share of `count` independent draws."""
    return 4.0 * float(np.sqrt(probability * (1.0 - probability) / count))
