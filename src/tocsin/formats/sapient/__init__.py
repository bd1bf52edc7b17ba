"""SAPIENT (BSI Flex 335 v2): registrations, status, detections and alerts of nodes, both ways; tasks never.

Bytes of a connection go through `SapientStream`, what comes out of it through `decode`; the way back is
`framed(encode(message))`.
"""

from tocsin.formats.sapient.decoding import decode
from tocsin.formats.sapient.encoding import encode
from tocsin.formats.sapient.framing import MOST_BYTES, SapientStream, framed
from tocsin.formats.sapient.identifiers import canonical_uuid, fusion_node_id, is_ulid, ulid_of, uuid_of
from tocsin.formats.sapient.messages import (
    ACTING,
    ICD_VERSION,
    Alert,
    AlertAck,
    AlertKind,
    AlertState,
    ClassLabel,
    Content,
    DetectionReport,
    Direction,
    ErrorReport,
    Mode,
    NodeType,
    OwnRegistration,
    Place,
    Priority,
    Registration,
    RegistrationAck,
    SapientMessage,
    StatusReport,
    SystemState,
    Tasking,
    likeliest,
)

__all__ = [
    "ACTING",
    "ICD_VERSION",
    "MOST_BYTES",
    "Alert",
    "AlertAck",
    "AlertKind",
    "AlertState",
    "ClassLabel",
    "Content",
    "DetectionReport",
    "Direction",
    "ErrorReport",
    "Mode",
    "NodeType",
    "OwnRegistration",
    "Place",
    "Priority",
    "Registration",
    "RegistrationAck",
    "SapientMessage",
    "SapientStream",
    "StatusReport",
    "SystemState",
    "Tasking",
    "canonical_uuid",
    "decode",
    "encode",
    "framed",
    "fusion_node_id",
    "is_ulid",
    "likeliest",
    "ulid_of",
    "uuid_of",
]
