"""Made-up plots, service messages and tracks as hypothesis strategies; their values have room to the bit."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tocsin.formats.asterix import DetectionType, RadarPlot, RadarService, ServiceKind, SystemTrack
from tocsin.formats.asterix import track_items as layout
from tocsin.formats.asterix.scales import (
    AZIMUTH_STEP_RAD,
    FLIGHT_LEVEL_STEP_M,
    HEIGHT_STEP_M,
    POSITION_STEP_RAD,
    RANGE_STEP_M,
    SECTOR_STEP_RAD,
    SPEED_STEP_MPS,
    TIME_STEP_S,
)


def multiples(step: float, low: int, high: int) -> SearchStrategy[float]:
    return st.integers(low, high).map(lambda count: count * step)


def pairs(
    first: SearchStrategy[float], second: SearchStrategy[float]
) -> SearchStrategy[tuple[float | None, ...]]:
    return st.just((None, None)) | st.tuples(first, second)


TIMES_S = st.none() | multiples(TIME_STEP_S, 0, 86400 * 128 - 1)
ANGLES_RAD = multiples(AZIMUTH_STEP_RAD, 0, 65535)


@st.composite
def plots(draw: st.DrawFn) -> RadarPlot:
    range_m, azimuth_rad = draw(pairs(multiples(RANGE_STEP_M, 0, 65535), ANGLES_RAD))
    ground_speed_mps, heading_rad = draw(pairs(multiples(SPEED_STEP_MPS, 0, 65535), ANGLES_RAD))
    return RadarPlot(
        sac=draw(st.integers(0, 255)),
        sic=draw(st.integers(0, 255)),
        time_of_day_s=draw(TIMES_S),
        detection=draw(st.sampled_from(DetectionType)),
        range_m=range_m,
        azimuth_rad=azimuth_rad,
        pressure_altitude_m=draw(st.none() | multiples(FLIGHT_LEVEL_STEP_M, -8192, 8191)),
        height_msl_m=draw(st.none() | multiples(HEIGHT_STEP_M, -8192, 8191)),
        mode_s_address=draw(st.none() | st.binary(min_size=3, max_size=3).map(bytes.hex)),
        mode_3a=draw(st.none() | st.integers(0, 0o7777).map(lambda code: f"{code:04o}")),
        track_number=draw(st.none() | st.integers(0, 4095)),
        ground_speed_mps=ground_speed_mps,
        heading_rad=heading_rad,
        radial_speed_mps=draw(st.none() | multiples(1.0, -512, 511)),
        is_simulated=draw(st.booleans()),
        is_test=draw(st.booleans()),
        is_field_monitor=draw(st.booleans()),
        is_tentative=draw(st.booleans()),
        is_ghost=draw(st.booleans()),
        is_end_of_track=draw(st.booleans()),
    )


@st.composite
def services(draw: st.DrawFn) -> RadarService:
    position = st.tuples(
        multiples(POSITION_STEP_RAD, -4194304, 4194304),
        multiples(POSITION_STEP_RAD, 1, 8388607),
        multiples(1.0, -32768, 32767),
    )
    latitude_rad, longitude_rad, altitude_m = draw(st.just((None, None, None)) | position)
    return RadarService(
        sac=draw(st.integers(0, 255)),
        sic=draw(st.integers(0, 255)),
        kind=draw(st.sampled_from(ServiceKind)),
        time_of_day_s=draw(TIMES_S),
        sector_azimuth_rad=draw(st.none() | multiples(SECTOR_STEP_RAD, 0, 255)),
        rotation_period_s=draw(st.none() | multiples(TIME_STEP_S, 0, 65535)),
        latitude_rad=latitude_rad,
        longitude_rad=longitude_rad,
        altitude_m=altitude_m,
    )


def sigmas(step: float, bits: int) -> SearchStrategy[float]:
    return multiples(step, 0, (1 << bits) - 1)


@st.composite
def system_tracks(draw: st.DrawFn) -> SystemTrack:
    position = st.tuples(
        multiples(layout.POSITION_STEP_RAD, -16777216, 16777216),
        multiples(layout.POSITION_STEP_RAD, -33554432, 33554431),
    )
    plane = multiples(layout.CARTESIAN_STEP_M, -8388608, 8388607)
    speed = multiples(layout.VELOCITY_STEP_MPS, -32768, 32767)
    latitude_rad, longitude_rad = draw(st.just((None, None)) | position)
    x_m, y_m = draw(pairs(plane, plane))
    east_mps, north_mps = draw(pairs(speed, speed))
    angle_sigmas = draw(pairs(*[sigmas(layout.POSITION_STEP_RAD, 16)] * 2))
    plane_sigmas = draw(pairs(*[sigmas(layout.CARTESIAN_STEP_M, 16)] * 2))
    speed_sigmas = draw(pairs(*[sigmas(layout.VELOCITY_STEP_MPS, 8)] * 2))
    name = st.text(st.sampled_from("ABCXYZ019 "), max_size=8).map(str.rstrip)
    flags = draw(st.lists(st.booleans(), min_size=7, max_size=7))
    return SystemTrack(
        sac=draw(st.integers(0, 255)),
        sic=draw(st.integers(0, 255)),
        track_number=draw(st.integers(0, 65535)),
        time_of_day_s=draw(multiples(TIME_STEP_S, 0, 86400 * 128 - 1)),
        latitude_rad=latitude_rad,
        longitude_rad=longitude_rad,
        altitude_m=draw(st.none() | multiples(layout.ALTITUDE_STEP_M, -32768, 32767)),
        x_m=x_m,
        y_m=y_m,
        velocity_east_mps=east_mps,
        velocity_north_mps=north_mps,
        velocity_up_mps=draw(st.none() | multiples(layout.CLIMB_STEP_MPS, -32768, 32767)),
        latitude_sigma_rad=angle_sigmas[0],
        longitude_sigma_rad=angle_sigmas[1],
        x_sigma_m=plane_sigmas[0],
        y_sigma_m=plane_sigmas[1],
        altitude_sigma_m=draw(st.none() | sigmas(layout.ALTITUDE_STEP_M, 8)),
        velocity_east_sigma_mps=speed_sigmas[0],
        velocity_north_sigma_mps=speed_sigmas[1],
        velocity_up_sigma_mps=draw(st.none() | sigmas(layout.CLIMB_STEP_MPS, 8)),
        target_identification=draw(name) or None,
        is_from_one_sensor=flags[0],
        is_tentative=flags[1],
        is_simulated=flags[2],
        is_first=flags[3],
        is_last=flags[4],
        is_coasting=flags[5],
        is_on_surface=flags[6],
        service=draw(st.none() | st.integers(0, 255)),
        mode_s_address=draw(st.none() | st.integers(0, 0xFFFFFF)),
    )
