"""Where things are in SAPIENT, to and from SI units and radians.

    Location        x east or longitude, y north or latitude, z height; errors in the units of each;
                    degrees, radians or UTM; the datum is the ellipsoid or the geoid
    RangeBearing    azimuth from true, magnetic, grid or the platform's north; degrees or radians, m or km

What can't be placed from the message alone gives a reason instead: north that isn't true north, units that
are not told, a grid without its zone. Heights above the geoid are left out, since tocsin has no geoid, and a
height that is off by 50 m would be worse than none. Source: BSI Flex 335 v2, location and range_bearing.
"""

from __future__ import annotations

import math
import re
from typing import Any

from sapient_msg.bsi_flex_335_v2_0 import location_pb2, range_bearing_pb2

from tocsin.errors import InvalidInput
from tocsin.formats.sapient.messages import Direction, Place
from tocsin.geo.ellipsoid import SEMI_MAJOR_AXIS_M
from tocsin.geo.utm import utm_to_geodetic

UNITS_UNKNOWN = "units_unknown"
NORTH_IS_NOT_TRUE = "north_is_not_true_north"
UTM_ZONE_UNKNOWN = "utm_zone_unknown"
POSITION_OUT_OF_RANGE = "position_out_of_range"

# Hemispheres, not bands of latitude: the standard's own example is 30N.
_ZONE = re.compile(r"([0-9]{1,2})\s?([NS])", re.ASCII)
_RADIANS_PER_UNIT = {
    location_pb2.LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M: math.pi / 180.0,
    location_pb2.LOCATION_COORDINATE_SYSTEM_LAT_LNG_RAD_M: 1.0,
}
# (radians, metres) of a unit of angle and one of range.
_POLAR_UNITS = {
    range_bearing_pb2.RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_M: (math.pi / 180.0, 1.0),
    range_bearing_pb2.RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_M: (1.0, 1.0),
    range_bearing_pb2.RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_KM: (math.pi / 180.0, 1000.0),
    range_bearing_pb2.RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_KM: (1.0, 1000.0),
}


def read_location(location: Any) -> Place | str:
    """A Location as a place, or why it is none."""
    if location.coordinate_system == location_pb2.LOCATION_COORDINATE_SYSTEM_UTM_M:
        found = _on_grid(location)
    else:
        found = _on_ellipsoid(location)
    if isinstance(found, str):
        return found
    latitude_rad, longitude_rad, east_m, north_m = found
    is_place = abs(latitude_rad) <= math.pi / 2 and abs(longitude_rad) <= math.pi
    if not is_place:
        return POSITION_OUT_OF_RANGE
    has_height = location.datum == location_pb2.LOCATION_DATUM_WGS84_E and location.HasField("z")
    return Place(
        latitude_rad,
        longitude_rad,
        _finite(location.z) if has_height else None,
        _error(location, "x_error", east_m),
        _error(location, "y_error", north_m),
        _error(location, "z_error", 1.0) if has_height else None,
    )


def write_location(place: Place, location: Any) -> None:
    """Fills a Location: degrees, and metres above the ellipsoid."""
    east_deg_m = math.radians(SEMI_MAJOR_AXIS_M) * max(math.cos(place.latitude_rad), 1e-6)
    location.x, location.y = math.degrees(place.longitude_rad), math.degrees(place.latitude_rad)
    location.coordinate_system = location_pb2.LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M
    location.datum = location_pb2.LOCATION_DATUM_WGS84_E
    if place.altitude_m is not None:
        location.z = place.altitude_m
    if place.east_sigma_m is not None:
        location.x_error = place.east_sigma_m / east_deg_m
    if place.north_sigma_m is not None:
        location.y_error = place.north_sigma_m / math.radians(SEMI_MAJOR_AXIS_M)
    if place.up_sigma_m is not None:
        location.z_error = place.up_sigma_m


def read_range_bearing(bearing: Any) -> Direction | str:
    """A RangeBearing as a direction, or why it is none."""
    units = _POLAR_UNITS.get(bearing.coordinate_system)
    if units is None:
        return UNITS_UNKNOWN
    if bearing.datum != range_bearing_pb2.RANGE_BEARING_DATUM_TRUE:
        return NORTH_IS_NOT_TRUE
    angle_rad, length_m = units
    return Direction(
        _measured(bearing, "azimuth", angle_rad),
        _measured(bearing, "elevation", angle_rad),
        _measured(bearing, "range", length_m),
        _error(bearing, "azimuth_error", angle_rad),
        _error(bearing, "elevation_error", angle_rad),
        _error(bearing, "range_error", length_m),
    )


def _on_ellipsoid(location: Any) -> tuple[float, float, float, float] | str:
    """Latitude, longitude [rad], and how many metres a unit of x and of y is."""
    unit_rad = _RADIANS_PER_UNIT.get(location.coordinate_system)
    if unit_rad is None:
        return UNITS_UNKNOWN
    latitude_rad, longitude_rad = location.y * unit_rad, location.x * unit_rad
    if not (math.isfinite(latitude_rad) and math.isfinite(longitude_rad)):
        return POSITION_OUT_OF_RANGE
    unit_m = unit_rad * SEMI_MAJOR_AXIS_M
    return latitude_rad, longitude_rad, unit_m * math.cos(latitude_rad), unit_m


def _on_grid(location: Any) -> tuple[float, float, float, float] | str:
    zone = _ZONE.fullmatch(location.utm_zone.strip().upper())
    if zone is None:
        return UTM_ZONE_UNKNOWN
    try:
        latitude_rad, longitude_rad = utm_to_geodetic(
            location.x, location.y, int(zone[1]), is_south=zone[2] == "S"
        )
    except InvalidInput:
        return POSITION_OUT_OF_RANGE
    return latitude_rad, longitude_rad, 1.0, 1.0


def _measured(message: Any, name: str, unit: float) -> float | None:
    return _finite(getattr(message, name) * unit) if message.HasField(name) else None


def _error(message: Any, name: str, unit: float) -> float | None:
    """An error; None also for 0, which nodes write that know of none."""
    value = getattr(message, name) * unit
    return value if 0.0 < value < math.inf else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
