"""Encoding: libasterix reads the same quantities out of our bytes, and what has no room is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from asterix.base import Bits
from hypothesis import given
from tests.formats.asterix.made import plots, services

from tocsin.errors import InvalidInput
from tocsin.formats.asterix import RadarPlot, RadarService, ServiceKind, encode_plots, encode_services
from tocsin.formats.asterix.editions import category_type

PLOT = RadarPlot(25, 201)
SERVICE = RadarService(25, 201, ServiceKind.NORTH_MARKER)


def library_record(data: bytes, category: int, edition: str) -> Any:
    [record] = category_type(category, edition).cv_uap.parse(Bits.from_bytes(data[3:]))
    return record


def quantity(record: Any, item: str, part: str, unit: str) -> float:
    value: float = record.get_item(item).variation.get_item(part).variation.content.as_quantity(unit)
    return value


@given(plots())
def test_libasterix_reads_the_same_measures_out_of_a_plot(plot: RadarPlot) -> None:
    record = library_record(encode_plots([plot]), 48, "1.32")
    if plot.range_m is not None and plot.azimuth_rad is not None:
        assert quantity(record, "040", "RHO", "NM") * 1852 == pytest.approx(plot.range_m)
        assert quantity(record, "040", "THETA", "°") == pytest.approx(math.degrees(plot.azimuth_rad))
    if plot.ground_speed_mps is not None:
        assert quantity(record, "200", "GSP", "NM/s") * 1852 == pytest.approx(plot.ground_speed_mps)
    if plot.pressure_altitude_m is not None:
        assert quantity(record, "090", "FL", "FL") * 30.48 == pytest.approx(plot.pressure_altitude_m)
    if plot.height_msl_m is not None:
        assert quantity(record, "110", "3DH", "ft") * 0.3048 == pytest.approx(plot.height_msl_m)


@given(services())
def test_libasterix_reads_the_same_place_out_of_a_service_message(service: RadarService) -> None:
    record = library_record(encode_services([service]), 34, "1.29")
    if service.latitude_rad is not None and service.longitude_rad is not None:
        assert quantity(record, "120", "LAT", "°") == pytest.approx(math.degrees(service.latitude_rad))
        assert quantity(record, "120", "LON", "°") == pytest.approx(math.degrees(service.longitude_rad))
        assert quantity(record, "120", "HGT", "m") == service.altitude_m


def test_an_azimuth_just_below_the_full_circle_and_a_time_just_before_midnight_wrap() -> None:
    plot = replace(PLOT, range_m=0.0, azimuth_rad=math.tau - 1e-9, time_of_day_s=86399.999)
    assert encode_plots([plot]) == encode_plots([replace(plot, azimuth_rad=0.0, time_of_day_s=0.0)])
    assert encode_plots([plot]) == encode_plots([replace(plot, azimuth_rad=-1e-9)])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sac": 256}, "sac must lie"),
        ({"range_m": 500_000.0, "azimuth_rad": 0.0}, "range_m"),
        ({"range_m": -10.0, "azimuth_rad": 0.0}, "range_m"),
        ({"range_m": math.nan, "azimuth_rad": 0.0}, "finite"),
        ({"range_m": 1.0, "azimuth_rad": math.inf}, "finite"),
        ({"range_m": 1.0}, "give both or none"),
        ({"time_of_day_s": 86400.0}, "time of day"),
        ({"time_of_day_s": math.nan}, "time of day"),
        ({"height_msl_m": 100_000.0}, "height_msl_m"),
        ({"mode_3a": "7800"}, "octal"),
        ({"mode_s_address": "12345"}, "six hexadecimal"),
        ({"track_number": 4096}, "track_number"),
        ({"radial_speed_mps": 512.0}, "radial_speed_mps"),
    ],
)
def test_values_of_a_plot_without_room_are_not_written(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        encode_plots([replace(PLOT, **change)])


def test_values_of_a_service_message_without_room_are_not_written() -> None:
    with pytest.raises(InvalidInput, match="give all or none"):
        encode_services([replace(SERVICE, latitude_rad=0.1)])
    with pytest.raises(InvalidInput, match="rotation_period_s"):
        encode_services([replace(SERVICE, rotation_period_s=600.0)])


def test_a_block_of_no_or_too_many_records_is_not_written() -> None:
    for count in (0, 20_000):
        with pytest.raises(InvalidInput, match="a data block holds"):
            encode_plots([PLOT] * count)
