"""A person's sighting as a bearing of the sensor of kind `sighting` near which the person stands.

Where a person stands is nowhere kept: the direction is carried over to the place of the sensor. How far away
the object is nobody knows. It is taken to be at half of the sensor's range; by as much as the angles change
on the way from the person to the sensor, they are less sure. A person who stands farther away than that tells
the sensor nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tocsin.config.site import Sensor
from tocsin.formats.nodes import Sighting
from tocsin.geo.frame import LocalFrame
from tocsin.model.detections import Detection
from tocsin.sensors.labels import label_of_sighting
from tocsin.sensors.rows import BLANK

# People name eight points of the compass: a uniform error within half the step of 45 degrees.
_COMPASS_SIGMA_DEG = 45.0 / math.sqrt(12.0)
_NO_DRONE = {"bird": "said_to_be_a_bird", "helicopter": "said_to_be_a_helicopter"}


def bearing_of(sighting: Sighting, sensor: Sensor) -> Detection | str:
    """The bearing at the sensor, without time and sensor, or the reason why the sighting is not used.

    The sensor has a position.
    """
    if sighting.what in _NO_DRONE:
        return _NO_DRONE[sighting.what]
    if sighting.sure == "unsure":
        return "unsure"
    full = sensor.filled()
    assert full.max_range_m and full.azimuth_sigma_deg and full.elevation_sigma_deg
    east_m, north_m, up_m = _offset_m(sighting, sensor)
    distance_m = full.max_range_m / 2.0
    if math.hypot(east_m, north_m, up_m) > distance_m:
        return "observer_too_far"
    told_rad = math.radians(sighting.bearing_deg)
    east_m += distance_m * math.sin(told_rad)
    north_m += distance_m * math.cos(told_rad)
    azimuth_rad = math.atan2(east_m, north_m) % math.tau
    turned_rad = abs(math.remainder(azimuth_rad - told_rad, math.tau))
    compass_rad = math.radians(_COMPASS_SIGMA_DEG) if sighting.azimuth_deg is None else 0.0
    label, confidence = label_of_sighting(sighting)
    row = BLANK._replace(
        label=label,
        label_confidence=confidence,
        azimuth_rad=azimuth_rad,
        azimuth_sigma_rad=_sigma_rad(math.radians(full.azimuth_sigma_deg), turned_rad, compass_rad),
    )
    if sighting.elevation_deg is None:
        return row
    seen_rad = math.radians(sighting.elevation_deg)
    elevation_rad = math.atan2(
        math.sin(seen_rad) * distance_m, math.cos(seen_rad) * math.hypot(east_m, north_m)
    )
    raised_rad = abs(elevation_rad - seen_rad)
    return row._replace(
        elevation_rad=elevation_rad,
        elevation_sigma_rad=_sigma_rad(math.radians(full.elevation_sigma_deg), raised_rad),
    )


def nearest(sighting: Sighting, sensors: Sequence[Sensor]) -> Sensor:
    """The sensor that stands nearest to the person; at least one, and all have a position."""
    return min(sensors, key=lambda sensor: math.hypot(*_offset_m(sighting, sensor)))


def _offset_m(sighting: Sighting, sensor: Sensor) -> tuple[float, float, float]:
    """East, north and up from the sensor to the person, both on the ellipsoid."""
    assert sensor.latitude_deg is not None and sensor.longitude_deg is not None
    frame = LocalFrame.from_degrees(sensor.latitude_deg, sensor.longitude_deg, 0.0)
    place = math.radians(sighting.latitude_deg), math.radians(sighting.longitude_deg), 0.0
    east_m, north_m, up_m = frame.to_enu(*place).ravel().tolist()
    return east_m, north_m, up_m


def _sigma_rad(*parts_rad: float) -> float:
    """Independent errors together, at most half a turn."""
    return min(math.hypot(*parts_rad), math.pi)
