"""What the seed decides of each object before it flies: when and where from, how fast, how high, where to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from tocsin.geo.frame import LocalFrame
from tocsin.simulation.flight import STEP_S
from tocsin.simulation.flyers import ClassSection, ObjectSection
from tocsin.simulation.streams import stream
from tocsin.units import FloatArray

_IDENTITY_PREFIX = {"adsb": "adsb:", "remote_id": "rid:"}


@dataclass(frozen=True, slots=True, eq=False)
class Departure:
    """`waypoints_rad` is (w, 2), latitude and longitude; `course_rad` is NaN: first towards the second."""

    object_id: str
    start_s: float
    steps: int
    waypoints_rad: FloatArray
    altitude_m: float
    speed_mps: float
    course_rad: float
    radar_cross_section_m2: float
    identity: str


def departures(
    section: ObjectSection, traits: ClassSection, seed: int, duration_s: float
) -> tuple[Departure, ...]:
    """All objects of one section that start before the scenario ends."""
    drawn = (
        _departure(section, traits, f"{section.name}-{number}", seed, duration_s)
        for number in range(1, section.count + 1)
    )
    return tuple(departure for departure in drawn if departure.steps > 0)


def _departure(
    section: ObjectSection, traits: ClassSection, object_id: str, seed: int, duration_s: float
) -> Departure:
    draw = stream(seed, "object", object_id)
    # A whole number of steps, so that the truth of every second is a state of the integration.
    start_s = STEP_S * round(draw.uniform(*section.start_s) / STEP_S)
    stay_s = draw.uniform(*section.stay_s)
    waypoints = np.radians(np.asarray(section.waypoints, dtype=np.float64))
    radii = [section.start_radius_m] + [section.waypoint_radius_m] * (len(waypoints) - 1)
    moved = np.stack([_moved(point, radius, draw) for point, radius in zip(waypoints, radii, strict=True)])
    spread_db = traits.radar_cross_section_spread_db * draw.standard_normal()
    return Departure(
        object_id=object_id,
        start_s=start_s,
        steps=int(min(stay_s, duration_s - start_s) / STEP_S),
        waypoints_rad=moved,
        altitude_m=draw.uniform(*(section.altitude_m or traits.altitude_m)),
        speed_mps=draw.uniform(*(section.speed_mps or traits.speed_mps)),
        course_rad=_course(section, draw),
        radar_cross_section_m2=traits.radar_cross_section_m2 * 10.0 ** (spread_db / 10.0),
        identity=_identity(section, traits, object_id, seed),
    )


def _moved(point_rad: FloatArray, radius_m: float, draw: np.random.Generator) -> FloatArray:
    """A point uniform within a disc around another."""
    distance_m, azimuth = radius_m * np.sqrt(draw.random()), draw.uniform(0.0, 2.0 * np.pi)
    offset = np.array([distance_m * np.sin(azimuth), distance_m * np.cos(azimuth), 0.0])
    latitude, longitude, _ = LocalFrame(float(point_rad[0]), float(point_rad[1]), 0.0).to_geodetic(offset)
    return np.array([float(latitude), float(longitude)])


def _course(section: ObjectSection, draw: np.random.Generator) -> float:
    any_course, spread_rad = draw.uniform(0.0, 2.0 * np.pi), np.radians(section.course_spread_deg)
    turned = float(spread_rad * draw.standard_normal())
    if section.course_deg is not None:
        return float(np.radians(section.course_deg)) + turned
    return any_course if len(section.waypoints) == 1 else np.nan


def _identity(section: ObjectSection, traits: ClassSection, object_id: str, seed: int) -> str:
    """Made up of the seed and the name; no real transponder's address or serial number is looked at."""
    if section.radio_silent or traits.broadcasts == "none":
        return ""
    digest = hashlib.sha256(f"{seed} {object_id}".encode()).hexdigest()
    return _IDENTITY_PREFIX[traits.broadcasts] + digest[:12]
