"""What a receiver of Remote ID tells of one aircraft, whatever form it was told in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from tocsin.errors import DecodeError
from tocsin.formats.remote_id import AircraftKind, BasicId, IdentityKind, Location
from tocsin.formats.remote_id.location import decode_location, encode_location
from tocsin.formats.remote_id_json.values import told

_FASTEST_MPS, _STEEPEST_MPS = 254.25, 62.0  # of F3411-22a; above them stands 'unknown'
_LOWEST_M, _HIGHEST_M = -999.5, 31_767.5  # likewise: -1000 is 'unknown'
_KINDS = {
    "serial": IdentityKind.SERIAL_NUMBER,
    "caa": IdentityKind.REGISTRATION,
    "utm": IdentityKind.TRAFFIC_MANAGEMENT,
    "specific": IdentityKind.SESSION,
    "none": IdentityKind.NONE,
}


class Told(BaseModel):
    """Part of a receiver's JSON, of which only the fields are read; an operator's are none of them."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class RemoteIdReport:
    """One aircraft. `address` is the transmitter's or ''.

    `observed_ns` is when the receiver heard it, by its clock; `unusable` a reason why nothing of it is a
    position of an aircraft, or ''.
    """

    address: str = field(default="", repr=False)
    names: tuple[BasicId, ...] = ()
    location: Location | None = None
    observed_ns: int | None = None
    unusable: str = ""


def identity(kind: str, name: str) -> tuple[BasicId, ...]:
    """The name of an aircraft; none where there is none. Without a kind it is taken for a serial number."""
    words = kind.lower().split()
    named = _KINDS.get(words[0], IdentityKind.NONE) if words else IdentityKind.SERIAL_NUMBER
    if named is IdentityKind.NONE or not name or name.lower() in ("none", "unknown"):
        return ()
    return (BasicId(named, AircraftKind.UNDECLARED, name),)


def location(
    latitude_deg: float | None,
    longitude_deg: float | None,
    altitude_m: float | None,
    speed_mps: float | None = None,
    direction_deg: float | None = None,
    vertical_speed_mps: float | None = None,
    horizontal_accuracy_m: float | None = None,
    vertical_accuracy_m: float | None = None,
    tenths: int | None = None,
) -> Location:
    """The Location message that a receiver must have read, with the steps of the standard.

    So that the same message is equal, whether it came as a frame or as JSON; half a place is none.
    DecodeError `remote_id_json_out_of_range` for a place that is not on Earth.
    """
    if abs(latitude_deg or 0.0) > 90 or abs(longitude_deg or 0.0) > 180:
        raise DecodeError("remote_id_json_out_of_range", "a position is outside the range of the standard")
    direction_deg = told(direction_deg, 0, 360)
    said = Location(
        latitude_rad=None if latitude_deg is None else math.radians(latitude_deg),
        longitude_rad=None if longitude_deg is None else math.radians(longitude_deg),
        geodetic_altitude_m=told(altitude_m, _LOWEST_M, _HIGHEST_M),
        speed_mps=told(speed_mps, 0, _FASTEST_MPS),
        direction_rad=None if direction_deg is None else math.radians(direction_deg),
        vertical_speed_mps=told(vertical_speed_mps, -_STEEPEST_MPS, _STEEPEST_MPS),
        horizontal_accuracy_m=horizontal_accuracy_m,
        vertical_accuracy_m=vertical_accuracy_m,
        tenths_after_hour=tenths,
    )
    return decode_location(encode_location(said))
