"""Tracks of another system: what of them is a measurement, and of what."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sensors.made import at, plot, radar_blocks, site, time_of_day_s

from tocsin.config.kinds import SensorKind
from tocsin.config.site import Sensor
from tocsin.formats.asterix import SystemTrack, encode_system_tracks
from tocsin.model.detections import Detection
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.system_track_reader import SystemTrackReader

TRACK = SystemTrack(
    20,
    2,
    258,
    latitude_rad=0.5,
    longitude_rad=0.25,
    altitude_m=300.0,
    velocity_east_mps=20.0,
    velocity_north_mps=-5.0,
    velocity_up_mps=1.0,
)


def track(seconds: float, **values: object) -> SystemTrack:
    return replace(TRACK, time_of_day_s=time_of_day_s(seconds), **values)  # type: ignore[arg-type]


class Room:
    """A reader with its ledger."""

    def __init__(self, code: tuple[int, int] | None = None, status: str = "Exercise", **options: Any) -> None:
        sac, sic = code or (None, None)
        sensor = Sensor(
            name="centre", kind=SensorKind.TRACKS, system_area_code=sac, system_identification_code=sic
        )
        place = site(sensor, status=status)
        self.ledger = Ledger(place)
        self.reader = SystemTrackReader(place, 0, self.ledger, **options)

    def read(self, seconds: float, *tracks: SystemTrack) -> list[Detection]:
        return [
            row
            for data in encode_system_tracks(tracks)
            for row in self.reader.read(data, at(seconds), "192.0.2.1")
        ]

    @property
    def refused(self) -> dict[str, int]:
        return dict(self.ledger.statuses[0].refused)


def test_a_track_becomes_a_position_with_velocity_identity_and_its_own_time() -> None:
    room = Room()
    (row,) = room.read(1.5, track(1.0))
    assert (row.time_ns, row.received_ns, row.sensor, row.identity) == (at(1.0), at(1.5), 0, "20/2/258")
    assert row.latitude_rad == pytest.approx(0.5)
    assert row.longitude_rad == pytest.approx(0.25)
    assert row.altitude_m == pytest.approx(300.0, abs=1.0)
    assert (row.velocity_east_mps, row.velocity_north_mps) == (20.0, -5.0)
    assert row.velocity_up_mps == pytest.approx(1.0, abs=0.02)
    assert math.isnan(row.position_sigma_m)
    assert math.isnan(row.range_m)
    assert room.ledger.decoded == {"SystemTrack": 1}
    assert room.ledger.statuses[0].messages == 1


def test_what_a_track_does_not_say_is_left_out() -> None:
    (row,) = Room().read(
        1.5,
        track(1.0, altitude_m=None, velocity_east_mps=None, velocity_north_mps=None, velocity_up_mps=None),
    )
    absent = (row.altitude_m, row.velocity_east_mps, row.velocity_north_mps, row.velocity_up_mps)
    assert all(map(math.isnan, absent))


@pytest.mark.parametrize(
    ("values", "sigma_m"),
    [
        ({"latitude_sigma_rad": 1e-5, "longitude_sigma_rad": 0.0}, 63.8),
        ({"latitude_sigma_rad": 0.0, "longitude_sigma_rad": 1e-5}, 63.8 * math.cos(0.5)),
        ({"x_sigma_m": 10.0, "y_sigma_m": 20.0}, 20.0),
        ({"x_sigma_m": 10.0, "y_sigma_m": 20.0, "altitude_sigma_m": 200.0}, 200.0),
        ({"x_sigma_m": 10.0, "y_sigma_m": 20.0, "altitude_sigma_m": 200.0, "altitude_m": None}, 20.0),
        ({"x_sigma_m": 0.0, "y_sigma_m": 0.0}, 0.5),
        (
            {"latitude_sigma_rad": 1e-5, "longitude_sigma_rad": 0.0, "x_sigma_m": 999.0, "y_sigma_m": 999.0},
            63.8,
        ),
    ],
)
def test_the_worst_of_the_sigmas_that_hold_for_what_is_used_is_taken(
    values: dict[str, Any], sigma_m: float
) -> None:
    (row,) = Room().read(1.5, track(1.0, **values))
    assert row.position_sigma_m == pytest.approx(sigma_m, abs=2.0)
    assert row.position_sigma_m >= min(sigma_m, 0.5)


@pytest.mark.parametrize(
    ("values", "sigma_mps"),
    [
        ({}, math.nan),
        ({"velocity_east_sigma_mps": 2.0, "velocity_north_sigma_mps": 4.0}, 4.0),
        ({"velocity_east_sigma_mps": 0.0, "velocity_north_sigma_mps": 0.0}, 0.25),
        (
            {
                "velocity_east_sigma_mps": 2.0,
                "velocity_north_sigma_mps": 4.0,
                "velocity_up_sigma_mps": 6.0,
                "velocity_up_mps": None,
            },
            4.0,
        ),
    ],
)
def test_the_worst_error_of_the_velocity_goes_with_it(values: dict[str, Any], sigma_mps: float) -> None:
    (row,) = Room().read(1.5, track(1.0, **values))
    assert row.velocity_sigma_mps == pytest.approx(sigma_mps, nan_ok=True)


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        ("on_ground", {"is_on_surface": True}),
        ("end_of_track", {"is_last": True}),
        ("coasting", {"is_coasting": True}),
        ("position_unknown", {"latitude_rad": None, "longitude_rad": None}),
        ("position_unknown", {"latitude_rad": None, "longitude_rad": None, "x_m": 1.0, "y_m": 1.0}),
    ],
)
def test_what_is_no_new_measurement_of_something_in_the_air_is_counted(
    reason: str, values: dict[str, Any]
) -> None:
    room = Room()
    assert room.read(1.5, track(1.0, **values)) == []
    assert room.refused == {reason: 1}


def test_simulated_tracks_are_used_only_where_the_site_takes_them() -> None:
    for status, count in (("Exercise", 1), ("Actual", 0)):
        room = Room(status=status)
        assert len(room.read(1.5, track(1.0, is_simulated=True))) == count
        assert room.refused == ({} if count else {"simulated": 1})
        assert (room.ledger.statuses[0].last_simulated_ns is not None) == bool(count)


def test_the_same_report_over_a_second_line_is_one_measurement() -> None:
    room = Room()
    assert len(room.read(1.5, track(1.0)) + room.read(1.6, track(1.0)) + room.read(2.5, track(2.0))) == 2
    assert room.refused == {"repeated": 1}


def test_reports_of_another_source_are_counted_where_the_site_names_one() -> None:
    room = Room(code=(20, 2))
    assert len(room.read(1.5, track(1.0), track(1.0, sic=3))) == 1
    assert room.refused == {"other_data_source": 1}
    assert {row.identity for row in Room().read(1.5, track(1.0), track(1.0, sic=3))} == {
        "20/2/258",
        "20/3/258",
    }


def test_a_clock_that_is_off_is_replaced_by_receipt_for_each_source_by_itself() -> None:
    rows = Room().read(100.0, track(1.0, sic=3), track(99.5))
    assert [row.time_ns for row in rows] == [at(100.0), at(99.5)]


def test_other_categories_and_what_cannot_be_read_are_counted() -> None:
    room = Room()
    [good] = encode_system_tracks([track(1.0)])
    assert list(room.reader.read(radar_blocks(plot(1.0)), at(1.5))) == []
    assert len(list(room.reader.read(good + good[:-1], at(1.5)))) == 1
    assert list(room.reader.read(b"nothing", at(1.5))) == []
    assert room.refused == {"asterix_of_another_category": 1}
    assert room.ledger.statuses[0].decode_errors == {"asterix_truncated": 1, "not_asterix": 1}


def test_the_edition_can_be_chosen() -> None:
    room = Room(editions={62: "1.16"})
    assert len(room.read(1.5, track(1.0))) == 1


@given(st.binary(max_size=100))
def test_random_records_raise_nothing_and_are_counted(noise: bytes) -> None:
    room = Room()
    data = b"\x3e" + (3 + len(noise)).to_bytes(2, "big") + noise
    rows = list(room.reader.read(data, at(1.5)))
    status = room.ledger.statuses[0]
    assert len(rows) + sum(status.refused.values()) + sum(status.decode_errors.values()) >= 1
