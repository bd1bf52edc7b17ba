"""Everything that truly flies in one run of a scenario, in the site's tangent plane."""

from __future__ import annotations

import numpy as np

from tocsin.geo.frame import LocalFrame
from tocsin.model.truth import Truth
from tocsin.simulation.departures import Departure, departures
from tocsin.simulation.flight import STEP_S, Flight
from tocsin.simulation.flyers import ObjectSection
from tocsin.simulation.scenario import Scenario
from tocsin.simulation.steering import Paths, fly
from tocsin.simulation.streams import stream
from tocsin.units import FloatArray, seconds_to_nanoseconds_array


def draw_wind(scenario: Scenario, seed: int) -> FloatArray:
    """The wind of one run towards east and north, (2,) [m/s]."""
    wind = scenario.wind
    drawn = stream(seed, "wind").standard_normal(2)
    return np.array([wind.east_mps, wind.north_mps]) + wind.sigma_mps * drawn


def fly_all(scenario: Scenario, seed: int) -> tuple[Flight, ...]:
    """Every object's flight, in the order of the file."""
    wind_mps = draw_wind(scenario, seed)
    return tuple(
        flight for section in scenario.objects for flight in _fly_section(scenario, section, seed, wind_mps)
    )


def truth_of(flights: tuple[Flight, ...], start_ns: int) -> Truth:
    """The truth table: every object at every whole second, by time and then in the order of the file."""
    lengths = np.array([len(flight.state) for flight in flights], dtype=np.int64)
    times_s = [flight.start_s + STEP_S * np.arange(len(flight.state)) for flight in flights]
    time_s = np.concatenate([np.zeros(0), *times_s])
    truth = Truth(
        time_ns=start_ns + seconds_to_nanoseconds_array(time_s),
        object_id=np.repeat(np.array([flight.object_id for flight in flights], dtype=object), lengths),
        state=np.concatenate([np.zeros((0, 6)), *[flight.state for flight in flights]]),
        object_class=np.repeat(np.array([flight.class_name for flight in flights], dtype=object), lengths),
        threat=np.repeat(np.array([flight.traits.threat for flight in flights], dtype=np.bool_), lengths),
    )
    return truth.take(np.argsort(time_s, kind="stable"))


def _fly_section(scenario: Scenario, section: ObjectSection, seed: int, wind_mps: FloatArray) -> list[Flight]:
    traits = scenario.classes[section.class_name]
    planned = departures(section, traits, seed, scenario.header.duration_s)
    if not planned:
        return []
    steps = max(departure.steps for departure in planned)
    noise = np.zeros((steps, len(planned), 3))
    for number, departure in enumerate(planned):
        drawn = stream(seed, "flight", departure.object_id).standard_normal((departure.steps, 3))
        noise[: departure.steps, number] = drawn
    paths = fly(planned, section, traits, wind_mps, noise)
    return [
        _flight(scenario.site.frame, section, scenario, departure, paths, number)
        for number, departure in enumerate(planned)
    ]


def _flight(
    frame: LocalFrame,
    section: ObjectSection,
    scenario: Scenario,
    departure: Departure,
    paths: Paths,
    number: int,
) -> Flight:
    there = slice(0, int(paths.last_step[number]) + 1)
    latitude, longitude, altitude = paths.geodetic[there, number].T
    position = frame.to_enu(latitude, longitude, altitude)
    velocity = frame.rotate_velocity_from(latitude, longitude, paths.velocity_mps[there, number])
    traits = scenario.classes[section.class_name]
    return Flight(
        object_id=departure.object_id,
        class_name=section.class_name,
        traits=traits,
        start_s=departure.start_s,
        state=np.concatenate([position, velocity], axis=1),
        radar_cross_section_m2=departure.radar_cross_section_m2,
        emits_radio=traits.emits_radio and not section.radio_silent,
        identity=departure.identity,
    )
