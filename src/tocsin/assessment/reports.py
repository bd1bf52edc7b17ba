"""What sensors report, as the model-free path sees it: which post, when, and from where it can have come."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tocsin.assessment.posts import NO_POST, Posts
from tocsin.config.site import Site
from tocsin.model.columns import Columns
from tocsin.model.detections import HEARD, Detections
from tocsin.units import FloatArray, IntArray

LEAST_HALF_WIDTH_RAD = math.radians(20.0)
"""Bearings are taken this coarsely at least: north was often set by hand, and no track fits such bearings."""
_SIGMAS = 3.0


def half_widths_rad(sigma_rad: FloatArray) -> FloatArray:
    """How far to either side bearings of these errors (n,) may be off, (n,)."""
    width: FloatArray = np.minimum(np.maximum(_SIGMAS * sigma_rad, LEAST_HALF_WIDTH_RAD), math.pi)
    return width


@dataclass(frozen=True, slots=True, eq=False)
class Reports(Columns):
    """n reports. `azimuth_rad` in 0 to 2 pi from the post, `half_width_rad` pi where it can be any.

    `place_m` (n, 2) is east and north of a plot, NaN otherwise; `sigma_m` its error.
    """

    time_ns: IntArray
    received_ns: IntArray
    sensor: IntArray
    post: IntArray
    azimuth_rad: FloatArray
    half_width_rad: FloatArray
    place_m: FloatArray
    sigma_m: FloatArray

    @classmethod
    def empty(cls) -> Reports:
        """None."""
        none, nothing = np.zeros(0, np.int64), np.zeros(0)
        return cls(none, none, none, none, nothing, nothing, np.zeros((0, 2)), nothing)


class Reporting:
    """Turns the detections of one site into reports."""

    def __init__(self, site: Site, posts: Posts) -> None:
        self._posts = posts
        self._frame = site.frame
        self._altitude_m = site.prior.altitude_m
        sensors = [sensor.filled() for sensor in site.sensors]
        self._azimuth_sigma = np.radians([s.azimuth_sigma_deg or 0.0 for s in sensors])
        self._range_sigma_m = np.array([s.range_sigma_m or 0.0 for s in sensors])
        self._position_sigma_m = np.array([s.position_sigma_m or 0.0 for s in sensors])

    def of(self, detections: Detections) -> Reports:
        """One report for each detection that says that something is there, in their order."""
        says = np.isfinite(detections.latitude_rad) | np.isfinite(detections.azimuth_rad)
        says |= detections.heard == HEARD
        rows = np.flatnonzero(says & (self._posts.of_sensor[detections.sensor] != NO_POST))
        if not len(rows):
            return Reports.empty()
        d = detections.take(rows)
        sensor = d.sensor.astype(np.int64)
        post = self._posts.of_sensor[sensor]
        place, sigma = self._places(d, sensor, post)
        offset = place - self._posts.place_m[post]
        is_plot = np.isfinite(place[:, 0])
        azimuth = np.where(is_plot, np.arctan2(offset[:, 0], offset[:, 1]), d.azimuth_rad) % (2.0 * math.pi)
        error = _or_usual(d.azimuth_sigma_rad, self._azimuth_sigma[sensor])
        half_width = half_widths_rad(error)
        is_blind = ~np.isfinite(azimuth)
        return Reports(d.time_ns, d.received_ns, sensor, post, np.where(is_blind, 0.0, azimuth),
                       np.where(is_blind, math.pi, half_width), place, sigma)  # fmt: skip

    def _places(self, d: Detections, sensor: IntArray, post: IntArray) -> tuple[FloatArray, FloatArray]:
        """East and north of plots (n, 2) and their errors (n,), NaN for what has no range."""
        ground = d.range_m * np.cos(np.nan_to_num(d.elevation_rad))
        direction = np.stack([np.sin(d.azimuth_rad), np.cos(d.azimuth_rad)], axis=1)
        place = self._posts.place_m[post] + ground[:, np.newaxis] * direction
        azimuth_sigma = _or_usual(d.azimuth_sigma_rad, self._azimuth_sigma[sensor])
        range_sigma = _or_usual(d.range_sigma_m, self._range_sigma_m[sensor])
        sigma = np.maximum(range_sigma, d.range_m * azimuth_sigma)
        told = np.flatnonzero(np.isfinite(d.latitude_rad) & np.isfinite(d.longitude_rad))
        if len(told):
            altitude = np.where(np.isfinite(d.altitude_m), d.altitude_m, self._altitude_m)[told]
            place[told] = self._frame.to_enu(d.latitude_rad[told], d.longitude_rad[told], altitude)[:, :2]
            sigma[told] = _or_usual(d.position_sigma_m, self._position_sigma_m[sensor])[told]
        return place, sigma


def _or_usual(given: FloatArray, usual: FloatArray) -> FloatArray:
    return np.where(np.isfinite(given), given, usual)
