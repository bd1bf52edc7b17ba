"""Messages that the standard's own classes made are read; anything else is one kind of error."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sapient_msg.bsi_flex_335_v2_0 import location_pb2, range_bearing_pb2, velocity_pb2
from tests.formats.sapient import made
from tests.formats.sapient.made import NODE, START_NS, R, S

from tocsin.errors import DecodeError
from tocsin.formats.sapient import (
    Alert,
    AlertKind,
    AlertState,
    ClassLabel,
    DetectionReport,
    Direction,
    Mode,
    Place,
    Registration,
    StatusReport,
    SystemState,
    Tasking,
    decode,
    likeliest,
)

# A status report of the published form, written byte by byte: timestamp 1767225600 s, a node, OK, unchanged.
BY_HAND = bytes.fromhex(
    "0a0608808cd7ca06"  # 1: timestamp {1: 1767228928}
    "1224" + NODE.encode().hex() +  # 2: node_id
    "3226"  # 6: status_report, 38 bytes
    "0a1a" + b"01KDVDNA00CF5TR9Y7QP4F483N".hex() +  # 1: report_id
    "1001"  # 2: system OK
    "1802"  # 3: info unchanged
    "2a044d6f6465"  # 5: mode "Mode"
)  # fmt: skip


def decoded(message: object) -> object:
    found = decode(message.SerializeToString())  # type: ignore[attr-defined]
    assert (found.node_id, found.time_ns) == (NODE, START_NS)
    return found.content


def test_bytes_written_by_hand_are_read() -> None:
    found = decode(BY_HAND)
    assert (found.node_id, found.time_ns) == (NODE, 1_767_228_928 * 10**9)
    assert found.content == StatusReport(
        "01KDVDNA00CF5TR9Y7QP4F483N", SystemState.OK, is_new=False, mode="Mode"
    )


def test_a_registration_says_what_a_node_is() -> None:
    message = made.registration(
        R.NODE_TYPE_RADAR, R.NODE_TYPE_MOBILE_NODE,
        tracking=R.TRACKING_TYPE_NONE, scan=R.SCAN_TYPE_SCANNING, speed_units=velocity_pb2.SPEED_UNITS_KPH,
    )  # fmt: skip
    assert decoded(message) == Registration(
        types=frozenset({R.NODE_TYPE_RADAR, R.NODE_TYPE_MOBILE_NODE}),
        icd_version="BSI Flex 335 v2.0",
        name="Made-up sensor 7",
        software="2.3.4",
        words=frozenset({"radar", "staring"}),
        modes=(Mode("Default", False, True, 1 / 3.6, 1 / 3.6),),
    )


def test_a_position_has_its_errors_in_metres_whatever_its_units() -> None:
    place = made.located(60.0, -20.0, 100.0, x_error=1e-4, y_error=1e-4, z_error=7.0)
    report = decoded(made.detection(place))
    assert isinstance(report, DetectionReport) and isinstance(report.where, Place)
    where = report.where
    assert math.degrees(where.latitude_rad) == pytest.approx(60.0)
    assert math.degrees(where.longitude_rad) == pytest.approx(-20.0)
    assert (where.altitude_m, where.up_sigma_m) == (100.0, 7.0)
    assert where.north_sigma_m == pytest.approx(11.13, abs=0.01)
    assert where.east_sigma_m == pytest.approx(11.13 / 2, abs=0.01)


def test_positions_in_radians_and_on_the_utm_grid_are_the_same_place() -> None:
    in_radians = made.located(0.0, 0.0)
    in_radians.x, in_radians.y = math.radians(-3.0), math.radians(52.0)
    in_radians.coordinate_system = location_pb2.LOCATION_COORDINATE_SYSTEM_LAT_LNG_RAD_M
    on_grid = made.located(0.0, 0.0, x_error=3.0)
    on_grid.x, on_grid.y, on_grid.utm_zone = 500_000.0, 5_761_038.212, "30N"  # by PROJ
    on_grid.coordinate_system = location_pb2.LOCATION_COORDINATE_SYSTEM_UTM_M
    found = []
    for location in (in_radians, on_grid):
        report = decoded(made.detection(location))
        assert isinstance(report, DetectionReport) and isinstance(report.where, Place)
        assert math.degrees(report.where.latitude_rad) == pytest.approx(52.0, abs=1e-8)
        assert math.degrees(report.where.longitude_rad) == pytest.approx(-3.0, abs=1e-8)
        found.append(report.where)
    assert found[1].east_sigma_m == 3.0


def test_south_of_the_equator_northings_are_counted_from_the_pole_side() -> None:
    on_grid = made.located(0.0, 0.0)
    on_grid.x, on_grid.y, on_grid.utm_zone = 500_000.0, 10_000_000.0 - 5_761_038.212, "30s"
    on_grid.coordinate_system = location_pb2.LOCATION_COORDINATE_SYSTEM_UTM_M
    report = decoded(made.detection(on_grid))
    assert isinstance(report, DetectionReport) and isinstance(report.where, Place)
    assert math.degrees(report.where.latitude_rad) == pytest.approx(-52.0, abs=1e-8)


def test_a_height_above_the_geoid_is_left_out_and_the_place_is_not() -> None:
    place = made.located(52.0, -3.0, 100.0, location_pb2.LOCATION_DATUM_WGS84_G, z_error=3.0)
    report = decoded(made.detection(place))
    assert isinstance(report, DetectionReport) and isinstance(report.where, Place)
    assert (report.where.altitude_m, report.where.up_sigma_m) == (None, None)


@pytest.mark.parametrize(
    ("units", "azimuth", "length"),
    [
        (range_bearing_pb2.RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_M, 90.0, 1500.0),
        (range_bearing_pb2.RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_M, math.pi / 2, 1500.0),
        (range_bearing_pb2.RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_KM, 90.0, 1.5),
        (range_bearing_pb2.RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_KM, math.pi / 2, 1.5),
    ],
)
def test_a_direction_is_read_in_all_its_units(units: int, azimuth: float, length: float) -> None:
    bearing = made.pointed(azimuth, length, azimuth_error=azimuth / 90, range_error=length / 100)
    bearing.coordinate_system = units
    report = decoded(made.detection(bearing))
    assert isinstance(report, DetectionReport) and isinstance(report.where, Direction)
    where = report.where
    assert where.azimuth_rad == pytest.approx(math.pi / 2)
    assert where.range_m == pytest.approx(1500.0)
    assert where.azimuth_sigma_rad == pytest.approx(math.pi / 180)
    assert where.range_sigma_m == pytest.approx(15.0)
    assert where.elevation_rad is None and where.elevation_sigma_rad is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"datum": range_bearing_pb2.RANGE_BEARING_DATUM_MAGNETIC}, "north_is_not_true_north"),
        ({"datum": range_bearing_pb2.RANGE_BEARING_DATUM_GRID}, "north_is_not_true_north"),
        ({"datum": range_bearing_pb2.RANGE_BEARING_DATUM_PLATFORM}, "north_is_not_true_north"),
        ({"coordinate_system": 0}, "units_unknown"),
    ],
)
def test_a_direction_that_cannot_be_placed_says_why(change: dict[str, int], reason: str) -> None:
    report = decoded(made.detection(made.pointed(1.0, 2.0, **change)))
    assert isinstance(report, DetectionReport) and report.where == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"coordinate_system": 0}, "units_unknown"),
        ({"x": math.nan}, "position_out_of_range"),
        ({"y": 91.0}, "position_out_of_range"),
        ({"x": 1e300}, "position_out_of_range"),
        ({"coordinate_system": 5}, "utm_zone_unknown"),
        ({"coordinate_system": 5, "utm_zone": "30U"}, "utm_zone_unknown"),
        ({"coordinate_system": 5, "utm_zone": "77N"}, "position_out_of_range"),
    ],
)
def test_a_position_that_is_none_says_why(change: dict[str, object], reason: str) -> None:
    place = made.located(52.0, -3.0)
    for name, value in change.items():
        setattr(place, name, value)
    report = decoded(made.detection(place))
    assert isinstance(report, DetectionReport) and report.where == reason


def test_classes_are_a_tree_and_the_likeliest_branch_is_found() -> None:
    message = made.classified(
        made.detection(made.pointed(1.0)), ("Human", 0.3, "Adult"), ("UAV", 0.7, "Fixed wing")
    )
    report = decoded(message)
    assert isinstance(report, DetectionReport)
    assert [label.name for label in report.classes] == ["Human", "UAV"]
    assert report.classes[0].confidence == pytest.approx(0.3)
    assert report.classes[0].finer == (ClassLabel("Adult", 0.5),)
    best = likeliest(report.classes)
    assert best is not None and best.likeliest_names == ("UAV", "Fixed wing")


def test_a_velocity_comes_in_the_nodes_own_units() -> None:
    message = made.detection(made.located(52.0, -3.0))
    message.detection_report.enu_velocity.east_rate = 36.0
    message.detection_report.enu_velocity.north_rate = -18.0
    report = decoded(message)
    assert isinstance(report, DetectionReport) and report.velocity == (36.0, -18.0, None)


def test_a_status_says_how_and_where_a_node_is() -> None:
    message = made.status(made.located(52.0, -3.0, 12.0), system=S.SYSTEM_WARNING)
    message.status_report.status.add(status_type=S.STATUS_TYPE_NOT_DETECTING)
    report = decoded(message)
    assert isinstance(report, StatusReport) and report.place is not None
    assert (report.state, report.is_detecting, report.mode) == (SystemState.WARNING, False, "Default")
    assert (report.battery_percent, report.place.altitude_m) == (71.0, 12.0)


def test_alerts_and_tasks_are_known_for_what_they_are() -> None:
    alert = decoded(made.alert())
    assert isinstance(alert, Alert)
    assert (alert.kind, alert.state) == (AlertKind.WARNING, AlertState.ACTIVE)
    assert decoded(made.task()) == Tasking(is_ack=False)


def test_nothing_that_may_be_of_people_stands_in_what_is_printed() -> None:
    place = made.located(52.123456, -3.654321)
    for message in (made.alert(), made.status(place)):
        told = repr(decoded(message))
        assert "secret" not in told and "0.9097" not in told and "latitude" not in told
    assert "MADE-UP-7" not in repr(decoded(made.detection(place)))


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda m: m.ClearField("node_id"), "sapient_incomplete"),
        (lambda m: setattr(m, "node_id", "radar seven"), "sapient_incomplete"),
        (lambda m: m.ClearField("timestamp"), "sapient_incomplete"),
        (lambda m: setattr(m.timestamp, "seconds", -5), "sapient_incomplete"),
        (lambda m: setattr(m.timestamp, "seconds", 2**60), "sapient_incomplete"),
        (lambda m: setattr(m.timestamp, "nanos", 2_000_000_000), "sapient_incomplete"),
        (lambda m: m.ClearField("detection_report"), "sapient_incomplete"),
        (lambda m: m.detection_report.ClearField("range_bearing"), "sapient_incomplete"),
    ],
)
def test_a_message_without_what_it_must_have_is_refused(spoil: object, kind: str) -> None:
    message = made.detection(made.pointed(1.0))
    spoil(message)  # type: ignore[operator]
    with pytest.raises(DecodeError) as caught:
        decode(message.SerializeToString())
    assert caught.value.kind == kind and caught.value.data == b""


def test_a_registration_of_no_type_is_refused() -> None:
    with pytest.raises(DecodeError, match="type of node"):
        decode(made.registration(R.NODE_TYPE_UNSPECIFIED).SerializeToString())


def test_numbers_that_no_list_knows_are_no_errors() -> None:
    message = made.status(system=77)
    report = decoded(message)
    assert isinstance(report, StatusReport) and report.state is SystemState.UNSPECIFIED
    assert isinstance(decoded(made.registration(250)), Registration)


KINDS = ("", "sapient_damaged", "sapient_incomplete")


def kind_of_error(data: bytes) -> str:
    try:
        decode(data)
    except DecodeError as error:
        return error.kind
    return ""


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_one_kind_of_error(data: bytes) -> None:
    assert kind_of_error(data) in KINDS


GOOD = [
    message.SerializeToString()
    for message in (
        made.registration(), made.status(made.located(52.0, -3.0)), made.alert(), made.task(),
        made.classified(made.detection(made.located(52.0, -3.0, 9.0)), ("UAV", 0.7, "Fixed wing")),
    )
]  # fmt: skip


@given(data=st.sampled_from(GOOD), changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255))))
def test_whatever_happens_to_good_bytes_they_are_a_message_or_one_kind_of_error(
    data: bytes, changes: list[tuple[int, int]]
) -> None:
    spoilt = bytearray(data)
    for place, value in changes:
        spoilt[place % len(spoilt)] = value
    assert kind_of_error(bytes(spoilt)) in KINDS
