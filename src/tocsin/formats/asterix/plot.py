"""What one radar report says (category 048) and what a radar says of itself (category 034), in SI units."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class DetectionType(IntEnum):
    """How the target was seen: I048/020 TYP."""

    NONE = 0
    PRIMARY = 1
    SECONDARY = 2
    SECONDARY_AND_PRIMARY = 3
    MODE_S_ALL_CALL = 4
    MODE_S_ROLL_CALL = 5
    MODE_S_ALL_CALL_AND_PRIMARY = 6
    MODE_S_ROLL_CALL_AND_PRIMARY = 7


class ServiceKind(IntEnum):
    """What a service message is about: I034/000."""

    NORTH_MARKER = 1
    SECTOR_CROSSING = 2
    GEOGRAPHICAL_FILTERING = 3
    JAMMING_STROBE = 4
    SOLAR_STORM = 5
    SECONDARY_JAMMING_STROBE = 6
    MODE_S_JAMMING_STROBE = 7


@dataclass(frozen=True, slots=True)
class RadarPlot:
    """One target report of one radar; None is what it did not report, or reported as doubtful or garbled.

    `range_m` is slant range, `azimuth_rad` clockwise from the radar's north, in [0, 2 pi).
    `pressure_altitude_m` comes from the transponder (standard atmosphere), `height_msl_m` from a radar that
    measures height (above mean sea level). `ground_speed_mps` and `heading_rad` are of the radar's own
    tracker. `radial_speed_mps` is as sent: the standard does not say which sign means away.
    """

    sac: int
    sic: int
    time_of_day_s: float | None = None
    detection: DetectionType = DetectionType.NONE
    range_m: float | None = None
    azimuth_rad: float | None = None
    pressure_altitude_m: float | None = None
    height_msl_m: float | None = None
    mode_s_address: str | None = None
    mode_3a: str | None = None
    track_number: int | None = None
    ground_speed_mps: float | None = None
    heading_rad: float | None = None
    radial_speed_mps: float | None = None
    is_simulated: bool = False
    is_test: bool = False
    is_field_monitor: bool = False
    is_tentative: bool = False
    is_ghost: bool = False
    is_end_of_track: bool = False


@dataclass(frozen=True, slots=True)
class RadarService:
    """One service message of one radar; None is what it did not report.

    `sector_azimuth_rad` is where the antenna looks at `time_of_day_s`, clockwise from the radar's north.
    Position is WGS-84, `altitude_m` above its ellipsoid; a radar that reports latitude and longitude 0 has
    none.
    """

    sac: int
    sic: int
    kind: ServiceKind
    time_of_day_s: float | None = None
    sector_azimuth_rad: float | None = None
    rotation_period_s: float | None = None
    latitude_rad: float | None = None
    longitude_rad: float | None = None
    altitude_m: float | None = None
