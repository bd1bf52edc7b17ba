"""Which waypoint each object flies to, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.geo.ellipsoid import ECCENTRICITY_SQUARED, SEMI_MAJOR_AXIS_M
from tocsin.simulation.departures import Departure
from tocsin.simulation.flight import STEP_S
from tocsin.simulation.flyers import ObjectSection
from tocsin.units import BoolArray, FloatArray, IntArray


@dataclass(slots=True, eq=False)
class Itineraries:
    """Of n objects with w waypoints each.

    `waypoints_rad` is (n, w, 2), latitude and longitude; `heading_for` (n,) the number of the one flown to;
    `pause_s` (n,) how long what hovers still stands at the last one; `ended` (n,) who has landed.
    """

    section: ObjectSection
    waypoints_rad: FloatArray
    heading_for: IntArray
    has_waypoint: BoolArray
    pause_s: FloatArray
    ended: BoolArray

    def offset_m(self, geodetic: FloatArray, scale: FloatArray) -> FloatArray:
        """East and north (n, 2) from each object to its waypoint, on the ellipsoid's scale where it is."""
        waypoint = self.waypoints_rad[np.arange(len(self.heading_for)), self.heading_for]
        return ((waypoint - geodetic[:, :2]) / scale[:, :2])[:, ::-1]

    def go_on(self, geodetic: FloatArray, scale: FloatArray, capture_m: FloatArray) -> FloatArray:
        """As `offset_m`, after going on to the next waypoint where one is nearer than `capture_m` (n,)."""
        offset_m = self.offset_m(geodetic, scale)
        self.pause_s = np.maximum(self.pause_s - STEP_S, 0.0)
        reached = self.has_waypoint & (np.hypot(offset_m[:, 0], offset_m[:, 1]) < capture_m)
        if not reached.any():
            return offset_m
        self._choose_next(reached)
        return self.offset_m(geodetic, scale)

    def _choose_next(self, reached: BoolArray) -> None:
        self.pause_s = np.where(reached, self.section.pause_s, self.pause_s)
        following = self.heading_for + reached
        done = following == self.waypoints_rad.shape[1]
        if self.section.after_last == "again":
            self.heading_for = np.where(done, 0, following)
            return
        self.heading_for = np.where(done, self.heading_for, following)
        self.has_waypoint = self.has_waypoint & ~done
        if self.section.after_last == "vanish":
            self.ended = self.ended | done


def first_itineraries(departures: tuple[Departure, ...], section: ObjectSection) -> Itineraries:
    """From the first waypoint, where all start, to the second, where there is one."""
    waypoints = np.stack([departure.waypoints_rad for departure in departures])
    # So that the date line is no edge: longitudes are flown without a break.
    waypoints[..., 1] = np.unwrap(waypoints[..., 1], axis=1)
    count, ways = waypoints.shape[:2]
    heading_for = np.full(count, min(1, ways - 1), dtype=np.int64)
    nobody = np.zeros(count, dtype=np.bool_)
    return Itineraries(section, waypoints, heading_for, np.full(count, ways > 1), np.zeros(count), nobody)


def radians_per_metre(geodetic: FloatArray) -> FloatArray:
    """What one metre north, east and up is in latitude, longitude and height, (n, 3).

    From the radii of curvature in the meridian and the prime vertical (NGA.STND.0036, chapter 4).
    """
    flattened = 1.0 - ECCENTRICITY_SQUARED * np.sin(geodetic[:, 0]) ** 2
    prime_vertical_m = SEMI_MAJOR_AXIS_M / np.sqrt(flattened)
    meridian_m = prime_vertical_m * (1.0 - ECCENTRICITY_SQUARED) / flattened
    east_m = (prime_vertical_m + geodetic[:, 2]) * np.cos(geodetic[:, 0])
    scale = np.ones((len(geodetic), 3))
    scale[:, 0], scale[:, 1] = 1.0 / (meridian_m + geodetic[:, 2]), 1.0 / east_m
    return scale
