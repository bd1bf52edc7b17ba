"""RadarPlots and RadarServices to data blocks of categories 048 and 034."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from tocsin.errors import InvalidInput
from tocsin.formats.asterix.editions import DEFAULT_EDITIONS, PLOTS, SERVICES
from tocsin.formats.asterix.plot import RadarPlot, RadarService
from tocsin.formats.asterix.records import join_record
from tocsin.formats.asterix.scales import (
    AZIMUTH_STEP_RAD,
    FLIGHT_LEVEL_STEP_M,
    HEIGHT_STEP_M,
    POSITION_STEP_RAD,
    RANGE_STEP_M,
    SECTOR_STEP_RAD,
    SPEED_STEP_MPS,
    TIME_STEP_S,
    angle_steps,
    steps,
    time_steps,
)

MAXIMUM_BLOCK_BYTES = 65535
_HEADER_BYTES = 3
_Report = TypeVar("_Report")
_MaybeItems = dict[str, bytes | None]


def encode_plots(plots: Sequence[RadarPlot], edition: str = DEFAULT_EDITIONS[PLOTS]) -> bytes:
    """One data block of category 048; InvalidInput for values, or so many plots, that it has no room for."""
    return data_block(PLOTS, edition, plots, _plot_items)


def encode_services(services: Sequence[RadarService], edition: str = DEFAULT_EDITIONS[SERVICES]) -> bytes:
    """One data block of category 034; InvalidInput as `encode_plots`."""
    return data_block(SERVICES, edition, services, _service_items)


def data_block(
    category: int, edition: str, reports: Sequence[_Report], items_of: Callable[[_Report], _MaybeItems]
) -> bytes:
    """A block with a record for each report; InvalidInput where it has no room for them, or for none."""
    body = b"".join(
        join_record({name: item for name, item in items_of(report).items() if item}, category, edition)
        for report in reports
    )
    size = _HEADER_BYTES + len(body)
    if not body or size > MAXIMUM_BLOCK_BYTES:
        message = f"{len(reports)} records make {len(body)} bytes: a data block holds 1 to 65532"
        raise InvalidInput(message)
    return bytes((category,)) + size.to_bytes(2, "big") + body


def _plot_items(plot: RadarPlot) -> _MaybeItems:
    """Items by number, None for those left out."""
    pressure_altitude_m, height_m = plot.pressure_altitude_m, plot.height_msl_m
    return {
        "010": source_item(plot.sac, plot.sic),
        "140": time_item(plot.time_of_day_s),
        "020": _descriptor(plot),
        "040": polar_item(
            plot.range_m, RANGE_STEP_M, plot.azimuth_rad, AZIMUTH_STEP_RAD, "range_m and azimuth_rad"
        ),
        "070": _octal(plot.mode_3a),
        "090": _number(pressure_altitude_m, FLIGHT_LEVEL_STEP_M, 14, "pressure_altitude_m", is_signed=True),
        "220": None if plot.mode_s_address is None else _address(plot.mode_s_address),
        "161": _number(plot.track_number, 1, 12, "track_number"),
        "200": polar_item(
            plot.ground_speed_mps, SPEED_STEP_MPS, plot.heading_rad, AZIMUTH_STEP_RAD, "speed and heading"
        ),
        "170": _status(plot),
        "110": _number(height_m, HEIGHT_STEP_M, 14, "height_msl_m", is_signed=True),
        "120": _doppler(plot.radial_speed_mps),
    }


def _service_items(service: RadarService) -> _MaybeItems:
    """Items by number, None for those left out."""
    sector_rad = service.sector_azimuth_rad
    sector = None if sector_rad is None else angle_steps(sector_rad, SECTOR_STEP_RAD, 8, "sector_azimuth_rad")
    return {
        "010": source_item(service.sac, service.sic),
        "000": bytes((service.kind,)),
        "030": time_item(service.time_of_day_s),
        "020": None if sector is None else bytes((sector,)),
        "041": _number(service.rotation_period_s, TIME_STEP_S, 16, "rotation_period_s"),
        "120": _radar_position(service),
    }


def _number(value: float | None, step: float, bits: int, what: str, is_signed: bool = False) -> bytes | None:
    return (
        None if value is None else steps(value, step, bits, what, is_signed).to_bytes((bits + 7) // 8, "big")
    )


def source_item(sac: int, sic: int) -> bytes:
    """Item 010 of every category."""
    return bytes((steps(sac, 1, 8, "sac"), steps(sic, 1, 8, "sic")))


def time_item(time_of_day_s: float | None) -> bytes | None:
    """A time of day in three octets, or nothing."""
    return None if time_of_day_s is None else time_steps(time_of_day_s).to_bytes(3, "big")


def polar_item(
    length: float | None, step: float, angle_rad: float | None, angle_step_rad: float, what: str
) -> bytes | None:
    """A length and an angle of 16 bits each, or nothing; InvalidInput for one of them alone."""
    if length is None and angle_rad is None:
        return None
    if length is None or angle_rad is None:
        raise InvalidInput(f"{what} go together: give both or none")
    angle = angle_steps(angle_rad, angle_step_rad, 16, what)
    return (steps(length, step, 16, what) << 16 | angle).to_bytes(4, "big")


def _descriptor(plot: RadarPlot) -> bytes:
    """I048/020: kind of detection, SIM, RDP, SPI, RAB, FX; then TST and six more, FX."""
    first = plot.detection << 5 | plot.is_simulated << 4 | plot.is_field_monitor << 1
    return bytes((first | 1, 0x80)) if plot.is_test else bytes((first,))


def _status(plot: RadarPlot) -> bytes | None:
    """I048/170: CNF and six more, FX; then TRE, GHO and five more, FX. It goes with a track number."""
    first, second = plot.is_tentative << 7, plot.is_end_of_track << 7 | plot.is_ghost << 6
    if second:
        return bytes((first | 1, second))
    return bytes((first,)) if first or plot.track_number is not None else None


def _octal(code: str | None) -> bytes | None:
    if code is None:
        return None
    if len(code) != 4 or not set(code) <= set("01234567"):
        raise InvalidInput("mode_3a must be four octal digits")
    return int(code, 8).to_bytes(2, "big")


def _address(address: str) -> bytes:
    try:
        raw = bytes.fromhex(address)
    except ValueError:
        raw = b""
    if len(raw) != 3:
        raise InvalidInput("mode_s_address must be six hexadecimal digits")
    return raw


def _doppler(radial_speed_mps: float | None) -> bytes | None:
    """I048/120 with its first part only: valid, five spare bits, calculated Doppler speed."""
    speed = _number(radial_speed_mps, 1.0, 10, "radial_speed_mps", is_signed=True)
    return None if speed is None else b"\x80" + speed


def _radar_position(service: RadarService) -> bytes | None:
    given = (service.latitude_rad, service.longitude_rad, service.altitude_m)
    latitude_rad, longitude_rad, altitude_m = given
    if latitude_rad is None or longitude_rad is None or altitude_m is None:
        if any(value is not None for value in given):
            raise InvalidInput("latitude_rad, longitude_rad and altitude_m go together: give all or none")
        return None
    altitude = steps(altitude_m, 1.0, 16, "altitude_m", is_signed=True)
    latitude = steps(latitude_rad, POSITION_STEP_RAD, 24, "latitude_rad", is_signed=True)
    longitude = steps(longitude_rad, POSITION_STEP_RAD, 24, "longitude_rad", is_signed=True)
    return (altitude << 48 | latitude << 24 | longitude).to_bytes(8, "big")
