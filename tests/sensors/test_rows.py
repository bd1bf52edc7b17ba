"""Rows become columns in which nothing is lost."""

from __future__ import annotations

from tocsin.model.detections import Detection
from tocsin.sensors.rows import BLANK, as_columns, polar_row


def told(row: Detection) -> str:
    return repr(tuple(row))


def test_a_row_of_range_and_azimuth_is_blank_elsewhere() -> None:
    made = polar_row(1, 2, 3, 4, 5.0, 0.5, "icao:abcdef")
    wanted = BLANK._replace(
        time_ns=1, received_ns=2, sensor=3, scan=4, range_m=5.0, azimuth_rad=0.5, identity="icao:abcdef"
    )
    assert told(made) == told(wanted)


def test_what_only_some_rows_have_stands_in_the_columns() -> None:
    rows = [
        BLANK._replace(time_ns=1),
        BLANK._replace(time_ns=2, sensor=1, elevation_rad=0.25, identity="a", heard=1, scan=7),
        BLANK._replace(time_ns=3, altitude_m=float("nan")),
    ]
    columns = as_columns(rows)
    assert [told(columns.row(index)) for index in range(3)] == [told(row) for row in rows]
