"""SAPIENT messages from bytes.

Refused as a whole is what lacks the mandatory fields that we need, with `sapient_incomplete`; whether an
optional field is of use is for whoever reads the message. No error carries any of the bytes: they may tell
where a person is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from google.protobuf.message import DecodeError as ProtobufError
from sapient_msg.bsi_flex_335_v2_0 import sapient_message_pb2, status_report_pb2

from tocsin.errors import DecodeError
from tocsin.formats.sapient.identifiers import canonical_uuid
from tocsin.formats.sapient.messages import (
    Alert,
    AlertAck,
    AlertKind,
    AlertState,
    ClassLabel,
    Content,
    DetectionReport,
    Direction,
    ErrorReport,
    Place,
    Priority,
    RegistrationAck,
    SapientMessage,
    StatusReport,
    SystemState,
    Tasking,
)
from tocsin.formats.sapient.places import read_location, read_range_bearing
from tocsin.formats.sapient.registrations import read_registration
from tocsin.units import NANOSECONDS_PER_SECOND

LATEST_S = 7_000_000_000  # the year 2191, which nanoseconds in 64 bits still hold
MOST_CLASSES = 64  # of one object, and of one level of finer ones
_DEEPEST_CLASS = 8
_NOT_DETECTING = status_report_pb2.StatusReport.STATUS_TYPE_NOT_DETECTING


def decode(data: bytes) -> SapientMessage:
    """One message, without its length. Raises DecodeError `sapient_damaged`, `sapient_incomplete`."""
    message = sapient_message_pb2.SapientMessage()
    try:
        message.ParseFromString(data)
    except ProtobufError as error:
        raise DecodeError("sapient_damaged", "a SAPIENT message that is no protobuf of its schema") from error
    kind = message.WhichOneof("content")
    if kind is None:
        raise _incomplete("any content that is known here")
    content = _READERS[kind](getattr(message, kind))
    return SapientMessage(
        _node(message.node_id), _time_ns(message), content, _node_or_nothing(message.destination_id)
    )


def _node(text: str) -> str:
    try:
        return canonical_uuid(text)
    except ValueError as error:
        raise _incomplete("a node_id that is a UUID") from error


def _node_or_nothing(text: str) -> str:
    try:
        return canonical_uuid(text) if text else ""
    except ValueError:
        return ""


def _time_ns(message: Any) -> int:
    time = message.timestamp
    in_range = 0 < time.seconds <= LATEST_S and 0 <= time.nanos < NANOSECONDS_PER_SECOND
    if not message.HasField("timestamp") or not in_range:
        raise _incomplete("a timestamp")
    return int(time.seconds) * NANOSECONDS_PER_SECOND + int(time.nanos)


def _registration_ack(ack: Any) -> RegistrationAck:
    return RegistrationAck(ack.acceptance, tuple(ack.ack_response_reason))


def _status(report: Any) -> StatusReport:
    place = read_location(report.node_location) if report.HasField("node_location") else None
    level = report.power.level if report.power.HasField("level") else None
    return StatusReport(
        report.report_id,
        SystemState(report.system) if report.system in _SYSTEM_STATES else SystemState.UNSPECIFIED,
        is_new=report.info != status_report_pb2.StatusReport.INFO_UNCHANGED,
        is_detecting=all(status.status_type != _NOT_DETECTING for status in report.status),
        mode=report.mode,
        battery_percent=float(level) if level is not None and 0 <= level <= 100 else None,
        place=place if isinstance(place, Place) else None,
    )


def _detection(report: Any) -> DetectionReport:
    confidence = report.detection_confidence if report.HasField("detection_confidence") else None
    return DetectionReport(
        report.report_id,
        report.object_id,
        _where(report),
        _share(confidence),
        _classes(report.classification),
        _velocity(report),
        report.state,
    )


def _where(report: Any) -> Place | Direction | str:
    told = report.WhichOneof("location_oneof")
    if told is None:
        raise _incomplete("a location")
    return read_location(report.location) if told == "location" else read_range_bearing(report.range_bearing)


def _velocity(report: Any) -> tuple[float, float, float | None] | None:
    if not report.HasField("enu_velocity"):
        return None
    velocity = report.enu_velocity
    up = velocity.up_rate if velocity.HasField("up_rate") else None
    return velocity.east_rate, velocity.north_rate, up


def _classes(labels: Iterable[Any], depth: int = 0) -> tuple[ClassLabel, ...]:
    if depth == _DEEPEST_CLASS:
        return ()
    return tuple(
        ClassLabel(
            label.type,
            _share(label.confidence if label.HasField("confidence") else None),
            _classes(label.sub_class, depth + 1),
        )
        for label, _ in zip(labels, range(MOST_CLASSES), strict=False)
    )


def _alert(alert: Any) -> Alert:
    place = read_location(alert.location) if alert.HasField("location") else None
    return Alert(
        alert.alert_id,
        AlertKind(alert.alert_type) if alert.alert_type in _ALERT_KINDS else AlertKind.UNSPECIFIED,
        AlertState(alert.status) if alert.status in _ALERT_STATES else AlertState.UNSPECIFIED,
        Priority(alert.priority) if alert.priority in _PRIORITIES else Priority.UNSPECIFIED,
        alert.description,
        _share(alert.confidence if alert.HasField("confidence") else None),
        place if isinstance(place, Place) else None,
        tuple((one.node_id, one.object_id) for one in alert.associated_detection),
    )


def _alert_ack(ack: Any) -> AlertAck:
    return AlertAck(
        ack.alert_id, ack.alert_ack_status == type(ack).ALERT_ACK_STATUS_ACCEPTED, tuple(ack.reason)
    )


def _error(error: Any) -> ErrorReport:
    return ErrorReport(error.packet, tuple(error.error_message))


def _share(value: float | None) -> float | None:
    """A confidence; None for what is none."""
    return value if value is not None and 0.0 <= value <= 1.0 else None


def _incomplete(what: str) -> DecodeError:
    return DecodeError("sapient_incomplete", f"a SAPIENT message without {what}")


_SYSTEM_STATES, _ALERT_KINDS = frozenset(map(int, SystemState)), frozenset(map(int, AlertKind))
_ALERT_STATES, _PRIORITIES = frozenset(map(int, AlertState)), frozenset(map(int, Priority))
_READERS: dict[str, Callable[[Any], Content]] = {
    "registration": read_registration,
    "registration_ack": _registration_ack,
    "status_report": _status,
    "detection_report": _detection,
    "task": lambda _: Tasking(is_ack=False),
    "task_ack": lambda _: Tasking(is_ack=True),
    "alert": _alert,
    "alert_ack": _alert_ack,
    "error": _error,
}
