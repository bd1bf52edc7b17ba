"""Registration: what a node is, and what tocsin says that it is.

Read are the types of the node, the categories of what it can do, its name and software, and for each mode
whether object ids last and in which units velocities come. Limits: BSI Flex 335 v2, Registration.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sapient_msg.bsi_flex_335_v2_0 import location_pb2, registration_pb2, velocity_pb2

from tocsin.errors import DecodeError
from tocsin.formats.sapient.messages import ICD_VERSION, Mode, OwnRegistration, Registration

_MOST = 64  # types, words and modes of one node
_LONGEST_NAME = 80
_WIRE = registration_pb2.Registration
_KEEPING = {
    _WIRE.TRACKING_TYPE_NONE: False,
    _WIRE.TRACKING_TYPE_TRACKLET: True,
    _WIRE.TRACKING_TYPE_TRACK: True,
    _WIRE.TRACKING_TYPE_TRACK_WITH_RE_ID: True,
}
_MPS_PER_UNIT = {velocity_pb2.SPEED_UNITS_MS: 1.0, velocity_pb2.SPEED_UNITS_KPH: 1.0 / 3.6}


def read_registration(registration: Any) -> Registration:
    """What a node says that it is. Raises DecodeError `sapient_incomplete` for one that names no type."""
    types = frozenset(definition.node_type for definition in registration.node_definition)
    if not types - {_WIRE.NODE_TYPE_UNSPECIFIED}:
        raise DecodeError("sapient_incomplete", "a SAPIENT registration without a type of node")
    configurations = registration.config_data
    return Registration(
        types,
        registration.icd_version[:_LONGEST_NAME],
        (registration.name or registration.short_name)[:_LONGEST_NAME],
        configurations[0].software_version[:_LONGEST_NAME] if configurations else "",
        frozenset(_words(registration)),
        tuple(_mode(mode) for mode in registration.mode_definition[:_MOST]),
    )


def _words(registration: Any) -> Iterable[str]:
    for definition in registration.node_definition[:_MOST]:
        yield from (word.strip().lower()[:_LONGEST_NAME] for word in definition.node_sub_type[:_MOST])
    for capability in registration.capabilities[:_MOST]:
        yield capability.category.strip().lower()[:_LONGEST_NAME]


def _mode(mode: Any) -> Mode:
    plane_mps = up_mps = 1.0
    for definition in mode.detection_definition:
        if definition.velocity_type.HasField("enu_velocity_units"):
            units = definition.velocity_type.enu_velocity_units
            plane_mps = _MPS_PER_UNIT.get(units.east_north_rate_units, 1.0)
            up_mps = _MPS_PER_UNIT.get(units.up_rate_units, plane_mps)
            break
    is_scanning = mode.scan_type == _WIRE.SCAN_TYPE_SCANNING
    return Mode(
        mode.mode_name[:_LONGEST_NAME], _KEEPING.get(mode.tracking_type), is_scanning, plane_mps, up_mps
    )


def write_registration(own: OwnRegistration, registration: Any) -> None:
    """Fills a Registration of tocsin as a fusion node.

    The standard demands that each mode defines tasks: ours defines none that could be given.
    """
    registration.node_definition.add(node_type=_WIRE.NODE_TYPE_FUSION_NODE)
    registration.icd_version = ICD_VERSION
    registration.name, registration.short_name = own.name, "tocsin"
    registration.capabilities.add(category="Fusion Node", type="Tracks", value="Early warning, no tasking")
    registration.config_data.add(manufacturer="tocsin", model="tocsin", software_version=own.software)
    interval = registration.status_definition.status_interval
    interval.units, interval.value = _WIRE.TIME_UNITS_SECONDS, own.status_interval_s
    mode = registration.mode_definition.add(
        mode_name="Watch", mode_type=_WIRE.MODE_TYPE_PERMANENT, tracking_type=_WIRE.TRACKING_TYPE_TRACK
    )
    mode.settle_time.units, mode.settle_time.value = _WIRE.TIME_UNITS_SECONDS, 0.0
    detections = mode.detection_definition.add()
    _in_degrees(detections.location_type)
    velocity = detections.velocity_type
    velocity.enu_velocity_units.east_north_rate_units = velocity_pb2.SPEED_UNITS_MS
    velocity.enu_velocity_units.up_rate_units = velocity_pb2.SPEED_UNITS_MS
    velocity.location_datum = location_pb2.LOCATION_DATUM_WGS84_E
    mode.task.concurrent_tasks = 0
    mode.task.region_definition.region_type.append(_WIRE.REGION_TYPE_IGNORE)
    _in_degrees(mode.task.region_definition.region_area.add())


def _in_degrees(location_type: Any) -> None:
    location_type.location_units = location_pb2.LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M
    location_type.location_datum = location_pb2.LOCATION_DATUM_WGS84_E
