from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.tracking.made import RADAR_3D, SECOND_NS, START_NS, detections_of, make_site, mask_of, radar_row

from tocsin.tracking.kernels.layout import (
    AZIMUTH,
    EAST,
    ELEVATION,
    LOOK,
    NORTH,
    RANGE,
    RANGE_RATE,
    UP,
    VELOCITY_EAST,
    VELOCITY_NORTH,
)
from tocsin.tracking.measurements import (
    MeasurementDoor,
    Measurements,
    canonical_order,
    distinct_names,
    identity_number,
)

pytestmark = pytest.mark.usefixtures("compiled_kernels")

SITE = make_site(RADAR_3D, {"kind": "adsb", "position_sigma_m": 33.0}, altitude_m=700.0)
PLACE = np.array([2000.0, 1500.0, 400.0])


def reported(enu: Any, **columns: Any) -> dict[str, Any]:
    latitude, longitude, altitude = SITE.frame.to_geodetic(np.array(enu, dtype=np.float64))
    row = {
        "time_ns": START_NS,
        "sensor": 1,
        "latitude_rad": float(latitude),
        "longitude_rad": float(longitude),
    }
    return row | {"altitude_m": float(altitude)} | columns


def converted(*rows: dict[str, Any]) -> Measurements:
    return MeasurementDoor(SITE).convert(detections_of(list(rows)))


def test_polar_values_and_the_sensors_usual_errors_pass_as_they_are() -> None:
    found = converted(radar_row(1.0, PLACE, range_rate_mps=-7.0))
    assert found.mask.tolist() == [mask_of(RANGE, AZIMUTH, ELEVATION, RANGE_RATE)]
    np.testing.assert_allclose(found.looks["measured"][0, RANGE], np.linalg.norm(PLACE))
    assert found.looks["measured"][0, RANGE_RATE] == -7.0
    np.testing.assert_allclose(found.looks["sigma"][0, :3], [20.0, math.radians(0.3), math.radians(0.4)])


def test_errors_that_a_detection_carries_take_the_place_of_the_usual_ones() -> None:
    found = converted(
        radar_row(1.0, PLACE, range_sigma_m=3.0, azimuth_sigma_rad=0.1), reported(PLACE, position_sigma_m=8.0)
    )
    np.testing.assert_allclose(found.looks["sigma"][0, :3], [3.0, 0.1, math.radians(0.4)])
    np.testing.assert_allclose(found.looks["sigma"][1, EAST : UP + 1], 8.0)
    np.testing.assert_allclose(converted(reported(PLACE)).looks["sigma"][0, EAST : UP + 1], 33.0)
    moving = {f"velocity_{axis}_mps": 3.0 for axis in ("east", "north", "up")}
    fast = converted(reported(PLACE, velocity_sigma_mps=0.7, **moving)).looks[0]
    np.testing.assert_allclose(fast["sigma"][VELOCITY_EAST:], 0.7)
    assert fast["stated"] == mask_of(VELOCITY_EAST, VELOCITY_EAST + 1, VELOCITY_EAST + 2)
    assert found.looks["stated"].tolist() == [mask_of(RANGE, AZIMUTH), mask_of(EAST, NORTH, UP)]


def test_positions_come_into_the_sites_plane() -> None:
    far = np.array([60_000.0, -40_000.0, 900.0])
    found = converted(reported(far))
    np.testing.assert_allclose(found.looks["measured"][0, EAST : UP + 1], far, atol=1e-5)
    assert found.mask[0] == mask_of(EAST, NORTH, UP)


def test_a_position_without_altitude_is_placed_at_the_expected_one_and_its_height_is_not_measured() -> None:
    found = converted(reported([5000.0, 0.0, 700.0], altitude_m=math.nan))
    assert found.mask[0] == mask_of(EAST, NORTH)
    np.testing.assert_allclose(found.looks["measured"][0, EAST : UP + 1], [5000.0, 0.0, 0.0], atol=0.1)


def test_a_velocity_turns_with_the_place_it_was_measured_at() -> None:
    found = converted(reported([200_000.0, 0.0, 0.0], velocity_east_mps=0.0, velocity_north_mps=50.0))
    assert found.mask[0] == mask_of(EAST, NORTH, UP, VELOCITY_EAST, VELOCITY_NORTH)
    # North there leans against north here by the convergence of the meridians.
    convergence = 200_000.0 / 6.37e6 * math.tan(math.radians(47.0))
    assert found.looks["measured"][0, VELOCITY_EAST] == pytest.approx(-50.0 * convergence, rel=0.02)


def test_what_neither_places_nor_points_has_no_component_but_is_counted() -> None:
    door = MeasurementDoor(SITE)
    rows = [{"time_ns": START_NS, "sensor": 0, "heard": 1}, radar_row(1.0, PLACE)]
    assert [mask != 0 for mask in door.convert(detections_of(rows)).mask] == [False, True]
    assert door.convert(detections_of(rows)).looks["number"].tolist() == [2, 3]


def test_what_was_not_measured_is_zero_so_that_kernels_see_no_nan() -> None:
    found = converted(radar_row(1.0, PLACE, with_elevation=False), reported(PLACE, altitude_m=math.nan))
    assert np.isfinite(found.looks["measured"]).all() and np.isfinite(found.looks["sigma"]).all()


def test_names_depend_on_what_was_measured_alone() -> None:
    first, second = radar_row(1.0, PLACE), reported(PLACE, identity="a")
    here = converted(first, second).name
    np.testing.assert_array_equal(converted(second, first).name, here[::-1])
    later = converted(second, first | {"received_ns": START_NS + 9 * SECOND_NS, "scan": 3})
    np.testing.assert_array_equal(later.name, here[::-1])
    variants = [
        first, first | {"time_ns": START_NS}, first | {"sensor": 1}, first | {"range_m": 2001.0},
        second, second | {"identity": "b"}, second | {"identity": ""},
    ]  # fmt: skip
    assert len(set(converted(*variants).name.tolist())) == len(variants)


def test_identities_become_numbers_that_can_be_told_back() -> None:
    door = MeasurementDoor(SITE)
    found = door.convert(
        detections_of([reported(PLACE, identity="abc"), reported(PLACE), radar_row(1.0, PLACE)])
    )
    assert found.looks["identity"].tolist() == [identity_number("abc"), 0, 0]
    assert [door.identities[number] for number in found.looks["identity"].tolist()] == ["abc", "", ""]


def test_a_scan_is_a_number_or_else_a_time() -> None:
    found = converted(radar_row(1.0, PLACE, scan=7), radar_row(1.0, PLACE), radar_row(2.0, PLACE, scan=7))
    assert found.scan_key.tolist() == [7, START_NS + SECOND_NS, 7]


def test_the_canonical_order_is_the_same_however_rows_came() -> None:
    rng = np.random.default_rng(2)
    rows = [
        reported(PLACE + rng.integers(0, 2), identity=str(k % 3), received_ns=START_NS + int(rng.integers(2)))
        for k in range(20)
    ]
    found = converted(*rows, *(row | {"position_sigma_m": 5.0} for row in rows))
    ordered = found.take(canonical_order(found))
    mixed = found.take(rng.permutation(len(found)))
    mixed = mixed.take(canonical_order(mixed))
    for name in ("received_ns", "time_ns", "sensor", "scan_key"):
        np.testing.assert_array_equal(getattr(mixed, name), getattr(ordered, name))
    for field in set(LOOK.names or ()) - {"number"}:
        np.testing.assert_array_equal(mixed.looks[field], ordered.looks[field])
    assert (np.diff(ordered.received_ns) >= 0).all()


def test_equal_names_in_a_scan_are_counted_on() -> None:
    assert distinct_names(np.array([3, 8, 8, 8, 20])).tolist() == [3, 8, 9, 10, 20]
    assert distinct_names(np.zeros(0, np.int64)).tolist() == []
