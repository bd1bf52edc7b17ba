"""What a tracker at another place says of one of its tracks (category 062), in SI units and radians."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SystemTrack:
    """One system track at one time; None is what was not reported.

    Position is WGS-84, `altitude_m` above its ellipsoid. `x_m` and `y_m` are east and north of the sender's
    own reference point. Velocity is east, north and up. Sigmas are standard deviations that the sender
    estimates: of latitude and longitude as angles, of the others in metres and m/s. `target_identification`
    is what people call the target, up to eight of A-Z, 0-9 and space; `service` is which of the sender's
    services the report is of; `mode_s_address` is ICAO's 24-bit address of an aircraft.
    """

    sac: int
    sic: int
    track_number: int | None = None
    time_of_day_s: float | None = None
    latitude_rad: float | None = None
    longitude_rad: float | None = None
    altitude_m: float | None = None
    x_m: float | None = None
    y_m: float | None = None
    velocity_east_mps: float | None = None
    velocity_north_mps: float | None = None
    velocity_up_mps: float | None = None
    latitude_sigma_rad: float | None = None
    longitude_sigma_rad: float | None = None
    x_sigma_m: float | None = None
    y_sigma_m: float | None = None
    altitude_sigma_m: float | None = None
    velocity_east_sigma_mps: float | None = None
    velocity_north_sigma_mps: float | None = None
    velocity_up_sigma_mps: float | None = None
    target_identification: str | None = None
    is_from_one_sensor: bool = False
    is_tentative: bool = False
    is_simulated: bool = False
    is_first: bool = False
    is_last: bool = False
    is_coasting: bool = False
    is_on_surface: bool = False
    service: int | None = None
    mode_s_address: int | None = None
