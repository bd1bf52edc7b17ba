"""SAPIENT messages made by the standard's own message classes, with what nodes write beside what we read.

Field by field they have the form of the examples in Dstl's public repositories; places and names are made up.
"""

from __future__ import annotations

from typing import Any

from sapient_msg.bsi_flex_335_v2_0 import (
    alert_pb2,
    location_pb2,
    range_bearing_pb2,
    registration_pb2,
    status_report_pb2,
    velocity_pb2,
)
from sapient_msg.bsi_flex_335_v2_0.sapient_message_pb2 import SapientMessage

from tocsin.formats.sapient import ulid_of

START_NS = 1_767_225_600 * 10**9
NODE = "3d1ffd1b-cc01-4c26-a7e8-bf4da3d393b8"
OTHER_NODE = "7e4d4c4b-9f3a-4a55-8d0e-2b6f3c1a9d10"
R = registration_pb2.Registration
S = status_report_pb2.StatusReport


def envelope(time_ns: int = START_NS, node: str = NODE) -> Any:
    message = SapientMessage(node_id=node)
    message.timestamp.seconds, message.timestamp.nanos = divmod(time_ns, 10**9)
    return message


def registration(
    *types: int,
    node: str = NODE,
    time_ns: int = START_NS,
    tracking: int = R.TRACKING_TYPE_TRACK,
    scan: int = R.SCAN_TYPE_FIXED,
    speed_units: int = velocity_pb2.SPEED_UNITS_MS,
    category: str = "Radar",
    sub_type: str = "Staring",
) -> Any:
    """A complete registration, as the standard demands it."""
    message = envelope(time_ns, node)
    told = message.registration
    for node_type in types or (R.NODE_TYPE_RADAR,):
        told.node_definition.add(node_type=node_type, node_sub_type=[sub_type])
    told.icd_version, told.name, told.short_name = "BSI Flex 335 v2.0", "Made-up sensor 7", "MS7"
    told.capabilities.add(category=category, type="MaxRange", value="5000", units="m")
    told.config_data.add(manufacturer="Nobody", model="None", serial_number="1", software_version="2.3.4")
    told.status_definition.status_interval.units = R.TIME_UNITS_SECONDS
    told.status_definition.status_interval.value = 5.0
    told.status_definition.location_definition.location_units = (
        location_pb2.LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M
    )
    told.status_definition.location_definition.location_datum = location_pb2.LOCATION_DATUM_WGS84_E
    mode = told.mode_definition.add(
        mode_name="Default", mode_type=R.MODE_TYPE_PERMANENT, scan_type=scan, tracking_type=tracking
    )
    mode.settle_time.units, mode.settle_time.value = R.TIME_UNITS_SECONDS, 1.0
    mode.maximum_latency.units, mode.maximum_latency.value = R.TIME_UNITS_SECONDS, 0.5
    detection = mode.detection_definition.add()
    detection.location_type.range_bearing_units = range_bearing_pb2.RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_M
    detection.location_type.range_bearing_datum = range_bearing_pb2.RANGE_BEARING_DATUM_TRUE
    detection.velocity_type.enu_velocity_units.east_north_rate_units = speed_units
    detection.velocity_type.location_datum = location_pb2.LOCATION_DATUM_WGS84_E
    detection.geometric_error.type = "Standard Deviation"
    detection.geometric_error.units = "meters"
    detection.geometric_error.variation_type = "Linear with Range"
    mode.task.concurrent_tasks = 1
    mode.task.region_definition.region_type.append(R.REGION_TYPE_AREA_OF_INTEREST)
    mode.task.region_definition.region_area.add().CopyFrom(detection.location_type)
    return message


def located(
    latitude_deg: float,
    longitude_deg: float,
    altitude_m: float | None = None,
    datum: int = location_pb2.LOCATION_DATUM_WGS84_E,
    **errors: float,
) -> Any:
    location: Any = location_pb2.Location(x=longitude_deg, y=latitude_deg)
    location.coordinate_system = location_pb2.LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M
    location.datum = datum
    if altitude_m is not None:
        location.z = altitude_m
    for name, value in errors.items():
        setattr(location, name, value)
    return location


def pointed(azimuth_deg: float | None = None, range_m: float | None = None, **more: Any) -> Any:
    bearing: Any = range_bearing_pb2.RangeBearing(
        coordinate_system=range_bearing_pb2.RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_M,
        datum=range_bearing_pb2.RANGE_BEARING_DATUM_TRUE,
    )
    if azimuth_deg is not None:
        bearing.azimuth = azimuth_deg
    if range_m is not None:
        bearing.range = range_m
    for name, value in more.items():
        setattr(bearing, name, value)
    return bearing


def detection(
    where: Any, time_ns: int = START_NS, node: str = NODE, object_name: str = "1", report: str = ""
) -> Any:
    """A report with all that the standard lets a node say beside."""
    message = envelope(time_ns, node)
    told = message.detection_report
    told.report_id = ulid_of(time_ns, "report", node, object_name, report)
    told.object_id = ulid_of(START_NS, "object", object_name)
    told.detection_confidence = 0.9
    told.colour, told.id = "grey", "MADE-UP-7"
    told.track_info.add(type="Speed", value="20", error=2.0)
    told.object_info.add(type="RCS", value="0.02")
    told.behaviour.add(type="Active", confidence=0.5)
    told.signal.add(amplitude=-60.0, centre_frequency=2.4e9)
    told.associated_file.add(type="Image", url="http://192.0.2.1/image.jpg")
    if isinstance(where, location_pb2.Location):
        told.location.CopyFrom(where)
        told.prediction_location.location.CopyFrom(where)
        told.prediction_location.predicted_timestamp.seconds = time_ns // 10**9 + 10
    else:
        told.range_bearing.CopyFrom(where)
    return message


def classified(message: Any, *names_and_confidences: tuple[str, float | None, str]) -> Any:
    """The same report with classes, each with one finer one."""
    told = message.detection_report
    for name, confidence, finer in names_and_confidences:
        label = told.classification.add(type=name)
        if confidence is not None:
            label.confidence = confidence
        label.sub_class.add(type=finer, confidence=0.5, level=1)
    return message


def status(
    place: Any = None, time_ns: int = START_NS, node: str = NODE, system: int = S.SYSTEM_OK, **more: Any
) -> Any:
    message = envelope(time_ns, node)
    told = message.status_report
    told.report_id, told.system, told.info = ulid_of(time_ns, "status"), system, S.INFO_NEW
    told.mode = "Default"
    told.power.level, told.power.source, told.power.status = 71, S.POWERSOURCE_SOLAR_PV, S.POWERSTATUS_OK
    told.status.add(status_level=S.STATUS_LEVEL_INFORMATION_STATUS, status_type=S.STATUS_TYPE_WEATHER,
                    status_value="Raining")  # fmt: skip
    if place is not None:
        told.node_location.CopyFrom(place)
    cone = told.field_of_view.range_bearing
    cone.azimuth, cone.range, cone.horizontal_extent, cone.vertical_extent = 90.0, 5000.0, 120.0, 40.0
    for name, value in more.items():
        setattr(told, name, value)
    return message


def alert(node: str = NODE, time_ns: int = START_NS) -> Any:
    message = envelope(time_ns, node)
    told = message.alert
    told.alert_id = ulid_of(time_ns, "alert")
    told.alert_type, told.status = alert_pb2.Alert.ALERT_TYPE_WARNING, alert_pb2.Alert.ALERT_STATUS_ACTIVE
    told.description, told.confidence = "A secret name at a secret place", 0.5
    told.location.CopyFrom(located(-46.5, -20.2))
    told.associated_detection.add(node_id=node, object_id=ulid_of(START_NS, "object", "1"))
    return message


def task(node: str = NODE) -> Any:
    message = envelope(node=node)
    message.task.task_id = ulid_of(START_NS, "task")
    message.task.control = 1
    message.task.command.look_at.range_bearing.azimuth = 12.0
    return message
