"""What a ground station for ADS-B says of one aircraft (category 021), in SI units and radians."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class AddressKind(IntEnum):
    """What `AdsbTarget.address` is: I021/040 ATP of edition 2.1 and later."""

    ICAO = 0
    DUPLICATE = 1
    SURFACE_VEHICLE = 2
    ANONYMOUS = 3
    OTHER = 4


@dataclass(frozen=True, slots=True)
class AdsbTarget:
    """One report; None is what was not reported, or lies outside what the item can say.

    Position is WGS-84, `altitude_m` above its ellipsoid (geometric height). `heading_rad` is the direction of
    motion over ground, clockwise from true north. `nac_p` and `gva` are accuracy categories (see
    adsb/accuracy.py), None from transponders older than they. `is_suspect`: the ground station itself doubts
    the report.
    """

    sac: int
    sic: int
    address: str | None = None
    address_kind: AddressKind = AddressKind.ICAO
    time_of_day_s: float | None = None
    latitude_rad: float | None = None
    longitude_rad: float | None = None
    altitude_m: float | None = None
    ground_speed_mps: float | None = None
    heading_rad: float | None = None
    velocity_up_mps: float | None = None
    nac_p: int | None = None
    gva: int | None = None
    emitter_category: int | None = None
    is_on_ground: bool = False
    is_simulated: bool = False
    is_test: bool = False
    is_field_monitor: bool = False
    is_suspect: bool = False
