"""SAPIENT messages to bytes: what a fusion node answers to its nodes and reports to one above it.

Tasks are never written, and no message has anything of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from sapient_msg.bsi_flex_335_v2_0 import alert_ack_pb2, sapient_message_pb2, status_report_pb2

from tocsin.formats.sapient.messages import (
    Alert,
    AlertAck,
    ClassLabel,
    DetectionReport,
    ErrorReport,
    OwnRegistration,
    Place,
    RegistrationAck,
    SapientMessage,
    StatusReport,
)
from tocsin.formats.sapient.places import write_location
from tocsin.formats.sapient.registrations import write_registration
from tocsin.units import NANOSECONDS_PER_SECOND

_STATUS_WIRE = status_report_pb2.StatusReport


def encode(message: SapientMessage) -> bytes:
    """One message, without its length. Raises ValueError for what tocsin does not write."""
    writer = _WRITERS.get(type(message.content))
    if writer is None:
        raise ValueError(f"tocsin writes no {type(message.content).__name__} in SAPIENT")
    wire = sapient_message_pb2.SapientMessage(node_id=message.node_id)
    wire.timestamp.seconds, wire.timestamp.nanos = divmod(message.time_ns, NANOSECONDS_PER_SECOND)
    if message.destination_id:
        wire.destination_id = message.destination_id
    name, fill = writer
    part = getattr(wire, name)
    part.SetInParent()
    fill(message.content, part)
    return cast(bytes, wire.SerializeToString())


def _registration_ack(ack: RegistrationAck, wire: Any) -> None:
    wire.acceptance = ack.is_accepted
    wire.ack_response_reason.extend(ack.reasons)


def _status(report: StatusReport, wire: Any) -> None:
    wire.report_id, wire.system, wire.mode = report.report_id, int(report.state), report.mode
    wire.info = _STATUS_WIRE.INFO_NEW if report.is_new else _STATUS_WIRE.INFO_UNCHANGED
    if report.place is not None:
        write_location(report.place, wire.node_location)


def _detection(report: DetectionReport, wire: Any) -> None:
    assert isinstance(report.where, Place)
    wire.report_id, wire.object_id = report.report_id, report.object_id
    write_location(report.where, wire.location)
    if report.confidence is not None:
        wire.detection_confidence = report.confidence
    if report.state:
        wire.state = report.state
    if report.velocity is not None:
        wire.enu_velocity.east_rate, wire.enu_velocity.north_rate = report.velocity[:2]
        if report.velocity[2] is not None:
            wire.enu_velocity.up_rate = report.velocity[2]
    _write_classes(report.classes, wire.classification)


def _write_classes(labels: Iterable[ClassLabel], wire: Any, level: int = 0) -> None:
    for label in labels:
        written = wire.add(type=label.name)
        if label.confidence is not None:
            written.confidence = label.confidence
        if level:
            written.level = level
        _write_classes(label.finer, written.sub_class, level + 1)


def _alert(alert: Alert, wire: Any) -> None:
    wire.alert_id, wire.alert_type, wire.status = alert.alert_id, int(alert.kind), int(alert.state)
    wire.priority, wire.description = int(alert.priority), alert.description
    if alert.confidence is not None:
        wire.confidence = alert.confidence
    if alert.place is not None:
        write_location(alert.place, wire.location)
    for node_id, object_id in alert.objects:
        wire.associated_detection.add(node_id=node_id, object_id=object_id)


def _alert_ack(ack: AlertAck, wire: Any) -> None:
    states = alert_ack_pb2.AlertAck
    wire.alert_id = ack.alert_id
    wire.alert_ack_status = (
        states.ALERT_ACK_STATUS_ACCEPTED if ack.is_accepted else states.ALERT_ACK_STATUS_REJECTED
    )
    wire.reason.extend(ack.reasons)


def _error(error: ErrorReport, wire: Any) -> None:
    wire.packet = error.packet
    wire.error_message.extend(error.reasons)


_WRITERS: dict[type, tuple[str, Callable[[Any, Any], None]]] = {
    OwnRegistration: ("registration", write_registration),
    RegistrationAck: ("registration_ack", _registration_ack),
    StatusReport: ("status_report", _status),
    DetectionReport: ("detection_report", _detection),
    Alert: ("alert", _alert),
    AlertAck: ("alert_ack", _alert_ack),
    ErrorReport: ("error", _error),
}
