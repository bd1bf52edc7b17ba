"""Items of a record to a RadarPlot (category 048) or a RadarService (category 034).

Every item is read by its layout in the specification: numbers are big-endian, flags come before values.
"""

from __future__ import annotations

from tocsin.errors import DecodeError
from tocsin.formats.asterix.plot import DetectionType, RadarPlot, RadarService, ServiceKind
from tocsin.formats.asterix.records import Items
from tocsin.formats.asterix.scales import (
    AZIMUTH_STEP_RAD,
    FLIGHT_LEVEL_STEP_M,
    HEIGHT_STEP_M,
    POSITION_STEP_RAD,
    RANGE_STEP_M,
    SECTOR_STEP_RAD,
    SPEED_STEP_MPS,
    TIME_STEP_S,
    signed,
    source_of,
    time_of_day_s,
)

_NOT_VALIDATED_OR_GARBLED = 0xC000  # bits V and G of I048/070 and I048/090
_DETECTIONS = tuple(DetectionType)
_SERVICES = {int(kind): kind for kind in ServiceKind}


def plot(items: Items, data: bytes) -> RadarPlot:
    """Read a category 048 record; DecodeError `asterix_item_missing` or `asterix_out_of_range`."""
    sac, sic = source_of(items.get("010"), data)
    report = items.get("020", b"\0")
    status = items.get("170", b"\0")
    extension = report[1] if len(report) > 1 else 0
    range_m, azimuth_rad = _position(items.get("040"), is_beyond_range=bool(extension & 0x40))
    ground_speed_mps, heading_rad = _velocity(items.get("200"))
    address = items.get("220")
    return RadarPlot(
        sac,
        sic,
        time_of_day_s(items.get("140"), data),
        _DETECTIONS[report[0] >> 5],
        range_m,
        azimuth_rad,
        _flight_level_m(items.get("090")),
        _height_m(items.get("110")),
        address.hex() if address else None,
        _mode_3a(items.get("070")),
        _track_number(items.get("161")),
        ground_speed_mps,
        heading_rad,
        _radial_speed_mps(items.get("120")),
        is_simulated=bool(report[0] & 0x10),
        is_test=bool(extension & 0x80),
        is_field_monitor=bool(report[0] & 0x02),
        is_tentative=bool(status[0] & 0x80),
        is_ghost=len(status) > 1 and bool(status[1] & 0x40),
        is_end_of_track=len(status) > 1 and bool(status[1] & 0x80),
    )


def service(items: Items, data: bytes) -> RadarService:
    """Read a category 034 record; DecodeError as `plot`, or `asterix_reserved` for an unknown kind."""
    sac, sic = source_of(items.get("010"), data)
    if "000" not in items:
        raise DecodeError("asterix_item_missing", "a service message without its kind (I034/000)", data)
    kind = _SERVICES.get(items["000"][0])
    if kind is None:
        raise DecodeError("asterix_reserved", "a service message of an unknown kind (I034/000)", data)
    sector, period = items.get("020"), items.get("041")
    latitude_rad, longitude_rad, altitude_m = _radar_position(items.get("120"))
    return RadarService(
        sac,
        sic,
        kind,
        time_of_day_s(items.get("030"), data),
        sector[0] * SECTOR_STEP_RAD if sector else None,
        int.from_bytes(period, "big") * TIME_STEP_S if period else None,
        latitude_rad,
        longitude_rad,
        altitude_m,
    )


def _position(item: bytes | None, is_beyond_range: bool) -> tuple[float | None, float | None]:
    """Beyond 256 NM the range stands in the reserved expansion field, which no drone radar fills."""
    if item is None:
        return None, None
    range_m = int.from_bytes(item[:2], "big") * RANGE_STEP_M
    return None if is_beyond_range else range_m, int.from_bytes(item[2:], "big") * AZIMUTH_STEP_RAD


def _velocity(item: bytes | None) -> tuple[float | None, float | None]:
    if item is None:
        return None, None
    speed, heading = int.from_bytes(item[:2], "big"), int.from_bytes(item[2:], "big")
    return speed * SPEED_STEP_MPS, heading * AZIMUTH_STEP_RAD


def _flight_level_m(item: bytes | None) -> float | None:
    value = _NOT_VALIDATED_OR_GARBLED if item is None else int.from_bytes(item, "big")
    return None if value & _NOT_VALIDATED_OR_GARBLED else signed(value, 14) * FLIGHT_LEVEL_STEP_M


def _height_m(item: bytes | None) -> float | None:
    return None if item is None else signed(int.from_bytes(item, "big"), 14) * HEIGHT_STEP_M


def _mode_3a(item: bytes | None) -> str | None:
    value = _NOT_VALIDATED_OR_GARBLED if item is None else int.from_bytes(item, "big")
    return None if value & _NOT_VALIDATED_OR_GARBLED else f"{value & 0xFFF:04o}"


def _track_number(item: bytes | None) -> int | None:
    return None if item is None else int.from_bytes(item, "big") & 0xFFF


def _radial_speed_mps(item: bytes | None) -> float | None:
    """The calculated Doppler speed, the first part of I048/120; None where it is doubtful or only raw."""
    if item is None or not item[0] & 0x80 or item[1] & 0x80:
        return None
    return float(signed(int.from_bytes(item[1:3], "big"), 10))


def _radar_position(item: bytes | None) -> tuple[float | None, float | None, float | None]:
    if item is None:
        return None, None, None
    latitude = signed(int.from_bytes(item[2:5], "big"), 24)
    longitude = signed(int.from_bytes(item[5:8], "big"), 24)
    if latitude == 0 == longitude:
        return None, None, None
    altitude_m = float(signed(int.from_bytes(item[:2], "big"), 16))
    return latitude * POSITION_STEP_RAD, longitude * POSITION_STEP_RAD, altitude_m
