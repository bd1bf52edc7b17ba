"""Made-up plots and service messages as hypothesis strategies; the standard holds their values exactly."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tocsin.formats.asterix import DetectionType, RadarPlot, RadarService, ServiceKind
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
