"""Detection reports of SAPIENT nodes as rows: what was measured, and what must not be used.

A node that says where it stands may stand elsewhere than in the site file. What it then measures by range and
azimuth is placed from where it says; bearings alone, which the tracker would place from the site file, are
refused.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.formats.sapient import DetectionReport, Direction, Place, likeliest
from tocsin.geo.frame import LocalFrame
from tocsin.model.detections import Detection
from tocsin.sensors.placement import POSITION_UNKNOWN
from tocsin.sensors.reach import BEYOND_REACH
from tocsin.sensors.rows import BLANK, number_or_nan
from tocsin.sensors.sapient_nodes import Node

NOT_IN_THE_AIR = "not_in_the_air"
NODE_MOVED = "node_moved"
MOVED_M = 100.0
"""A node farther than this from its place in the site file has moved; nearer, its receiver is inexact."""

# Classes of what does not fly, at any level of the likeliest branch: people above all.
_ON_THE_GROUND = re.compile(
    r"\b(humans?|persons?|people|pedestrians?|dismounts?|man|woman|crowds?|faces?"
    r"|(land|ground|road|sea|surface)[ _-]?(vehicles?|vessels?|targets?)|wheeled|tracked|cars?|trucks?|vans?"
    r"|bus|motor(cycle|bike)s?|bicycles?|boats?|ships?|vessels?|watercraft)\b",
    re.IGNORECASE,
)
_RANGING = frozenset({SensorKind.RADAR, SensorKind.TRACKS})
_EARTH_RADIUS_M = 6_371_009.0


def row_of(report: DetectionReport, node: Node, sensor: Sensor) -> Detection | str:
    """What a report measured, without time, sensor and identity, or why it is not used.

    The sensor is given with all its defaults, and a height.
    """
    refusal = _refusal(report)
    if refusal is not None:
        return refusal
    where = report.where
    if isinstance(where, str):
        return where
    if isinstance(where, Place):
        return _with_velocity(_placed(where), report, node)
    if where.range_sigma_m is None and sensor.kind not in _RANGING:
        where = replace(where, range_m=None)  # a guess
    row = _pointing(where)
    if _stands_as_told(node, sensor):
        return row
    if node.place is None:
        return POSITION_UNKNOWN
    if where.range_m is None or where.azimuth_rad is None:
        return NODE_MOVED if sensor.latitude_deg is not None else POSITION_UNKNOWN
    if not 0.0 <= where.range_m <= (sensor.max_range_m or math.inf):
        return BEYOND_REACH
    return _with_velocity(_placed(_seen_from(node.place, where, sensor)), report, node)


def _refusal(report: DetectionReport) -> str | None:
    best = likeliest(report.classes)
    if best is not None and any(_ON_THE_GROUND.search(name) for name in best.likeliest_names):
        return NOT_IN_THE_AIR
    if "lost" in report.state.lower():
        return "object_lost"
    return "confidence_zero" if report.confidence == 0.0 else None


def _placed(place: Place) -> Detection:
    """A row has one sigma for all axes: the worst that is told."""
    told = [place.east_sigma_m, place.north_sigma_m]
    if place.altitude_m is not None:
        told.append(place.up_sigma_m)
    return BLANK._replace(
        latitude_rad=place.latitude_rad,
        longitude_rad=place.longitude_rad,
        altitude_m=number_or_nan(place.altitude_m),
        position_sigma_m=max((sigma for sigma in told if sigma is not None), default=math.nan),
    )


def _pointing(direction: Direction) -> Detection:
    return BLANK._replace(
        range_m=number_or_nan(direction.range_m),
        azimuth_rad=number_or_nan(direction.azimuth_rad),
        elevation_rad=number_or_nan(direction.elevation_rad),
        range_sigma_m=number_or_nan(direction.range_sigma_m),
        azimuth_sigma_rad=number_or_nan(direction.azimuth_sigma_rad),
        elevation_sigma_rad=number_or_nan(direction.elevation_sigma_rad),
    )


def _with_velocity(row: Detection, report: DetectionReport, node: Node) -> Detection:
    if report.velocity is None:
        return row
    east, north, up = report.velocity
    return row._replace(
        velocity_east_mps=east * node.mode.plane_unit_mps,
        velocity_north_mps=north * node.mode.plane_unit_mps,
        velocity_up_mps=math.nan if up is None else up * node.mode.up_unit_mps,
    )


def _stands_as_told(node: Node, sensor: Sensor) -> bool:
    """Whether the site file's place of a sensor is the one that it measures from."""
    if sensor.latitude_deg is None or sensor.longitude_deg is None:
        return False
    if node.place is None:
        return True
    latitude_rad, longitude_rad, _ = node.place
    north = latitude_rad - math.radians(sensor.latitude_deg)
    east = math.remainder(longitude_rad - math.radians(sensor.longitude_deg), math.tau)
    return _EARTH_RADIUS_M * math.hypot(north, east * math.cos(latitude_rad)) <= MOVED_M


def _seen_from(stand: tuple[float, float, float | None], seen: Direction, sensor: Sensor) -> Place:
    """The place of what is seen from where a node says that it stands; a height only with an elevation."""
    latitude_rad, longitude_rad, told_m = stand
    altitude_m = told_m if told_m is not None else sensor.altitude_m
    assert altitude_m is not None and seen.range_m is not None and seen.azimuth_rad is not None
    assert sensor.range_sigma_m and sensor.azimuth_sigma_deg and sensor.elevation_sigma_deg
    elevation_rad = seen.elevation_rad or 0.0
    plane_m = seen.range_m * math.cos(elevation_rad)
    enu_m = (
        plane_m * math.sin(seen.azimuth_rad),
        plane_m * math.cos(seen.azimuth_rad),
        seen.range_m * math.sin(elevation_rad),
    )
    frame = LocalFrame(latitude_rad, longitude_rad, altitude_m)
    latitude, longitude, height_m = (float(value) for value in frame.to_geodetic(enu_m))
    across_m = seen.range_m * (seen.azimuth_sigma_rad or math.radians(sensor.azimuth_sigma_deg))
    sigma_m = max(seen.range_sigma_m or sensor.range_sigma_m, across_m)
    if seen.elevation_rad is None:
        return Place(latitude, longitude, None, sigma_m, sigma_m)
    up_m = seen.range_m * (seen.elevation_sigma_rad or math.radians(sensor.elevation_sigma_deg))
    return Place(latitude, longitude, height_m, sigma_m, sigma_m, up_m)
