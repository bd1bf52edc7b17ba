"""How objects fly: along waypoints or at random, with limited turns, climbs and speeds, in wind.

All objects of one section are flown at once, a step at a time; the arrays of a step are (n,) or (n, 2).
Wings make coordinated turns: the speed is through the air, along the heading, and only the heading turns,
at limited rate; the heading leans into the wind so that the course is to the waypoint. What hovers has its
velocity over the ground changed by limited acceleration.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.geo.polar import FULL_TURN_RAD
from tocsin.simulation.departures import Departure
from tocsin.simulation.flight import STEP_S
from tocsin.simulation.flyers import ClassSection, ObjectSection
from tocsin.simulation.itinerary import Itineraries, first_itineraries, radians_per_metre
from tocsin.units import FloatArray, IntArray

# Unsteady air and a simple autopilot (assumed): 1 sigma and time of correlation.
SPEED_NOISE_MPS = 0.4
CLIMB_NOISE_MPS = 0.3
NOISE_TIME_S = 20.0
# A height that is off by so many metres is met with 1 m/s of climb (assumed).
HEIGHT_PER_CLIMB_S = 10.0


class Paths(NamedTuple):
    """Paths of n objects.

    `geodetic` is (steps + 1, n, 3), latitude, longitude and height [rad, rad, m]; `velocity_mps` is of the
    same shape, in the east-north-up of where each is; `last_step` (n,) is the last at which each is there.
    """

    geodetic: FloatArray
    velocity_mps: FloatArray
    last_step: IntArray


def fly(
    departures: tuple[Departure, ...],
    section: ObjectSection,
    traits: ClassSection,
    wind_mps: FloatArray,
    noise: FloatArray,
) -> Paths:
    """Flies the objects of one section to the end of their stay or of their way.

    `wind_mps` is (2,), towards east and north; `noise` is (steps, n, 3) of independent standard normals.
    """
    steps, count = noise.shape[0], len(departures)
    geodetic, velocity = np.zeros((steps + 1, count, 3)), np.zeros((steps + 1, count, 3))
    itineraries = first_itineraries(departures, section)
    geodetic[0, :, :2] = itineraries.waypoints_rad[:, 0]
    geodetic[0, :, 2] = [departure.altitude_m for departure in departures]
    scale = radians_per_metre(geodetic[0])
    pilot = _Pilot(departures, section, traits, wind_mps, itineraries.offset_m(geodetic[0], scale))
    velocity[0] = pilot.velocity_mps(np.zeros(count))
    last_step = np.array([departure.steps for departure in departures], dtype=np.int64)
    wander = np.zeros((count, 3))
    keep = np.exp(-STEP_S / NOISE_TIME_S)
    for step in range(steps):
        if step >= last_step.max():
            break
        wander = keep * wander + np.sqrt(1.0 - keep**2) * noise[step]
        scale = radians_per_metre(geodetic[step])
        offset_m = itineraries.go_on(geodetic[step], scale, pilot.capture_m)
        last_step[itineraries.ended & (last_step > step)] = step
        climb_mps = pilot.climb_mps(geodetic[step, :, 2], wander[:, 1])
        pilot.steer(offset_m, itineraries, wander)
        velocity[step + 1] = pilot.velocity_mps(climb_mps)
        north_east_up_m = 0.5 * STEP_S * (velocity[step] + velocity[step + 1])[:, [1, 0, 2]]
        geodetic[step + 1] = geodetic[step] + north_east_up_m * scale
    return Paths(geodetic, velocity, last_step)


class _Pilot:
    """Headings, speeds and velocities of n objects, changed a step at a time as far as their class can."""

    def __init__(
        self,
        departures: tuple[Departure, ...],
        section: ObjectSection,
        traits: ClassSection,
        wind_mps: FloatArray,
        first_offset_m: FloatArray,
    ) -> None:
        self.traits = traits
        self.wind_mps = wind_mps
        self.max_turn_rad = np.radians(traits.max_turn_rate_degps) * STEP_S
        self.wander_rad = np.radians(section.wander_degps) * STEP_S
        self.cruise_mps = np.array([departure.speed_mps for departure in departures])
        self.cruise_altitude_m = np.array([departure.altitude_m for departure in departures])
        self.speed_mps = self.cruise_mps.copy()
        course = np.array([departure.course_rad for departure in departures])
        towards_first = self._heading_to(first_offset_m)
        self.heading_rad = np.where(np.isnan(course), towards_first, course)
        self.ground_mps = self.cruise_mps[:, np.newaxis] * _unit(self.heading_rad)
        # Two turning radii, so that a waypoint is never circled in vain; for what hovers, its way to stop.
        stop_m = self.cruise_mps**2 / (2.0 * traits.max_acceleration_mps2)
        turn_m = 2.0 * self.cruise_mps * STEP_S / self.max_turn_rad
        self.capture_m = STEP_S * self.cruise_mps + (stop_m if traits.hovers else turn_m) + 5.0

    def climb_mps(self, altitude_m: FloatArray, wander: FloatArray) -> FloatArray:
        """Back to the cruising height, without leaving the heights of the class."""
        wanted = (self.cruise_altitude_m - altitude_m) / HEIGHT_PER_CLIMB_S + CLIMB_NOISE_MPS * wander
        limited = np.clip(wanted, -self.traits.max_climb_mps, self.traits.max_climb_mps)
        lowest, highest = self.traits.altitude_m
        # A quarter of what is left, a step: a height that is approached so is never passed.
        return np.clip(limited, (lowest - altitude_m) / (4 * STEP_S), (highest - altitude_m) / (4 * STEP_S))

    def steer(self, offset_m: FloatArray, itineraries: Itineraries, wander: FloatArray) -> None:
        """One step towards the waypoints, or on where there is none; `offset_m` is (n, 2) to the waypoint."""
        if self.traits.hovers:
            self._accelerate(offset_m, itineraries)
            return
        towards = np.mod(self._heading_to(offset_m) - self.heading_rad + np.pi, FULL_TURN_RAD) - np.pi
        turn = np.where(itineraries.has_waypoint, towards, self.wander_rad * wander[:, 2])
        self.heading_rad = self.heading_rad + np.clip(turn, -self.max_turn_rad, self.max_turn_rad)
        self.speed_mps = np.clip(self.cruise_mps + SPEED_NOISE_MPS * wander[:, 0], *self.traits.speed_mps)

    def velocity_mps(self, climb_mps: FloatArray) -> FloatArray:
        """Over the ground, (n, 3)."""
        through_air = self.speed_mps[:, np.newaxis] * _unit(self.heading_rad) + self.wind_mps
        horizontal = self.ground_mps if self.traits.hovers else through_air
        return np.concatenate([horizontal, climb_mps[:, np.newaxis]], axis=1)

    def _accelerate(self, offset_m: FloatArray, itineraries: Itineraries) -> None:
        course = np.where(
            itineraries.has_waypoint, np.arctan2(offset_m[:, 0], offset_m[:, 1]), self.heading_rad
        )
        moving = itineraries.pause_s <= 0.0
        wanted = np.where(moving, self.cruise_mps, 0.0)[:, np.newaxis] * _unit(course)
        change = wanted - self.ground_mps
        size = np.maximum(np.hypot(change[:, 0], change[:, 1]), 1e-9)
        part = np.minimum(1.0, self.traits.max_acceleration_mps2 * STEP_S / size)
        self.ground_mps = self.ground_mps + change * part[:, np.newaxis]
        self.heading_rad = np.where(moving, course, self.heading_rad)

    def _heading_to(self, offset_m: FloatArray) -> FloatArray:
        """The heading whose course over the ground, in this wind, is along the offset."""
        course = np.arctan2(offset_m[:, 0], offset_m[:, 1])
        across_mps = self.wind_mps[0] * np.cos(course) - self.wind_mps[1] * np.sin(course)
        speed_mps = np.maximum(self.speed_mps, 1e-9)
        lean = 0.0 if self.traits.hovers else np.arcsin(np.clip(across_mps / speed_mps, -1.0, 1.0))
        return course - lean


def _unit(azimuth_rad: FloatArray) -> FloatArray:
    """East and north of a unit vector, (n, 2)."""
    return np.stack([np.sin(azimuth_rad), np.cos(azimuth_rad)], axis=1)
